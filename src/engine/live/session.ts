/**
 * A live session: a deck that is played by what happens instead of by a recording.
 *
 * It is a fold. Each input moves the deck, the venue and the trading states, and nothing else does; what comes out is
 * what was decided (entries of the journal) and what is to be asked of the broker. So a session can be recovered, and
 * its journal verified, by taking the same inputs again.
 */
import { assert } from '../../base/assert.ts';
import { Deck } from '../deck.ts';
import type { DeckOptions } from '../deck-options.ts';
import { Activities } from './books/activities.ts';
import { Asked } from './asked.ts';
import { Alerts, type Alert } from './alerts.ts';
import { BelowOne } from './below-one.ts';
import { BrokerRules } from './broker/broker-rules.ts';
import { BrokerVenue, type BrokerVenueOptions } from './broker/broker-venue.ts';
import { amend } from './amending.ts';
import { againstClosing } from './closing.ts';
import { GoodFaith } from './broker/good-faith.ts';
import { withHouse } from './broker/house-margin.ts';
import { instrumentOf, obey } from './commands.ts';
import { raiseExpiring } from './expiring.ts';
import type { Input } from './inputs.ts';
import { Estimates } from './books/estimates.ts';
import { hearBand, hearLimits, obeyExchange } from './limits.ts';
import { GoodTill } from './broker/good-till.ts';
import { OtherDesks } from './broker/other-desks.ts';
import { reconcile, type Difference } from './books/reconcile.ts';
import type { BrokerReport } from './broker/reports.ts';
import type { BrokerRequest, SnapshotRequest } from './broker/requests.ts';
import { honest } from '../sim/conventions.ts';
import type { OrderEntry } from '../orders/order-entry.ts';
import type { DeckState } from '../state/state.ts';
import type { SavedLive } from './saved.ts';
import { Slices } from './slice.ts';
import { ToldMargins } from './broker/told-margins.ts';
import { TradingStates } from './trading-state.ts';
import { Untold } from './books/untold.ts';
import { Doors } from './door/doors.ts';
import type { DoorOptions, Tell } from './door/tell.ts';

export interface SessionOptions {
  readonly deck: DeckOptions;
  /** Where orders go: to a broker, or left out, to the simulated venue. */
  readonly broker?: BrokerVenueOptions;
  /** Which strategies of the deck live in processes of their own; none unless told. */
  readonly doors?: readonly DoorOptions[];
}

/** What an input led to. */
export interface Outcome {
  /** Rows of the deck's journal that were added: from, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly requests: readonly BrokerRequest[];
  readonly alerts: readonly Alert[];
  /** What strategies behind doors are to be told, in order. It is derived, and not written down. */
  readonly tell: readonly Tell[];
}

export class LiveSession {
  readonly deck: Deck;
  readonly venue: BrokerVenue | undefined;
  readonly states: TradingStates;
  /** What the broker books without an order; undefined where the venue is simulated. */
  readonly activities: Activities | undefined;
  /** What people and programs asked for by id. */
  readonly asked: Asked;
  /** What people must hear of. On paper it leaves no entries: the journal is that of a backtest. */
  readonly alerts: Alerts;
  /** The newest reconciliation; undefined before the first. */
  differences: readonly Difference[] | undefined = undefined;
  /** Behind them live strategies in processes of their own; undefined where none do. */
  readonly doors: Doors | undefined;
  /** Our margin and free money against the broker's; undefined where the venue is simulated. */
  readonly estimates: Estimates | undefined;
  /** When the books were last compared with the broker's, an Instant. */
  reconciledAt = Number.NaN;
  /** The instant of the newest input. */
  at: number;
  /** Nothing more is taken. */
  isOver = false;
  /** A process begins: timers of before it come first, and no exit leaves because of one. */
  private isStarting = false;
  private readonly skewMaxUs: number;
  private readonly rules = new BrokerRules();
  private readonly goodFaith = new GoodFaith(
    () => this.deck,
    (message, at) => this.alerts.raise('account.good-faith', message, at),
  );
  private readonly margins = new ToldMargins();
  private readonly goodTill: GoodTill | undefined = undefined;
  private readonly untold: Untold | undefined = undefined;
  private readonly otherDesks: OtherDesks | undefined = undefined;
  private readonly belowOne: BelowOne;
  private written = 0;
  private readonly slices = new Slices();

  constructor({ deck, broker, doors }: SessionOptions) {
    const states =
      broker === undefined
        ? new TradingStates('active', 'orders go to a simulated venue')
        : new TradingStates('recovering', 'the books are not compared with the broker’s yet');
    const live = deck.restore?.live;
    this.at = deck.restore?.at ?? -Infinity;
    if (live !== undefined) states.restore(live.states);
    this.states = states;
    this.skewMaxUs = broker?.skewMaxUs ?? Infinity;
    let venue: BrokerVenue | undefined;
    const { conventions = honest } = deck;
    const margin = withHouse(conventions.margin, {
      rules: (symbol) => this.rules.of(symbol),
      margin: (symbol, side) => this.margins.of(symbol, side, this.at),
      sale: (ledger, instrument) => this.margins.ofSale(ledger, instrument, this.at),
    });
    this.deck = new Deck({
      ...deck,
      ...(broker === undefined ? {} : { conventions: { ...conventions, margin } }),
      first: [
        states.control,
        ...(broker === undefined ? [] : [this.rules.control, this.goodFaith.control]),
        ...(deck.first ?? []),
      ],
      isForBroker: broker !== undefined,
      ...(broker === undefined ? {} : { venue: (parts) => (venue = new BrokerVenue(parts, broker, live?.venue)) }),
    });
    this.venue = venue;
    this.alerts = venue?.alerts ?? new Alerts();
    this.estimates = venue === undefined ? undefined : new Estimates(this.deck, this.alerts);
    this.belowOne = new BelowOne(this.deck, this.alerts);
    if (venue !== undefined) {
      const { forced, executions } = venue;
      const { corrections } = executions;
      const mayPost: BrokerVenue['mayPost'] = (order) =>
        forced.has(order)
          ? againstClosing(this.deck, states, order.instrument, this.at) === undefined
          : states.maySend(order);
      venue.mayPost = mayPost;
      const uncovers: OrderEntry['uncovers'] = (order, isLeftOut) => this.deck.orders.uncovers(order, isLeftOut);
      venue.closers.uncovers = uncovers;
      const doubts: TradingStates['doubts'] = () => corrections.doubts;
      states.doubts = doubts;
      venue.held.leave = {
        mayRest: () => !this.isStarting && (states.account === 'active' || states.account === 'reducing'),
        mayClose: (instrument, at) =>
          !this.isStarting && againstClosing(this.deck, states, instrument, at) === undefined,
      };
      this.otherDesks = new OtherDesks(venue, states);
      const askForBooksAt: BrokerVenue['askForBooksAt'] = (at) => this.deck.wakes.at(at, () => this.askForBooks());
      venue.askForBooksAt = askForBooksAt;
      if (broker?.endsGoodTill === false) this.goodTill = new GoodTill(this.deck, venue);
      venue.activities = this.activities = new Activities(this.deck, venue, states, live?.activities);
      if (broker?.tellsBookings === false) this.untold = new Untold(this.deck, venue, live?.untold);
    }
    states.writeTo(this.deck.journal);
    this.asked = new Asked(this.deck.journal);
    const parts = { deck: this.deck, venue, alerts: this.alerts };
    this.doors = doors === undefined || doors.length === 0 ? undefined : new Doors(doors, parts, live?.doors);
    const { gate } = this.deck.orders;
    const { limits } = gate;
    if (live?.limits !== undefined) limits?.changing.restore(live.limits, gate);
    if (limits?.policy !== undefined) {
      const mayClose = (instrument: number): boolean =>
        againstClosing(this.deck, states, instrument, this.at) === undefined;
      limits.policy.mayClose = mayClose;
    }
  }

  /** Takes one input; inputs come in the order of their instants. */
  take(input: Input): Outcome {
    const { deck } = this;
    assert(!this.isOver, 'a session that is over takes nothing');
    assert(input.at >= this.at, () => `inputs come in order, ${input.kind} at ${input.at} after ${this.at}`);
    // What was seen before nobody watched confirms nothing, whatever time has passed since.
    if (input.kind === 'start') this.venue?.held.restart(this.at);
    this.isStarting = input.kind === 'start';
    this.at = input.at;
    switch (input.kind) {
      case 'market':
        deck.play(this.slices.of(input), false);
        break;
      case 'tick':
        deck.advance(input.at);
        break;
      case 'stop':
        deck.advance(input.at);
        this.venue?.held.leaveAlone(input.at);
        this.isOver = true;
        break;
      default:
        deck.happen(input.at, () => {
          this.act(input);
          this.venue?.held.release(this.at);
        });
    }
    return this.outcome(input);
  }

  /** All that the next session needs to go on as if this one had not ended; nothing may be half taken. */
  saveState(): DeckState {
    const { deck, venue, activities, untold, states, doors, at } = this;
    const changed = deck.orders.gate.limits?.changing.save();
    const live: SavedLive = {
      states: states.save(),
      ...(changed === undefined || changed.length === 0 ? {} : { limits: changed }),
      ...(venue === undefined ? {} : { venue: venue.save(at) }),
      ...(activities === undefined ? {} : { activities: activities.save(at) }),
      ...(untold === undefined ? {} : { untold: untold.save() }),
      ...(doors === undefined ? {} : { doors: doors.save(at) }),
    };
    return { ...deck.saveState(), live };
  }

  private act(input: Exclude<Input, { kind: 'market' | 'tick' | 'stop' }>): void {
    const { deck, venue, at } = this;
    switch (input.kind) {
      case 'start':
        deck.orders.gate.limits?.halts?.unheard(at);
        deck.orders.gate.limits?.bands?.unheard();
        this.alerts.settle('symbol.halted', '', at);
        venue?.restart(at);
        this.goodTill?.resume(at);
        venue?.closers.forget(at);
        venue?.held.watchAgain(at);
        this.askForBooks(
          venue?.open.flatMap(({ brokerId, clientId }) => (brokerId === undefined ? [] : [[brokerId, clientId]])),
        );
        if (venue !== undefined) this.states.recover('the process began again', at);
        return;
      case 'action':
        deck.happenings.act(input.action);
        return;
      case 'status':
        obeyExchange(input, deck, this.alerts);
        return;
      case 'band':
        hearBand(input, deck);
        return;
      case 'amend':
        if (amend(input, deck)) venue?.held.amended(instrumentOf(deck, input.row[1]));
        return;
      case 'report':
        this.report(input.report);
        return;
      case 'asked':
        this.doors?.take(input, at);
        return;
      case 'command':
        if (!this.asked.take(input, at)) return;
        obey(input, deck, this.states, this.alerts, at);
        if (input.command.do === 'clear') {
          for (const code of CLEARED) this.alerts.settle(code, '', at);
        }
        if (input.command.do === 'unfreeze')
          venue?.executions.corrections.accept(instrumentOf(deck, input.command.symbol));
        if (input.command.do === 'resume') this.alerts.settle('strategy.stopped', '', at);
        if (input.command.do === 'acknowledge')
          this.alerts.acknowledge(input.command.alert, `${input.by}: ${input.reason}`);
        if (input.by === 'desk' && input.command.do === 'pause')
          this.alerts.raise('strategy.stopped', input.reason, at);
        // What the desk stops by itself nobody has commanded: people must hear of it.
        if (input.by === 'desk' && (input.command.do === 'halt' || input.command.do === 'reduce')) {
          this.alerts.raise('desk.stopped', `${input.command.do}: ${input.reason}`, at);
        }
        if (input.command.do === 'reconcile') this.askForBooks();
        if (input.command.do === 'do-not-exercise') this.venue?.exercises.lapse(input.command.symbol);
    }
  }

  private report(report: BrokerReport): void {
    const { deck, venue, states, at } = this;
    assert(venue !== undefined, 'only a broker reports');
    this.otherDesks?.look(report, at);
    venue.report(report, at);
    const { wronged } = venue.executions;
    for (const [strategy, why] of wronged) if (!states.isPaused(strategy)) states.pause(strategy, why, at);
    wronged.clear();
    // What was booked beside orders changes what they may close.
    if (report.kind === 'activity') venue.closers.sizes.fitAll(at);
    // What waits to close was decided by a process before, and on books that nobody has compared since it closes nothing.
    if (states.account !== 'recovering') this.letGo(venue);
    if (report.kind === 'snapshot') {
      this.compareClocks(report.at ?? at);
      if (this.activities !== undefined) this.untold?.book(report, this.activities, at);
      this.activities?.read(at);
      this.rules.heard(report, venue.alerts, states, at);
      this.margins.heard(report.margins ?? [], deck.ledger, at);
      const { buyingPower, available } = report.account;
      deck.orders.gate.limits?.funds?.heard(buyingPower, at, available);
      const isQuiet = deck.markets.every(({ count }) => count === 0);
      this.goodFaith.heard(report.account.rules?.isCash, buyingPower, isQuiet);
      this.differences = reconcile(report, deck, venue, states, at);
      this.estimates?.look(report, this.differences, at);
      venue.closers.sizes.fitAll(at);
      this.letGo(venue);
      this.untold?.compared(report, this.differences, at);
      this.reconciledAt = at;
      raiseExpiring(deck, this.alerts, at);
    } else if (report.kind === 'link' && report.state === 'up') {
      // Whatever happened while nobody listened is in the broker's books.
      this.askForBooks();
      for (const code of LINK_ALERTS) this.alerts.settle(code, '', at);
    } else if (report.kind === 'link') {
      const code = report.cause === undefined ? 'link.down' : (`link.${report.cause}` as const);
      this.alerts.raise(report.state === 'locked' ? 'link.locked' : code, report.reason, at);
      if (report.state === 'locked') states.set('halted', report.reason, at);
    }
  }

  /** Sends what waited for news of other orders. */
  private letGo({ closers, groups }: BrokerVenue): void {
    closers.release(this.at);
    groups.release(this.at);
  }

  /** Times of day, deadlines and the age of decisions hang on the clock: with a wrong one nothing new is sent. */
  private compareClocks(theirs: number): void {
    const { states, at, skewMaxUs } = this;
    if (!(Math.abs(at - theirs) > skewMaxUs)) return;
    const rule = `the clock is ${((at - theirs) / 1e6).toFixed(1)} s off the broker's`;
    this.alerts.raise('clock.skew', rule, at);
    if (states.account !== 'halted' && states.account !== 'killed') states.set('halted', rule, at);
  }

  private askForBooks(known: SnapshotRequest['known'] = []): void {
    const since = this.activities?.since;
    this.venue?.requests.push({
      kind: 'snapshot',
      ...(since === undefined ? {} : { since }),
      ...(known.length === 0 ? {} : { known }),
    });
  }

  private outcome(input: Input): Outcome {
    const { deck, venue } = this;
    const requests = taken(venue?.requests);
    this.goodTill?.watch(requests, this.at);
    this.belowOne.look(this.at);
    hearLimits(deck, this.alerts, venue === undefined ? undefined : this.states, requests, this.at);
    const tell = this.doors?.tell(input) ?? NOTHING;
    const from = this.written;
    this.written = deck.journal.length;
    return {
      from,
      to: this.written,
      requests,
      alerts: taken(this.alerts.pending),
      tell,
    };
  }
}

/** Conditions that end with the next connection. */
const LINK_ALERTS = ['link.down', 'link.restart', 'link.login'] as const;

/** Conditions that end when a person says so. */
const CLEARED = ['desk.stopped', 'desk.second', 'account.other', 'clock.skew', 'link.locked', 'loss.limit'] as const;

const NOTHING: readonly never[] = [];

/** Takes out what waits; mostly nothing does. */
function taken<T>(waiting: T[] | undefined): readonly T[] {
  return waiting === undefined || waiting.length === 0 ? NOTHING : waiting.splice(0);
}
