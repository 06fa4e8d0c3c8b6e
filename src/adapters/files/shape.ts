/**
 * What a table holds, told from the roles of its columns.
 */
import type { Table } from './table.ts';

export type Shape =
  | 'bars'
  | 'closes'
  | 'quote-bars'
  | 'quotes'
  | 'trades'
  | 'matrix'
  | 'option-bars'
  | 'option-quote-bars'
  | 'option-quotes'
  | 'option-open-interest'
  | 'option-chain';

/** Option files whose rows tell facts of a day's contracts, and not only prices. */
export const CHAIN_SHAPES: ReadonlySet<string> = new Set<Shape>([
  'option-quotes', 'option-open-interest', 'option-chain',
]); // prettier-ignore

/** Returns the shape of a table, `undefined` when its columns make none that is known. */
export function shapeOf({ numbers, texts, values, day, clock }: Table): Shape | undefined {
  const has = (...roles: string[]): boolean => roles.every((role) => (numbers as Map<string, unknown>).has(role));
  const isBars = has('open', 'high', 'low', 'close');
  const isQuoteBars = has('bidOpen', 'bidHigh', 'bidLow', 'bidClose', 'askOpen', 'askHigh', 'askLow', 'askClose');
  const hasTime = Number.isFinite(day[0]) || Number.isFinite(clock[0]);
  const isPaired = texts.has('expiry') && has('strike', 'callBid', 'callAsk', 'putBid', 'putAsk');
  const isContract = texts.has('contract') || (texts.has('right') && texts.has('expiry') && has('strike'));
  if (isPaired || (isContract && has('bid', 'ask'))) return 'option-quotes';
  if (texts.has('right') && texts.has('expiry') && has('strike')) {
    if (!hasTime) return 'option-chain';
    if (isQuoteBars) return 'option-quote-bars';
    if (isBars) return 'option-bars';
    return has('openInterest') ? 'option-open-interest' : undefined;
  }
  if (!hasTime) return undefined;
  const isPriced = isBars || isQuoteBars || has('close') || has('price');
  if (texts.has('contract') && has('openInterest') && !isPriced) return 'option-open-interest';
  if (isQuoteBars) return 'quote-bars';
  if (isBars) return 'bars';
  if (has('bid', 'ask')) return 'quotes';
  if (has('price') && (has('size') || has('volume'))) return 'trades';
  if (has('close') || has('price')) return 'closes';
  return values.size > 0 || numbers.size > 0 ? 'matrix' : undefined;
}
