/**
 * The limits of a simulated world, and what they promise, checked from outside: by what left, and by the broker's books.
 *
 * Each run switches every limit on or off, as it does with faults: a limit that refuses much hides what others let pass.
 */
import type { Random } from '../../src/base/random.ts';
import { LIVE_LIMITS, type LimitSettings } from '../../src/engine/limits/settings.ts';
import type { LiveSession, Outcome, SubmitRequest, Ticket } from '../../src/engine/live/index.ts';
import { FIRST_FINAL } from '../../src/engine/orders/order-state.ts';
import type { Order } from '../../src/engine/orders/order.ts';
import type { Market } from '../../src/engine/sim/market.ts';
import type { BookedOrder } from './booked.ts';
import type { SimulatedBroker } from './broker.ts';
import { HALT_WAIT } from './halts.ts';
import { SECOND } from './world.ts';

export const UNITS_MAX = 100;
/** Microseconds for which a decision lives. */
export const DECISION_LIFE: number = 60 * SECOND;

/** What a limit may be in a run that has it. */
const SWARM: LimitSettings = {
  quoteAge: { shares: 2, options: 5 },
  spread: { shares: 0.01, options: 0.15 },
  collar: LIVE_LIMITS.collar!,
  orderQuantity: { shares: 60, options: 1 },
  duplicate: 2,
  ordersPerSecond: 1,
  symbolOrdersPerMinute: 60,
  messagesPerMinute: 150,
  workingOrders: 20,
  symbolOrders: 5,
  ordersPerFill: 50,
  selfCross: 'refuse',
  buyingPower: 'own-and-broker',
  dayLoss: 0.00005,
  rejects: 5,
  fillsPerMinute: 60,
  slippageSigma: 3,
};

const ACTIONS = ['halt', 'halt+cancel', 'halt+cancel+flatten'] as const;

/** Draws the limits of a run: what could be held is always limited. */
export function drawLimits(random: Random): LimitSettings {
  const drawn = Object.entries(SWARM).filter(() => random.uniform() < 0.5);
  const on = Object.fromEntries(drawn) as LimitSettings; // Some of its own keys.
  return {
    ...on,
    positionQuantity: UNITS_MAX,
    ...(on.ordersPerSecond === undefined ? {} : { orderBurst: 3 }),
    ...(on.messagesPerMinute === undefined ? {} : { reservedMessages: 0.2 }),
    ...(on.dayLoss === undefined ? {} : { haltAt: 1.5, onLoss: ACTIONS[random.below(ACTIONS.length)] }),
    ...(on.collar === undefined ? {} : { passiveCollar: true }),
    ...(random.fork('latest').uniform() < 0.5 ? { haltWait: HALT_WAIT } : {}),
  };
}

interface Window {
  readonly perSecond: number;
  readonly burst: number;
}

export class LimitChecks {
  private readonly settings: LimitSettings;
  private readonly broker: SimulatedBroker;
  private readonly fail: (text: string) => void;
  /** When each strategy and the account decided what was sent, session time. */
  private readonly sent = new Map<number, number[]>();
  private readonly known = new Set<string>();
  private stateBefore = 'recovering';

  constructor(settings: LimitSettings, broker: SimulatedBroker, fail: (text: string) => void) {
    this.settings = settings;
    this.broker = broker;
    this.fail = fail;
  }

  /** A session took an input, and this came of it. */
  decided(session: LiveSession, { requests, from, to }: Outcome): void {
    const made = requests.some(({ kind }) => kind === 'submit') ? submittedIn(session, from, to) : NONE;
    for (const request of requests) {
      if (request.kind !== 'submit' || request.posts > 1) continue;
      const ticket = session.venue!.tickets.get(request.clientId)!;
      // What waited and leaves with a later input was right by the quote of then, even if the clock stood still since.
      const isNew = made.has(ticket.order.id) && ticket.order.submittedAt === session.at;
      if (isOwnDecision(ticket) && isNew) this.price(session, request, ticket);
    }
    this.stateBefore = session.states.account;
  }

  /** A submission leaves: what must be true of that moment, and the rates of what was decided. */
  left(session: LiveSession, { clientId, limit }: SubmitRequest, now: number): void {
    const ticket = session.venue!.tickets.get(clientId);
    if (ticket === undefined || !isOwnDecision(ticket)) return;
    this.moment(session, ticket, limit, now);
    // What is asked for anew was decided once.
    const decision = clientId.replace(/\.\d+$/, '');
    if (this.known.has(decision)) return;
    this.known.add(decision);
    const { strategy, submittedAt } = ticket.order;
    const { ordersPerSecond, orderBurst = 1, messagesPerMinute, reservedMessages = 0 } = this.settings;
    if (ordersPerSecond !== undefined) {
      this.rate(strategy, submittedAt, { perSecond: ordersPerSecond, burst: orderBurst }, `strategy ${strategy}`);
    }
    if (messagesPerMinute !== undefined) {
      const burst = messagesPerMinute * (1 - reservedMessages);
      this.rate(-1, submittedAt, { perSecond: messagesPerMinute / 60, burst }, 'the account');
    }
  }

  /** It leaves for the market of now, and while its strategy may trade. */
  private moment({ deck, states, at }: LiveSession, ticket: Ticket, limit: string | undefined, now: number): void {
    const { settings, fail } = this;
    const { order, clientId } = ticket;
    const { quotedAt, bid, ask } = deck.markets[order.instrument];
    const age = (Math.max(now, at) - quotedAt) / SECOND;
    if (settings.quoteAge !== undefined && !(age <= ageOf(settings, deck.markets[order.instrument]))) {
      fail(`I15 ${clientId} leaves on a quote ${age} s old`);
    }
    if (settings.spread !== undefined && !(bid > 0 && ask >= bid)) {
      fail(`I15 ${clientId} leaves on a quote of ${bid} to ${ask}`);
    }
    const far = order.side > 0 ? ask : bid;
    // What was set at the edge of the collar has half of it more: the market moves.
    const isShare = order.pack === undefined && deck.markets[order.instrument].instrument.kind === 'equity';
    const isBeyond =
      isShare && order.type === 'limit' && far > 0 && order.side * (Number(limit) - far) > 0.045 * far + 0.01;
    if (settings.collar !== undefined && isBeyond)
      fail(`I15 ${clientId} leaves at ${limit}, beyond the collar of ${far}`);
    const isFirst = !/\.\d+$/.test(clientId);
    const isLate = isFirst && Math.max(now, at) - order.submittedAt > DECISION_LIFE;
    if (isLate && !waitedForEntry(deck, order)) fail(`I16 ${clientId} leaves too late`);
    if (states.isPaused(order.strategy)) fail(`I8 ${clientId} leaves while its strategy is paused`);
    if (states.frozenBecause(order.instrument) !== undefined) fail(`I8 ${clientId} leaves while its symbol is frozen`);
    if (ticket.cancelCode !== undefined) fail(`I8 ${clientId} leaves, and was canceled before`);
  }

  /** Any window of what was decided holds no more than its bucket. */
  private rate(whose: number, at: number, { perSecond, burst }: Window, name: string): void {
    const times = this.sent.get(whose) ?? [];
    this.sent.set(whose, times);
    // Decisions may leave in another order than they were made.
    const place = times.findLastIndex((time) => time <= at) + 1;
    times.splice(place, 0, at);
    for (let last = place; last < times.length; last++) {
      for (let first = place; first >= Math.max(0, place - 400); first--) {
        const count = last - first + 1;
        const seconds = (times[last] - times[first]) / SECOND;
        if (count <= burst + perSecond * seconds + 1e-6) continue;
        this.fail(`I17 ${name} decided ${count} orders in ${seconds} s, the bucket holds ${burst}`);
        return;
      }
    }
  }

  private price(session: LiveSession, { clientId, limit }: SubmitRequest, { order }: Ticket): void {
    const { settings, fail, stateBefore } = this;
    const market = session.deck.markets[order.instrument];
    const price = limit === undefined ? Number.NaN : Number(limit);
    const age = (order.submittedAt - market.quotedAt) / SECOND;
    if (settings.quoteAge !== undefined && !(age <= ageOf(settings, market))) {
      fail(`I15 ${clientId} was decided on a quote ${age} s old`);
    }
    if (settings.spread !== undefined && !(market.bid > 0 && market.ask >= market.bid)) {
      fail(`I15 ${clientId} was decided on a quote of ${market.bid} to ${market.ask}`);
    }
    if (settings.collar !== undefined && order.pack === undefined && market.instrument.kind === 'equity') {
      if (order.type === 'market') fail(`I15 ${clientId} leaves without a limit`);
      const far = order.side > 0 ? market.ask : market.bid;
      const from = order.type === 'stop' || !(far > 0) ? market.last : far;
      if (order.side * (price - from) > 0.03 * from + 0.01)
        fail(`I15 ${clientId} at ${price} is beyond the collar of ${from}`);
    }
    if (limit !== undefined && Math.abs(price * 100 - Math.round(price * 100)) > 1e-6)
      fail(`I15 ${clientId} is off the tick`);
    if (stateBefore === 'halted' || stateBefore === 'killed') fail(`I8 ${clientId} was decided while ${stateBefore}`);
    if (stateBefore === 'reducing' && !this.reduces(session, clientId)) fail(`I9 ${clientId} opens while reducing`);
  }

  /** Whether what works on the order's side, itself included, closes no more than its strategy holds. */
  private reduces(session: LiveSession, clientId: string): boolean {
    const { order } = session.venue!.tickets.get(clientId)!;
    const { ledger, markets } = session.deck;
    const held = ledger.positions[order.strategy][order.instrument].quantityUnits;
    let closing = 0;
    for (const other of markets[order.instrument].working) {
      if (other.strategy === order.strategy && other.side === order.side) closing += other.remainingUnits;
    }
    return held * order.side < 0 && closing <= Math.abs(held);
  }

  /** What is not known, or was given up, keeps its place among what works. */
  reserved(session: LiveSession): void {
    for (const { clientId, order, isOut, isTombstone } of session.venue!.tickets.values()) {
      // For an exit that sleeps its entry stands.
      if (!isOut || order.state >= FIRST_FINAL || order.sequence === 0) continue;
      if (!session.deck.markets[order.instrument].working.includes(order)) {
        this.fail(`I18 ${clientId} is ${isTombstone ? 'a tombstone' : order.status} and nothing is reserved for it`);
      }
    }
  }

  /** No two orders of ours in the broker's book would trade with each other. */
  crossed(session: LiveSession): void {
    if (this.settings.selfCross === undefined) return;
    const { tickets } = session.venue!;
    const best = new Map<string, { bid?: BookedOrder; ask?: BookedOrder }>();
    for (const order of this.broker.live) {
      const ticket =
        order.legs !== undefined || order.isForeign || order.type !== 'limit' ? undefined : tickets.get(order.clientId);
      // Exits wake with their entry, by what was agreed then.
      if (ticket === undefined || !isOwnDecision(ticket) || isGivenUp(ticket)) continue;
      // A fill that was taken back and of which the desk was not told: for it the order is done.
      if (ticket.countedUnits > order.filled) continue;
      const own = best.get(order.symbol) ?? {};
      best.set(order.symbol, own);
      if (order.side > 0 && !(own.bid !== undefined && own.bid.limit >= order.limit)) own.bid = order;
      if (order.side < 0 && !(own.ask !== undefined && own.ask.limit <= order.limit)) own.ask = order;
      if (own.bid !== undefined && own.ask !== undefined && own.bid.limit >= own.ask.limit) {
        this.fail(`I19 ${own.bid.clientId} at ${own.bid.limit} would buy from ${own.ask.clientId} at ${own.ask.limit}`);
      }
    }
  }
}

const NONE: ReadonlySet<number> = new Set();

/** Ids of the orders that rows of the journal say were submitted. */
function submittedIn({ deck }: LiveSession, from: number, to: number): ReadonlySet<number> {
  const made = new Set<number>();
  for (let row = from; row < to; row++) {
    const { kind, order } = deck.journal.entry(row);
    if (kind === 'submitted') made.add(order);
  }
  return made;
}

/** How old the quote may be on which something is decided. */
function ageOf({ quoteAge }: LimitSettings, { instrument }: Market): number {
  return instrument.kind === 'equity' ? quoteAge!.shares : quoteAge!.options;
}

/** What no book showed and a person gave up: it may work there after all, and nobody here could know. */
function isGivenUp({ order, isTombstone }: Ticket): boolean {
  return isTombstone && order.state >= FIRST_FINAL;
}

/** What a strategy decided with its own order: not an exit that woke, nor what a person or a loss commanded. */
function isOwnDecision({ order }: Ticket): boolean {
  return order.parent === undefined && !order.reason.startsWith('drill') && order.reason !== 'loss.flatten';
}

/** Whether it was to protect what was not bought yet: then it is decided with the fill, like an exit of an entry. */
function waitedForEntry({ journal }: LiveSession['deck'], { id }: Order): boolean {
  return [...journal.entries('note')].some((note) => note.order === id && note.text.startsWith('it waits here until'));
}
