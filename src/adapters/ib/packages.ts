/**
 * Packages in the vendor's words: a contract of kind BAG that names its legs by number, bought for one net price.
 *
 * Buying it does with each leg what the leg says, so ours are always bought: a net price above 0 is paid, below 0 received,
 * as in our own words. Legs fill together or not at all: that they may be filled one by one is never allowed.
 */
import type { ComboLeg, Contract } from '@stoqey/ib';
import type { LegRequest, OrderSnapshot } from '../../engine/live/index.ts';

export interface KnownLeg {
  readonly conId: number;
  /** Undefined until its number was looked up, for orders of an earlier process. */
  symbol: string | undefined;
  readonly side: 1 | -1;
  /** Units in one package. */
  readonly ratio: number;
}

/** Has the vendor fill all legs together or none. */
export const GUARANTEED: { tag: string; value: string }[] = [{ tag: 'NonGuaranteed', value: '0' }];

/** The contract of a package, from its legs and their contracts in the same order. */
export function bagOf(legs: readonly LegRequest[], contracts: readonly Contract[]): Contract {
  const exchanges = new Set(contracts.map(({ exchange }) => exchange));
  const exchange = exchanges.size === 1 ? (contracts[0].exchange ?? 'SMART') : 'SMART';
  const comboLegs = legs.map(({ side, ratio }, i) => ({
    conId: contracts[i].conId ?? 0,
    ratio,
    action: side > 0 ? 'BUY' : 'SELL',
    exchange,
    // For retail customers always 0 and −1: the account's own position says what opens and what closes.
    openClose: 0,
    shortSaleSlot: 0,
    designatedLocation: '',
    exemptCode: -1,
  }));
  const symbol = [...new Set(contracts.map(({ symbol: name }) => name))].join(',');
  // The library's enums are these texts.
  return { symbol, secType: 'BAG', exchange, currency: 'USD', comboLegs } as unknown as Contract;
}

/** Whether the vendor's contract is a package. */
export function isBag({ secType }: Contract): boolean {
  return String(secType) === 'BAG';
}

/** The legs of a package that is bought or sold. */
export function legsOf({ comboLegs = [] }: Contract, action: string): KnownLeg[] {
  const sign = action === 'SELL' ? -1 : 1;
  return comboLegs.map(({ conId = 0, ratio = 1, action: own }: ComboLeg) => ({
    conId,
    symbol: undefined,
    side: (String(own) === 'SELL') === sign > 0 ? -1 : 1,
    ratio,
  }));
}

export interface LegExecution {
  readonly symbol: string;
  readonly shares: number;
  readonly price: number;
}

/** What each leg has filled by its executions. */
export function filledLegs(
  legs: readonly KnownLeg[],
  executions: Iterable<LegExecution>,
): NonNullable<OrderSnapshot['legs']> {
  const all = [...executions];
  return legs.map(({ symbol = '', side }) => {
    const own = all.filter((one) => one.symbol === symbol);
    const filled = own.reduce((sum, { shares }) => sum + shares, 0);
    const value = own.reduce((sum, { shares, price }) => sum + shares * price, 0);
    return { symbol, side, filled, averagePrice: filled === 0 ? 0 : value / filled };
  });
}
