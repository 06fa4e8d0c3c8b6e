/**
 * What time it is for a session: by the machine, or by the broker where that lives in another time.
 *
 * This is the one clock of a session at the present time; what it says reaches the session only with its inputs.
 */
import { uptime } from 'node:os';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { instantFromMillis, SECOND } from '../../time/instant.ts';
import { SteadyClock, type ClockSources } from './steady-clock.ts';

export interface SessionClock {
  /** Now, an Instant. */
  now(): number;
  /** How much faster than the wall it goes. */
  readonly rate: number;
}

/** The wall clock as it is, for what lasts a moment. */
export const machineClock: SessionClock = { now: () => instantFromMillis(Date.now()), rate: 1 };

/** What a session's clock is made of. */
export const machineSources: ClockSources = {
  wall: () => instantFromMillis(Date.now()),
  steady: () => performance.now() * 1000,
  // Of the two clocks since the machine began one stands still while it sleeps.
  slept: () => uptime() * SECOND - Number(process.hrtime.bigint()) / 1000,
};

/** Seconds by which the machine's clock may differ from the broker's. */
export const SKEW_MAX_S = 5;

/** A clock that follows another one which is asked now and then, such as that of a fake that plays a day in a minute. */
export class FollowedClock implements SessionClock {
  rate = 1;
  private readonly ask: () => Promise<number>;
  private readonly wall: () => number;
  private at = Number.NaN;
  private wallAt = Number.NaN;
  private last = -Infinity;
  private samples = 0;
  private wasOdd = false;

  /** `ask` gives an Instant; `wall` milliseconds that never go back. */
  private constructor(ask: () => Promise<number>, wall: () => number) {
    this.ask = ask;
    this.wall = wall;
  }

  static async start(
    ask: () => Promise<number>,
    wall: () => number,
    wait: (ms: number) => Promise<void>,
  ): Promise<FollowedClock> {
    const clock = new FollowedClock(ask, wall);
    // The first question opens the connection, and tells little.
    await ask();
    await clock.follow();
    // Its pace shows in two answers; a slow one is of no use, and the longer it takes the slower it may be.
    while (clock.samples < 2) {
      await wait(300);
      await clock.follow();
    }
    return clock;
  }

  now(): number {
    const passed = (this.wall() - this.wallAt) * 1000 * this.rate;
    // It is corrected now and then, and never goes back.
    this.last = Math.max(this.last, Math.floor(this.at + passed));
    return this.last;
  }

  /** Asks again. */
  async follow(): Promise<void> {
    const before = this.wall();
    const at = await this.ask();
    const after = this.wall();
    const wallAt = (before + after) / 2;
    // A slow answer may be of any moment since it was asked for; beside the time since the one before that may be little.
    const slowMs = Math.max(SLOW_MS, SLOW_SHARE * (wallAt - this.wallAt));
    if (this.at === this.at && after - before > slowMs) return;
    if (this.at === this.at && wallAt > this.wallAt) {
      const rate = (at - this.at) / 1000 / (wallAt - this.wallAt);
      // A clock that was moved by hand has jumped, and goes on at its pace; one whose pace changed says so twice.
      const isOdd = this.samples > 1 && Math.abs(rate - this.rate) > 0.5 * this.rate;
      if (!isOdd || this.wasOdd) this.rate = Math.abs(rate - 1) < 0.05 ? 1 : Math.max(0, rate);
      this.wasOdd = isOdd;
    }
    this.samples++;
    this.at = at;
    this.wallAt = wallAt;
  }
}

const SLOW_MS = 50;
/** Of the time since the last answer that counted. */
const SLOW_SHARE = 0.1;

/** The clock of a session on a source: that of the machine, or of a fake that lives in a time of its own. */
export async function clockOf(source: {
  readonly isFake: boolean;
  clock(): Promise<{ readonly at: number }>;
}): Promise<SessionClock> {
  if (!source.isFake) return new SteadyClock(machineSources);
  return FollowedClock.start(
    async () => (await source.clock()).at,
    () => performance.now(),
    wait,
  );
}

/** How far two clocks are apart, in words; undefined where that is little enough. */
export function skewOf(machine: number, broker: number): string | undefined {
  const seconds = (machine - broker) / SECOND;
  if (Math.abs(seconds) <= SKEW_MAX_S) return undefined;
  return `this machine's clock is ${Math.abs(seconds).toFixed(1)} s ${seconds > 0 ? 'ahead of' : 'behind'} the broker's`;
}
