/** A clock that follows another: its pace, its jumps, and that it never goes back. */
import { expect, test } from 'vitest';
import { FollowedClock, skewOf } from '../../../src/desk/session/clock.ts';

/** A clock elsewhere, whose answers take no time, or as long as it is told. */
class Elsewhere {
  /** Milliseconds that the next answers take. */
  readonly slow: number[] = [];
  wallMs = 0;
  rate = 60;
  private at = 1_000_000_000;

  pass(ms: number): void {
    this.wallMs += ms;
    this.at += ms * 1000 * this.rate;
  }

  jump(us: number): void {
    this.at += us;
  }

  get now(): number {
    return this.at;
  }

  readonly wall = (): number => this.wallMs;
  readonly ask = (): Promise<number> => {
    // It is read on half of the way.
    const half = (this.slow.shift() ?? 0) / 2;
    this.pass(half);
    const { at } = this;
    this.pass(half);
    return Promise.resolve(at);
  };
  readonly wait = (ms: number): Promise<void> => Promise.resolve(this.pass(ms));
}

test('it finds the pace of the other and tells its time between two questions', async () => {
  const other = new Elsewhere();
  const clock = await FollowedClock.start(other.ask, other.wall, other.wait);
  other.pass(777);
  expect(clock.rate).toBeCloseTo(60, 6);
  expect(clock.now()).toBeCloseTo(other.now, 0);
});

test('where the first answers are slow, as on a machine under load, it asks until it knows the pace', async () => {
  const other = new Elsewhere();
  other.slow.push(200, 80, 120, 90, 90);
  const clock = await FollowedClock.start(other.ask, other.wall, other.wait);
  expect(clock.rate).toBeCloseTo(60, 6);
});

test('where all answers are slow, the slower ones count when enough time has passed between them', async () => {
  const other = new Elsewhere();
  for (let i = 0; i < 50; i++) other.slow.push(100);
  const clock = await FollowedClock.start(other.ask, other.wall, other.wait);
  expect(clock.rate).toBeCloseTo(60, 6);
  expect(other.wallMs).toBeLessThan(3000);
});

test('a jump is followed at once and is no pace', async () => {
  const other = new Elsewhere();
  const clock = await FollowedClock.start(other.ask, other.wall, other.wait);
  other.pass(500);
  other.jump(3600_000_000);
  await clock.follow();
  expect(clock.now()).toBeCloseTo(other.now, 0);
  other.pass(500);
  expect(clock.now()).toBeCloseTo(other.now, 0);
  await clock.follow();
  expect(clock.rate).toBeCloseTo(60, 6);
});

test('a pace that changed is taken when it was seen twice', async () => {
  const other = new Elsewhere();
  const clock = await FollowedClock.start(other.ask, other.wall, other.wait);
  other.rate = 600;
  for (let i = 0; i < 2; i++) {
    other.pass(500);
    await clock.follow();
  }
  expect(clock.rate).toBeCloseTo(600, 6);
});

test('it never goes back', async () => {
  const other = new Elsewhere();
  const clock = await FollowedClock.start(other.ask, other.wall, other.wait);
  other.pass(100);
  const before = clock.now();
  other.jump(-5_000_000);
  await clock.follow();
  expect(clock.now()).toBe(before);
});

test('clocks that are five seconds apart agree well enough', () => {
  expect(skewOf(5_000_000, 0)).toBeUndefined();
  expect(skewOf(0, 5_100_000)).toBe("this machine's clock is 5.1 s behind the broker's");
});
