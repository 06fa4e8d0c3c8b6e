/** What a watchdog makes of heartbeats: of whom it knows, what it refuses, and who is silent. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import {
  accountIdOf,
  heartbeatIn,
  isSignedWith,
  signatureOf,
  type Heartbeat,
} from '../../../src/desk/deadman/heartbeat.ts';
import { WatchedSessions } from '../../../src/desk/deadman/watched.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tradedeck-watched-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** The wall's clock of the watchdog's machine. */
const WALL = 1_800_000_000_000;
const SECRET = new Secret('s'.repeat(32));
const CLOCK_MS = 60_000;

function beat(more: Partial<Heartbeat> = {}): Heartbeat {
  return {
    heartbeat: 'tradedeck-heartbeat',
    version: 1,
    kind: 'beat',
    session: 'a-1',
    instance: 'i1',
    sequence: 1,
    at: WALL,
    account: 'acc',
    tail: '…0001',
    mode: 'rehearsal',
    deck: 'a',
    state: 'active',
    orders: 1,
    positions: 0,
    records: 10,
    hash: 'ff',
    ...more,
  };
}

const watched = (): WatchedSessions => new WatchedSessions(join(folder, 'watched.json'), CLOCK_MS, 0);
const SILENT = () => 60_000;

describe('a signature', () => {
  const body = JSON.stringify(beat());
  test('is of the body and the secret alone', () => {
    const signature = signatureOf(SECRET, body);
    expect(isSignedWith(SECRET, body, signature)).toBe(true);
    expect(isSignedWith(new Secret('t'.repeat(32)), body, signature)).toBe(false);
    expect(isSignedWith(SECRET, body.replace('"orders":1', '"orders":0'), signature)).toBe(false);
    for (const wrong of [undefined, '', signature.slice(1), `${signature}00`]) {
      expect(isSignedWith(SECRET, body, wrong)).toBe(false);
    }
  });
});

test.each([
  ['no JSON', '{', 'is JSON'],
  ['no object', '1', 'is an object'],
  ['a field of another kind', JSON.stringify({ ...beat(), sequence: '1' }), 'wrong sequence'],
  ['a field too few', JSON.stringify({ ...beat(), hash: undefined }), 'wrong hash'],
  ['a field that is not known', JSON.stringify({ ...beat(), approved: true }), 'not known'],
])('%s is no heartbeat', (_, body, why) => {
  expect(() => heartbeatIn(body)).toThrow(why);
});

test('accounts with the same last digits differ', () => {
  expect(accountIdOf('alpaca', 'PA10001')).not.toBe(accountIdOf('alpaca', 'PA20001'));
  expect(accountIdOf('alpaca', 'PA10001')).not.toContain('0001');
});

describe('a heartbeat', () => {
  test('is taken once: one that comes twice, or after a later one, is refused', () => {
    const all = watched();
    expect(all.hear(beat(), WALL, 0).kind).toBe('begins');
    expect(all.hear(beat(), WALL, 1)).toMatchObject({ kind: 'refused', code: 'replay' });
    expect(all.hear(beat({ sequence: 3, at: WALL + 20 }), WALL + 20, 20).kind).toBe('goes-on');
    expect(all.hear(beat({ sequence: 2, at: WALL + 10 }), WALL + 21, 21)).toMatchObject({ code: 'replay' });
  });

  test('of a process that was followed by another is refused, though its numbers are higher', () => {
    const all = watched();
    all.hear(beat({ sequence: 500 }), WALL, 0);
    expect(all.hear(beat({ instance: 'i2', at: WALL + 5000 }), WALL + 5000, 5000).kind).toBe('goes-on');
    expect(all.hear(beat({ sequence: 501, at: WALL + 4000 }), WALL + 5001, 5001)).toMatchObject({ code: 'replay' });
  });

  test.each([-61_000, 61_000])('whose clock is %i ms off is refused, with by how much', (offMs) => {
    const heard = watched().hear(beat({ at: WALL + offMs }), WALL, 0);
    expect(heard).toMatchObject({ kind: 'refused', code: 'clock' });
    expect(heard).toHaveProperty('why', expect.stringContaining('61.0 s'));
  });

  test('of a process that was heard is held to what it said then: a clock of ours that is put right refuses nobody', () => {
    const all = watched();
    all.hear(beat(), WALL, 0);
    const jumped = WALL + 3_600_000;
    expect(all.hear(beat({ sequence: 2, at: WALL + 10_000 }), jumped, 10_000).kind).toBe('goes-on');
    // One that was held back on the way is late by its own clock, whatever ours says.
    expect(all.hear(beat({ sequence: 3, at: WALL + 20_000 }), WALL + 20_000, 80_001)).toMatchObject({ code: 'clock' });
    // After this process was away nothing but the clocks can say it.
    all.measureAnew(90_000);
    expect(all.hear(beat({ sequence: 4, at: WALL + 90_000 }), jumped, 90_000)).toMatchObject({ code: 'clock' });
  });

  test('within that is taken, and silence is measured by the watchdog’s own clock alone', () => {
    const all = watched();
    expect(all.hear(beat({ at: WALL - 59_000 }), WALL, 0).kind).toBe('begins');
    expect(all.silent(60_000, SILENT)).toEqual([]);
    expect(all.silent(60_001, SILENT)).toHaveLength(1);
  });

  test('that was heard before a restart is refused after it', () => {
    watched().hear(beat({ sequence: 7 }), WALL, 0);
    expect(watched().hear(beat({ sequence: 7 }), WALL + 1000, 0)).toMatchObject({ code: 'replay' });
    expect(watched().hear(beat({ sequence: 8, at: WALL + 1 }), WALL + 1000, 0).kind).toBe('goes-on');
  });
});

describe('silence', () => {
  test('is of each session by itself, and begins anew after a restart of the watchdog', () => {
    const all = watched();
    all.hear(beat(), WALL, 0);
    all.hear(beat({ session: 'b-1', account: 'other', instance: 'j' }), WALL, 40_000);
    expect(all.silent(70_000, SILENT).map((each) => each.beat.session)).toEqual(['a-1']);
    const again = new WatchedSessions(join(folder, 'watched.json'), CLOCK_MS, 1_000_000);
    expect(again.silent(1_060_000, SILENT)).toEqual([]);
    expect(again.silent(1_060_001, SILENT)).toHaveLength(2);
  });

  test('is none after a farewell, nor of what another session of the account goes on with', () => {
    const all = watched();
    all.hear(beat(), WALL, 0);
    const { before } = all.hear(beat({ session: 'a-2', instance: 'k' }), WALL, 1) as { before: { beat: Heartbeat } };
    expect(before.beat.session).toBe('a-1');
    all.hear(beat({ session: 'a-2', instance: 'k', sequence: 2, kind: 'farewell' }), WALL, 2);
    expect(all.silent(10_000_000, SILENT)).toEqual([]);
  });

  test('of two sessions on paper is none of each other', () => {
    const all = watched();
    all.hear(beat({ account: '' }), WALL, 0);
    all.hear(beat({ account: '', session: 'b-1', instance: 'j' }), WALL, 0);
    expect(all.silent(61_000, SILENT)).toHaveLength(2);
  });

  test('leads to something once, until it speaks and is silent again', () => {
    const all = watched();
    all.hear(beat(), WALL, 0);
    const [silent] = all.silent(61_000, SILENT);
    all.enter(silent, 'stopping');
    expect(all.silent(90_000, SILENT)).toEqual([]);
    all.enter(silent, 'stopped');
    expect(all.silent(90_000, SILENT)).toEqual([]);
    expect(all.hear(beat({ sequence: 2, at: WALL + 100_000 }), WALL + 100_000, 100_000).kind).toBe('back');
    expect(all.silent(160_001, SILENT)).toHaveLength(1);
  });
});

describe('a stop of the account', () => {
  test('is told to the process that had it, and to none that began later', () => {
    const all = watched();
    all.hear(beat(), WALL, 0);
    all.stopAccount('acc', 'somebody said so', WALL);
    const same = all.hear(beat({ sequence: 2 }), WALL, 1);
    expect(same).toMatchObject({ watched: { stopped: { why: 'somebody said so' } } });
    const other = all.hear(beat({ instance: 'i2', at: WALL + 1 }), WALL + 1, 2);
    expect(other).toMatchObject({ watched: { stopped: null } });
  });
});
