/**
 * One simulated run: chaos for a while, then quiet, then everything must be settled. Throughout, what must always hold
 * is checked from the broker's side and from the desk's.
 */
import type { DeckOptions } from '../../src/engine/deck-options.ts';
import type { LimitSettings } from '../../src/engine/limits/settings.ts';
import { SESSION_JOURNAL, SESSION_VERSION, type SessionHead } from '../../src/engine/live/index.ts';
import { FINAL_STATES, FIRST_FINAL } from '../../src/engine/orders/order-state.ts';
import { calendar } from '../../src/time/calendars.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import { honest } from '../../src/engine/sim/conventions.ts';
import { flatLeverage } from '../../src/engine/sim/margin.ts';
import { SimulatedBroker } from './broker.ts';
import { BehindDoor } from './behind-door.ts';
import { SimulatedDesk } from './desk.ts';
import { drawLimits } from './limits.ts';
import { leaderId } from './counted.ts';
import { Faults, type FaultName, type LeftOut } from './faults.ts';
import { waysOf } from './kept-exits.ts';
import { checkHeld } from './held-exits.ts';
import { CLOSE, CONTRACTS, OptionWorld } from './option-world.ts';
import { Occurrences, type Counts } from './occurrences.ts';
import { besides, bracketer, churner } from './strategies.ts';
import { JumpingClock } from './jumping-clock.ts';
import { SYMBOLS } from './symbols.ts';
import { schedule } from './troubles.ts';
import { Watch } from './watch.ts';
import { wheel } from './wheel.ts';
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

const START: number = Date.UTC(2026, 10, 2, 15) * 1000;
const CASH = 1_000_000;
/** The trace holds instants by what is left of a division, which is quick of small numbers only. */
const TRACED_BELOW = 1_000_003;
const TRACED_FROM = START % TRACED_BELOW;

export function runSeed(seed: number, out?: LeftOut): SeedResult {
  const world = new World(seed, START);
  const faults = new Faults(world.random.fork('faults'), () => world.now - world.start, out);
  let desk: SimulatedDesk | undefined;
  const broker = new SimulatedBroker(world, faults, CASH, (report) => desk?.tell(report));
  broker.hasUniqueIds = !faults.strikes('idsForgotten');
  const hasOptions = faults.strikes('options');
  if (hasOptions) {
    world.beginAt(CLOSE - Math.round((20 + 100 * world.of('options').uniform()) * SECOND));
    broker.changesPackages = world.of('options').below(2) === 0;
  }
  const drawn = drawLimits(world.random.fork('limits'));
  // A hundred shares come with a contract.
  const optionCollar = world.of('options').below(2) === 0 ? { optionCollar: 0.1 } : {};
  const limits = hasOptions ? { ...drawn, positionQuantity: 1000, optionLevel: 3, ...optionCollar } : drawn;
  // Every eighth keeps its journal in true frames.
  const made = makeDesk(world, faults, broker, limits, hasOptions, seed % 8 !== 1);
  desk = made;
  let violation: string | undefined;
  let trace = 0;
  const fail = (text: string): void => {
    violation ??= `${((world.now - world.start) / SECOND).toFixed(3)} s: ${text}`;
  };
  const occurrences = new Occurrences();
  if (faults.mayStrike('clockJumps')) made.clocks = new JumpingClock(world, occurrences, fail);
  if (faults.strikes('strategyApart')) made.behind = new BehindDoor(world, faults, made, occurrences, fail);
  const watch = new Watch(world, faults, broker, limits, made, occurrences, fail);
  made.start();
  const market = { isOpen: true };
  schedule(world, faults, broker, made, market, SYMBOLS);
  if (hasOptions) new OptionWorld(world, faults, broker, occurrences).start([made], market);
  const after = (): void => {
    trace = (Math.imul(trace, 31) + ((TRACED_FROM + (world.now - world.start)) % TRACED_BELOW)) >>> 0;
    watch.look(world.events % 16 === 0);
  };
  const chaos = world.between(30, 120) * SECOND;
  world.run(world.start + chaos, after);
  faults.isOn = false;
  world.run(world.start + chaos + 120 * SECOND, after);
  // Without prices nothing new is decided, and what is under way comes to its end.
  market.isOpen = false;
  world.run(world.start + chaos + 300 * SECOND, after);
  if (violation === undefined) checkEnd(made, broker, fail);
  made.release();
  const { booked, bothFilled } = broker.kept.counts;
  occurrences.add('exits kept by the broker', booked);
  occurrences.add('exits kept that both filled', bothFilled);
  occurrences.add('second exits refused', broker.secondExits.length);
  if (hasOptions) {
    occurrences.add('packages filled in part', broker.packs.filledInPart);
    occurrences.add('packages changed', broker.packs.changed);
  }
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

function makeDesk(
  world: World,
  faults: Faults,
  broker: SimulatedBroker,
  limits: LimitSettings,
  hasOptions: boolean,
  isLight: boolean,
): SimulatedDesk {
  const shares = SYMBOLS.map((symbol) => defineInstrument({ symbol, tick: 0.01, calendar: '24-7' }));
  const instruments = hasOptions ? [...shares, ...CONTRACTS] : shares;
  const other = faults.strikes('otherStrategy') ? bracketer : churner;
  const first = hasOptions ? [besides, wheel][world.of('options').below(2)] : churner;
  const second = hasOptions ? wheel : other;
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
    streams: instruments.map(({ symbol }) => ({ kind: 'quotes', symbol })),
    strategies: [{ definition: first }, { definition: second }],
    cash: CASH,
    conventions: { ...honest, margin: flatLeverage(4) },
    ...(hasOptions ? { calendarOf: calendar } : {}),
    limits,
    seed: world.random.uint32(),
  };
  const head: SessionHead = {
    journal: SESSION_JOURNAL,
    version: SESSION_VERSION,
    mode: 'live',
    deck: null,
    strategies: [
      { name: first.name, parameters: {} },
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
  const theirs = broker.cash - foreignCash - broker.bookedUntil(desk.sure.readAt);
  if (Math.abs(cash - theirs) > 1e-4) fail(`I1 cash ${cash}, the broker's ${theirs}`);
  for (const ticket of session.venue!.tickets.values()) {
    const { clientId, order, isFormer, isOver } = ticket;
    // Another one has taken its place, or it sleeps and its entry stands for it.
    const isHere = isOver && session.venue!.held.isHere(order);
    if (isFormer || isHere || (order.sequence === 0 && !FINAL_STATES.has(order.status))) continue;
    const { isTombstone } = session.venue!.ticketFor(order.pack?.legs[0] ?? order) ?? ticket;
    const isLeg = order.pack !== undefined && order.pack.legs[0] !== order;
    const booked = broker.orders.get(isLeg ? leaderId(clientId) : clientId);
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
  desk.clocks?.checkEnd();
  desk.behind?.checkEnd(session);
  const differs = desk.replayDiffers();
  if (differs !== undefined) fail(`I10 the journal, replayed, is not what is in memory: ${differs}`);
}
