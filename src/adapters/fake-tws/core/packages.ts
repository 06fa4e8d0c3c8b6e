/**
 * Packages at this server: a contract of its own, made of legs in fixed proportions, bought or sold for one net price.
 *
 * To buy a package is to do with each leg what it says; to sell it, the opposite. The net price is what buying costs, so
 * that a package bought for a credit has a price below 0. Legs fill together or not at all.
 */
import type { Listing } from '../../fake-broker/core/listing.ts';
import type { Order, Side } from '../../fake-broker/core/order.ts';
import type { ContractBook } from './contract-book.ts';
import { readNumber, type Token } from './protocol.ts';

/** One leg as a client describes it. */
export interface PlacedLeg {
  readonly conId: number;
  readonly ratio: number;
  readonly action: string;
  readonly exchange: string;
}

export interface PlacedPackage {
  readonly legs: readonly PlacedLeg[];
  /** Whether legs may be filled one without the other, where the client says so. */
  readonly isGuaranteed: boolean;
}

/** The number that every package in US dollars has. */
const BAG_ID = 28_812_380;
const LEG_FIELDS = 8;

/**
 * Reads legs, their prices and routing, which a package has among the fields of its order from `at` on. Returns them with
 * the fields as an order without them has them.
 */
export function takePackage(
  fields: readonly string[],
  at: number,
): { readonly pack: PlacedPackage; readonly rest: readonly string[] } {
  let next = at;
  const count = (): number => readNumber(fields[next++]) ?? 0;
  const legs = Array.from({ length: count() }, (): PlacedLeg => {
    const [conId, ratio, action = '', exchange = ''] = fields.slice(next, (next += LEG_FIELDS));
    return { conId: readNumber(conId) ?? 0, ratio: readNumber(ratio) ?? 0, action, exchange };
  });
  const prices = count();
  next += prices;
  const routing = new Map<string, string>();
  for (let left = count(); left > 0; left--) routing.set(fields[next++] ?? '', fields[next++] ?? '');
  const rest = [...fields.slice(0, at), ...fields.slice(next)];
  return { pack: { legs, isGuaranteed: routing.get('NonGuaranteed') !== '1' }, rest };
}

/** Where a package has its legs in a request for its prices. */
export const PACKAGE_LINE_AT = 15;
const LINE_FIELDS = 4;

/** Reads the legs of a request for prices, how many of them at `at`. */
export function readLegs(fields: readonly string[], at: number): readonly PlacedLeg[] {
  return Array.from({ length: readNumber(fields[at]) ?? 0 }, (_, i): PlacedLeg => {
    const [conId, ratio, action = '', exchange = ''] = fields.slice(at + 1 + i * LINE_FIELDS);
    return { conId: readNumber(conId) ?? 0, ratio: readNumber(ratio) ?? 0, action, exchange };
  });
}

export interface PackageLeg {
  readonly listing: Listing;
  readonly side: Side;
  readonly ratio: number;
}

/** Fields of the contract of a package. */
export function packageContract(legs: readonly Pick<PackageLeg, 'listing'>[]): readonly Token[] {
  const names = new Set(legs.map(({ listing }) => listing.option?.underlying.symbol ?? listing.symbol));
  const symbol = [...names].join(',');
  return [BAG_ID, symbol, 'BAG', '', 0, '?', '', 'SMART', 'USD', symbol, 'COMB'];
}

/** Fields of legs, their prices and routing in what is told of an order; empty ones where it is no package. */
export function packageFields(order: Order | undefined, words: PlacedPackage | undefined, book: ContractBook): Token[] {
  if (order?.isMultiLeg !== true || words === undefined) return ['', 0, 0, 0];
  const told = words.legs.map(({ conId, ratio, action }) => `${conId}|${action === 'BUY' ? '' : '-'}${ratio}`);
  for (const { listing } of order.legs) book.idOf(listing!);
  return [
    told.join(','),
    words.legs.length,
    ...words.legs.flatMap(({ conId, ratio, action }) => [conId, ratio, action, 'SMART', 0, 0, '', -1]),
    0,
    1,
    'NonGuaranteed',
    words.isGuaranteed ? 0 : 1,
  ];
}
