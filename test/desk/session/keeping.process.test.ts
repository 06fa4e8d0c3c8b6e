/** Journals of sessions on another disk, and how long they stay: copies that are verified, and nothing taken away too early. */
import { Buffer } from 'node:buffer';
import { generateKeyPairSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeDigests, readSession, SessionFiles } from '../../../src/adapters/session-files/index.ts';
import { CONTROL_FILE } from '../../../src/desk/session/control.ts';
import { copyJournal } from '../../../src/desk/session/copy-journal.ts';
import { openCopy, sealCopy, SEALED_FILE } from '../../../src/desk/session/sealed-copy.ts';
import { holdJournal, journalsIn, pruneJournal } from '../../../src/desk/session/retention.ts';
import { frameOf } from '../../../src/engine/live/index.ts';
import { utc } from '../../engine/play.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tradedeck-keeping-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

const NOW = utc('2026-11-29');
const about = { by: 'ann', at: '2026-11-29T00:00:00.000Z' };

/** Writes records after those that are there. */
function write(folder: string, ...texts: readonly string[]): void {
  const files = new SessionFiles(folder);
  let { hash } = files.stored;
  for (const text of texts) {
    const frame = frameOf(text, hash, nodeDigests);
    files.append(frame.bytes);
    ({ hash } = frame);
  }
  files.close();
}

const head = (session: object = {}): string =>
  JSON.stringify({ journal: 'tradedeck-session', version: 1, mode: 'live', deck: { session }, strategies: [] });
const tick = (day: string): string => JSON.stringify({ in: { kind: 'tick', at: utc(day) }, out: [] });

/** A session of a day in a folder of its own. */
function session(name: string, day: string, deck: object = {}): string {
  const folder = join(home, 'runs', name);
  mkdirSync(folder, { recursive: true });
  write(join(folder, 'session'), head(deck), tick(day));
  utimesSync(join(folder, 'session', '000001.jnl'), utc(day) / 1e6, utc(day) / 1e6);
  return folder;
}

test('only the owner reads a journal, and a segment that is complete takes no more', () => {
  const folder = join(home, 'session');
  const long = JSON.stringify({ in: { kind: 'tick', at: 1, why: 'x'.repeat(40 << 20) }, out: [] });
  write(folder, head(), long, long);
  const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  expect(modeOf(folder)).toBe('700');
  expect(modeOf(join(folder, '000001.jnl'))).toBe('400');
  expect(modeOf(join(folder, '000002.jnl'))).toBe('600');
  write(folder, tick('2026-11-28'));
  expect(readSession(folder).texts.map(({ length }) => length)).toEqual([
    head().length,
    long.length,
    long.length,
    tick('2026-11-28').length,
  ]);
});

test('a copy holds every record, grows with the journal, and a second time adds nothing', () => {
  const [from, to] = [join(home, 'session'), join(home, 'copy')];
  write(from, head(), tick('2026-11-27'));
  expect(copyJournal(from, to)).toMatchObject({ records: 2, isSameDisk: true });
  write(from, tick('2026-11-28'));
  const more = copyJournal(from, to);
  expect(more.records).toBe(3);
  expect(more.hash).toBe(Buffer.from(readSession(from).hash).toString('hex'));
  expect(copyJournal(from, to).added).toBe(0);
});

test('what is being written at the end of a journal is not copied, and a copying that was cut off goes on', () => {
  const [from, to] = [join(home, 'session'), join(home, 'copy')];
  write(from, head(), tick('2026-11-27'), tick('2026-11-28'));
  const file = join(from, '000001.jnl');
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length - 5));
  expect(copyJournal(from, to).records).toBe(2);
  writeFileSync(file, whole);
  copyJournal(from, to);
  truncateSync(join(to, '000001.jnl'), whole.length - 7);
  expect(copyJournal(from, to)).toMatchObject({ records: 3, added: 7 });
});

describe('a sealed copy', () => {
  const pair = generateKeyPairSync('x25519');
  const other = generateKeyPairSync('x25519');
  const seal = (from: string, to: string) => sealCopy(from, to, pair.publicKey);
  const open = (from: string, to: string, key = pair.privateKey) => openCopy(from, to, key);
  /** A journal of three records, sealed in two pieces. */
  const sealedTwice = () => {
    const [from, to] = [join(home, 'session'), join(home, 'copy')];
    write(from, head(), tick('2026-11-27'));
    seal(from, to);
    write(from, tick('2026-11-28'));
    seal(from, to);
    return { from, to, file: join(to, SEALED_FILE) };
  };

  test('grows with the journal, shows nothing of it, and opens into the same bytes', () => {
    const [from, to, back] = ['session', 'copy', 'back'].map((name) => join(home, name));
    write(from, head(), tick('2026-11-27'));
    expect(seal(from, to)).toMatchObject({ records: 2, isSameDisk: true });
    write(from, tick('2026-11-28'));
    const { added, hash } = seal(from, to);
    expect(added).toBeGreaterThan(0);
    expect(seal(from, to).added).toBe(0);
    const file = join(to, SEALED_FILE);
    expect(readFileSync(file, 'latin1')).not.toContain('tradedeck-session');
    expect(Buffer.from(readFileSync(file, 'latin1'), 'base64').toString('latin1')).not.toContain('tradedeck-session');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(open(to, back)).toMatchObject({ records: 3, hash });
    expect(readFileSync(join(back, '000001.jnl'))).toEqual(readFileSync(join(from, '000001.jnl')));
    expect(() => open(to, back)).toThrow('a folder that has nothing');
  });

  test('that was cut off in the middle of a piece goes on, and opens up to there before that', () => {
    const { from, to, file } = sealedTwice();
    truncateSync(file, statSync(file).size - 9);
    expect(open(to, join(home, 'early')).records).toBe(2);
    seal(from, to);
    expect(open(to, join(home, 'whole')).records).toBe(3);
  });

  test('does not open with another key, nor after a bit was changed, a piece left out, or a word of its line', () => {
    const { to, file } = sealedTwice();
    const text = readFileSync(file, 'latin1');
    let tries = 0;
    const fails = (changed: string, why: string, key = pair.privateKey): void => {
      writeFileSync(file, changed);
      expect(() => open(to, join(home, `back-${tries++}`), key)).toThrow(why);
    };
    fails(text, 'sealed for another key, or was changed', other.privateKey);
    const at = text.indexOf('"text":"') + 30;
    fails(`${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`, 'or was changed');
    fails(text.replace('"from":0', '"from":1'), 'or was changed');
    fails(text.slice(text.indexOf('\n') + 1), 'is missing');
    fails('{}\n', 'no sealed piece');
  });

  test('of another journal is left as it is', () => {
    const [from, to] = [join(home, 'session'), join(home, 'copy')];
    write(from, head(), tick('2026-11-27'));
    seal(from, to);
    rmSync(from, { recursive: true });
    write(from, head(), tick('2026-11-26'));
    const before = readFileSync(join(to, SEALED_FILE));
    expect(() => seal(from, to)).toThrow('not of the beginning of this journal');
    expect(readFileSync(join(to, SEALED_FILE))).toEqual(before);
  });
});

test('a copy that is no beginning of the journal is left as it is: one of the two was changed', () => {
  const [from, to] = [join(home, 'session'), join(home, 'copy')];
  write(from, head(), tick('2026-11-27'));
  copyJournal(from, to);
  // Written anew, with all its hashes right.
  rmSync(from, { recursive: true });
  write(from, head(), tick('2026-11-26'), tick('2026-11-28'));
  const before = readFileSync(join(to, '000001.jnl'));
  expect(() => copyJournal(from, to)).toThrow('is not the beginning of that of the journal');
  expect(readFileSync(join(to, '000001.jnl'))).toEqual(before);
  // And one that has become shorter.
  rmSync(from, { recursive: true });
  write(from, head());
  expect(() => copyJournal(from, to)).toThrow('is not the beginning of that of the journal');
});

test('a damaged journal is not copied', () => {
  const [from, to] = [join(home, 'session'), join(home, 'copy')];
  write(from, head(), tick('2026-11-27'), tick('2026-11-28'));
  const bytes = readFileSync(join(from, '000001.jnl'));
  bytes[60] ^= 1;
  writeFileSync(join(from, '000001.jnl'), bytes);
  expect(() => copyJournal(from, to)).toThrow();
  expect(existsSync(join(to, '000001.jnl'))).toBe(false);
});

test('a journal stays for seven years after its last record, or as long as its deck says', () => {
  session('old', '2019-11-20');
  session('young', '2019-12-15');
  session('long', '2017-01-03', { retentionYears: 10 });
  session('short', '2024-01-03', { retentionYears: 2 });
  const found = new Map(
    journalsIn(join(home, 'runs'), NOW).map((each) => [each.folder.split('/').at(-1), each.mustStay]),
  );
  expect(found.get('old')).toBe('');
  expect(found.get('young')).toMatch(/^it must be kept for 7 years, and is 6\.96 years old$/);
  expect(found.get('long')).toMatch(/^it must be kept for 10 years/);
  expect(found.get('short')).toBe('');
});

test('a tape of long ago that was played lately is as young as its file', () => {
  const folder = session('tape', '1999-01-04');
  utimesSync(join(folder, 'session', '000001.jnl'), utc('2026-11-01') / 1e6, utc('2026-11-01') / 1e6);
  expect(journalsIn(join(home, 'runs'), NOW)[0].mustStay).toMatch(
    /^it must be kept for 7 years, and is 0\.08 years old$/,
  );
});

test('what must stay is refused, and what may go is on record before it goes', () => {
  const [young, old] = [session('young', '2024-01-03'), session('old', '2012-01-03')];
  const runs = join(home, 'runs');
  writeFileSync(join(old, 'notes.txt'), 'mine');
  const [a, b] = journalsIn(runs, NOW).toSorted((x, y) => y.endedAt - x.endedAt);
  expect(() => pruneJournal(a, runs, about)).toThrow('it must be kept for 7 years');
  expect(existsSync(join(young, 'session'))).toBe(true);
  pruneJournal(b, runs, about);
  expect(existsSync(join(old, 'session'))).toBe(false);
  // What is no journal stays.
  expect(readFileSync(join(old, 'notes.txt'), 'utf8')).toBe('mine');
  expect(JSON.parse(readFileSync(join(runs, 'pruned.jsonl'), 'utf8'))).toEqual({
    pruned: 'old',
    ...about,
    endedAt: utc('2012-01-03'),
    years: 7,
    records: 2,
    hash: b.hash,
  });
});

test('one that somebody holds, or that runs, stays however old it is', () => {
  const runs = join(home, 'runs');
  const folder = session('old', '2012-01-03');
  const stays = (): string => journalsIn(runs, NOW)[0].mustStay;
  holdJournal(folder, runs, { ...about, reason: 'a question of the tax office' }, true);
  expect(stays()).toContain('a question of the tax office');
  holdJournal(folder, runs, { ...about, reason: 'answered' }, false);
  expect(stays()).toBe('');
  writeFileSync(join(folder, CONTROL_FILE), '{}');
  expect(stays()).toBe('it runs');
});
