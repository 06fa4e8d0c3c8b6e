/**
 * The clock of a session that runs for a day on a machine whose own clock may be set: time passes by a counter that nobody
 * sets, and the wall clock is followed where it differs by little.
 *
 * A wall clock that jumps by more than five seconds is told of at once, and not followed: deadlines, ages and timers go on by
 * the counter, so nothing is early or late by it. Which of the two was right the broker's clock says, with the next reading of
 * its books: only where it agrees with the wall is the session's time moved there, as after a pause of the whole machine
 * that its counter knows nothing of. A machine that slept says so itself, and its time is counted in.
 */
import { SECOND } from '../../time/instant.ts';

export interface ClockSources {
  /** The wall clock, microseconds since 1970. */
  wall(): number;
  /** Microseconds since any beginning: nobody sets them; they may stand still while the machine sleeps. */
  steady(): number;
  /** Microseconds that the machine slept, since any beginning, and that `steady` did not count. */
  slept(): number;
}

/** Further apart the two are not followed by small steps. */
const APART_MAX_US = 5 * SECOND;
/** How much of the time that passes a small difference is made up by: no deadline is off by more than this part. */
const FOLLOWED = 0.01;
/** What is slept for less is left to the wall clock. */
const SLEPT_MIN_US = SECOND;

export class SteadyClock {
  readonly rate = 1;
  /** The wall clock has jumped by so many microseconds, and is not followed; called once for each jump: the clock is so far from the session's time. */
  onJump: (byUs: number) => void = () => undefined;
  private readonly sources: ClockSources;
  private at: number;
  private steadyAt: number;
  private sleptAt: number;
  /** How far the wall clock was when that was told last; 0 while it is followed. */
  private told = 0;
  private isDoubted = false;

  constructor(sources: ClockSources) {
    this.sources = sources;
    this.at = sources.wall();
    this.steadyAt = sources.steady();
    this.sleptAt = sources.slept();
  }

  /** Whether the wall clock shows another time, and which is right is not known or not followed. */
  get isApart(): boolean {
    return this.told !== 0;
  }

  /** Whether it has jumped, and no broker has said yet which of the two was right: nobody knows how old a decision is. */
  get isUnsure(): boolean {
    return this.isDoubted;
  }

  /** How far the wall clock is from the session's time. */
  get apart(): number {
    return this.sources.wall() - this.at;
  }

  /** Now, an Instant. */
  now(): number {
    const { sources } = this;
    const steady = sources.steady();
    const passed = steady - this.steadyAt;
    this.steadyAt = steady;
    this.at += passed;
    let apart = sources.wall() - this.at;
    if (Math.abs(apart) > APART_MAX_US) apart -= this.sleep();
    if (Math.abs(apart) <= APART_MAX_US) {
      this.told = 0;
      this.isDoubted = false;
      const step = FOLLOWED * passed;
      this.at += Math.max(-step, Math.min(step, apart));
    } else if (Math.abs(apart - this.told) > APART_MAX_US) {
      this.told = apart;
      this.isDoubted = true;
      this.onJump(apart);
    }
    return Math.floor(this.at);
  }

  /** The broker's clock says so much: while the two are apart it decides which of them is right. */
  heard(theirs: number): void {
    const now = this.now();
    if (!this.isApart) return;
    if (Math.abs(now - theirs) <= APART_MAX_US) {
      this.isDoubted = false;
      return;
    }
    const wall = this.sources.wall();
    if (Math.abs(wall - theirs) > APART_MAX_US) return;
    this.at = wall;
    this.told = 0;
    this.isDoubted = false;
  }

  /** Counts in what the machine slept since it was asked last; returns it. */
  private sleep(): number {
    const slept = this.sources.slept();
    const more = slept - this.sleptAt;
    if (more < SLEPT_MIN_US) return 0;
    this.sleptAt = slept;
    this.at += more;
    return more;
  }
}
