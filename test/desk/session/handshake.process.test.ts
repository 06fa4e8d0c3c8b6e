/** A watchdog of other code than its session: real process, real pipe, and a charge that was written by somebody else. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { programHash } from '../../../src/desk/run/engine-hash.ts';
import { FAREWELL, type Charge } from '../../../src/desk/session/watchdog/charge.ts';
import { watchdogNotes } from '../../../src/desk/session/watchdog/guard.ts';

/** Has a watchdog watch this process, as a session of the code `program` would, for a second; what it said and left. */
async function watched(program: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tradedeck-handshake-'));
  const charge: Charge = {
    pid: process.pid,
    program,
    mode: 'paper',
    deckFolder: folder,
    deck: 'a deck',
    folder,
    alerts: undefined,
    blockedMs: 60_000,
  };
  const file = resolve('src/desk/session/watchdog/watch.ts');
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  // It may be gone before the farewell.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(charge)}\n`);
  const timer = setTimeout(() => child.stdin.end(`${FAREWELL}\n`), 6000);
  const [code] = (await once(child, 'close')) as [number];
  clearTimeout(timer);
  const notes = watchdogNotes(folder).map(({ what }) => what);
  rmSync(folder, { recursive: true });
  return { code, said, notes };
}

test('LF-42 a watchdog of other code says both hashes and watches nothing', async () => {
  const { code, said, notes } = await watched('0'.repeat(64));
  expect(code).toBe(1);
  const rule = `it runs the code 000000000000…, its watchdog ${programHash().slice(0, 12)}…: it is not watched`;
  expect(said).toContain(rule);
  expect(notes.join()).toContain(rule);
});

test('LF-42 a watchdog of the same code watches, and leaves when it is told farewell', async () => {
  expect(await watched(programHash())).toEqual({ code: 0, said: '', notes: [] });
});
