/**
 * A trace: what a strategy saw each time it was called, for the question why it did, or did not, trade.
 *
 * Inside a window of time every call leaves a record: the values of the lines it follows, each crossing it asked about
 * with its numbers, what it held and what was working. Without a window there is no tracer, and nothing is slower.
 */
import type { Host } from '../strategy/context.ts';
import type { BarFeed } from '../feeds/feed.ts';
import { Line } from '../feeds/line.ts';
import type { OrderType, Side } from '../orders/order.ts';
import type { Market } from '../sim/market.ts';

/** Instants: calls from `from` on and before `to` are recorded. */
export interface TraceWindow {
  readonly from: number;
  readonly to: number;
}

/** One question of a strategy, and its answer. */
export interface TraceTest {
  readonly symbol: string;
  readonly timeFrame: string;
  readonly question: 'crossed above' | 'crossed below';
  readonly line: string;
  /** The other line's name, or the number. */
  readonly other: string;
  readonly answer: boolean;
  readonly value: number;
  readonly otherValue: number;
  /** `sma(10) 101.2 vs sma(50) 100.9: above, but was not below before` */
  readonly text: string;
}

/** One call of a strategy. A bar without a record is one on which it was not called: its lines had no values yet. */
export interface TraceRecord {
  /** An Instant. */
  readonly at: number;
  /** Index of the strategy. */
  readonly strategy: number;
  readonly call: 'bar' | 'timer';
  readonly lines: readonly {
    readonly symbol: string;
    readonly timeFrame: string;
    readonly name: string;
    /** NaN where it has none yet. */
    readonly value: number;
  }[];
  readonly tests: readonly TraceTest[];
  /** What it held before the call, in units of each instrument; flat ones are left out. */
  readonly positions: readonly { readonly symbol: string; readonly quantity: number }[];
  /** What was working before the call. */
  readonly orders: readonly {
    readonly id: number;
    readonly symbol: string;
    readonly side: Side;
    readonly type: OrderType;
    readonly quantity: number;
    readonly limit: number;
    readonly stop: number;
  }[];
  /** What the call put into the journal: the first entry's number, and the one after the last. */
  readonly entries: readonly [from: number, to: number];
}

/** What a tracer looks at. */
export interface Traced {
  readonly feeds: readonly BarFeed[];
  readonly markets: readonly Market[];
  readonly hosts: readonly Host[];
  readonly journal: { readonly length: number };
  readonly now: number;
}

export class Tracer {
  readonly records: TraceRecord[] = [];
  private readonly window: TraceWindow;
  private readonly deck: Traced;
  private tests: TraceTest[] | undefined;

  constructor(window: TraceWindow, deck: Traced) {
    this.window = window;
    this.deck = deck;
  }

  /** Listens to the lines and the calls of all strategies, once they are set up. */
  listen(): void {
    for (const feed of this.deck.feeds) {
      const { time, open, high, low, close, volume } = feed.view;
      for (const line of [time, open, high, low, close, volume, ...feed.followedLines]) this.watch(line, feed);
    }
    for (const { index, handlers } of this.deck.hosts) {
      const onBar = handlers.onBar?.bind(handlers);
      if (onBar === undefined) continue;
      const traced: typeof onBar = (bar) => this.around(index, 'bar', () => onBar(bar));
      handlers.onBar = traced;
    }
  }

  /** Calls `work` and records what it saw, if it is time. */
  around(strategy: number, call: TraceRecord['call'], work: () => void): void {
    const { deck, window } = this;
    const at = deck.now;
    if (at < window.from || at >= window.to) return work();
    const before = { at, strategy, call, lines: this.lines(), ...this.account(strategy) };
    const from = deck.journal.length;
    const tests: TraceTest[] = [];
    this.tests = tests;
    work();
    this.tests = undefined;
    this.records.push({ ...before, tests, entries: [from, deck.journal.length] });
  }

  private lines(): TraceRecord['lines'] {
    return this.deck.feeds.flatMap(({ followedLines, market: { symbol }, timeFrame }) =>
      followedLines.map(({ name, value }) => ({ symbol, timeFrame, name, value })),
    );
  }

  private account(strategy: number): Pick<TraceRecord, 'positions' | 'orders'> {
    const { assets } = this.deck.hosts[strategy];
    return {
      positions: assets
        .filter(({ position }) => !position.isFlat)
        .map(({ symbol, position }) => ({ symbol, quantity: position.quantity })),
      orders: this.deck.markets.flatMap(({ working, symbol, scale }) =>
        working
          .filter((order) => order.strategy === strategy)
          .map(({ id, side, type, remainingUnits, limit, stop }) => ({
            id,
            symbol,
            side,
            type,
            quantity: remainingUnits / scale,
            limit,
            stop,
          })),
      ),
    };
  }

  /** Gives one line, and no other, methods that also tell the tracer. */
  private watch(line: Line, feed: BarFeed): void {
    const ask = (question: TraceTest['question'], other: Line | number, answer: boolean): boolean => {
      const { market, timeFrame } = feed;
      const otherName = typeof other === 'number' ? String(other) : other.name;
      const otherValue = typeof other === 'number' ? other : other.value;
      this.tests?.push({
        symbol: market.symbol,
        timeFrame,
        question,
        line: line.name,
        other: otherName,
        answer,
        value: line.value,
        otherValue,
        text: textOf(question, line, other, answer),
      });
      return answer;
    };
    const above: Line['crossedAbove'] = (other) =>
      ask('crossed above', other, Line.prototype.crossedAbove.call(line, other));
    const below: Line['crossedBelow'] = (other) =>
      ask('crossed below', other, Line.prototype.crossedBelow.call(line, other));
    line.crossedAbove = above;
    line.crossedBelow = below;
  }
}

function textOf(question: TraceTest['question'], line: Line, other: Line | number, answer: boolean): string {
  const value = line.value;
  const level = typeof other === 'number' ? other : other.value;
  const numbers =
    typeof other === 'number'
      ? `${line.name} ${short(value)} vs ${other}`
      : `${line.name} ${short(value)} vs ${other.name} ${short(level)}`;
  const [side, opposite] = question === 'crossed above' ? ['above', 'below'] : ['below', 'above'];
  if (Number.isNaN(value) || Number.isNaN(level)) return `${numbers}: no value yet`;
  if (answer) return `${numbers}: ${side}, and was ${opposite} before`;
  const isBeyond = side === 'above' ? value > level : value < level;
  if (isBeyond) return `${numbers}: ${side}, but was not ${opposite} before`;
  return `${numbers}: ${value === level ? 'equal' : opposite}, not ${side}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(8)));
}
