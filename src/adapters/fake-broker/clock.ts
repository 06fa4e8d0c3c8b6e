/**
 * The clock that drives the broker: the wall's, faster or slower, or a hand that moves it.
 */
import { setInterval } from 'node:timers';
import { MILLISECOND } from '../../time/instant.ts';

/** How often the broker is brought up to the clock. */
const TICK_MS = 5;

export type Speed = number | 'manual';

export class DrivenClock {
  private speedNow: Speed;
  private virtualAt: number;
  private wallAt: number;
  private readonly wallNow: () => number;
  private readonly advance: (to: number) => void;
  private readonly timer: NodeJS.Timeout;

  /** `advance` is called with the present instant of the broker (microseconds) whenever that has moved. */
  constructor(startAt: number, speed: Speed, advance: (to: number) => void, wallNow = () => performance.now()) {
    this.speedNow = speed;
    this.virtualAt = startAt;
    this.wallNow = wallNow;
    this.wallAt = wallNow();
    this.advance = advance;
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  get speed(): Speed {
    return this.speedNow;
  }

  /** The present instant of the broker. */
  get now(): number {
    const { speedNow } = this;
    if (speedNow === 'manual') return this.virtualAt;
    return this.virtualAt + Math.floor((this.wallNow() - this.wallAt) * MILLISECOND * speedNow);
  }

  tick(): void {
    this.advance(this.now);
  }

  setSpeed(speed: Speed): void {
    this.virtualAt = this.now;
    this.wallAt = this.wallNow();
    this.speedNow = speed;
  }

  /** Moves the clock forward by hand; it goes on from there. */
  jump(to: number): void {
    this.virtualAt = Math.max(to, this.now);
    this.wallAt = this.wallNow();
    this.tick();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
