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
import { wholeLots } from '../market/instrument.ts';
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
  readonly equity: EquityCurve;
  readonly excursions = new Excursions();
  events = 0;
  startAt = Number.NaN;
  endAt = Number.NaN;
  ruinedAt: number | undefined;
  readonly orders: OrderEntry;
  readonly account: AccountCheck;
  readonly pairs: CurrencyPairs;
  /** Where one instrument's bars are played to one strategy; then nothing is merged. */
  readonly single: SinglePlayer | undefined;
  private readonly merged = new MergedPlayer(this);
  private readonly happenings = new Happenings(this);
  /** Feeds of bars. */
  readonly feeds: BarFeed[];
  readonly wakes = new Wakes();
  /** Only where a trace was asked for. */
  readonly tracer: Tracer | undefined;
  readonly seed: number;
  readonly allFeeds: Feed[];
  private readonly history: number;
  private readonly treasury: Treasury;
  private readonly universe: Universe;
  private isSetUp = false;
  readonly delisted: Uint8Array;
  private readonly calendars: readonly (Calendar | undefined)[];
  /** What strategies are still to be told. */
  readonly pending: { host: Host; fill: () => void }[] = [];
  /** The tape is one slice, whose columns outlive the run. */
  isWhole = true;
  private hasSlice = false;
  /** Now, an Instant; see `sync`. */
  at = -Infinity;
  private restoredAt: number | undefined;
  /** The highest value in the runs that this one goes on from. */
  private peakBefore = -Infinity;

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
    this.delisted = new Uint8Array(tape.instruments.length);
    this.equity = new EquityCurve(this.ledger.startingCash, this.hours[0]!);
    const history = Math.max(1000, ...options.strategies.map(({ definition }) => definition.history ?? 1000));
    this.allFeeds = makeFeeds(options.streams, this.markets, history);
    this.feeds = this.allFeeds.filter((feed) => feed instanceof BarFeed);
    this.history = history;
    this.pairs = new CurrencyPairs(this.ledger);
    this.account = new AccountCheck(this);
    const { ledger, journal, conventions } = this;
    this.treasury = new Treasury(ledger, journal, conventions, options.rates ?? {}, [...this.pairs.rateOf]);
    this.treasury.checkDividends(tape.actions);
    this.universe = new Universe(tape.instruments, options.universe);
    const gate = new Gate([
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
    this.orders = new OrderEntry(this, gate);
    this.universe.start(this.wakes, (added, removed, at) => this.happenings.changeUniverse(added, removed, at));
    this.treasury.start(this.wakes, this.hours[0]!, (work) => this.aside(work), options.restore?.rolledAt ?? undefined);
    const begun = options.restore?.at ?? -Infinity;
    for (const action of [...tape.actions].sort((a, b) => a.at - b.at)) {
      // Half a microsecond early: instants are whole, so nothing of the action's own instant comes before it.
      if (!(action.at <= begun)) this.wakes.at(action.at - 0.5, () => this.happenings.act(action));
    }
    const hosts: Host[] = [];
    this.hosts = hosts;
    this.tracer = options.trace === undefined ? undefined : new Tracer(options.trace, this);
    for (const [index, { definition, parameters }] of options.strategies.entries()) {
      hosts.push(makeHost(this, definition, parameters ?? {}, index));
    }
    this.isSetUp = true;
    this.tracer?.listen();
    const isSingle = this.allFeeds.length === 1 && this.feeds.length === 1 && hosts.length === 1 && ledger.cash.length === 1;
    if (options.restore !== undefined) this.restore(options.restore);
    this.single = isSingle ? new SinglePlayer(this, this.feeds[0]!) : undefined;
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
      if (market.symbol !== market.instrument.symbol) this.happenings.renamed.set(market.symbol, index);
      for (const { type, activeAt } of market.working) {
        if (market.quoted && type.endsWith('on-close'))
          this.wakes.at(activeAt, (due) => this.venue.onClose(market, due));
      }
    });
  }

  private parts(): DeckParts {
    const { at, hosts, allFeeds: feeds, ledger, venue, universe, treasury, delisted } = this;
    const { gate } = this.orders;
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
    return [...this.orders.gate.sentences, ...this.treasury.sentences, ...this.universe.sentences];
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
    this.single?.beginSlice();
    // The slice before is still there, and only now is it sure that nothing of it closes any more.
    if (this.hasSlice) this.lookBack();
    this.hasSlice = true;
    this.load(slice, whole);
    for (;;) {
      if ((this.single ?? this.merged).play(rows())) break;
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
    this.account.closeAtEnd();
    this.deliver();
    for (const host of this.hosts) host.handlers.onEnd?.();
    for (const feed of this.feeds) feed.complete();
    this.lookBack();
    return buildResult(this);
  }

  private load(slice: TapeSlice, whole: boolean): void {
    for (const feed of this.allFeeds) {
      const stream = slice.streams.find((candidate) => feed.takes(candidate));
      feed.loadSlice(stream, whole);
      if (feed instanceof BarFeed && this.single === undefined) feed.complete();
      const at = feed.nextAt;
      if (at < Infinity && !(this.startAt <= at)) this.startAt = at;
    }
    const opens = this.feeds.map((feed) => (feed.next < feed.end ? feed.columns.openTime[feed.next]! : Infinity));
    // What was due up to the saved instant has been done.
    const from = this.restoredAt === undefined ? Math.min(this.startAt, ...opens) : this.restoredAt + 1;
    this.wakes.begin(from, () => this.now);
  }

  /** The rows of the single feed before `end` are played. */
  count(feed: BarFeed, end: number): void {
    this.events += end - feed.next;
    if (end > feed.next) this.endAt = feed.time[end - 1]!;
  }

  /** A bar meets the orders that rest in its market. */
  meet(feed: BarFeed, row: number): void {
    const { market } = feed;
    const { time, openTime, open, high, low, close, volume } = feed.columns;
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

  /** Brings time and marks up to now. Where feeds are merged they always are. */
  sync(): void {
    this.single?.sync();
  }

  // ---- time ----------------------------------------------------------------------------------------------------

  /** Runs what is due strictly before `at`: actions and timers come before the data of a later instant. */
  wakeBefore(at: number): void {
    const { wakes } = this;
    this.sync();
    this.single?.passRow();
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
  wakeNow(at: number): void {
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

  // ---- what strategies ask for ---------------------------------------------------------------------------------

  submit(intent: OrderIntent, children?: readonly OrderIntent[]): Order | undefined {
    return this.orders.submit(intent, children);
  }

  cancel(order: Order): void {
    this.orders.cancel(order);
  }

  update(order: Order, change: OrderChange): boolean {
    return this.orders.update(order, change);
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
    return isReady(this, host);
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
    this.single?.addSpan();
    work();
    this.single?.takeSpan();
  }

  // ---- what the venue says -------------------------------------------------------------------------------------

  onFill(order: Order, units: number, price: number, fee: number, at: number): void {
    if (order.filledUnits >= order.units) this.orders.counts.filled++;
    if (this.ledger.cash.length > 1) this.treasury.afterFill(order.instrument, order.strategy, at);
    this.single?.addSpan();
    this.single?.takeSpan();
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
    if (status === 'canceled') this.orders.counts.canceled++;
    else if (status === 'expired') this.orders.counts.expired++;
    else if (status === 'rejected') this.orders.counts.rejected++;
    const host = this.hosts[order.strategy];
    const handler = host?.handlers.onOrderEnd;
    if (host === undefined || handler === undefined) return;
    this.pending.push({ host, fill: () => handler.call(host.handlers, order, code) });
  }

  /** Tells strategies what was filled, after the data of the instant and before they act on it. */
  deliver(): void {
    while (this.pending.length > 0) this.pending.shift()!.fill();
  }

  /** The highest value the account has had up to now. */
  peak(): number {
    this.single?.addSpan();
    return Math.max(this.equity.peak, this.peakBefore, this.ledger.equity());
  }

  private lookBack(): void {
    this.excursions.add(this.executingBars(), this.ledger.trades, this.openEntries(), this.happenings.splits);
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

/** Currencies that need an account although no instrument trades in them. */
function otherCurrencies({ rates = {}, tape }: DeckOptions): string[] {
  const paid = tape.actions.flatMap((action) => (action.kind === 'dividend' ? [action.currency] : []));
  return [...Object.keys(rates), ...paid.filter((currency) => currency !== undefined)];
}

