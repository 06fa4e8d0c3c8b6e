/**
 * The tape of a session at the present time: what a feed delivers becomes inputs, history comes before it, and a hole that
 * a break left is filled before what came after it.
 */
import {
  Inbox,
  type AmendedRow,
  type FeedSink,
  type LiveFeed,
  type MarketInput,
  type MarketRow,
} from '../../engine/live/index.ts';
import { MINUTE } from '../../time/instant.ts';
import type { SessionClock } from './clock.ts';

export interface LiveTapeEvents {
  /** Takes an input into the session. */
  readonly take: (input: MarketInput) => void;
  /** What was missed is about to be taken: none of it may be acted upon. */
  readonly beforeHole: () => void;
  /** What a person may want to know: breaks, holes, silence. */
  readonly notice: (text: string) => void;
  /** An exchange halts a symbol, or lets it trade again. */
  readonly status: (symbol: string, state: 'halted' | 'trading', reason: string) => void;
  /** What the session has taken is otherwise. */
  readonly amend: (row: AmendedRow) => void;
  /** Between which prices an exchange lets a symbol trade from now on. */
  readonly band: (symbol: string, up: number, down: number) => void;
  /** The feed is gone for good. */
  readonly locked: (reason: string) => void;
}

export class LiveTape implements FeedSink {
  readonly inbox: Inbox;
  isUp = false;
  /** Breaks of the feed since the session began. */
  breaks = 0;
  private readonly feed: LiveFeed;
  private readonly clock: SessionClock;
  private readonly events: LiveTapeEvents;
  /** What waits for what came before it. */
  private held: (() => void)[] | undefined;
  /** The newest band of each symbol that the session knows. */
  private readonly bands = new Map<string, string>();
  /** Symbols of which a price that is none was told. */
  private readonly bad = new Set<string>();
  private newestStamp = -Infinity;
  private downAt = Number.NaN;
  private isFlushing = false;

  /** Of `futures` prices may be nought and below. */
  constructor(feed: LiveFeed, clock: SessionClock, events: LiveTapeEvents, futures?: ReadonlySet<string>) {
    this.inbox = new Inbox(undefined, futures);
    this.feed = feed;
    this.clock = clock;
    this.events = events;
  }

  /**
   * Takes what was between two instants and is not known yet; returns how many rows. In a hole, bars that are known may have
   * been told anew while nobody listened.
   */
  async fill(from: number, to: number, isHole = false): Promise<number> {
    let rows = 0;
    for (const input of await this.feed.history(from, to)) {
      const news = input.rows.filter((row) => this.inbox.add(row, input.at, this.clock.now()));
      rows += news.length;
      this.takeAll(input.at);
      for (const row of isHole ? input.rows : []) {
        if (row[0] === 'bar' && !news.includes(row) && this.inbox.amend(row, this.clock.now())) this.events.amend(row);
      }
    }
    return rows;
  }

  /** Listens, and takes the newest quote of everything that is quoted. */
  async connect(): Promise<void> {
    await this.feed.connect(this);
    for (const [row, stamp] of await this.feed.latest()) this.row(row, stamp);
  }

  row(row: MarketRow, stamp: number, id?: string): void {
    if (this.held !== undefined) {
      this.held.push(() => this.row(row, stamp, id));
      return;
    }
    const { bad } = this.inbox.counts;
    const isNews = this.inbox.add(row, stamp, this.clock.now(), id);
    if (this.inbox.counts.bad > bad) this.tellBad(row);
    if (!isNews) return;
    this.newestStamp = Math.max(this.newestStamp, stamp);
    this.flushSoon();
  }

  /** Once of each symbol: how often is in the summary of the day. */
  private tellBad(row: MarketRow): void {
    const [kind, symbol] = row;
    if (this.bad.has(symbol)) return;
    this.bad.add(symbol);
    this.events.notice(
      `prices: a ${kind} of ${symbol} has a price that is none, and is not taken: ${row.slice(2).join(' ')}`,
    );
  }

  /** What one read of the socket brings is taken together. */
  private flushSoon(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    setImmediate(() => this.flush());
  }

  status(symbol: string, state: 'halted' | 'trading', reason: string): void {
    this.events.status(symbol, state, reason);
  }

  amend(row: AmendedRow): void {
    if (this.held !== undefined) {
      this.held.push(() => this.amend(row));
      return;
    }
    if (!this.inbox.amend(row, this.clock.now())) {
      if (this.inbox.waiting > 0) this.flushSoon();
      return;
    }
    // What came before it is taken before it.
    this.flush();
    this.events.amend(row);
  }

  band(symbol: string, up: number, down: number): void {
    const text = `${up} ${down}`;
    if (this.bands.get(symbol) === text) return;
    this.bands.set(symbol, text);
    this.events.band(symbol, up, down);
  }

  state(state: 'up' | 'down' | 'locked', reason: string): void {
    if (state === 'locked') {
      this.isUp = false;
      this.events.locked(reason);
    } else if (state === 'down') {
      if (this.isUp) {
        this.breaks++;
        this.downAt = this.clock.now();
        this.events.notice(`prices: ${reason}`);
      }
      this.isUp = false;
    } else {
      const wasBroken = this.downAt === this.downAt;
      const from = this.downAt - 2 * MINUTE;
      this.isUp = true;
      this.downAt = Number.NaN;
      if (wasBroken) void this.fillHole(from, reason);
    }
  }

  close(): void {
    this.feed.close();
  }

  private flush(): void {
    this.isFlushing = false;
    // A row is never taken before it was true, whatever the two clocks say.
    this.takeAll(Math.max(this.clock.now(), this.newestStamp));
  }

  /** Takes what waits. Bars of one series are a microsecond apart, so that the session's tape tells their instants apart. */
  private takeAll(from: number): void {
    for (let at = from; this.inbox.waiting > 0; at++) {
      const input = this.inbox.take(at);
      if (input !== undefined) this.events.take(input);
    }
  }

  private async fillHole(from: number, reason: string): Promise<void> {
    if (this.held !== undefined) return;
    this.held = [];
    try {
      this.events.beforeHole();
      // Where nobody listened the session has forgotten them.
      this.bands.clear();
      const rows = await this.fill(from, this.clock.now(), true);
      this.events.notice(`prices: ${reason} again, ${rows} bars were missed and are taken now`);
    } catch (error) {
      this.events.notice(
        `prices: what was missed cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      const { held } = this;
      this.held = undefined;
      for (const each of held) each();
    }
  }
}
