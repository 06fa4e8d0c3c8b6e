/**
 * The deck: plays a tape to strategies.
 *
 * It wires tape, venue, gate, ledger and journal, and walks the tape once: each event meets the venue first, then
 * the strategies, whose intents go through the gate to the venue. Nothing here waits, and nothing here knows the time
 * but from the tape. What happens at one instant happens in this order: corporate actions, market data of all
 * instruments, fills, strategies, timers.
 */
import { assert } from '../base/assert.ts';
import { listOf } from '../base/list.ts';
import type { Calendar } from '../time/calendar.ts';
import type { OptionChain } from '../market/option/chain.ts';
import type { TapeInfo, TapeSlice } from '../market/tape.ts';
import { AccountCheck } from './ledger/account-check.ts';
import type { Booking } from './ledger/booking.ts';
import { findBars } from './feeds/bars-of.ts';
import type { ContextDeck, Host } from './strategy/context.ts';
import { CurrencyPairs, otherCurrencies } from './ledger/currency-pairs.ts';
import { EquityCurve } from './ledger/equity.ts';
import { Excursions } from './ledger/excursions.ts';
import { BarFeed } from './feeds/feed.ts';
import type { Feed } from './feeds/row-feed.ts';
import { makeFeeds } from './feeds/feeds.ts';
import { Happenings } from './play/happenings.ts';
import { isReady, makeHost } from './strategy/hosting.ts';
import type { DeckOptions } from './deck-options.ts';
import { hoursOf } from './feeds/hours.ts';
import { ENTRY, Journal } from './journal/journal.ts';
import { Ledger } from './ledger/ledger.ts';
import type { Line } from './feeds/line.ts';
import type { Order, OrderIntent } from './orders/order.ts';
import { MergedPlayer } from './play/merged-player.ts';
import { Notices } from './play/notices.ts';
import { OrderEntry } from './orders/order-entry.ts';
import { ChainView } from './options/chain-view.ts';
import { Endings } from './options/endings.ts';
import { OptionLife } from './options/life.ts';
import { OptionRecorder } from './options/recorder.ts';
import { PackageEntry } from './orders/package-entry.ts';
import { SinglePlayer } from './play/single-player.ts';
import { tie } from './orders/order-groups.ts';
import type { DeckVenue, MarketHours, OrderChange } from './ports.ts';
import { buildResult } from './build-result.ts';
import type { RunResult } from './result.ts';
import { honest, type Conventions } from './sim/conventions.ts';
import type { Market } from './sim/market.ts';
import type { VenueListener } from './sim/working-orders.ts';
import { resumeDeck } from './play/resume.ts';
import { saveDeck, type DeckParts, type DeckState } from './state/state.ts';
import { Tracer } from './journal/trace.ts';
import { SliceLoader } from './play/slice-loader.ts';
import { Treasury } from './ledger/treasury.ts';
import { Universe } from './play/universe.ts';
import { lookBack } from './play/look-back.ts';
import { makeGate } from './gate/make-gate.ts';
import { makeVenue } from './make-venue.ts';
import { Wakes } from './play/wakes.ts';

export class Deck implements ContextDeck, VenueListener {
  readonly ledger: Ledger;
  readonly journal = new Journal();
  readonly venue: DeckVenue;
  readonly conventions: Conventions;
  readonly markets: readonly Market[];
  readonly hosts: Host[] = [];
  readonly tape: TapeInfo;
  readonly hours: readonly MarketHours[];
  readonly equity: EquityCurve;
  readonly excursions = new Excursions();
  events = 0;
  /** Quotes that were older than one their market had seen, and were passed over. */
  late = 0;
  startAt = Number.NaN;
  endAt = Number.NaN;
  ruinedAt: number | undefined;
  readonly orders: OrderEntry;
  readonly packages: PackageEntry;
  /** Only where there are options, and no broker to say what becomes of them. */
  readonly options: OptionLife | undefined;
  readonly endings = new Endings(this);
  readonly optionsSeen = new OptionRecorder(this);
  readonly account: AccountCheck;
  readonly pairs: CurrencyPairs;
  /** Where one instrument's bars are played to one strategy; then nothing is merged. */
  readonly single: SinglePlayer | undefined;
  private readonly merged = new MergedPlayer(this);
  readonly happenings = new Happenings(this);
  readonly feeds: BarFeed[];
  readonly wakes = new Wakes();
  /** Only where a trace was asked for. */
  readonly tracer: Tracer | undefined;
  readonly seed: number;
  readonly mode: RunResult['mode'];
  readonly allFeeds: Feed[];
  readonly loader: SliceLoader;
  readonly history: number;
  private readonly treasury: Treasury;
  readonly chains = new ChainView(this);
  private readonly universe: Universe;
  isSetUp = false;
  readonly delisted: Uint8Array;
  readonly calendars: readonly (Calendar | undefined)[];
  readonly notices = new Notices(this);
  /** What strategies are still to be told. */
  readonly pending = this.notices.pending;
  /** The tape is one slice, whose columns outlive the run. */
  isWhole = true;
  private hasSlice = false;
  /** Now, an Instant; see `sync`. */
  at = -Infinity;
  restoredAt: number | undefined;
  readonly opensAt: number;
  /** The highest value in the runs that this one goes on from. */
  peakBefore = -Infinity;

  constructor(options: DeckOptions) {
    const { tape } = options;
    assert(tape.instruments.length > 0, 'a tape has at least one instrument');
    this.tape = tape;
    this.seed = options.seed ?? 1;
    this.mode = options.mode ?? 'backtest';
    this.opensAt = options.opensAt ?? -Infinity;
    this.conventions = options.conventions ?? honest;
    this.ledger = new Ledger(
      tape.instruments,
      options.currency ?? tape.instruments[0].currency,
      options.cash,
      options.strategies.length,
      otherCurrencies(options),
    );
    this.calendars = listOf(tape.instruments, (instrument) => options.calendarOf?.(instrument.calendar));
    this.hours = listOf(tape.instruments, (instrument, index) => hoursOf(instrument, this.calendars[index]));
    this.venue = makeVenue(options, this);
    this.markets = this.venue.markets;
    this.delisted = new Uint8Array(tape.instruments.length);
    this.equity = new EquityCurve(this.ledger.startingCash, this.hours[0]);
    this.history = Math.max(1000, ...options.strategies.map(({ definition }) => definition.history ?? 1000));
    this.allFeeds = makeFeeds(options.streams, this.markets, this.history);
    this.loader = new SliceLoader(this.allFeeds);
    this.feeds = this.allFeeds.filter((feed) => feed instanceof BarFeed);
    this.pairs = new CurrencyPairs(this.ledger);
    this.account = new AccountCheck(this);
    const { ledger, journal, conventions } = this;
    this.treasury = new Treasury(ledger, journal, conventions, options.rates ?? {}, [...this.pairs.rateOf]);
    this.treasury.checkDividends(tape.actions);
    this.universe = new Universe(tape.instruments, options.universe);
    this.options = ledger.options && !options.venue ? new OptionLife(this, ledger.options) : undefined;
    this.orders = new OrderEntry(this, makeGate(this, this.treasury, this.universe, options));
    this.packages = new PackageEntry(this);
    if (!options.venue) this.endings.start(this.options);
    this.optionsSeen.start();
    this.universe.start(this.wakes, (added, removed, at) => this.happenings.changeUniverse(added, removed, at));
    const opens = options.opensAt === undefined ? undefined : this.hours[0].openAfter(options.opensAt);
    this.treasury.start(this.wakes, this.hours[0], (work) => this.aside(work), options.restore?.rolledAt ?? opens);
    this.happenings.plan(options.restore?.at);
    this.tracer = options.trace === undefined ? undefined : new Tracer(options.trace, this);
    for (const [index, { definition, parameters }] of options.strategies.entries()) {
      this.hosts.push(makeHost(this, definition, parameters ?? {}, index));
    }
    this.isSetUp = true;
    this.tracer?.listen();
    const isSingle =
      this.allFeeds.length === 1 && this.feeds.length === 1 && this.hosts.length === 1 && ledger.cash.length === 1;
    if (options.restore !== undefined) resumeDeck(this, options.restore);
    this.single = isSingle && this.orders.gate.memory === undefined ? new SinglePlayer(this, this.feeds[0]) : undefined;
  }

  /** All that a later run needs to go on, as plain data. Call it between slices, or after a `finish` that closes nothing. */
  saveState(): DeckState {
    this.sync();
    return saveDeck(this.parts());
  }

  /** What a saved state is made of. */
  parts(): DeckParts {
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

  /** Orders by outcome. */
  get counts(): OrderEntry['counts'] {
    return this.orders.counts;
  }

  /** Sentences of everything that was assumed. */
  get assumptions(): readonly string[] {
    const parts = [this.orders.gate, this.treasury, this.universe, this.options, this.endings];
    return parts.flatMap((part) => part?.sentences ?? []);
  }

  /** Plays one slice. `whole` says that it is the entire tape, and that indicators may be computed in one go. */
  play(slice: TapeSlice, whole = true): void {
    if (this.begin(slice, whole)) (this.single ?? this.merged).play(Infinity);
  }

  /** The same in steps of about `rows()` rows, for who shows how far it is, or stops; the results are the same bits. */
  *playInSteps(slice: TapeSlice, whole = true, rows: () => number = () => Infinity): Generator<void> {
    if (!this.begin(slice, whole)) return;
    while (!(this.single ?? this.merged).play(rows())) yield;
  }

  private begin(slice: TapeSlice, whole: boolean): boolean {
    if (this.ruinedAt !== undefined) return false;
    this.isWhole = whole;
    this.single?.beginSlice();
    // The slice before is still there, and only now is it sure that nothing of it closes any more.
    if (this.hasSlice) lookBack(this);
    this.hasSlice = true;
    this.load(slice, whole);
    this.single?.goOn();
    return true;
  }

  /** Lets time pass to `at` where no event has: what was due strictly before it happens. */
  advance(at: number): void {
    if (at > this.wakes.next && this.ruinedAt === undefined) this.wakeBefore(at);
  }

  /** Something happens at `at` that is not on the tape: a venue reports, a person commands. */
  happen(at: number, work: () => void): void {
    this.wakeBefore(at);
    this.at = at;
    this.aside(work);
    this.deliver();
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
    this.equity.release();
  }

  /** Ends the run, and with it what its tape ends: closes what the conventions close, and tells the strategies. */
  end(isTapeOver = true): void {
    if (isTapeOver) this.aside(() => this.endings.endWithTape());
    this.account.closeAtEnd();
    this.deliver();
    for (const host of this.hosts) host.handlers.onEnd?.();
  }

  /** Ends the run and returns what happened. A tape that was stopped, or that goes on another day, is not over. */
  finish(isTapeOver = true): RunResult {
    this.end(isTapeOver);
    for (const feed of this.feeds) feed.complete();
    lookBack(this, true);
    return buildResult(this);
  }

  private load(slice: TapeSlice, whole: boolean): void {
    let opensAt = Infinity;
    for (const feed of this.loader.load(slice, whole)) {
      if (feed instanceof BarFeed && this.single === undefined) feed.complete();
      const at = feed.nextAt;
      if (at < Infinity && !(this.startAt <= at)) this.startAt = at;
      if (feed instanceof BarFeed && at < Infinity) opensAt = Math.min(opensAt, feed.columns.openTime[feed.next]);
    }
    // What was due up to the saved instant has been done.
    const from = this.restoredAt === undefined ? Math.min(this.startAt, opensAt) : this.restoredAt + 1;
    this.wakes.begin(from, () => this.now);
  }

  /** Brings time and marks up to now. Where feeds are merged they always are. */
  sync(): void {
    this.single?.sync();
  }

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

  submit(intent: OrderIntent, children?: readonly OrderIntent[]): Order | undefined {
    return this.orders.submit(intent, children);
  }

  cancel(order: Order): void {
    this.orders.cancel(order);
  }

  update(order: Order, change: OrderChange): boolean {
    return this.orders.update(order, change);
  }

  exercise(intent: OrderIntent): Order | undefined {
    return this.orders.exercise(intent);
  }

  feedOf(instrument: number, timeFrame?: string): BarFeed {
    return findBars(this, instrument, timeFrame);
  }

  isTradable(instrument: number): boolean {
    this.sync();
    const mark = this.ledger.marks[instrument];
    return mark === mark && this.delisted[instrument] === 0;
  }

  get now(): number {
    this.sync();
    return this.at;
  }

  calendarOf(instrument: number): Calendar | undefined {
    return this.calendars[instrument];
  }

  chain(underlying: string): OptionChain {
    return this.chains.at(underlying, this.now);
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

  onFill(order: Order, booking: Booking): void {
    if (this.ledger.cash.length > 1) this.treasury.afterFill(order.instrument, order.strategy, booking.at);
    this.single?.addSpan();
    this.single?.takeSpan();
    this.notices.filled(order, booking);
  }

  onOrderEvent(order: Order, at: number, code: string): void {
    this.notices.ended(order, code, at);
  }

  deliver(): void {
    this.notices.deliver();
  }

  /** The highest value the account has had up to now. */
  peak(): number {
    this.single?.addSpan();
    return Math.max(this.equity.peak, this.peakBefore, this.ledger.equity());
  }
}
