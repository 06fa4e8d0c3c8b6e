/**
 * The clocks of a machine in a world where they are set by hand: the session's own clock over them, and what must hold of it.
 *
 * Whatever the wall clock shows, time passes in a session as it passes in the world; a jump halts it within a moment, by a
 * command that is in its journal.
 */
import type { Input } from '../../src/engine/live/index.ts';
import { obeyJumps } from '../../src/desk/session/jumps.ts';
import { SteadyClock, type ClockSources } from '../../src/desk/session/steady-clock.ts';
import type { Occurrences } from './occurrences.ts';
import { SECOND, type World } from './world.ts';

/** What the desk takes for one time, and what a clock may be off when it is followed. */
const APART_MAX = 5 * SECOND;
/** How long after a jump the session has halted at the latest: a tick comes twice a second. */
const TOLD_WITHIN = SECOND;

export class JumpingClock implements ClockSources {
  private readonly world: World;
  private readonly fail: (text: string) => void;
  private readonly occurrences: Occurrences;
  /** What the wall clock shows beyond the world's time: by steps of seconds, and by jumps. */
  stepped = 0;
  private ahead = 0;
  /** What was read last. */
  last = 0;
  /** What the counter did not count, and what of that the machine says that it slept. */
  private missed = 0;
  private saidSlept = 0;
  private clock: SteadyClock | undefined = undefined;
  /** When the session was halted for a jump last, the world's time. */
  private toldAt = -Infinity;

  constructor(world: World, occurrences: Occurrences, fail: (text: string) => void) {
    this.world = world;
    this.occurrences = occurrences;
    this.fail = fail;
  }

  wall(): number {
    return this.world.now + this.ahead + this.stepped;
  }

  steady(): number {
    return this.world.now - this.missed;
  }

  slept(): number {
    return this.saidSlept;
  }

  /** Whether a process may begin: a clock that is off the broker's refuses it. */
  get isRight(): boolean {
    return Math.abs(this.ahead + this.stepped) <= APART_MAX;
  }

  /** Whether nobody has said yet which of its times is right. */
  get isUnsure(): boolean {
    return this.clock?.isUnsure === true;
  }

  /** A process begins; what its clock leads to is taken as it takes all else. */
  begin(take: (input: Input) => void): void {
    this.clock = new SteadyClock(this);
    obeyJumps(this.clock, { take, session: { isOver: false } }, true);
    this.last = this.clock.now();
  }

  now(): number {
    if (this.clock === undefined) return this.wall();
    this.last = this.clock.now();
    return this.last;
  }

  /** A session took an input. */
  taken(input: Input): void {
    const isTold = input.kind === 'command' && input.by === 'desk' && input.command.do === 'halt';
    if (isTold && input.reason.startsWith('the clock')) this.toldAt = this.world.now;
  }

  heard(at: number | undefined): void {
    if (this.clock === undefined || at === undefined) return;
    const wasApart = this.clock.isApart;
    this.clock.heard(at);
    if (wasApart && !this.clock.isApart) this.occurrences.add('clock set by the broker');
  }

  /** The wall clock is set wrong, and right again after a while; `isGone` says whether there is nobody who could hear of it. */
  jump(isGone: () => boolean): void {
    const random = this.world.of('clockJumps');
    const by = [60, 3600, 86_400][random.below(3)] * SECOND * (random.below(2) === 0 ? 1 : -1);
    const lasts = Math.round((0.2 + 30 * random.uniform()) * SECOND);
    if (this.ahead !== 0) return;
    this.ahead = by;
    this.occurrences.add(by > 0 ? 'clock set ahead' : 'clock set back');
    const jumpedAt = this.world.now;
    const { clock } = this;
    if (lasts > TOLD_WITHIN && !isGone()) {
      this.world.in(TOLD_WITHIN, () => {
        if (isGone() || this.clock !== clock) return;
        if (this.toldAt < jumpedAt) this.fail(`I27 the clock jumped ${by / SECOND} s and nobody halted`);
        else this.occurrences.add('halted at a jump of the clock');
      });
    }
    this.world.in(lasts, () => (this.ahead = 0));
  }

  /** The process stands still for so long; half of the time the whole machine does, and mostly nothing says so. */
  paused(lasts: number): void {
    const random = this.world.of('clockJumps');
    if (random.below(2) === 0) return;
    this.missed += lasts;
    const isSleep = random.below(3) === 0;
    if (isSleep) this.saidSlept += lasts;
    this.occurrences.add(isSleep ? 'machine slept' : 'machine stood still');
  }

  /** The session's time is never ahead of the world's by more than what clocks may be apart. */
  check(at: number): void {
    const off = (at - this.world.now) / SECOND;
    if (off > APART_MAX / SECOND) this.fail(`I27 the session's time is ${off} s ahead of the world's`);
  }

  /** After quiet it tells the world's time, whatever happened. */
  checkEnd(): void {
    const off = (this.now() - this.world.now) / SECOND;
    if (Math.abs(off) > (APART_MAX + SECOND) / SECOND) this.fail(`I27 after quiet the session's time is ${off} s off`);
  }
}
