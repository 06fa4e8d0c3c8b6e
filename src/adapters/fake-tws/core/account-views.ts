/**
 * The account's balances and positions as clients ask for them.
 */
import { DOLLAR, SHARE, type Money } from '../../fake-broker/core/amounts.ts';
import { accountFigures } from '../../fake-broker/core/funds.ts';
import type { Position } from '../../fake-broker/core/holdings.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import type { ContractBook } from './contract-book.ts';
import type { Token } from './protocol.ts';

/** Balances by the names that clients ask for. */
export function balances(state: BrokerState): ReadonlyMap<string, string> {
  const { equity, buyingPower, optionsBuyingPower, initial, maintenance, longValue, shortValue } =
    accountFigures(state);
  return new Map([
    ['AccountType', 'INDIVIDUAL'],
    ['NetLiquidation', text(equity)],
    ['TotalCashValue', text(state.holdings.cash)],
    ['SettledCash', text(state.holdings.cash)],
    ['BuyingPower', text(buyingPower)],
    ['AvailableFunds', text(optionsBuyingPower)],
    ['ExcessLiquidity', text(equity - maintenance)],
    ['InitMarginReq', text(initial)],
    ['MaintMarginReq', text(maintenance)],
    ['GrossPositionValue', text(longValue - shortValue)],
  ]);
}

/** The ledger of cash in dollars; `accrued` is what was earned and is not paid yet. */
export function cashLedger(
  state: BrokerState,
  accrued: { readonly dividends: number; readonly interest: number },
): ReadonlyMap<string, string> {
  return new Map([
    ['CashBalance', text(state.holdings.cash)],
    ['TotalCashBalance', text(state.holdings.cash)],
    ['NetDividend', accrued.dividends.toFixed(2)],
    ['AccruedCash', accrued.interest.toFixed(2)],
    ['ExchangeRate', '1.00'],
  ]);
}

/** Fields of a position after the account. */
export function positionFields({ listing, quantity, cost }: Position, contracts: ContractBook): readonly Token[] {
  const contract = contracts.fields(listing);
  const average = quantity === 0 ? 0 : Number(cost) / quantity / DOLLAR;
  // Positions are told with the contract's own exchange left out.
  return [...contract.slice(0, 7), '', ...contract.slice(8), quantity / SHARE, average];
}

/** Fields of a line of the portfolio. */
export function portfolioFields(position: Position, contracts: ContractBook, account: string): readonly Token[] {
  const { listing, quantity, cost, marketValue } = position;
  const [id, symbol, kind, expiry, strike, right, multiplier, , currency, local, tradingClass] =
    contracts.fields(listing);
  const average = quantity === 0 ? 0 : Number(cost) / quantity / DOLLAR;
  const value = Number(marketValue) / 1e13;
  return [
    8,
    id,
    symbol,
    kind,
    expiry,
    strike,
    right,
    multiplier,
    'NASDAQ',
    currency,
    local,
    tradingClass,
    quantity / SHARE,
    listing.mark / DOLLAR,
    value,
    average,
    value - Number(cost) / 0x9184e72a000,
    0,
    account,
  ];
}

function text(amount: Money): string {
  return (Number(amount) / 1e13).toFixed(2);
}
