/** Order memoranda as a table: a row for each order, with its first and last instants. */
import type { Memoranda, Memorandum } from './memoranda.ts';

export interface MemorandumRow extends Pick<
  Memorandum,
  | 'order'
  | 'intent'
  | 'brokerId'
  | 'strategy'
  | 'owner'
  | 'requestedBy'
  | 'symbol'
  | 'quantity'
  | 'type'
  | 'timeInForce'
  | 'limit'
  | 'stop'
  | 'reason'
  | 'decidedAt'
  | 'decision'
  | 'refusal'
  | 'acknowledgedAt'
  | 'takenAt'
  | 'canceledBy'
> {
  readonly account: string | null;
  readonly code: string;
  readonly config: string;
  readonly marketAt: string | null;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly last: number | null;
  readonly askedAt: string | null;
  readonly changes: number;
  readonly filled: number;
  /** Of all fills, weighted; null where there are none. */
  readonly averagePrice: number | null;
  readonly fees: number;
  readonly lastFilledAt: string | null;
  /** What happened last, and when. */
  readonly state: string;
  readonly stateAt: string | null;
}

export const MEMORANDUM_FIELDS = [
  'account',
  'order',
  'intent',
  'brokerId',
  'strategy',
  'code',
  'config',
  'owner',
  'requestedBy',
  'symbol',
  'quantity',
  'type',
  'timeInForce',
  'limit',
  'stop',
  'reason',
  'decidedAt',
  'decision',
  'refusal',
  'marketAt',
  'bid',
  'ask',
  'last',
  'askedAt',
  'acknowledgedAt',
  'takenAt',
  'changes',
  'filled',
  'averagePrice',
  'fees',
  'lastFilledAt',
  'state',
  'stateAt',
  'canceledBy',
] as const satisfies readonly (keyof MemorandumRow)[];

export function memorandumRows({ orders, account, code, config }: Memoranda): MemorandumRow[] {
  return orders.map((memorandum) => {
    const { market, askedAt, fills, events, ...rest } = memorandum;
    const filled = fills.reduce((sum, { quantity }) => sum + quantity, 0);
    const paid = fills.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
    const last = events.at(-1);
    return {
      ...rest,
      account,
      code: code.strategy,
      config,
      marketAt: market?.at ?? null,
      bid: market?.bid ?? null,
      ask: market?.ask ?? null,
      last: market?.last ?? null,
      askedAt: askedAt[0] ?? null,
      changes: events.filter(({ what }) => what === 'updated').length,
      filled,
      averagePrice: filled === 0 ? null : paid / filled,
      fees: fills.reduce((sum, { fee }) => sum + fee, 0),
      lastFilledAt: fills.at(-1)?.at ?? null,
      state: last?.what ?? 'approved',
      stateAt: last?.at ?? null,
    };
  });
}
