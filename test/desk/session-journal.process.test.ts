/** The journal of a session, read while it runs, and anchored: an anchor that is kept elsewhere finds a journal written anew. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GrowingSession, nodeDigests, readSession, SessionFiles } from '../../src/adapters/session-files/index.ts';
import { anchorAll, anchorOf, checkAnchors, checkTold } from '../../src/desk/session/anchor.ts';
import { keyIn } from '../../src/desk/session/key-file.ts';
import { readStored, sessionFolder } from '../../src/desk/session/stored-journal.ts';
import { checkJournal, journalFile, journalRows } from '../../src/desk/run/journal-rows.ts';
import { frameOf, headText, SESSION_JOURNAL, SESSION_VERSION, type SessionHead } from '../../src/engine/live/index.ts';
import { recordText } from '../../src/engine/live/record.ts';
import { Bench, buyer, deckOf } from '../engine/live/bench.ts';

const base = mkdtempSync(join(tmpdir(), 'session-journal-'));
afterAll(() => rmSync(base, { recursive: true }));
const runs = join(base, 'runs');
const folder = join(runs, 'buyer-2026-abc123', 'session');

/** Writes the journal of a session that bought ten at `price`, with so many quotes after it. */
function write(where: string, price: number, quotes: number, lineage = ''): void {
  const bench = new Bench().begin();
  bench.quote();
  bench.fill('x1', 10, price);
  for (let i = 0; i < quotes; i++) bench.quote();
  const { tape } = bench.session.deck;
  const head: SessionHead = {
    journal: SESSION_JOURNAL,
    version: SESSION_VERSION,
    mode: 'rehearsal',
    deck: null,
    strategies: [{ name: buyer.name, parameters: {} }],
    tape,
    streams: [],
    conventions: '',
    seed: 1,
    lineage,
    code: { strategy: '', engine: '' },
    universe: null,
    restored: null,
  };
  const again = new Bench(deckOf());
  // The bench has taken its start; the record of it is made from a session that has not.
  mkdirSync(where, { recursive: true });
  const files = new SessionFiles(where);
  let { hash } = files.stored;
  const add = (text: string): void => {
    const frame = frameOf(text, hash, nodeDigests);
    files.append(frame.bytes);
    hash = frame.hash;
  };
  add(headText(head));
  for (const input of bench.inputs.slice(1)) add(recordText(input, again.session.take(input), again.session));
  files.close();
}

const keys = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const [privateFile, publicFile] = [join(base, 'key.pem'), join(base, 'key.pub.pem')];

beforeAll(() => {
  write(folder, 99, 3);
  writeFileSync(privateFile, keys.privateKey);
  writeFileSync(publicFile, keys.publicKey);
});

describe('the journal of a session that is not over', () => {
  test('is found by its run folder and by the beginning of its name', () => {
    for (const name of [folder, join(runs, 'buyer-2026-abc123'), 'buyer-2026', 'abc123']) {
      expect(sessionFolder(name, runs), name).toBe(folder);
      expect(journalFile(name, runs, base), name).toBe(folder);
    }
  });

  test('is shown and filtered like that of a run', () => {
    const fills = journalRows(folder, { kind: ['filled'] });
    expect(fills).toMatchObject([{ symbol: 'AAA', strategy: 'buyer', quantity: 10, price: 99 }]);
    expect(checkJournal(folder).entries).toBe(journalRows(folder).length);
  });

  test('may be read while it is written: what is not whole yet is no record', () => {
    const torn = join(base, 'torn', 'session');
    write(torn, 99, 3);
    const file = join(torn, '000001.jnl');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 5));
    expect(readStored(torn).hashes.length).toBe(readStored(folder).hashes.length - 1);
    expect(readStored(torn).torn).toBeGreaterThan(0);
  });
});

describe('a journal that grows', () => {
  test('is read record by record, each once, over two segments and however little of it is there', () => {
    const growing = join(base, 'growing', 'session');
    mkdirSync(growing, { recursive: true });
    const bytes = readFileSync(join(folder, '000001.jnl'));
    const { texts } = readSession(folder);
    const reader = new GrowingSession(growing);
    expect(reader.read()).toEqual([]);
    const read: string[] = [];
    // A frame is its length, a checksum, the text, and a hash.
    const half = texts.slice(0, 4).reduce((sum, text) => sum + text.length + 8 + 32, 0);
    for (let at = 0; at < bytes.length; at += 100) {
      const end = Math.min(at + 100, bytes.length);
      if (at < half) appendFileSync(join(growing, '000001.jnl'), bytes.subarray(at, Math.min(end, half)));
      if (end > half) appendFileSync(join(growing, '000002.jnl'), bytes.subarray(Math.max(at, half), end));
      read.push(...reader.read());
    }
    expect(read).toEqual(texts);
  });

  test('and is changed meanwhile is damaged, as it is for who reads all of it', () => {
    const changed = join(base, 'changed', 'session');
    write(changed, 99, 3);
    const file = join(changed, '000001.jnl');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length / 2));
    const reader = new GrowingSession(changed);
    reader.read();
    const { length } = readSession(folder).texts.at(-1)!;
    bytes[bytes.length - (length + 8 + 32) - 60] ^= 1;
    writeFileSync(file, bytes);
    expect(() => reader.read()).toThrow('is damaged, while a whole record follows');
  });
});

describe('anchors', () => {
  const sign = keyIn.bind(undefined);
  const anchorText = () =>
    `${JSON.stringify(anchorOf(readStored(folder), sign(privateFile, 'sign'), '2026-11-02T21:00:00Z'))}\n`;
  const check = (where: string, text: string) =>
    checkAnchors(readStored(where), text, keyIn(publicFile, 'verify'), 'anchors');

  test('a journal agrees with its anchors, also after it has grown', () => {
    const text = anchorText();
    const grown = join(base, 'grown', 'session');
    write(grown, 99, 9);
    expect(check(folder, text + text)).toMatchObject({ agreeing: 2, others: 0 });
    expect(check(grown, text)).toMatchObject({ agreeing: 1 });
  });

  test('a journal that was written anew, each hash right, is found', () => {
    const forged = join(base, 'forged', 'session');
    write(forged, 98, 3);
    expect(readStored(forged).hashes.length).toBe(readStored(folder).hashes.length);
    expect(() => check(forged, anchorText())).toThrow('the journal was written anew');
  });

  test('a journal whose end is gone is found', () => {
    const shorter = join(base, 'shorter', 'session');
    write(shorter, 99, 1);
    expect(() => check(shorter, anchorText())).toThrow(/had \d+ records, now it has \d+: the rest is gone/);
  });

  test('an anchor that was changed, and one of another key, are found', () => {
    expect(() => check(folder, anchorText().replace('2026-11-02', '2026-11-03'))).toThrow(
      'the signature is not of this key',
    );
    const other = generateKeyPairSync('ed25519').publicKey;
    expect(() => checkAnchors(readStored(folder), anchorText(), other, 'anchors')).toThrow('the signature');
  });

  test('a file without an anchor of this journal proves nothing, and says so', () => {
    expect(() => check(folder, '\n')).toThrow('no anchor in it is of this journal');
    expect(() => check(folder, '{}\n')).toThrow('the line is no anchor');
  });

  test('a key of another kind is refused, and not shown', () => {
    const file = join(base, 'rsa.pem');
    writeFileSync(
      file,
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );
    expect(() => keyIn(file, 'sign')).toThrow('must be an Ed25519 key, was "ec"');
    expect(() => keyIn(join(base, 'none.pem'), 'sign')).toThrow('must be a PEM file');
  });

  test('of all below a folder those are anchored that have grown, and one that is not what it was is told', () => {
    const all = join(base, 'all');
    const key = sign(privateFile, 'sign');
    const anchored = (before: string) => anchorAll(all, before, key, '2026-11-03T21:00:00Z');
    // A run, and a copy of one.
    write(join(all, 'run', 'session'), 99, 3);
    write(join(all, 'copy'), 97, 3, 'other');
    const first = anchored('');
    expect(first.map(({ anchor }) => anchor?.records)).toEqual([7, 7]);
    const text = first.map(({ anchor }) => `${JSON.stringify(anchor)}\n`).join('');
    expect(anchored(text).map(({ anchor, wrong }) => [anchor, wrong])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    rmSync(join(all, 'run'), { recursive: true });
    write(join(all, 'run', 'session'), 99, 5);
    const [copy, run] = anchored(text);
    expect(copy.anchor).toBeUndefined();
    expect(run.anchor).toMatchObject({ records: 9, at: '2026-11-03T21:00:00Z' });
    rmSync(join(all, 'run'), { recursive: true });
    write(join(all, 'run', 'session'), 98, 5);
    expect(anchored(text)[1]).toMatchObject({ wrong: expect.stringContaining('written anew') as string });
    expect(anchored(text)[1].anchor).toBeUndefined();
  });

  test('a journal agrees with what a message told of it, and one that was written anew does not', () => {
    const { hashes } = readStored(folder);
    const told = `${hashes.length - 1}:${hashes.at(-2)}`;
    checkTold({ hashes }, told);
    expect(() => checkTold({ hashes: hashes.with(hashes.length - 2, '0'.repeat(64)) }, told)).toThrow('written anew');
    expect(() => checkTold({ hashes: hashes.slice(0, -2) }, told)).toThrow('the rest is gone');
    expect(() => checkTold({ hashes }, hashes[3])).toThrow('must be RECORDS:HASH');
  });

  test('the commands anchor and verify', () => {
    const tradedeck = (...args: string[]): string =>
      execFileSync(process.execPath, [resolve('bin/tradedeck.js'), 'journal', ...args], {
        cwd: base,
        encoding: 'utf8',
      });
    tradedeck('anchor', 'abc123', '--key', privateFile, '--output', 'anchors.jsonl');
    const found = tradedeck('verify', 'abc123', '--anchor', 'anchors.jsonl', '--public-key', publicFile, '--json');
    expect(JSON.parse(found)).toMatchObject({ whole: true, anchors: 1, records: readStored(folder).hashes.length });
    const kept = readFileSync(join(base, 'anchors.jsonl'), 'utf8');
    tradedeck('anchor', '--all', runs, '--key', privateFile, '--output', 'anchors.jsonl');
    expect(readFileSync(join(base, 'anchors.jsonl'), 'utf8')).toBe(kept);
    const { hashes } = readStored(folder);
    tradedeck('verify', 'abc123', '--told', `${hashes.length}:${hashes.at(-1)}`);
    expect(JSON.parse(tradedeck('memoranda', 'abc123'))).toMatchObject({ orders: [{ symbol: 'AAA', quantity: 10 }] });
    expect(tradedeck('memoranda', 'abc123', '--format', 'csv')).toMatch(/^account,order,intent,.*\n.*,buyer,/);
    expect(tradedeck('tail', 'abc123', '--kind', 'filled')).toContain('AAA');
  });
});
