/**
 * The deck: plays a tape to strategies.
 *
 * It wires tape, venue, gate, ledger and journal, and walks the tape once: each event meets the venue first, then
 * the strategies, whose intents go through the gate to the venue. Nothing here waits, and nothing here knows the time
 * but from the tape. What happens at one instant happens in this order: corporate actions, market data of all
 * instruments, fills, strategies, timers.
 */
import { assert } from '../base/assert.ts';
import { Fault } from '../base/fault.ts';
import { Random } from '../base/random.ts';
import type { Calendar } from '../time/calendar.ts';
import { calendar as calendarOf } from '../time/calendars.ts';
import { formatTimeFrame, parseTimeFrame } from '../time/time-frame.ts';
import type { CorporateAction } from '../market/actions.ts';
import type { TapeInfo, TapeSlice } from '../market/tape.ts';
import { applyAction } from './actions.ts';
import { makeContext, type ContextDeck, type Host } from './context.ts';
import { checkHandlers } from './handlers.ts';
import { EquityCurve } from './equity.ts';
import { Excursions, type PlayedSplit } from './excursions.ts';
import { BarFeed, type Feed } from './feed.ts';
import { DerivedFeed, sourceOf } from './derived-feed.ts';
import { makeFeeds, QuoteFeed, TradeFeed, type StreamShape } from './feeds.ts';
import { Gate, type Control, type GateView, type Refusal } from './gate.ts';
import { HostedAsset } from './host.ts';
import { calendarHours } from './hours.ts';
import { ENTRY, Journal } from './journal.ts';
import { Ledger } from './ledger.ts';
import { tradable, warmedUp, wellFormed } from './limits/format.ts';
import { onlyReduces } from './limits/reduces.ts';
import type { Line } from './line.ts';
import { MergeOrder } from './merge-order.ts';
import { Order, ORDER_TYPES, TIMES_IN_FORCE, type OrderIntent } from './order.ts';
import { tie } from './order-groups.ts';
import { resolveParameters } from './parameters.ts';
import { alwaysOpen, type MarketHours, type OrderChange } from './ports.ts';
import { buildResult } from './build-result.ts';
import type { RunResult } from './result.ts';
import { honest, type Conventions } from './sim/conventions.ts';
import { borrowControl } from './sim/financing.ts';
import type { Market } from './sim/market.ts';
import { SimulatedVenue, type VenueListener } from './sim/venue.ts';
import { restoreDeck, saveDeck, type DeckParts, type DeckState } from './state/state.ts';
import type { AnyStrategy, Bar } from './strategy.ts';
import { Tracer, type TraceWindow } from './trace.ts';
import { Treasury } from './treasury.ts';
import { Universe, type Membership } from './universe.ts';
import { Wakes } from './wakes.ts';

export interface DeckOptions {
  readonly tape: TapeInfo;
  /** What the tape consists of: needed before its first row. */
  readonly streams: readonly StreamShape[];
  /** Rows on the tape, when known. */
  readonly rows?: number;
  readonly strategies: readonly {
    readonly definition: AnyStrategy;
    readonly parameters?: Readonly<Record<string, unknown>>;
  }[];
  readonly cash: number;
  readonly currency?: string;
  readonly conventions?: Conventions;
  /** Controls of the gate, after those every order passes. */
  readonly controls?: readonly Control[];
  /** Calendar of each instrument by name; left out, markets never close. */
  readonly calendarOf?: (name: string) => Calendar;
  readonly seed?: number;
  /** Dated membership; left out, every instrument always belongs. */
  readonly universe?: readonly Membership[];
  /** Fixed rates, base currency per unit of another, where no currency pair on the tape gives them. */
  readonly rates?: Readonly<Record<string, number>>;
  /** Goes on from here: what `saveState` gave. The tape then begins after it, and `cash` is only what was started with. */
  readonly restore?: DeckState;
  /** Records what strategies saw in this window: see `trace.ts`. */
  readonly trace?: TraceWindow;
}

export class Deck implements ContextDeck, VenueListener {
  readonly ledger: Ledger;
  readonly journal = new Journal();
  readonly venue: SimulatedVenue;
  readonly conventions: Conventions;
  readonly markets: readonly Market[];
  readonly hosts: readonly Host[];
  readonly tape: TapeInfo;
  readonly hours: readonly MarketHours[];
  /** Counts by outcome. */
  readonly counts = { submitted: 0, filled: 0, canceled: 0, expired: 0, rejected: 0, refused: 0 };
  readonly equity: EquityCurve;
  readonly excursions = new Excursions();
  private readonly splits: PlayedSplit[] = [];
  /** Instruments by the names they got on the way. */
  private readonly renamed = new Map<string, number>();
  events = 0;
  startAt = Number.NaN;
  endAt = Number.NaN;
  ruinedAt: number | undefined;
  private readonly gate: Gate;
  /** Feeds of bars. */
  readonly feeds: BarFeed[];
  readonly wakes = new Wakes();
  /** Only where a trace was asked for. */
  readonly tracer: Tracer | undefined;
  readonly seed: number;
  private readonly allFeeds: Feed[];
  private readonly history: number;
  private readonly treasury: Treasury;
  private readonly universe: Universe;
  private isSetUp = false;
  private readonly delisted: Uint8Array;
  private readonly hasFutures: boolean;
  private readonly calendars: readonly (Calendar | undefined)[];
  private readonly view: { -readonly [K in keyof GateView]: GateView[K] };
  /** Bars of the present instant whose markets have working orders. */
  private readonly meetings: { readonly feed: BarFeed; readonly row: number }[] = [];
  private readonly pending: { host: Host; fill: () => void }[] = [];
  private readonly isSingle: boolean;
  /** For each instrument the cash account whose rate its price sets, or −1; and whether the price is inverted. */
  private readonly rateOf: Int32Array;
  private readonly rateInverted: Uint8Array;
  /** The tape is one slice, whose columns outlive the run. */
  private isWhole = true;
  private hasSlice = false;
  private at = -Infinity;
  private restoredAt: number | undefined;
  /** The highest value in the runs that this one goes on from. */
  private peakBefore = -Infinity;
  private row = 0;
  /** The row of the single feed up to which time and marks are known. */
  private syncedRow = -1;
  private nextEquityAt = -Infinity;
  private spanFrom = 0;
  private spanBase = 0;
  private spanSlope = 0;

  constructor(options: DeckOptions) {
    const { tape } = options;
    assert(tape.instruments.length > 0, 'a tape has at least one instrument');
    this.tape = tape;
    this.seed = options.seed ?? 1;
    this.conventions = options.conventions ?? honest;
    this.ledger = new Ledger(
      tape.instruments,
      options.currency ?? tape.instruments[0]!.currency,
      options.cash,
      options.strategies.length,
      otherCurrencies(options),
    );
    this.calendars = tape.instruments.map((instrument) => options.calendarOf?.(instrument.calendar));
    const hoursOf = new Map<Calendar, MarketHours>();
    this.hours = this.calendars.map((calendar) => {
      if (calendar === undefined) return alwaysOpen;
      const known = hoursOf.get(calendar) ?? calendarHours(calendar);
      hoursOf.set(calendar, known);
      return known;
    });
    this.venue = new SimulatedVenue(tape.instruments, this.conventions, this.ledger, this.journal, this, this.hours);
    this.markets = this.venue.markets;
    this.hasFutures = tape.instruments.some(({ future }) => future !== undefined);
    this.delisted = new Uint8Array(tape.instruments.length);
    this.equity = new EquityCurve(this.ledger.startingCash, this.hours[0]!);
    const peak = (): number => this.peak();
    this.view = {
      ledger: this.ledger,
      now: 0,
      units: 0,
      mark: 0,
      warming: true,
      tradable: true,
      workingOrders: 0,
      get peak() {
        return peak();
      },
    };
    const history = Math.max(1000, ...options.strategies.map(({ definition }) => definition.history ?? 1000));
    this.allFeeds = makeFeeds(options.streams, this.markets, history);
    this.feeds = this.allFeeds.filter((feed) => feed instanceof BarFeed);
    this.history = history;
    [this.rateOf, this.rateInverted] = this.findRates();
    const { ledger, journal, conventions } = this;
    this.treasury = new Treasury(ledger, journal, conventions, options.rates ?? {}, [...this.rateOf]);
    this.treasury.checkDividends(tape.actions);
    this.universe = new Universe(tape.instruments, options.universe);
    this.gate = new Gate([
      warmedUp,
      tradable,
      // A quantity worked out without a rate is not a number: the missing rate is what must be said.
      ...(ledger.cash.length > 1 ? [this.treasury.control] : []),
      wellFormed,
      ...(this.universe.isDated ? [this.universe.control] : []),
      ...(tape.instruments.some((each) => conventions.financing.borrowable(each) < Infinity)
        ? [borrowControl(conventions.financing)]
        : []),
      ...(options.controls ?? []),
    ]);
    this.universe.start(this.wakes, (added, removed, at) => this.changeUniverse(added, removed, at));
    this.treasury.start(this.wakes, this.hours[0]!, (work) => this.aside(work), options.restore?.rolledAt ?? undefined);
    const begun = options.restore?.at ?? -Infinity;
    for (const action of [...tape.actions].sort((a, b) => a.at - b.at)) {
      // Half a microsecond early: instants are whole, so nothing of the action's own instant comes before it.
      if (!(action.at <= begun)) this.wakes.at(action.at - 0.5, () => this.act(action));
    }
    const hosts: Host[] = [];
    this.hosts = hosts;
    this.tracer = options.trace === undefined ? undefined : new Tracer(options.trace, this);
    for (const [index, { definition, parameters }] of options.strategies.entries()) {
      hosts.push(this.host(definition, parameters ?? {}, index));
    }
    this.isSetUp = true;
    this.tracer?.listen();
    this.isSingle =
      this.allFeeds.length === 1 && this.feeds.length === 1 && this.hosts.length === 1 && ledger.cash.length === 1;
    if (options.restore !== undefined) this.restore(options.restore);
    this.spanBase = this.ledger.equity();
  }

  /**
   * All that a later run needs to go on as if this one had never stopped, as plain data. Call it between slices or
   * after `finish`, unless the conventions close positions at the end.
   */
  saveState(): DeckState {
    this.sync();
    return saveDeck(this.parts());
  }

  private restore(state: DeckState): void {
    restoreDeck(state, this.parts());
    this.restoredAt = state.at;
    this.peakBefore = state.peak;
    this.at = state.at;
    this.markets.forEach((market, index) => {
      if (market.symbol !== market.instrument.symbol) this.renamed.set(market.symbol, index);
      for (const { type, activeAt } of market.working) {
        if (market.quoted && type.endsWith('on-close'))
          this.wakes.at(activeAt, (due) => this.venue.onClose(market, due));
      }
    });
  }

  private parts(): DeckParts {
    const { at, hosts, allFeeds: feeds, ledger, venue, gate, universe, treasury, delisted } = this;
    return { at, hosts, feeds, ledger, venue, gate, universe, treasury, delisted, peak: this.peak() };
  }

  /** The lines that strategies follow, by feed: for charts and explanations. */
  get lines(): readonly { readonly feed: BarFeed; readonly lines: readonly Line[] }[] {
    return this.feeds.map((feed) => {
      feed.complete();
      return { feed, lines: feed.followedLines };
    });
  }

  /** Sentences of everything that was assumed. */
  get assumptions(): readonly string[] {
    return [...this.gate.sentences, ...this.treasury.sentences, ...this.universe.sentences];
  }

  // ---- playing -------------------------------------------------------------------------------------------------

  /** Plays one slice. `whole` says that it is the entire tape, and that indicators may be computed in one go. */
  play(slice: TapeSlice, whole = true): void {
    // One step without end plays everything.
    this.playInSteps(slice, whole).next();
  }

  /**
   * Plays one slice in steps of about `rows()` rows, for who must look up in between: to show how far it is, or to
   * stop. The results are those of `play`, bit for bit.
   */
  *playInSteps(slice: TapeSlice, whole = true, rows: () => number = () => Infinity): Generator<void> {
    if (this.ruinedAt !== undefined) return;
    this.isWhole = whole;
    this.sync();
    this.syncedRow = -1;
    // The slice before is still there, and only now is it sure that nothing of it closes any more.
    if (this.hasSlice) this.lookBack();
    this.hasSlice = true;
    this.load(slice, whole);
    for (;;) {
      const isOver = this.isSingle ? this.playBars(this.feeds[0]!, rows()) : this.playMerged(rows());
      if (isOver) break;
      yield;
    }
  }

  /** Ends the tape after the last row played: what comes after it is as if it did not exist. */
  cut(): void {
    for (const feed of this.allFeeds) feed.end = feed.next;
  }

  /** Lets go of lines, journal and trades, when nobody will look at them again; for runs that follow each other. */
  release(): void {
    for (const feed of this.feeds) feed.release();
    this.journal.release();
    this.ledger.trades.release();
  }

  /** Ends the run: closes what the conventions close, and returns what happened. */
  finish(): RunResult {
    this.closeAtEnd();
    this.deliver();
    for (const host of this.hosts) host.handlers.onEnd?.();
    for (const feed of this.feeds) feed.complete();
    this.lookBack();
    return buildResult(this);
  }

  /** Plays one instrument's bars: what most runs, and every sweep of them, spend their time in. */
  private playBars(feed: BarFeed, rows: number): boolean {
    const host = this.hosts[0]!;
    const end = Math.min(feed.end, feed.next + rows);
    // Rows are counted from the start of the tape, the slice's from its own.
    const ready = host.ready - feed.rowsBefore + feed.firstRow;
    this.beginSpan(feed.next);
    let row = feed.next;
    while (row < end && this.ruinedAt === undefined) {
      const to = Math.min(end, feed.fillFrom(row));
      if (row < ready) row = this.playRows(feed, row, Math.min(ready, to), false);
      if (row < to && this.ruinedAt === undefined) {
        host.warming = false;
        row = this.playRows(feed, row, to, host.handlers.onBar !== undefined);
      }
    }
    this.sync();
    this.addSpan(feed, row);
    this.count(feed, row);
    feed.next = end;
    return end === feed.end || this.ruinedAt !== undefined;
  }

  /**
   * The loop. A bar on which nothing happens moves the cursor and calls the strategy, no more: time, price and marks
   * are brought up to date by `sync` when somebody asks. Returns the row after the last one played.
   */
  private playRows(feed: BarFeed, from: number, to: number, acts: boolean): number {
    const { market, cursor, time } = feed;
    const { working } = market;
    const { wakes, pending } = this;
    const { handlers, bar } = this.hosts[0]!;
    const checks = this.checksEveryBar();
    let { version } = wakes;
    let wakeRow = firstRowAt(time, wakes.next, from, to);
    for (let row = from; row < to; row++) {
      if (row >= wakeRow) this.wakeBefore(time[row]!);
      if (working.length !== 0) {
        this.meet(feed, row);
        cursor.index = row;
        if (pending.length !== 0) this.deliver();
      } else {
        cursor.index = row;
      }
      if (checks && this.endsHere(time[row]!)) return row + 1;
      if (acts) {
        handlers.onBar!(bar);
        if (pending.length !== 0) this.deliver();
      }
      if (row >= wakeRow || wakes.version !== version) {
        if (time[row] === wakes.next) this.wakeNow(time[row]!);
        version = wakes.version;
        wakeRow = firstRowAt(time, wakes.next, row + 1, to);
      }
    }
    return to;
  }

  /** A bar meets the orders that rest in its market. */
  private meet(feed: BarFeed, row: number): void {
    const { market } = feed;
    const { time, openTime, open, high, low, close, volume } = feed.columns;
    this.sync();
    this.row = row;
    const openAt = openTime[row]!;
    const at = time[row]!;
    const auctions = market.eager > 0;
    this.venue.onBar(
      market,
      openAt,
      at,
      open[row]!,
      high[row]!,
      low[row]!,
      close[row]!,
      volume[row]!,
      !auctions || this.isFirst(market.index, feed, row),
      !auctions || this.isLast(market.index, openAt, at),
    );
  }

  /** Brings time and marks up to the row the cursor is on. Where feeds are merged they always are. */
  sync(): void {
    if (!this.isSingle) return;
    const feed = this.feeds[0]!;
    const row = feed.cursor.index;
    if (row === this.syncedRow || row < 0) return;
    this.syncedRow = row;
    this.row = row;
    const { market } = feed;
    const price = feed.columns.close[row]!;
    this.ledger.marks[market.index] = price;
    market.last = price;
    market.lastAt = feed.time[row]!;
    this.at = market.lastAt;
  }

  /** The loop for everything else: feeds are merged by time, and one instant is one step. */
  private playMerged(rows: number): boolean {
    const { allFeeds, wakes, pending } = this;
    const order = new MergeOrder(allFeeds);
    for (;;) {
      const at = order.nextAt;
      if (at === Infinity) return true;
      if (rows <= 0) return false;
      if (at > wakes.next) this.wakeBefore(at);
      this.at = at;
      this.venue.setNow(at);
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
          if (feed.market.working.length !== 0 && feed.executes && !feed.market.quoted)
            this.meetings.push({ feed, row });
          else this.stepBar(feed, row);
        } else if (feed instanceof QuoteFeed) this.stepQuote(feed, at);
        else if (feed instanceof TradeFeed) this.stepTrade(feed, at);
        order.advance();
        rows--;
      } while (order.nextAt === at);
      if (this.meetings.length !== 0) this.meetAll();
      if (pending.length !== 0) this.deliver();
      if (bars) {
        if (this.checksEveryBar() && this.endsHere(at)) return true;
        this.callStrategies();
      } else if (news && at >= this.nextEquityAt && this.checksEveryBar() && this.endsHere(at)) {
        return true;
      }
      if (news) this.endAt = at;
      if (at === wakes.next) this.wakeNow(at);
      if (bars || (news && at >= this.nextEquityAt)) {
        this.equity.add(at, this.ledger.equity());
        // Between bars, quotes and trades mark the account once a minute.
        this.nextEquityAt = at + 60_000_000;
      }
    }
  }

  /** Bars of one instant meet their orders: first those at whose open a sale pays for what is bought at the others. */
  private meetAll(): void {
    const meetings = this.meetings.splice(0);
    const frees = meetings.map(({ feed }) => this.venue.freesCash(feed.market));
    for (const first of [true, false]) {
      for (const [index, { feed, row }] of meetings.entries()) if (frees[index] === first) this.stepBar(feed, row);
    }
  }

  private stepBar(feed: BarFeed, row: number): void {
    const { market } = feed;
    feed.cursor.index = row;
    this.events++;
    if (!feed.executes) return;
    if (market.working.length !== 0 && !market.quoted) this.meet(feed, row);
    const price = feed.columns.close[row]!;
    if (price === price) this.mark(market, price, this.at);
  }

  private stepQuote(feed: QuoteFeed, at: number): void {
    const row = feed.next++;
    const { columns, market } = feed;
    this.events++;
    const bid = columns.bid[row]!;
    const ask = columns.ask[row]!;
    market.bid = bid;
    market.ask = ask;
    market.bidSize = columns.bidSize[row]!;
    market.askSize = columns.askSize[row]!;
    this.venue.onQuote(market, at);
    const middle = (bid + ask) / 2;
    if (middle === middle) this.mark(market, middle, at);
    for (const host of this.hosts) {
      if (host.handlers.onQuote === undefined) continue;
      host.warming &&= !this.isReady(host);
      feed.at(row);
      host.handlers.onQuote(feed.quote);
    }
  }

  private stepTrade(feed: TradeFeed, at: number): void {
    const row = feed.next++;
    const { columns, market } = feed;
    this.events++;
    const price = columns.price[row]!;
    this.venue.onTrade(market, at, price, columns.size[row]!);
    if (!market.quoted) this.mark(market, price, at);
    for (const host of this.hosts) {
      if (host.handlers.onTrade === undefined) continue;
      host.warming &&= !this.isReady(host);
      feed.at(row);
      host.handlers.onTrade(feed.print);
    }
  }

  private mark(market: Market, price: number, at: number): void {
    this.ledger.marks[market.index] = price;
    market.last = price;
    market.lastAt = at;
    const account = this.rateOf[market.index]!;
    if (account >= 0) this.ledger.rates[account] = this.rateInverted[market.index] === 1 ? 1 / price : price;
  }

  private callStrategies(): void {
    for (const host of this.hosts) {
      if (host.handlers.onBar === undefined) continue;
      if (host.warming && !this.isReady(host)) continue;
      host.warming = false;
      host.handlers.onBar(host.bar);
      if (this.pending.length !== 0) this.deliver();
    }
  }

  private load(slice: TapeSlice, whole: boolean): void {
    for (const feed of this.allFeeds) {
      const stream = slice.streams.find((candidate) => feed.takes(candidate));
      feed.loadSlice(stream, whole);
      if (feed instanceof BarFeed && !this.isSingle) feed.complete();
      const at = feed.nextAt;
      if (at < Infinity && !(this.startAt <= at)) this.startAt = at;
    }
    const opens = this.feeds.map((feed) => (feed.next < feed.end ? feed.columns.openTime[feed.next]! : Infinity));
    // What was due up to the saved instant has been done.
    const from = this.restoredAt === undefined ? Math.min(this.startAt, ...opens) : this.restoredAt + 1;
    this.wakes.begin(from, () => this.now);
  }

  private count(feed: BarFeed, end: number): void {
    this.events += end - feed.next;
    if (end > feed.next) this.endAt = feed.time[end - 1]!;
  }

  // ---- time ----------------------------------------------------------------------------------------------------

  /** Runs what is due strictly before `at`: actions and timers come before the data of a later instant. */
  private wakeBefore(at: number): void {
    const { wakes } = this;
    this.sync();
    // What happens now is after the row that was played last, and before the next.
    if (this.isSingle) this.row = this.feeds[0]!.cursor.index + 1;
    while (wakes.next < at) {
      const due = wakes.next;
      this.at = Math.ceil(due);
      this.venue.setNow(this.at);
      wakes.run(due);
      if (this.pending.length !== 0) this.deliver();
    }
    this.venue.setNow(at);
  }

  /** Runs what is due at the instant that has just been played. */
  private wakeNow(at: number): void {
    this.sync();
    this.wakes.run(at);
    if (this.pending.length !== 0) this.deliver();
  }

  private isFirst(instrument: number, feed: BarFeed, row: number): boolean {
    const hours = this.hours[instrument]!;
    const { openTime } = feed.columns;
    return row === 0 || hours.closeAfter(openTime[row]! + 1) > hours.closeAfter(openTime[row - 1]! + 1);
  }

  private isLast(instrument: number, openAt: number, at: number): boolean {
    return at >= this.hours[instrument]!.closeAfter(openAt + 1);
  }

  // ---- equity --------------------------------------------------------------------------------------------------

  private beginSpan(row: number): void {
    this.spanFrom = row;
    this.takeSpan();
  }

  private takeSpan(): void {
    const position = this.singlePosition();
    const slope = position.quantity * position.units.multiplier;
    const paid =
      this.tape.instruments[position.instrument]!.future === undefined
        ? 0
        : slope === 0
          ? 0
          : slope * position.averagePrice;
    this.spanSlope = slope;
    this.spanBase = this.ledger.cashValue() - paid;
  }

  private addSpan(feed: BarFeed, to: number): void {
    if (to <= this.spanFrom) return;
    const { time, close } = feed.columns;
    this.equity.addSpan(time, close, this.spanFrom, to, this.spanBase, this.spanSlope, this.isWhole);
    this.spanFrom = to;
  }

  private singlePosition() {
    return this.ledger.positions[0]![this.feeds[0]!.market.index]!;
  }

  private checksEveryBar(): boolean {
    return this.conventions.ruinEnds || this.conventions.margin.calls || this.hasFutures;
  }

  /** Checks the account's health after a bar: ruin ends the run, a shortfall of margin closes positions. */
  private endsHere(at: number): boolean {
    this.sync();
    if (this.ledger.openPositions().length === 0) return false;
    const equity = this.ledger.equity();
    if (this.conventions.ruinEnds && equity <= 0) {
      this.liquidate('ruin', at);
      this.ledger.move(0, -this.ledger.cashValue(), 'other');
      this.ruinedAt = at;
      if (!this.isSingle) this.equity.add(at, 0);
      else this.takeSpan();
      return true;
    }
    const kept = this.conventions.margin.maintenance(this.ledger);
    if (equity < kept * (1 - this.conventions.marginBuffer) && this.isInSession(at)) {
      this.journal.write(ENTRY.marginCall, at, 0, -1, 0, 0, Number.NaN, equity, kept, 'margin.call');
      this.liquidate('margin call', at);
    }
    return false;
  }

  /** Whether something that is held trades at the end of this step; a bar that holds a close counts until its end. */
  private isInSession(at: number): boolean {
    return this.ledger.openPositions().some(({ instrument }) => {
      const hours = this.hours[instrument]!;
      // What ends at the open was made before it; what ends at the close was made in session.
      if (hours.isOpen(at - 1)) return true;
      const feed = this.feeds.find((candidate) => candidate.market.index === instrument && candidate.executes);
      return feed !== undefined && hours.closeAfter(feed.view.now.openTime + 1) <= at;
    });
  }

  /** Closes every position at its last price. */
  private liquidate(reason: string, at: number): void {
    for (const position of this.ledger.openPositions().slice()) {
      this.forceClose(position.strategy, position.instrument, this.ledger.marks[position.instrument]!, reason, at);
    }
  }

  private closeAtEnd(): void {
    const rule = this.conventions.end;
    if (rule === 'keep' || this.ruinedAt !== undefined) return;
    for (const position of this.ledger.openPositions().slice()) {
      const feed = this.feedOf(position.instrument);
      const row = feed.end - 1;
      const price = rule === 'close-at-last-open' ? feed.columns.open[row]! : this.ledger.marks[position.instrument]!;
      const at = rule === 'close-at-last-open' ? feed.columns.openTime[row]! : feed.columns.time[row]!;
      this.forceClose(position.strategy, position.instrument, price, 'end of tape', at);
    }
    this.equity.amendLast(this.ledger.equity());
  }

  private forceClose(strategy: number, instrument: number, price: number, reason: string, at: number): void {
    const { quantity, quantityUnits } = this.ledger.positions[strategy]![instrument]!;
    const market = this.markets[instrument]!;
    this.venue.clear(market, reason, strategy);
    const intent: OrderIntent = {
      instrument,
      strategy,
      side: quantity > 0 ? -1 : 1,
      quantity: Math.abs(quantity),
      fraction: Number.NaN,
      type: 'market',
      timeInForce: 'GTC',
      limit: Number.NaN,
      stop: Number.NaN,
      trail: Number.NaN,
      trailIsFraction: false,
      limitOffset: Number.NaN,
      goodTill: Number.NaN,
      reduceOnly: true,
      affordable: false,
      reason,
    };
    this.prepareView(intent, Math.abs(quantityUnits), false);
    const order = this.gate.release(intent, this.view);
    this.recordSubmitted(order);
    this.venue.forceFill(order, price, at);
  }

  // ---- what strategies ask for ---------------------------------------------------------------------------------

  submit(intent: OrderIntent, children?: readonly OrderIntent[]): Order | undefined {
    this.sync();
    const scale = this.ledger.units[intent.instrument]!.quantityScale;
    const { lot } = this.tape.instruments[intent.instrument]!;
    const units =
      lot === 1
        ? Math.floor(intent.quantity + 1e-9)
        : Math.floor(intent.quantity / lot + 1e-7) * Math.round(lot * scale);
    const host = this.hosts[intent.strategy]!;
    this.prepareView(intent, units, host?.warming ?? true);
    const approved = this.gate.approve(intent, this.view);
    if (!(approved instanceof Order)) {
      this.refuse(intent, units, approved);
      return undefined;
    }
    const exits: Order[] = [];
    for (const child of children ?? []) {
      this.prepareView(child, units, false);
      const exit = this.gate.approve(child, this.view);
      if (!(exit instanceof Order)) {
        // An entry whose exit cannot be placed would be an entry without one.
        this.refuse(intent, units, { code: exit.code, message: `${child.reason}: ${exit.message}` });
        return undefined;
      }
      exits.push(exit);
    }
    this.recordSubmitted(approved);
    this.venue.setNow(this.at);
    if (children !== undefined) {
      for (const exit of exits) {
        this.recordSubmitted(exit);
        exit.parent = approved;
        exit.siblings = exits.filter((other) => other !== exit);
      }
      approved.children = exits;
    }
    this.venue.send(approved);
    const market = this.markets[intent.instrument]!;
    if (market.quoted && intent.type.endsWith('on-close')) {
      this.wakes.at(approved.activeAt, (due) => this.venue.onClose(market, due));
    }
    return approved;
  }

  private refuse(intent: OrderIntent, units: number, { code, message }: Refusal, order = 0): void {
    this.counts.refused++;
    const { instrument, strategy, side, limit } = intent;
    this.journal.write(
      ENTRY.refused,
      this.at,
      order,
      instrument,
      strategy,
      side * units,
      limit,
      0,
      0,
      `${code}: ${message}`,
    );
    this.hosts[strategy]?.handlers.onOrderEnd?.(undefined, code);
  }

  cancel(order: Order): void {
    this.sync();
    this.venue.setNow(this.at);
    this.venue.cancel(order, 'strategy');
  }

  update(order: Order, change: OrderChange): boolean {
    this.sync();
    this.venue.setNow(this.at);
    const { quantityScale } = this.ledger.units[order.instrument]!;
    const { lot } = this.tape.instruments[order.instrument]!;
    const quantity = change.quantity ?? order.units / quantityScale;
    const limit = change.limit ?? order.limit;
    const stop = change.stop ?? order.stop;
    // A price that the type of the order does not have cannot be changed.
    if (change.limit !== undefined && order.limit !== order.limit) return false;
    if (change.stop !== undefined && order.stop !== order.stop) return false;
    // What an order is changed into passes the same controls as a new one.
    const left = quantity - order.filledUnits / quantityScale;
    const intent: OrderIntent = { ...order, quantity: left, limit, stop, goodTill: order.expireAt };
    const units = Math.floor(left / lot + 1e-7) * Math.round(lot * quantityScale);
    this.prepareView(intent, units, this.hosts[order.strategy]!.warming);
    this.view.workingOrders--;
    const refusal = this.gate.refusal(intent, this.view);
    if (refusal !== undefined) {
      this.refuse(intent, units, refusal, order.id);
      return false;
    }
    return this.venue.update(order, change) === undefined;
  }

  feedOf(instrument: number, timeFrame?: string): BarFeed {
    if (timeFrame !== undefined) timeFrame = formatTimeFrame(parseTimeFrame(timeFrame));
    const feed = this.feeds.find(
      (candidate) =>
        candidate.market.index === instrument &&
        (timeFrame === undefined ? candidate.executes : candidate.timeFrame === timeFrame),
    );
    if (feed !== undefined) {
      // Whoever asks for them waits for the first.
      if (feed.isDerived && feed.warmUp < 0) feed.warmUp = 0;
      return feed;
    }
    if (timeFrame !== undefined) return this.deriveBars(instrument, timeFrame);
    const { symbol } = this.tape.instruments[instrument]!;
    const frames = this.feeds.filter((candidate) => candidate.market.index === instrument).map((f) => f.timeFrame);
    const rule = `the tape has no bars of ${symbol} to trade on; it has ${frames.join(', ') || 'none'}`;
    throw new Fault('tape.no-bars', rule);
  }

  /** Coarser bars than the tape has, made from its finest. They are asked for in `setup`, before the first row. */
  private deriveBars(instrument: number, timeFrame: string): BarFeed {
    const { symbol } = this.tape.instruments[instrument]!;
    if (this.isSetUp) throw new Fault('strategy.late-bars', `ask for bars of ${timeFrame} of ${symbol} in setup`);
    const tape = this.allFeeds.filter((feed) => !(feed instanceof BarFeed && feed.isDerived));
    const source = sourceOf(tape, instrument, timeFrame, symbol);
    const calendar = this.calendars[instrument] ?? calendarOf('24-7');
    const feed = new DerivedFeed(source, timeFrame, this.allFeeds.length, this.history, calendar, tape);
    this.allFeeds.push(feed);
    this.feeds.push(feed);
    return feed;
  }

  isTradable(instrument: number): boolean {
    this.sync();
    const mark = this.ledger.marks[instrument]!;
    return mark === mark && this.delisted[instrument] === 0;
  }

  get now(): number {
    this.sync();
    return this.at;
  }

  calendarOf(instrument: number): Calendar | undefined {
    return this.calendars[instrument];
  }

  note(strategy: number, text: string): void {
    this.sync();
    this.journal.write(ENTRY.note, this.at, 0, -1, strategy, 0, Number.NaN, 0, 0, text);
  }

  isReady(host: Host): boolean {
    if (this.feeds.length === 0) return true;
    return (
      rowsPlayed(this.firstBars()) > host.ready && host.coarser.every(({ feed, ready }) => rowsPlayed(feed) > ready)
    );
  }

  isMember(instrument: number): boolean {
    return this.delisted[instrument] === 0 && this.universe.isMember(instrument);
  }

  get settledCash(): number {
    this.sync();
    return this.ledger.cashValue() - (this.venue.settlement?.unsettled(this.at) ?? 0);
  }

  convert(strategy: number, amount: number, from: string, to: string): number {
    this.sync();
    let got = 0;
    this.aside(() => (got = this.treasury.convert(amount, from, to, strategy, this.at)));
    return got;
  }

  tie(orders: readonly Order[]): void {
    tie(orders, (order) => this.cancel(order));
  }

  /** Moves cash or positions outside of a fill. */
  private aside(work: () => void): void {
    if (this.isSingle) this.addSpan(this.feeds[0]!, this.row);
    work();
    if (this.isSingle) this.takeSpan();
  }

  /** What leaves the universe can only be closed: orders that would do more end. */
  private changeUniverse(added: readonly number[], removed: readonly number[], at: number): void {
    for (const instrument of added) {
      this.journal.write(ENTRY.universe, at, 0, instrument, 0, 0, Number.NaN, 0, 0, 'added');
    }
    for (const instrument of removed) {
      this.journal.write(ENTRY.universe, at, 0, instrument, 0, 0, Number.NaN, 0, 0, 'removed');
      const { working, scale } = this.markets[instrument]!;
      for (const order of working.slice()) {
        const quantity = (order.units - order.filledUnits) / scale;
        if (!onlyReduces({ ...order, quantity, goodTill: Number.NaN }, this.ledger)) {
          this.venue.cancel(order, 'universe.not-member');
        }
      }
    }
    for (const host of this.hosts) {
      const assets = (instruments: readonly number[]) => instruments.map((instrument) => host.assets[instrument]!);
      host.handlers.onUniverse?.({ added: assets(added), removed: assets(removed) });
    }
  }

  // ---- what the venue says -------------------------------------------------------------------------------------

  onFill(order: Order, units: number, price: number, fee: number, at: number): void {
    if (order.filledUnits >= order.units) this.counts.filled++;
    if (this.ledger.cash.length > 1) this.treasury.afterFill(order.instrument, order.strategy, at);
    if (this.isSingle) {
      this.addSpan(this.feeds[0]!, this.row);
      this.takeSpan();
    }
    const host = this.hosts[order.strategy]!;
    const { onFill } = host.handlers;
    if (onFill === undefined) return;
    const market = this.markets[order.instrument]!;
    const quantity = units / this.ledger.units[order.instrument]!.quantityScale;
    const { symbol } = market;
    this.pending.push({
      host,
      fill: () => onFill.call(host.handlers, { symbol, order, side: order.side, quantity, price, fee, time: at }),
    });
  }

  onOrderEvent(order: Order, _at: number, code: string): void {
    const { status } = order;
    if (status === 'canceled') this.counts.canceled++;
    else if (status === 'expired') this.counts.expired++;
    else if (status === 'rejected') this.counts.rejected++;
    const host = this.hosts[order.strategy];
    const handler = host?.handlers.onOrderEnd;
    if (host === undefined || handler === undefined) return;
    this.pending.push({ host, fill: () => handler.call(host.handlers, order, code) });
  }

  /** Tells strategies what was filled, after the data of the instant and before they act on it. */
  private deliver(): void {
    while (this.pending.length > 0) this.pending.shift()!.fill();
  }

  // ---- setting up ----------------------------------------------------------------------------------------------

  private host(definition: AnyStrategy, given: Readonly<Record<string, unknown>>, index: number): Host {
    const parameters = resolveParameters(definition.parameters ?? {}, given);
    const wrong = definition.check?.(parameters);
    if (wrong !== undefined)
      throw new Fault('strategy.parameters', `${definition.name}: ${wrong}`, { field: 'parameters' });
    const assets = this.tape.instruments.map((_, instrument) => new HostedAsset(this, instrument, index));
    const hasBars = this.feeds.length > 0;
    const bar = hasBars ? this.firstBars().view.now : EMPTY_BAR;
    const host: Host = {
      index,
      definition,
      parameters,
      assets,
      random: new Random(this.seed).fork(definition.name),
      handlers: {},
      bar,
      warming: true,
      ready: 0,
      coarser: [],
    };
    // Each strategy waits for its own lines, not for those of the others.
    for (const feed of this.feeds) feed.warmUp = feed.isDerived ? -1 : 0;
    host.handlers = checkHandlers(definition.name, definition.setup(makeContext(this, host)));
    if (hasBars) {
      const first = this.firstBars();
      host.ready = first.warmUp + this.conventions.extraWarmUp;
      host.coarser = this.feeds
        .filter((feed) => feed.market === first.market && feed !== first && isWaitedFor(feed))
        .map((feed) => ({ feed, ready: feed.warmUp }));
    }
    return host;
  }

  private firstBars(): BarFeed {
    return this.feeds.find((feed) => feed.market.index === 0 && feed.executes) ?? this.feeds[0]!;
  }

  private prepareView(intent: OrderIntent, units: number, warming: boolean): void {
    const { view } = this;
    view.now = this.at;
    view.units = units;
    view.mark = this.ledger.marks[intent.instrument]!;
    view.warming = warming;
    view.tradable = this.delisted[intent.instrument] === 0;
    view.workingOrders = this.venue.workingOf[intent.strategy] ?? 0;
  }

  /** The highest value the account has had up to now. */
  private peak(): number {
    if (this.isSingle) this.addSpan(this.feeds[0]!, this.row);
    return Math.max(this.equity.peak, this.peakBefore, this.ledger.equity());
  }

  private recordSubmitted(order: Order): void {
    this.counts.submitted++;
    const price = order.limit === order.limit ? order.limit : order.stop;
    this.journal.write(
      ENTRY.submitted,
      this.at,
      order.id,
      order.instrument,
      order.strategy,
      order.side * order.units,
      price,
      ORDER_TYPES.indexOf(order.type),
      TIMES_IN_FORCE.indexOf(order.timeInForce),
      order.reason,
    );
  }

  // ---- corporate actions ---------------------------------------------------------------------------------------

  private act(action: CorporateAction): void {
    const instrument =
      this.renamed.get(action.symbol) ??
      this.tape.instruments.findIndex((candidate) => candidate.symbol === action.symbol);
    if (instrument < 0 || this.isInPrices(action)) return;
    if (this.isSingle) this.addSpan(this.feeds[0]!, this.row);
    if (action.kind === 'delisting') {
      const price = action.price ?? this.ledger.marks[instrument]!;
      for (const positions of this.ledger.positions) {
        const { strategy, quantityUnits } = positions[instrument]!;
        if (quantityUnits !== 0 && price === price) this.forceClose(strategy, instrument, price, 'delisted', action.at);
      }
      this.venue.clear(this.markets[instrument]!, 'delisted');
      this.delisted[instrument] = 1;
      this.journal.write(ENTRY.delisted, action.at, 0, instrument, 0, 0, price, 0, 0, '');
      for (const host of this.hosts) host.handlers.onUniverse?.({ added: [], removed: [host.assets[instrument]!] });
    } else {
      applyAction(action, instrument, this.ledger, this.markets[instrument]!, this.journal);
      if (action.kind === 'split') this.splits.push({ instrument, at: action.at, ratio: action.ratio });
      if (action.kind === 'symbol-change') this.renamed.set(action.to, instrument);
      this.venue.dropEmpty(this.markets[instrument]!);
    }
    if (this.isSingle) this.takeSpan();
  }

  /** Whether adjusted prices contain the action already: it must not happen twice. */
  private isInPrices({ kind }: CorporateAction): boolean {
    const { adjustment } = this.tape;
    return (kind === 'split' && adjustment !== 'raw') || (kind === 'dividend' && adjustment === 'fully-adjusted');
  }

  /** Which instruments are currency pairs that price one of the ledger's cash accounts. */
  private findRates(): [Int32Array, Uint8Array] {
    const accounts = this.ledger.cash.map((account) => account.currency);
    const base = accounts[0]!;
    const rateOf = new Int32Array(this.tape.instruments.length).fill(-1);
    const inverted = new Uint8Array(this.tape.instruments.length);
    this.tape.instruments.forEach((instrument, index) => {
      if (instrument.kind !== 'fx') return;
      const pair = instrument.symbol.replace('/', '');
      const [left, right] = [pair.slice(0, 3), pair.slice(3, 6)];
      if (right === base && accounts.includes(left)) rateOf[index] = accounts.indexOf(left);
      else if (left === base && accounts.includes(right)) {
        rateOf[index] = accounts.indexOf(right);
        inverted[index] = 1;
      }
    });
    return [rateOf, inverted];
  }

  private lookBack(): void {
    this.excursions.add(this.executingBars(), this.ledger.trades, this.openEntries(), this.splits);
  }

  private executingBars(): BarFeed[] {
    return this.feeds.filter((feed) => feed.executes);
  }

  private openEntries(): { instrument: number; order: number; at: number }[] {
    return this.ledger
      .openPositions()
      .flatMap((position) =>
        position.openLots.map(({ order, at }) => ({ instrument: position.instrument, order, at })),
      );
  }
}

/** Rows of the whole tape that a feed has played. */
function rowsPlayed(feed: BarFeed): number {
  return feed.rowsBefore + feed.cursor.index - feed.firstRow + 1;
}

const EMPTY_BAR: Bar = {
  symbol: '',
  time: Number.NaN,
  openTime: Number.NaN,
  open: Number.NaN,
  high: Number.NaN,
  low: Number.NaN,
  close: Number.NaN,
  volume: Number.NaN,
};

/** Currencies that need an account although no instrument trades in them. */
function otherCurrencies({ rates = {}, tape }: DeckOptions): string[] {
  const paid = tape.actions.flatMap((action) => (action.kind === 'dividend' ? [action.currency] : []));
  return [...Object.keys(rates), ...paid.filter((currency) => currency !== undefined)];
}

/** Whether a strategy waits for coarser bars: it follows a line on them, or asked for them to be made. */
function isWaitedFor(feed: BarFeed): boolean {
  return feed.isDerived ? feed.warmUp >= 0 : feed.followedLines.length > 0;
}

/** First row from `from` on whose time is at or after `at`; `to` when there is none. */
function firstRowAt(time: Float64Array, at: number, from: number, to: number): number {
  if (at === Infinity) return to;
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
