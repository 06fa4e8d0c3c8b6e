/** What a watchdog says of a session that died while only it watched the stops of some positions. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { programHash } from '../../../src/desk/run/engine-hash.ts';
import { BEAT, HELD } from '../../../src/desk/session/watchdog/charge.ts';
import { watchdogNotes } from '../../../src/desk/session/watchdog/guard.ts';

const WATCHDOG = resolve('src/desk/session/watchdog/watch.ts');

/** The notes of a watchdog that heard these lines before its session was gone. */
async function notesAfter(...lines: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tradedeck-watchdog-'));
  try {
    const child = spawn(process.execPath, [WATCHDOG], { stdio: ['pipe', 'ignore', 'ignore'] });
    const program = programHash();
    const atBroker = { account: 'none', epoch: 1, ifDead: 'keep', deadMs: 1 };
    const charge = { pid: 0, program, folder, deck: 'a deck', blockedMs: 60_000, atBroker };
    for (const line of [JSON.stringify(charge), BEAT, ...lines]) child.stdin.write(`${line}\n`);
    child.stdin.end();
    await once(child, 'exit');
    return watchdogNotes(folder).map(({ what }) => what);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('it names the stops that nobody watches any more', async () => {
  const [first] = await notesAfter(`${HELD}["AAA","BBB"]`, BEAT);
  expect(first).toBe('it is gone without a farewell; nobody watches the stops of AAA, BBB, which it held');
});

test('it names none that rest at the broker again', async () => {
  const [first] = await notesAfter(`${HELD}["AAA"]`, BEAT, `${HELD}[]`, BEAT);
  expect(first).toBe('it is gone without a farewell');
});
