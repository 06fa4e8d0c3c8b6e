/**
 * What can go wrong in a simulated world, how often in this run, and how often it did.
 *
 * Each run first switches every fault on or off and then gives it a rate: so some runs have one kind of fault at a high
 * rate, which finds more than a little of everything does.
 */
import type { Random } from '../../src/base/random.ts';

/** Highest probability of each fault, per chance it gets. */
const RATES = {
  /** A request never reaches the broker; the desk sees a timeout. */
  requestDropped: 0.4,
  /** The broker did as it was asked, and the answer is lost. */
  responseDropped: 0.4,
  /** The request arrives long after the desk gave up waiting. */
  requestDelayed: 0.3,
  /** A 500, a page of HTML, half a JSON: it may have been carried out or not. */
  responseUnreadable: 0.3,
  /** 429: not carried out, for sure only after a look. */
  throttled: 0.2,
  refused: 0.2,
  eventDropped: 0.3,
  eventDuplicated: 0.3,
  eventDelayed: 0.3,
  linkDown: 0.02,
  partialFill: 0.5,
  overfill: 0.01,
  bust: 0.02,
  /** Killed before, between or after any step; what was not synced may be lost. */
  crash: 0.02,
  /** The session ends, and another begins from what it left. */
  nextSession: 0.01,
  diskFull: 0.001,
  syncFails: 0.001,
  /** The process does not run for minutes. */
  paused: 0.01,
  clockStepsBack: 0.05,
  /** Somebody trades the account by hand. */
  externalOrder: 0.01,
  /** The operator halts, kills, cancels, flattens. */
  command: 0.02,
  /** A dividend or a fee: no order has to do with it, and only the books tell of it. */
  booking: 0.02,
  /** What a fill costs is told long after it. */
  lateCommission: 0.3,
  emptyPositions: 0.2,
  badQuote: 0.05,
  /** An execution had another price: it is taken back, and another takes its place. */
  correction: 0.02,
  /** The market jumps by some per cent; half of the time it is back and beyond a moment later, so that both exits of a pair fill. */
  jump: 0.05,
  /** The operator stops the account twice within seconds, and the process may die in between. */
  stoppedTwice: 0.03,
  /** An answer arrives seconds after it was given: what it says is old. */
  answerDelayed: 0.2,
  /** One part of the books that are read is seconds older than the rest, and than they say. */
  booksStale: 0.3,
  /** The stream tells once more, in any order, what it told during the last minutes. */
  replayed: 0.03,
  /** Nobody answers for up to two minutes, in which executions are corrected, streams may be gone, and the process may die. */
  outage: 0.01,
  /** No prices come for up to a minute. */
  feedDown: 0.02,
  /** An older execution is corrected, mostly to a smaller size, or busted. */
  oldCorrection: 0.02,
  /** The exchange halts a symbol for up to half a minute. */
  exchangeHalt: 0.01,
  /** The operator commands this and that while the process recovers. */
  commandAtStart: 0.5,
  /** The broker touches an order, and nothing of it changes. */
  touched: 0.1,
  /** An order that works ends at the broker, and nobody here wanted it. */
  endedThere: 0.05,
  /** The broker takes an id a second time, as another order. */
  idsForgotten: 1,
  /** One of the two strategies is another one, which uses all kinds of exits. */
  otherStrategy: 1,
  /** The wall clock jumps by a minute to a day, ahead or back, and later back again; or the whole machine stands still. */
  clockJumps: 0.03,
  /** One of the two strategies lives in a process of its own, which dies, over a pipe that is slow. */
  strategyApart: 1,
  /** Options are traded too, alone and as packages; one of the two strategies trades them. */
  options: 1,
  /** A second desk wants the account; only one has the lease. */
  twoDesks: 1,
  /** Shares are traded by thousandths, by the rules of a broker that takes these for the day only. */
  fractions: 1,
  /** One of the two strategies uses stops that follow the price. */
  trailing: 1,
  /** Strategies decide hundreds of orders at one instant, while a person commands. */
  burst: 0.5,
} as const;

export type FaultName = keyof typeof RATES;
export const FAULT_NAMES = Object.keys(RATES) as readonly FaultName[];
/** Those that came later have chance of their own: where they are switched off, a seed stays what it was. */
const LATER: Partial<Record<FaultName, 'newer' | 'newest' | 'latest' | 'own'>> = {
  correction: 'newer',
  jump: 'newer',
  stoppedTwice: 'newest',
  answerDelayed: 'latest',
  booksStale: 'latest',
  replayed: 'latest',
  outage: 'latest',
  feedDown: 'latest',
  oldCorrection: 'latest',
  exchangeHalt: 'latest',
  commandAtStart: 'latest',
  touched: 'latest',
  endedThere: 'latest',
  idsForgotten: 'latest',
  otherStrategy: 'latest',
  clockJumps: 'own',
  strategyApart: 'own',
  options: 'own',
  twoDesks: 'own',
  fractions: 'own',
  trailing: 'own',
  burst: 'own',
};
/** Those of that kind: without them, and what came after them, a seed is what it was before they came. */
export const LATEST: ReadonlySet<FaultName> = new Set(FAULT_NAMES.filter((name) => LATER[name] === 'latest'));
/** Each of these has chance of its own: a seed in which none of them is drawn is what it was before they came. */
export const ADDED: ReadonlySet<FaultName> = new Set(FAULT_NAMES.filter((name) => LATER[name] === 'own'));

/** One time that a fault struck. */
export interface Strike {
  readonly name: FaultName;
  /** Microseconds since the world began. */
  readonly at: number;
}

/** What is left out of a seed, to find what its failure needs. */
export interface LeftOut {
  readonly kinds?: ReadonlySet<FaultName>;
  /** Strikes, numbered from 0 as they come; from `end` on none strikes. */
  readonly strikes?: ReadonlySet<number>;
  readonly end?: number;
  /** Takes down those that strike. */
  readonly script?: Strike[];
}

export class Faults {
  readonly fired = Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as Record<FaultName, number>;
  isOn = true;
  /** What each fault draws from, and how often it strikes: a run asks for it ten thousand times. */
  private readonly odds: Readonly<Record<FaultName, { readonly chance: Random; readonly rate: number }>>;
  private readonly out: LeftOut | undefined;
  private readonly now: () => number;
  /** Strikes so far, those that were left out included. */
  private count = 0;

  /** `now` is the time since the world began, in microseconds. */
  constructor(random: Random, now: () => number, out?: LeftOut) {
    const generations = {
      first: random,
      newer: random.fork('newer'),
      newest: random.fork('newest'),
      latest: random.fork('latest'),
    };
    this.now = now;
    this.out = out;
    const odds = {} as Record<FaultName, { chance: Random; rate: number }>; // All names follow.
    for (const name of FAULT_NAMES) {
      const generation = LATER[name] ?? 'first';
      const chance = generation === 'own' ? random.fork(name) : generations[generation];
      const isOn = chance.uniform() < 0.5;
      const rate = chance.uniform() ** 2 * RATES[name];
      odds[name] = { chance, rate: isOn && out?.kinds?.has(name) !== true ? rate : 0 };
    }
    this.odds = odds;
  }

  /** Whether the fault may strike at all in this run. */
  mayStrike(name: FaultName): boolean {
    return this.odds[name].rate > 0;
  }

  /** Whether the fault strikes now. */
  strikes(name: FaultName): boolean {
    // The draw is made in any case, so that leaving one fault out disturbs the others as little as can be.
    const { chance, rate } = this.odds[name];
    const drawn = chance.uniform();
    if (!this.isOn || drawn >= rate) return false;
    if (this.out !== undefined && !this.happens(this.out, name)) return false;
    this.fired[name]++;
    return true;
  }

  /** Whether more was taken back than was put in its place. */
  get tookBack(): boolean {
    return this.fired.bust + this.fired.oldCorrection > 0;
  }

  private happens({ strikes, end = Infinity, script }: LeftOut, name: FaultName): boolean {
    const number = this.count++;
    if (number >= end || strikes?.has(number) === true) return false;
    script?.push({ name, at: this.now() });
    return true;
  }
}
