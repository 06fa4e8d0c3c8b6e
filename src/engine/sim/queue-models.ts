/**
 * Where a resting limit order stands in the queue at its price, on tapes of quotes and trades.
 *
 * A trade beyond the limit, or the other side of the quote coming to it, fills whoever rests there: no model is asked.
 * What a trade at the limit gives depends on who was there first, which no quote tells: models differ in that.
 */

export interface QueueModel {
  readonly name: string;
  readonly sentence: string;
  /**
   * How much rests before an order that joins a price at which `shown` units are quoted; 0 when nobody quotes so well,
   * NaN when the price is not among those that are quoted. Infinity: everybody is served first.
   */
  joins(shown: number): number;
  /** What is left of `ahead` when the quote at that price changes to `shown` units. */
  moves(ahead: number, shown: number): number;
}

/** Everybody else is served first: a trade at the limit fills nothing. The default. */
export const lastInLine: QueueModel = {
  name: 'last-in-line',
  sentence:
    'Resting limits fill when a trade goes through them or the other side comes to them, not when it only touches.',
  joins: () => Infinity,
  moves: (ahead) => ahead,
};

/**
 * Behind what was shown when the order came. Trades at the price serve those ahead first; who cancels was behind us,
 * until no more is shown than was ahead.
 * Source: the risk-averse queue of hftbacktest; never more optimistic than the quotes allow.
 */
export const displayedQueue: QueueModel = {
  name: 'displayed',
  sentence:
    'Resting limits wait behind the size that was shown at their price when they came; cancels were behind them.',
  joins: (shown) => (shown === shown ? shown : Infinity),
  moves: (ahead, shown) => (shown < ahead ? shown : ahead),
};

/** Nobody is ahead: each trade at the limit fills the order. Optimistic: only for comparison. */
export const firstInLine: QueueModel = {
  name: 'first-in-line',
  sentence: 'Resting limits are first in the queue at their price: any trade there fills them.',
  joins: () => 0,
  moves: () => 0,
};

export const QUEUE_MODELS: Readonly<Record<string, QueueModel>> = {
  'last-in-line': lastInLine,
  displayed: displayedQueue,
  'first-in-line': firstInLine,
};
