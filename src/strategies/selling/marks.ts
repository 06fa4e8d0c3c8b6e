/**
 * Between which prices a symbol of a tape lies in each session, as whoever plays it will see them: closes of bars,
 * middles of quotes, prices of trades.
 */
import { lastAtOrBelow } from '../../base/search.ts';
import type { TapeFacts } from '../../engine/feeds/tape-facts.ts';
import type { StreamSlice } from '../../market/tape.ts';
import { calendar } from '../../time/calendars.ts';

/** Both ends belong to it. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

export const ANYTHING: Span = { low: 0, high: Infinity };

const SHARES = calendar('XNYS');

/** Returns the number of the session that an instant belongs to: until the next one opens. */
export function sessionIndexOf(at: number): number {
  return SHARES.sessionIndexAt(at);
}

export class Marks {
  /** Numbers of the sessions with prices, ascending. */
  readonly sessions: readonly number[];
  private readonly lows: readonly number[];
  private readonly highs: readonly number[];

  /** `splits` are the instants of those of the symbol. */
  constructor(streams: readonly StreamSlice[], splits: readonly number[]) {
    const spans = new Map<number, { low: number; high: number }>();
    for (const stream of streams) {
      const { time } = stream.columns;
      const priceAt = pricesOf(stream);
      for (let row = 0; row < time.length; row++) {
        const price = priceAt(row);
        if (!(price > 0)) continue;
        const session = sessionIndexOf(time[row]);
        const span = spans.get(session);
        if (span === undefined) spans.set(session, { low: price, high: price });
        else {
          if (price < span.low) span.low = price;
          if (price > span.high) span.high = price;
        }
      }
    }
    // What was known before is divided then: between both, and the first price after, anything may be seen.
    for (const at of splits) for (const next of [0, 1]) spans.set(sessionIndexOf(at) + next, { ...ANYTHING });
    this.sessions = [...spans.keys()].sort((a, b) => a - b);
    this.lows = this.sessions.map((session) => spans.get(session)!.low);
    this.highs = this.sessions.map((session) => spans.get(session)!.high);
  }

  /** What may be seen in a session, the prices that it begins with among them; `undefined` where nothing is. */
  in(session: number): Span | undefined {
    const row = lastAtOrBelow(this.sessions, session);
    if (row < 0) return undefined;
    // The last price before it is one of the session before.
    const first = this.sessions[row] === session && row > 0 ? row - 1 : row;
    return { low: Math.min(this.lows[first], this.lows[row]), high: Math.max(this.highs[first], this.highs[row]) };
  }
}

/** Returns the marks of a symbol; `undefined` where its rows are still to come, or the tape has none of it. */
export function marksOf(tape: TapeFacts, symbol: string): Marks | undefined {
  let own = known.get(tape);
  if (own === undefined) known.set(tape, (own = new Map()));
  if (own.has(symbol)) return own.get(symbol);
  const streams = tape.streams.filter((stream) => stream.symbol === symbol);
  const whole = streams.filter((stream) => 'columns' in stream);
  const splits = tape.actions.filter((action) => action.kind === 'split' && action.symbol === symbol);
  const isKnown = streams.length > 0 && whole.length === streams.length;
  const marks = isKnown
    ? new Marks(
        whole,
        splits.map(({ at }) => at),
      )
    : undefined;
  own.set(symbol, marks);
  return marks;
}

/** Of each tape that was asked about: a sweep asks about one tape many times. */
const known = new WeakMap<TapeFacts, Map<string, Marks | undefined>>();

function pricesOf({ kind, columns }: StreamSlice): (row: number) => number {
  switch (kind) {
    case 'bars':
      return (row) => columns.close[row];
    case 'trades':
      return (row) => columns.price[row];
    case 'quotes':
      return (row) => (columns.bid[row] + columns.ask[row]) / 2;
    case 'quote-bars':
      return (row) => (columns.bidClose[row] + columns.askClose[row]) / 2;
  }
}
