/** LF-38 and LF-39: one account, one desk; who paused for longer than the lease sends nothing. */
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FileLease, type LeaseClocks } from '../../../src/adapters/lease-files/index.ts';

const base = mkdtempSync(join(tmpdir(), 'tradedeck-lease-'));
afterAll(() => rmSync(base, { recursive: true }));
let number = 0;
const home = (): string => join(base, String(number++));

/** Clocks that stand still until they are moved. */
class Clocks implements LeaseClocks {
  private steadyMs = 1000;
  private wallMs = Date.UTC(2026, 10, 27, 15);
  readonly steady = (): number => this.steadyMs;
  readonly wall = (): number => this.wallMs;

  pass(ms: number): void {
    this.steadyMs += ms;
    this.wallMs += ms;
  }

  /** The machine sleeps: the steady clock stands. */
  sleep(ms: number): void {
    this.wallMs += ms;
  }
}

test('LF-38 a second desk on the account is refused, and told who holds it', () => {
  const folder = home();
  const clocks = new Clocks();
  const lease = FileLease.take(folder, 'broker 123', 'first', clocks);
  expect(lease.maySend()).toBe(true);
  expect(() => FileLease.take(folder, 'broker 123', 'second', clocks)).toThrow(/process \d+ on .*playing first since/);
  expect(FileLease.take(folder, 'broker 124', 'other account', clocks).maySend()).toBe(true);
});

test('what was given back can be taken at once, under a higher number', () => {
  const folder = home();
  const clocks = new Clocks();
  const lease = FileLease.take(folder, 'a', 'first', clocks);
  lease.release();
  expect(lease.maySend()).toBe(false);
  expect(FileLease.take(folder, 'a', 'second', clocks).epoch).toBe(lease.epoch + 1);
});

test.each(['pass', 'sleep'] as const)(
  'LF-39 after a pause (%s) longer than the lease nothing is sent, and when another has it, never again',
  (pause) => {
    const folder = home();
    const clocks = new Clocks();
    const stale = FileLease.take(folder, 'a', 'paused', clocks);
    clocks[pause](16_000);
    expect(stale.maySend()).toBe(false);
    const next = FileLease.take(folder, 'a', 'next', clocks);
    expect(stale.renew()).toBe(false);
    expect(stale.maySend()).toBe(false);
    expect(next.maySend()).toBe(true);
    stale.release();
    expect(next.renew()).toBe(true);
  },
);

test('a pause that nobody used ends with the next renewal', () => {
  const clocks = new Clocks();
  const lease = FileLease.take(home(), 'a', 'paused', clocks);
  clocks.pass(20_000);
  expect(lease.maySend()).toBe(false);
  expect(lease.renew()).toBe(true);
  expect(lease.maySend()).toBe(true);
});

test('sending stops at half of the lease, while others still wait for the whole of it', () => {
  const folder = home();
  const clocks = new Clocks();
  const lease = FileLease.take(folder, 'a', 'first', clocks);
  clocks.pass(8000);
  expect(lease.maySend()).toBe(false);
  expect(() => FileLease.take(folder, 'a', 'second', clocks)).toThrow(/holds this account/);
});

test('I12 the holder sees a higher number before it was told anything', () => {
  const folder = home();
  const clocks = new Clocks();
  const lease = FileLease.take(folder, 'a', 'first', clocks);
  const [account] = readdirSync(folder);
  // Another machine, by whose clock the lease has run out.
  utimesSync(join(folder, account, 'epoch-1.json'), 0, 0);
  FileLease.take(folder, 'a', 'second', clocks);
  expect(lease.maySend()).toBe(false);
});
