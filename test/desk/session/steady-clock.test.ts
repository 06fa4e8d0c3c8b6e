/** LF-29: a clock that is set while a session runs, a machine that sleeps, and one that stands still and does not know it. */
import { expect, test } from 'vitest';
import type { Input } from '../../../src/engine/live/index.ts';
import { machineSources } from '../../../src/desk/session/clock.ts';
import { obeyJumps } from '../../../src/desk/session/jumps.ts';
import { SteadyClock, type ClockSources } from '../../../src/desk/session/steady-clock.ts';
import { HOUR, SECOND } from '../../../src/time/instant.ts';

const BEGAN = Date.UTC(2026, 10, 27, 15) * 1000;

/** The clocks of a machine. */
class Machine implements ClockSources {
  wallUs = BEGAN;
  private steadyUs = 0;
  private sleptUs = 0;
  readonly wall = (): number => this.wallUs;
  readonly steady = (): number => this.steadyUs;
  readonly slept = (): number => this.sleptUs;

  pass(us: number): void {
    this.wallUs += us;
    this.steadyUs += us;
  }

  sleep(us: number, isSaid: boolean): void {
    this.wallUs += us;
    if (isSaid) this.sleptUs += us;
  }
}

function clocked() {
  const machine = new Machine();
  const clock = new SteadyClock(machine);
  const taken: Input[] = [];
  obeyJumps(clock, { take: (input) => void taken.push(input), session: { isOver: false } }, true);
  const commands = (): readonly string[] => taken.map((input) => (input.kind === 'command' ? input.command.do : ''));
  return { machine, clock, taken, commands };
}

test.each([HOUR, 24 * HOUR, -HOUR, -24 * HOUR])(
  'LF-29 a jump of %i µs halts at once, and time goes on as it passes',
  (by) => {
    const { machine, clock, taken, commands } = clocked();
    machine.pass(SECOND);
    machine.wallUs += by;
    expect(clock.now()).toBe(BEGAN + SECOND);
    expect(commands()).toEqual(['halt', 'reconcile']);
    expect(taken[0]).toMatchObject({ at: BEGAN + SECOND, by: 'desk' });
    machine.pass(100 * SECOND);
    expect(clock.now()).toBe(BEGAN + 101 * SECOND);
    machine.wallUs -= by;
    machine.pass(SECOND);
    expect(clock.now()).toBe(BEGAN + 102 * SECOND);
    expect([clock.isApart, commands().length]).toEqual([false, 2]);
  },
);

test('LF-29 a second jump on top of the first is told too', () => {
  const { machine, clock, commands } = clocked();
  machine.wallUs -= 9 * SECOND;
  clock.now();
  machine.wallUs += HOUR;
  clock.now();
  clock.now();
  expect(commands()).toEqual(['halt', 'reconcile', 'halt', 'reconcile']);
});

test('LF-29 a clock that is set by some seconds is followed by a hundredth of the time that passes, and never back', () => {
  const { machine, clock, commands } = clocked();
  machine.wallUs -= 4 * SECOND;
  let before = clock.now();
  for (let i = 0; i < 500; i++) {
    machine.pass(SECOND);
    const now = clock.now();
    expect(Math.abs(now - before - SECOND)).toBeLessThanOrEqual(SECOND / 100 + 1);
    before = now;
  }
  expect(Math.abs(before - machine.wallUs)).toBeLessThanOrEqual(1);
  expect(commands()).toEqual([]);
});

test('LF-29 of two times that are far apart the broker says which is right', () => {
  const { machine, clock } = clocked();
  machine.wallUs += HOUR;
  clock.heard(BEGAN);
  expect([clock.now(), clock.isApart]).toEqual([BEGAN, true]);
  machine.wallUs -= HOUR;
  // The whole machine stood still, and its counter knows nothing of it.
  machine.sleep(HOUR, false);
  expect([clock.now(), clock.isApart]).toEqual([BEGAN, true]);
  clock.heard(BEGAN + HOUR);
  expect([clock.now(), clock.isApart]).toEqual([BEGAN + HOUR, false]);
});

test('LF-30 a machine that slept says so: its time has passed, and nobody set a clock', () => {
  const { machine, clock, commands } = clocked();
  machine.sleep(20 * 60 * SECOND, true);
  expect(clock.now()).toBe(BEGAN + 20 * 60 * SECOND);
  expect(commands()).toEqual([]);
});

test('LF-29 what jumped before anybody listened is told to who begins to', () => {
  const machine = new Machine();
  const clock = new SteadyClock(machine);
  machine.wallUs += HOUR;
  clock.now();
  const taken: Input[] = [];
  obeyJumps(clock, { take: (input) => void taken.push(input), session: { isOver: false } }, true);
  expect(taken).toHaveLength(2);
});

test('the clocks of this machine agree', () => {
  const clock = new SteadyClock(machineSources);
  expect(Math.abs(clock.now() - machineSources.wall())).toBeLessThan(SECOND);
  const [a, b] = [machineSources.slept(), machineSources.slept()];
  expect(Math.abs(a - b)).toBeLessThan(SECOND);
});

test.each([
  ['the session’s time', 0, false],
  ['the wall clock’s', HOUR, false],
  ['neither', -HOUR, true],
])('after a jump the time is not sure until the broker tells it: %s', (_, off, isUnsure) => {
  const { machine, clock } = clocked();
  machine.pass(SECOND);
  expect(clock.isUnsure).toBe(false);
  machine.wallUs += HOUR;
  const now = clock.now();
  expect(clock.isUnsure).toBe(true);
  clock.heard(now + off);
  expect(clock.isUnsure).toBe(isUnsure);
});

test('a clock that is set right again is sure of itself', () => {
  const { machine, clock } = clocked();
  machine.wallUs += HOUR;
  clock.now();
  machine.wallUs -= HOUR;
  machine.pass(SECOND);
  clock.now();
  expect(clock.isUnsure).toBe(false);
});
