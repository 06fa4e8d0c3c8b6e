/**
 * Plays several feeds as one sequence: bars of many instruments, quotes, trades, for any number of strategies.
 *
 * What happens at one instant is one step: all data of the instant first, then fills, then strategies.
 */
import type { Deck } from '../deck.ts';
import { BarFeed } from '../feeds/feed.ts';
import type { Feed } from '../feeds/row-feed.ts';
import { QuoteFeed, TradeFeed } from '../feeds/feeds.ts';
import { meet } from './meet.ts';
import { MergeOrder } from './merge-order.ts';
import { mostWorth, takeOptionQuote } from '../options/quotes.ts';
import { countVolume } from '../options/volume.ts';
import type { Market } from '../sim/market.ts';
import { freesCash } from '../sim/queue.ts';

export class MergedPlayer {
  private readonly deck: Deck;
  /** Bars of the present instant whose markets have working orders. */
  private readonly meetings: { readonly feed: BarFeed; readonly row: number }[] = [];
  private nextEquityAt = -Infinity;
  /** The sequence where the last step stopped: beginning one looks at all feeds, of which there may be a hundred thousand. */
  private order: MergeOrder | undefined;
  /** The newest that was begun, to begin again with where it fits. */
  private used: MergeOrder | undefined;
  /** The feeds that `order` is of. */
  private ordered: readonly Feed[] = [];

  constructor(deck: Deck) {
    this.deck = deck;
  }

  /** Plays about `rows` rows; whether the slice is over. */
  play(rows: number): boolean {
    const { deck } = this;
    const { wakes, pending } = deck;
    const { active } = deck.loader;
    if (active.length === 0) return true;
    const { packages } = deck.venue;
    const { memory } = deck.orders.gate;
    const paused = this.order;
    // A tape that was cut or loaded in between begins anew.
    const isSame = paused !== undefined && this.ordered === active && paused.first.nextAt === paused.nextAt;
    const order = isSame ? paused : this.orderOf(active);
    this.ordered = active;
    this.order = undefined;
    for (;;) {
      const at = order.nextAt;
      if (at === Infinity) return true;
      if (rows <= 0) {
        this.order = order;
        return false;
      }
      if (at < deck.endAt && this.isStale(order.first, at)) {
        order.first.next++;
        deck.late++;
        order.advance();
        continue;
      }
      if (at > wakes.next) deck.wakeBefore(at);
      deck.at = at;
      deck.venue.setNow(at);
      let bars = false;
      let news = false;
      do {
        const feed = order.first;
        if (feed instanceof BarFeed && feed.isDerived) {
          feed.cursor.index = feed.next++;
          order.advance();
          continue;
        }
        news = true;
        if (feed instanceof BarFeed) {
          bars = true;
          const row = feed.next++;
          if (feed.market.count !== 0 && feed.executes && !feed.market.quoted) this.meetings.push({ feed, row });
          else this.stepBar(feed, row);
        } else if (feed instanceof QuoteFeed) this.stepQuote(feed, at);
        else if (feed instanceof TradeFeed) this.stepTrade(feed, at);
        order.advance();
        rows--;
      } while (order.nextAt === at);
      if (this.meetings.length !== 0) this.meetAll();
      if (bars) deck.pairs.settle();
      if (packages !== undefined && packages.waiting.length !== 0) packages.match(at);
      if (pending.length !== 0) deck.deliver();
      if (bars) {
        if (deck.account.isChecked && deck.account.endsHere(at)) return true;
        this.callStrategies();
      } else if (news && at >= this.nextEquityAt && deck.account.isChecked && deck.account.endsHere(at)) {
        return true;
      }
      if (news) deck.endAt = at;
      if (news && memory !== undefined) memory.instant(at);
      if (at === wakes.next) deck.wakeNow(at);
      if (at >= deck.opensAt && (bars || (news && at >= this.nextEquityAt))) {
        deck.equity.add(at, deck.ledger.equity());
        // Between bars, quotes and trades mark the account once a minute.
        this.nextEquityAt = at + 60_000_000;
      }
    }
  }

  private orderOf(feeds: readonly Feed[]): MergeOrder {
    if (this.used?.fits(feeds.length) === true) this.used.restart(feeds);
    else this.used = new MergeOrder(feeds);
    return this.used;
  }

  /** A quote older than one that its market has seen is no news: it changes nothing and is shown to nobody. */
  private isStale(feed: Feed, at: number): boolean {
    return feed instanceof QuoteFeed && at < feed.market.quotedAt;
  }

  /** Bars of one instant meet their orders: first those at whose open a sale pays for what is bought at the others. */
  private meetAll(): void {
    const meetings = this.meetings.splice(0);
    const frees = meetings.map(({ feed }) => freesCash(feed.market, this.deck.ledger));
    for (const first of [true, false]) {
      for (const [index, { feed, row }] of meetings.entries()) if (frees[index] === first) this.stepBar(feed, row);
    }
  }

  private stepBar(feed: BarFeed, row: number): void {
    const { market } = feed;
    feed.cursor.index = row;
    this.deck.events++;
    if (!feed.executes) return;
    const { at, hours } = this.deck;
    if (market.countsVolume) countVolume(market, hours[market.index], at, feed.columns.volume[row], false);
    if (market.count !== 0 && !market.quoted) meet(this.deck, feed, row);
    const price = feed.columns.close[row];
    if (price !== price) return;
    this.mark(market, price, at);
    this.deck.pairs.markClose(market.index, price);
  }

  private stepQuote(feed: QuoteFeed, at: number): void {
    const row = feed.next++;
    const { columns, market } = feed;
    this.deck.events++;
    const bid = columns.bid[row];
    const ask = columns.ask[row];
    let middle = (bid + ask) / 2;
    market.bid = bid;
    market.ask = ask;
    const isFirst = !(market.quotedAt <= at);
    market.quotedAt = at;
    if (market.instrument.option !== undefined) {
      if (isFirst) this.deck.chains.appear(market);
      const { ledger, conventions } = this.deck;
      const contract = ledger.options!.of(market.index);
      const most = mostWorth(contract, ledger.marks[contract.underlying]);
      middle = takeOptionQuote(market, bid, ask, ledger.marks[market.index], most, conventions.options);
    }
    market.bidSize = columns.bidSize[row]!;
    market.askSize = columns.askSize[row]!;
    this.deck.venue.onQuote(market, at);
    if (middle === middle) {
      this.mark(market, middle, at);
      this.deck.pairs.mark(market.index, middle);
    }
    for (const host of this.deck.hosts) {
      if (host.handlers.onQuote === undefined) continue;
      host.warming &&= !this.deck.isReady(host);
      feed.at(row);
      host.handlers.onQuote(feed.quote);
    }
  }

  private stepTrade(feed: TradeFeed, at: number): void {
    const row = feed.next++;
    const { columns, market } = feed;
    this.deck.events++;
    const price = columns.price[row];
    if (market.countsVolume) countVolume(market, this.deck.hours[market.index], at, columns.size[row], true);
    market.printLeft = columns.size[row]!;
    this.deck.venue.onTrade(market, at, price, columns.size[row]);
    if (!market.quoted) {
      market.printBefore = market.last;
      this.mark(market, price, at);
      this.deck.pairs.mark(market.index, price);
    }
    for (const host of this.deck.hosts) {
      if (host.handlers.onTrade === undefined) continue;
      host.warming &&= !this.deck.isReady(host);
      feed.at(row);
      host.handlers.onTrade(feed.print);
    }
  }

  private mark(market: Market, price: number, at: number): void {
    this.deck.ledger.marks[market.index] = price;
    market.last = price;
    market.lastAt = at;
  }

  private callStrategies(): void {
    for (const host of this.deck.hosts) {
      if (host.handlers.onBar === undefined) continue;
      if (host.warming && !this.deck.isReady(host)) continue;
      host.warming = false;
      host.handlers.onBar(host.bar);
      if (this.deck.pending.length !== 0) this.deck.deliver();
    }
  }
}
