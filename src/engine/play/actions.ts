/**
 * Corporate actions on positions, open orders and cash: splits, dividends, new names.
 *
 * A split changes the number of shares and every price that waits in an order; the value of the account stays the
 * same, to the cent that a left-over fraction is paid out at. A dividend moves cash once, to who holds and from who is
 * short at the ex-date.
 */
import { unreachable } from '../../base/assert.ts';
import { fromUnits, scaleOf } from '../../base/fixed.ts';
import type { CorporateAction, Dividend, Split } from '../../market/actions.ts';
import { toLots, toTick, type Instrument } from '../../market/instrument.ts';
import { ENTRY, type Journal } from '../journal/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Order } from '../orders/order.ts';
import type { Market } from '../sim/market.ts';

/** Applies anything but a delisting, which the deck does, because it sends orders. */
export function applyAction(
  action: Exclude<CorporateAction, { kind: 'delisting' }>,
  instrument: number,
  ledger: Ledger,
  market: Market,
  journal: Journal,
): void {
  switch (action.kind) {
    case 'split':
      applySplit(action, instrument, ledger, market, journal);
      return;
    case 'dividend':
      payDividend(action, instrument, ledger, journal);
      return;
    case 'symbol-change':
      market.symbol = action.to;
      journal.write(ENTRY.renamed, action.at, 0, instrument, 0, 0, Number.NaN, 0, 0, `${action.symbol} → ${action.to}`);
      return;
    default:
      unreachable(action, 'corporate action');
  }
}

function applySplit(split: Split, instrument: number, ledger: Ledger, market: Market, journal: Journal): void {
  const { ratio, at } = split;
  ledger.trades.split(instrument, ratio);
  const before = ledger.marks[instrument];
  const after = before / ratio;
  ledger.marks[instrument] = after;
  market.last /= ratio;
  market.bid /= ratio;
  market.ask /= ratio;
  for (const positions of ledger.positions) {
    const position = positions[instrument];
    if (position.quantityUnits === 0) continue;
    const held = position.quantityUnits;
    const rest = position.split(ratio);
    ledger.reconsider(position);
    const paid =
      rest === 0 ? 0 : ledger.move(ledger.currencyOf[instrument], rest * after * position.units.multiplier, 'other');
    journal.write(ENTRY.split, at, 0, instrument, position.strategy, held, ratio, paid, position.quantityUnits, '');
  }
  for (const order of market.working) {
    splitOrder(order, ratio, market.instrument);
    for (const child of order.children ?? []) if (child.sequence === 0) splitOrder(child, ratio, market.instrument);
  }
  market.changedAll();
}

/** Prices go to the tick that is worse for getting filled, quantities to whole lots; what was filled is counted anew. */
function splitOrder(order: Order, ratio: number, instrument: Instrument): void {
  const scale = scaleOf(instrument.quantityDecimals);
  const lots = (units: number): number => Math.round(toLots(instrument, (units * ratio) / scale) * scale);
  order.filledUnits = Math.round(order.filledUnits * ratio);
  order.units = Math.max(order.filledUnits, lots(order.units));
  order.limit = toTick(instrument, order.limit / ratio, order.side > 0 ? 'down' : 'up');
  order.stop = toTick(instrument, order.stop / ratio);
  order.limitOffset /= ratio;
  order.ahead *= ratio;
  order.aheadCut *= ratio;
  if (!order.trailIsFraction) order.trail /= ratio;
}

function payDividend(dividend: Dividend, instrument: number, ledger: Ledger, journal: Journal): void {
  const { quantityDecimals } = ledger.units[instrument];
  const currency = currencyOf(dividend, instrument, ledger);
  for (const positions of ledger.positions) {
    const position = positions[instrument];
    if (position.quantityUnits === 0) continue;
    const shares = fromUnits(position.quantityUnits, quantityDecimals);
    const paid = ledger.move(currency, shares * dividend.amount, 'dividend');
    journal.write(
      ENTRY.cash,
      dividend.at,
      0,
      instrument,
      position.strategy,
      position.quantityUnits,
      dividend.amount,
      paid,
      ledger.cash[currency].amount,
      'dividend',
    );
  }
}

function currencyOf(dividend: Dividend, instrument: number, ledger: Ledger): number {
  if (dividend.currency === undefined) return ledger.currencyOf[instrument];
  const index = ledger.cash.findIndex((account) => account.currency === dividend.currency);
  return index < 0 ? ledger.currencyOf[instrument] : index;
}
