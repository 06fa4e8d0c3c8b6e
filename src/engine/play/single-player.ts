/**
 * Plays the bars of one instrument to one strategy: where most runs, and every sweep of them, spend their time.
 *
 * A bar on which nothing happens costs a comparison and the strategy's call. Time, price and marks are brought up to
 * date when somebody asks; the equity curve is made of spans during which neither cash nor quantity changed.
 */
import type { Deck } from '../deck.ts';
import type { BarFeed } from '../feeds/feed.ts';
import { meet } from './meet.ts';
import type { Position } from '../ledger/position.ts';

export class SinglePlayer {
  private readonly deck: Deck;
  private readonly feed: BarFeed;
  private readonly position: Position;
  /** Neither a future nor an option: what is held is worth its price. */
  private readonly isPlain: boolean;
  /** The row that is being played. */
  private row = 0;
  /** The row up to which time and marks are known. */
  private syncedRow = -1;
  /** Whether the slice before had a row that was played. */
  private hasBegun = false;
  private spanFrom = 0;
  private spanBase = 0;
  private spanSlope = 0;
  /** How often cash or quantity changed: one number that tells whether they did. */
  private changes = 0;

  constructor(deck: Deck, feed: BarFeed) {
    this.deck = deck;
    this.feed = feed;
    const { instrument, index } = feed.market;
    this.position = deck.ledger.positions[0][index];
    this.isPlain = instrument.future === undefined && instrument.option === undefined;
    this.spanBase = deck.ledger.equity();
  }

  /** Plays about `rows` rows; whether the slice is over. */
  play(rows: number): boolean {
    const { deck, feed } = this;
    const host = deck.hosts[0];
    const end = Math.min(feed.end, feed.next + rows);
    // Rows are counted from the start of the tape, the slice's from its own.
    const opens = firstRowAt(feed.time, deck.opensAt, feed.next, feed.end);
    const ready = Math.max(host.ready - feed.rowsBefore + feed.firstRow, opens);
    this.beginSpan(Math.max(feed.next, opens));
    let row = feed.next;
    while (row < end && deck.ruinedAt === undefined) {
      const to = Math.min(end, feed.fillFrom(row));
      if (row < ready) row = this.playRows(row, Math.min(ready, to), false);
      if (row < to && deck.ruinedAt === undefined) {
        host.warming = false;
        row = this.playRows(row, to, host.handlers.onBar !== undefined);
      }
    }
    this.sync();
    this.addSpan(row);
    deck.events += row - feed.next;
    if (row > feed.next) deck.endAt = feed.time[row - 1]!;
    feed.next = end;
    return end === feed.end || deck.ruinedAt !== undefined;
  }

  /**
   * The loop. A bar on which nothing happens moves the cursor and calls the strategy, no more: time, price and marks
   * are brought up to date by `sync` when somebody asks. Returns the row after the last one played.
   */
  private playRows(from: number, to: number, acts: boolean): number {
    const { deck, feed } = this;
    const { market, cursor, time } = feed;
    const { wakes, pending } = deck;
    const { handlers, bar, onlyCrosses } = deck.hosts[0];
    const checks = deck.account.isChecked;
    let { version } = wakes;
    let wakeRow = firstRowAt(time, wakes.next, from, to);
    let row = from;
    while (row < to) {
      const isQuiet = acts && row < wakeRow && market.count === 0;
      const quietTo = Math.min(to, wakeRow);
      const next = !isQuiet ? row : onlyCrosses ? this.playCrossings(row, quietTo) : this.playQuiet(row, quietTo);
      if (next > row) {
        row = next - 1;
      } else {
        if (row >= wakeRow) deck.wakeBefore(time[row]);
        if (market.count !== 0) {
          this.sync();
          this.row = row;
          meet(deck, feed, row);
          cursor.index = row;
          if (pending.length !== 0) deck.deliver();
        } else {
          cursor.index = row;
        }
        if (checks && deck.account.endsHere(time[row])) return row + 1;
        if (acts) handlers.onBar!(bar);
      }
      if (pending.length !== 0) deck.deliver();
      if (row >= wakeRow || wakes.version !== version) {
        if (time[row] === wakes.next) deck.wakeNow(time[row]);
        version = wakes.version;
        wakeRow = firstRowAt(time, wakes.next, row + 1, to);
      }
      row++;
    }
    return to;
  }

  /**
   * Plays bars for which nothing waits, up to the first after which something does, or on which the account has to be
   * looked at: the loop in which runs spend their time. Returns the row after the last one played.
   */
  private playQuiet(from: number, to: number): number {
    const { cursor, market, columns } = this.feed;
    const { account, wakes, pending, hosts } = this.deck;
    const { handlers, bar } = hosts[0];
    const { version } = wakes;
    const { changes } = this;
    const isWatched = account.isChecked && this.spanSlope !== 0;
    // Whole numbers in a register: a parameter would be unpacked for each bar.
    const end = to | 0;
    let row = from | 0;
    do {
      if (isWatched && !this.isSafe(columns.close[row])) return row;
      cursor.index = row++;
      handlers.onBar!(bar);
    } while (
      row < end &&
      market.count === 0 &&
      pending.length === 0 &&
      wakes.version === version &&
      this.changes === changes
    );
    return row;
  }

  /** The same for a strategy that only waits for crossings: from one to the next. */
  private playCrossings(from: number, to: number): number {
    const { cursor, market } = this.feed;
    const { account, wakes, pending, hosts } = this.deck;
    const { crossings } = hosts[0];
    // What is in trouble with every price has to be looked at with every price.
    if (account.isChecked && this.spanSlope !== 0) return this.playQuiet(from, to);
    const { version } = wakes;
    const { changes } = this;
    let row = from;
    while (row < to) {
      cursor.index = row++;
      for (let i = 0; i < crossings.length; i++) crossings[i].look();
      if (market.count !== 0 || pending.length !== 0 || wakes.version !== version) return row;
      if (account.isChecked && this.changes !== changes) return row;
      let next = to;
      for (let i = 0; i < crossings.length; i++) next = Math.min(next, crossings[i].nextRow);
      row = next;
      cursor.index = row - 1;
    }
    return row;
  }

  /** Whether neither ruin nor a margin call can come of this price: what is not sure is left to `AccountCheck`. */
  private isSafe(price: number): boolean {
    const { spanBase, spanSlope, position, isPlain } = this;
    const { margin } = this.deck.conventions;
    const worth = spanSlope * price;
    const equity = spanBase + worth;
    // What the ledger sums in another order may differ by as much as rounding.
    if (!isPlain || !(equity > 1e-9 * (Math.abs(spanBase) + Math.abs(worth)))) return false;
    if (!margin.calls) return true;
    const perUnit = margin.keptPerUnit?.(this.feed.market.instrument, Math.sign(spanSlope), price) ?? Number.NaN;
    return equity > perUnit * Math.abs(position.quantity) * (1 + 1e-9);
  }

  /** Brings time and marks up to the row the cursor is on. */
  sync(): void {
    const { deck, feed } = this;
    const row = feed.cursor.index;
    if (row === this.syncedRow || row < 0) return;
    this.syncedRow = row;
    this.row = row;
    const { market } = feed;
    const price = feed.columns.close[row];
    deck.ledger.marks[market.index] = price;
    market.last = price;
    market.lastAt = feed.time[row]!;
    deck.at = market.lastAt;
  }

  /** Another slice is about to be loaded: rows are counted anew. */
  beginSlice(): void {
    this.sync();
    this.hasBegun = this.syncedRow >= 0;
    this.syncedRow = -1;
  }

  /** It is loaded: what was known of the row before it is known still, and a split since then is not undone. */
  goOn(): void {
    if (this.hasBegun) this.syncedRow = this.feed.cursor.index;
  }

  /** What happens now comes after the row that was played last, and before the next. */
  passRow(): void {
    this.row = this.feed.cursor.index + 1;
  }

  private beginSpan(row: number): void {
    this.spanFrom = row;
    this.takeSpan();
  }

  /** Cash or quantity changed: what follows is valued anew. */
  takeSpan(): void {
    const { position } = this;
    const slope = position.quantity * position.units.multiplier;
    const paid = position.units.isFuture && slope !== 0 ? slope * position.averagePrice : 0;
    this.changes++;
    this.spanSlope = slope;
    this.spanBase = this.deck.ledger.cashValue() - paid;
  }

  /** Values the rows before `to` at what cash and quantity were until now. */
  addSpan(to = this.row): void {
    if (to <= this.spanFrom) return;
    const { time, close } = this.feed.columns;
    this.deck.equity.addSpan(time, close, this.spanFrom, to, this.spanBase, this.spanSlope, this.deck.isWhole);
    this.spanFrom = to;
  }
}

/** First row from `from` on whose time is at or after `at`; `to` when there is none. */
function firstRowAt(time: Float64Array, at: number, from: number, to: number): number {
  if (at === Infinity) return to;
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
