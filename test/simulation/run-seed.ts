/**
 * One simulated run: chaos for a while, then quiet, then everything must be settled. Throughout, what must always hold
 * is checked from the broker's side and from the desk's.
 */
import type { DeckOptions } from '../../src/engine/deck-options.ts';
import type { LimitSettings } from '../../src/engine/limits/settings.ts';
import {
  SESSION_JOURNAL,
  SESSION_VERSION,
  type LiveSession,
  type SessionHead,
  type Ticket,
} from '../../src/engine/live/index.ts';
import { FINAL_STATES, FIRST_FINAL, type OrderStatus } from '../../src/engine/orders/order-state.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import { honest } from '../../src/engine/sim/conventions.ts';
import { flatLeverage } from '../../src/engine/sim/margin.ts';
import { SimulatedBroker } from './broker.ts';
import { CountedFills } from './counted.ts';
import { SimulatedDesk } from './desk.ts';
import { DECISION_LIFE, drawLimits, LimitChecks, UNITS_MAX } from './limits.ts';
import { Faults, type FaultName, type LeftOut } from './faults.ts';
import { waysOf } from './kept-exits.ts';
import { KnownHalts } from './halts.ts';
import { checkAlone, checkClosing, checkHeld } from './held-exits.ts';
import { Occurrences, type Counts } from './occurrences.ts';
import { bracketer, churner } from './strategies.ts';
import { commandSoon, schedule } from './troubles.ts';
import { SECOND, World } from './world.ts';

export interface SeedResult {
  readonly seed: number;
  /** What went wrong first; `undefined` when nothing did. */
  readonly violation: string | undefined;
  readonly events: number;
  readonly fired: Readonly<Record<FaultName, number>>;
  /** What came about because of them. */
  readonly seen: Readonly<Counts>;
  /** Of everything that happened; equal for equal seeds. */
  readonly trace: string;
  readonly orders: number;
  readonly fills: number;
}

const SYMBOLS = ['AAA', 'BBB'] as const;
export const START: number = Date.UTC(2026, 10, 2, 15) * 1000;
const CASH = 1_000_000;
/** The trace holds instants by what is left of a division, which is quick of small numbers only. */
const TRACED_BELOW = 1_000_003;
const TRACED_FROM = START % TRACED_BELOW;

export function runSeed(seed: number, out?: LeftOut): SeedResult {
  const world = new World(seed, START);
  const faults = new Faults(world.random.fork('faults'), () => world.now, out);
  let desk: SimulatedDesk | undefined;
  const broker = new SimulatedBroker(world, faults, CASH, (report) => desk?.tell(report));
  broker.hasUniqueIds = !faults.strikes('idsForgotten');
  const limits = drawLimits(world.random.fork('limits'));
  // Every eighth keeps its journal in true frames.
  const made = makeDesk(world, faults, broker, limits, seed % 8 !== 1);
  desk = made;
  let violation: string | undefined;
  let trace = 0;
  const fail = (text: string): void => {
    violation ??= `${((world.now - START) / SECOND).toFixed(3)} s: ${text}`;
  };
  const checks = new LimitChecks(limits, broker, fail);
  const counted = new CountedFills(broker, faults, fail);
  const halts = new KnownHalts();
  const occurrences = new Occurrences();
  // Each life begins with a start; until its books are compared nothing is to leave.
  let isCompared = false;
  /** When each submission was asked for first, in the world's time. */
  const decidedAt = new Map<string, number>();
  const onDecided: SimulatedDesk['onDecided'] = (session, outcome, input) => {
    if (input.kind === 'start') {
      isCompared = false;
      if (faults.strikes('commandAtStart')) commandSoon(world, made);
    }
    for (const request of outcome.requests) {
      if (request.kind === 'submit' && request.posts === 1) decidedAt.set(request.clientId, world.now);
    }
    if (input.kind === 'report' && input.report.kind === 'snapshot') isCompared = true;
    halts.taken(session, input);
    counted.taken(session, input);
    checks.decided(session, outcome);
    occurrences.taken(session, outcome, input);
  };
  made.onDecided = onDecided;
  const onOver: SimulatedDesk['onOver'] = (session) => occurrences.over(session);
  made.onOver = onOver;
  const ended = new EndedOrders(fail);
  let checkedChanges = -1;
  let checkedSession: LiveSession | undefined;
  const onSend: SimulatedDesk['onSend'] = (request) => {
    if (request.kind !== 'submit') return;
    if (!made.durable.has(request.clientId)) fail(`I3 ${request.clientId} is sent before it is durable`);
    const session = made.conductor?.session;
    if (made.commanded === 'halt' || made.commanded === 'kill') {
      fail(`I8 ${request.clientId} is sent after the command to ${made.commanded}`);
    }
    const ticket = session?.venue?.tickets.get(request.clientId);
    if (session !== undefined) checks.left(session, request, made.clock());
    const order = ticket?.order;
    // What was sent before may be sent again under its id, and an exit goes out with what its entry buys: not an exit that is
    // asked for anew.
    const goesWithEntry = order?.parent !== undefined && !/\.\d+$/.test(request.clientId);
    if (!isCompared && request.posts === 1 && !goesWithEntry) {
      fail(`I10 ${request.clientId} is sent before the books are compared`);
    }
    if (session !== undefined) checkAlone(request.clientId, session, broker, fail);
    if (order !== undefined && session !== undefined) {
      checkClosing(order, session, fail);
      halts.left(session, ticket!, made.clock(), fail);
    }
    // By the world's time, whatever the desk's clock says, which steps back by ten seconds at most.
    const decided = decidedAt.get(request.clientId) ?? world.now;
    if (world.now - decided > DECISION_LIFE + 10 * SECOND) fail(`I16 ${request.clientId} was decided long ago`);
    if (made.clock() > request.sendBy) fail(`I16 ${request.clientId} is sent after its time`);
  };
  made.onSend = onSend;
  made.start();
  const market = { isOpen: true };
  schedule(world, faults, broker, made, market, SYMBOLS);
  const after = (): void => {
    trace = (Math.imul(trace, 31) + ((TRACED_FROM + (world.now - START)) % TRACED_BELOW)) >>> 0;
    if (made.failure !== undefined) fail(`I10 ${made.failure}`);
    const session = made.conductor?.session;
    const isSampled = world.events % 16 === 0;
    // What the broker's books say changes with the books, and with who reads them.
    if (isSampled || broker.changes !== checkedChanges || session !== checkedSession) {
      checkedChanges = broker.changes;
      checkedSession = session;
      checkBroker(broker, faults, fail);
      if (session !== undefined) checks.crossed(session);
    }
    if (!isSampled) return;
    if (session === undefined) return;
    checks.reserved(session);
    ended.look(session.venue!.tickets, made.epoch);
  };
  const chaos = world.between(30, 120) * SECOND;
  world.run(START + chaos, after);
  faults.isOn = false;
  world.run(START + chaos + 120 * SECOND, after);
  // Without prices nothing new is decided, and what is under way comes to its end.
  market.isOpen = false;
  world.run(START + chaos + 300 * SECOND, after);
  if (violation === undefined) checkEnd(made, broker, fail);
  made.release();
  const { booked, bothFilled } = broker.kept.counts;
  occurrences.add('exits kept by the broker', booked);
  occurrences.add('exits kept that both filled', bothFilled);
  occurrences.add('second exits refused', broker.secondExits.length);
  return {
    seed,
    violation,
    events: world.events,
    fired: faults.fired,
    seen: occurrences.counts,
    trace: trace.toString(16),
    orders: broker.orders.size,
    fills: broker.fills.length,
  };
}

/** How orders ended: none comes back from its end (I6). */
class EndedOrders {
  /** In the order in which they were made. */
  private readonly tickets: Ticket[] = [];
  /** How they ended; `undefined` of those that have not. */
  private readonly statuses: (OrderStatus | undefined)[] = [];
  private epoch = 0;
  private readonly fail: (text: string) => void;

  constructor(fail: (text: string) => void) {
    this.fail = fail;
  }

  look(tickets: ReadonlyMap<string, Ticket>, epoch: number): void {
    const { statuses } = this;
    // What a process was not sure of may be gone after its death: only within a life nothing regresses.
    if (epoch !== this.epoch) this.tickets.length = 0;
    this.epoch = epoch;
    let place = 0;
    for (const ticket of tickets.values()) {
      const { order } = ticket;
      if (this.tickets[place] !== ticket) {
        this.tickets[place] = ticket;
        statuses[place] = undefined;
      }
      const known = statuses[place];
      if (order.state >= FIRST_FINAL) statuses[place] = order.status;
      else if (known !== undefined && known !== 'rejected') {
        this.fail(`I6 ${ticket.clientId} went from ${known} back to ${order.status}`);
      }
      place++;
    }
  }
}

function makeDesk(
  world: World,
  faults: Faults,
  broker: SimulatedBroker,
  limits: LimitSettings,
  isLight: boolean,
): SimulatedDesk {
  const instruments = SYMBOLS.map((symbol) => defineInstrument({ symbol, tick: 0.01, calendar: '24-7' }));
  const second = faults.strikes('otherStrategy') ? bracketer : churner;
  const options: DeckOptions = {
    tape: {
      source: 'simulated',
      simulated: true,
      instruments,
      actions: [],
      findings: [],
      fingerprint: '',
      adjustment: 'raw',
    },
    streams: SYMBOLS.map((symbol) => ({ kind: 'quotes', symbol })),
    strategies: [{ definition: churner }, { definition: second }],
    cash: CASH,
    conventions: { ...honest, margin: flatLeverage(4) },
    limits,
    seed: world.random.uint32(),
  };
  const head: SessionHead = {
    journal: SESSION_JOURNAL,
    version: SESSION_VERSION,
    mode: 'live',
    deck: null,
    strategies: [
      { name: churner.name, parameters: {} },
      { name: second.name, parameters: {} },
    ],
    tape: options.tape,
    streams: options.streams,
    conventions: 'honest',
    seed: 0,
    lineage: `seed-${world.random.uint32()}`,
    code: { strategy: '', engine: '' },
    universe: null,
    restored: null,
  };
  broker.holdsShares = waysOf(head.lineage).exits?.single !== undefined;
  return new SimulatedDesk(world, faults, broker, options, head, isLight);
}

function checkBroker(broker: SimulatedBroker, faults: Faults, fail: (text: string) => void): void {
  const { overfill, externalOrder, command, commandAtStart } = faults.fired;
  for (const clientId of broker.twice) fail(`I4 ${clientId} is sent twice to a broker that forgets ids`);
  if (overfill + externalOrder + command + commandAtStart > 0 || faults.tookBack) return;
  for (const symbol of SYMBOLS) {
    const held = broker.positions.get(symbol) ?? 0;
    for (const side of [1, -1]) {
      let could = held * side;
      for (const order of broker.live) {
        // An exit that is tied to another is counted by what it closes.
        if (order.symbol === symbol && order.side === side && !order.reduceOnly) could += order.quantity - order.filled;
      }
      if (could > UNITS_MAX) fail(`I7 ${symbol} could become ${could * side}, the limit is ${UNITS_MAX}`);
    }
  }
}

/** After quiet, the books agree and nothing is left open that is not resting. */
function checkEnd(desk: SimulatedDesk, broker: SimulatedBroker, fail: (text: string) => void): void {
  const session = desk.conductor?.session;
  if (session === undefined) {
    fail('I23 the desk is not up');
    return;
  }
  const foreign = new Map<string, number>();
  for (const { order, quantity } of broker.fills) {
    if (order.isForeign) foreign.set(order.symbol, (foreign.get(order.symbol) ?? 0) + order.side * quantity);
  }
  for (const { index, symbol } of session.deck.markets) {
    const ours = session.deck.ledger.netQuantity(index);
    const theirs = (broker.positions.get(symbol) ?? 0) - (foreign.get(symbol) ?? 0);
    if (ours !== theirs) fail(`I2 ${symbol}: ours ${ours}, the broker's ${theirs}`);
  }
  const foreignCash = broker.fills.reduce(
    (sum, { order, quantity, price }) => (order.isForeign ? sum - order.side * quantity * price : sum),
    0,
  );
  const cash = session.deck.ledger.cashValue();
  // What was booked before the broker's books were read for the first time is history.
  const theirs = broker.cash - foreignCash - broker.bookedUntil(desk.readAt);
  if (Math.abs(cash - theirs) > 1e-4) fail(`I1 cash ${cash}, the broker's ${theirs}`);
  for (const { clientId, order, isTombstone, isFormer, isOver } of session.venue!.tickets.values()) {
    // Another one has taken its place, or it sleeps and its entry stands for it.
    const isHere = isOver && session.venue!.held.isHere(order);
    if (isFormer || isHere || (order.sequence === 0 && !FINAL_STATES.has(order.status))) continue;
    const booked = broker.orders.get(clientId);
    const isOpen = !FINAL_STATES.has(order.status);
    if (isOpen && booked === undefined && !isTombstone) fail(`I23 ${clientId} is ${order.status}, the broker has none`);
    if (isOpen && booked !== undefined && booked.status !== 'working') {
      fail(`I23 ${clientId} is ${order.status}, the broker has it ${booked.status}`);
    }
    if (!isOpen && booked?.status === 'working') fail(`I23 ${clientId} is ${order.status}, and works at the broker`);
    if (isOpen && (order.status === 'unknown' || order.status.startsWith('pending')) && !isTombstone) {
      fail(`I23 ${clientId} is still ${order.status}`);
    }
  }
  for (const { clientId, isForeign } of broker.orders.values()) {
    if (!isForeign && !session.venue!.tickets.has(clientId)) fail(`I3 nobody here knows the broker's ${clientId}`);
  }
  for (const { working, index, symbol } of session.deck.markets) {
    const isHeldUp = [...session.venue!.tickets.values()].some(
      (each) => each.isTombstone && each.order.instrument === index,
    );
    for (const { id, sequence, parent, state } of working) {
      const wasNeverSent = sequence === 0 && parent === undefined && state < FIRST_FINAL;
      if (wasNeverSent && !isHeldUp) fail(`I23 order ${id} of ${symbol} is at work here and was never sent`);
    }
  }
  checkHeld(session, broker, fail);
  const differs = desk.replayDiffers();
  if (differs !== undefined) fail(`I10 the journal, replayed, is not what is in memory: ${differs}`);
}
