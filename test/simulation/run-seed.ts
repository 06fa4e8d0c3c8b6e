/**
 * One simulated run: chaos for a while, then quiet, then everything must be settled. Throughout, what must always hold
 * is checked from the broker's side and from the desk's.
 */
import { SimulatedBroker } from './broker.ts';
import { BehindDoor } from './behind-door.ts';
import type { SimulatedDesk } from './desk.ts';
import { Faults, type FaultName, type LeftOut } from './faults.ts';
import { JumpingClock } from './jumping-clock.ts';
import { drawLimits } from './limits.ts';
import { CASH, drawKinds, makeDesk } from './make-desk.ts';
import { Occurrences, type Counts } from './occurrences.ts';
import { CLOSE, OptionWorld } from './option-world.ts';
import { checkEnd } from './settled.ts';
import { SYMBOLS } from './symbols.ts';
import { schedule } from './troubles.ts';
import { TwoDesks } from './two-desks.ts';
import { Watch } from './watch.ts';
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
/** The trace holds instants by what is left of a division, which is quick of small numbers only. */
const TRACED_BELOW = 1_000_003;
const TRACED_FROM = START % TRACED_BELOW;

export function runSeed(seed: number, out?: LeftOut): SeedResult {
  const world = new World(seed, START);
  const faults = new Faults(world.random.fork('faults'), () => world.now - world.start, out);
  let desk: SimulatedDesk | undefined;
  let twin: SimulatedDesk | undefined;
  const broker = new SimulatedBroker(world, faults, CASH, (report) => {
    desk?.tell(report);
    twin?.tell(report);
  });
  broker.hasUniqueIds = !faults.strikes('idsForgotten');
  const kinds = drawKinds(faults);
  const { hasOptions } = kinds;
  broker.isStrict = kinds.hasFractions;
  if (hasOptions) {
    world.beginAt(CLOSE - Math.round((20 + 100 * world.of('options').uniform()) * SECOND));
    broker.changesPackages = world.of('options').below(2) === 0;
  }
  const drawn = drawLimits(world.random.fork('limits'));
  // A hundred shares come with a contract.
  const optionCollar = world.of('options').below(2) === 0 ? { optionCollar: 0.1 } : {};
  const limits = hasOptions ? { ...drawn, positionQuantity: 1000, optionLevel: 3, ...optionCollar } : drawn;
  // Every eighth keeps its journal in true frames.
  const made = makeDesk(world, faults, broker, limits, kinds, seed % 8 !== 1);
  desk = made;
  let violation: string | undefined;
  let trace = 0;
  const fail = (text: string): void => {
    violation ??= `${((world.now - world.start) / SECOND).toFixed(3)} s: ${text}`;
  };
  const occurrences = new Occurrences();
  if (faults.mayStrike('clockJumps')) made.clocks = new JumpingClock(world, occurrences, fail);
  if (faults.strikes('strategyApart')) made.behind = new BehindDoor(world, faults, made, occurrences, fail);
  if (faults.strikes('twoDesks') && !hasOptions) twin = makeDesk(world, faults, broker, limits, kinds, true, made);
  const desks = twin === undefined ? [made] : [made, twin];
  const two = twin === undefined ? undefined : new TwoDesks(world, desks, occurrences, fail);
  const watches = desks.map((each) => new Watch(world, faults, broker, limits, each, occurrences, fail));
  for (const watch of watches) watch.isAlone = twin === undefined;
  made.start();
  const market = { isOpen: true };
  schedule(world, faults, broker, made, market, SYMBOLS, desks.slice(1));
  two?.start(faults);
  if (hasOptions) new OptionWorld(world, faults, broker, occurrences).start([made], market);
  const after = (): void => {
    trace = (Math.imul(trace, 31) + ((TRACED_FROM + (world.now - world.start)) % TRACED_BELOW)) >>> 0;
    const isSampled = world.events % 16 === 0;
    for (const watch of watches) watch.look(isSampled);
  };
  const chaos = world.between(30, 120) * SECOND;
  world.run(world.start + chaos, after);
  faults.isOn = false;
  world.run(world.start + chaos + 120 * SECOND, after);
  // Without prices nothing new is decided, and what is under way comes to its end.
  market.isOpen = false;
  world.run(world.start + chaos + 300 * SECOND, after);
  if (violation === undefined) {
    if (two === undefined) checkEnd(made, broker, true, fail);
    else two.checkEnd(broker, (lasts) => world.run(world.now + lasts, after));
  }
  for (const each of desks) each.release();
  const { booked, bothFilled } = broker.kept.counts;
  occurrences.add('exits kept by the broker', booked);
  occurrences.add('exits kept that both filled', bothFilled);
  occurrences.add('second exits refused', broker.secondExits.length);
  if (kinds.hasFractions) occurrences.add('parts of a share refused', broker.partsRefused);
  if (kinds.hasTrailing) occurrences.add('stops kept there that followed', broker.followed);
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
