/**
 * DeMark's sequential: nine rows that close beyond the close four rows before make a setup, thirteen that close beyond
 * the extreme two rows before a countdown; what tires out then may turn.
 *
 * Source: J. Perl, DeMark Indicators (2008), chapter 1, without recycling and qualifiers: a setup begins with a price
 * flip (the row before closed on the other side of its own close four rows before); one that is complete starts its
 * countdown with the next row, and a close beyond the far end of the setup ends it.
 */
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

const SETUP = 9;
const COUNTDOWN = 13;
/** A setup compares with the close so many rows before; a countdown with the extreme so many before. */
const SETUP_BACK = 4;
const COUNTDOWN_BACK = 2;

/** What `phase` says. */
const NONE = 0;
const BUY_SETUP = 1;
const SELL_SETUP = 2;
const BUY_COUNTDOWN = 3;
const SELL_COUNTDOWN = 4;
const BUY_SETUP_PERFECT = 5;
const SELL_SETUP_PERFECT = 6;

/** A falling market is kept as it is and a rising one upside down, so that one set of rules serves both. */
class Sequential extends Stream {
  private readonly closes = new Ring(SETUP_BACK + 1);
  private readonly highs = new Ring(SETUP);
  private readonly lows = new Ring(SETUP);
  /** 1 while prices fall (a buy), −1 while they rise, 0 while nothing is counted. */
  private side = 0;
  /** The side of the row before. */
  private before = 0;
  private counting = false;
  private count = 0;
  /** The far end of the setup: above it a buy countdown is over, below it a sell countdown. */
  private limit = Number.NaN;

  constructor() {
    super(3);
  }

  next(high: number, low: number, close: number): number {
    const { closes } = this;
    closes.push(close);
    this.highs.push(high);
    this.lows.push(low);
    if (!closes.full) return this.say(Number.NaN, Number.NaN);
    const change = close - closes.ago(SETUP_BACK);
    const side = change < 0 ? 1 : change > 0 ? -1 : 0;
    const phase = this.counting ? this.countDown(close) : this.setUp(side);
    this.before = side;
    return phase;
  }

  private setUp(side: number): number {
    if (side !== this.side) this.stop();
    if (this.count === 0 && (side === 0 || this.before !== -side)) return this.say(NONE, 0);
    this.side = side;
    this.count++;
    if (this.count < SETUP) return this.say(side === 1 ? BUY_SETUP : SELL_SETUP, this.count);
    const perfect = this.isPerfect();
    this.limit = side * this.farEnd();
    this.counting = true;
    this.count = 0;
    if (side === 1) return this.say(perfect ? BUY_SETUP_PERFECT : BUY_SETUP, SETUP);
    return this.say(perfect ? SELL_SETUP_PERFECT : SELL_SETUP, SETUP);
  }

  private countDown(close: number): number {
    const { side } = this;
    const phase = side === 1 ? BUY_COUNTDOWN : SELL_COUNTDOWN;
    if (side * close <= this.near(COUNTDOWN_BACK)) {
      const count = ++this.count;
      if (count === COUNTDOWN) this.stop();
      return this.say(phase, count);
    }
    if (side * close > side * this.limit) this.stop();
    return this.say(NONE, 0);
  }

  /** The low of a row so many rows ago, of a rising market the high; upside down where prices rise. */
  private near(rows: number): number {
    return this.side === 1 ? this.lows.ago(rows) : -this.highs.ago(rows);
  }

  /** Whether the eighth or the ninth row goes beyond both the sixth and the seventh. */
  private isPerfect(): boolean {
    const before = Math.min(this.near(3), this.near(2));
    return this.near(1) < before || this.near(0) < before;
  }

  /** The highest high of a setup that falls; of one that rises the lowest low, upside down. */
  private farEnd(): number {
    let end = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < SETUP; i++) end = Math.max(end, this.side === 1 ? this.highs.ago(i) : -this.lows.ago(i));
    return end;
  }

  private stop(): void {
    this.side = 0;
    this.count = 0;
    this.counting = false;
  }

  private say(phase: number, count: number): number {
    this.out[1] = count;
    this.out[2] = this.limit;
    return phase;
  }
}

/**
 * DeMark's sequential: `phase` is 0 for nothing, 1 buy setup, 2 sell setup, 3 buy countdown, 4 sell countdown, 5 and 6
 * a setup whose last row makes it a perfect one; `count` is how far it is; `limit` the price that ends a countdown.
 */
export const sequential = defineIndicator({
  name: 'sequential',
  title: 'DeMark’s sequential',
  family: 'trend',
  inputs: ['high', 'low', 'close'],
  outputs: ['phase', 'count', 'limit'],
  parameters: [],
  warmUp: () => SETUP_BACK,
  create: () => new Sequential(),
  aliases: ['tdsequential', 'tomdemarksequential'],
});
