/** A watchdog finds out at its start whether it could do what it is for, not when it has to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { programHash } from '../../../src/desk/run/engine-hash.ts';
import { Guard, watchdogNotes } from '../../../src/desk/session/watchdog/guard.ts';

function watched(folder: string, onGone: () => void): Guard {
  const broker = { name: 'alpaca' as const, keys: 'keys' };
  const tape = { source: 'alpaca' };
  return Guard.start(
    {
      pid: process.pid,
      program: programHash(),
      mode: 'rehearsal',
      deckFolder: folder,
      deck: 'a deck',
      folder,
      alerts: undefined,
      blockedMs: 60_000,
      atBroker: {
        mode: 'rehearsal',
        broker,
        tape,
        fakeUrl: undefined,
        account: 'x',
        epoch: 1,
        ifDead: 'cancel',
        deadMs: 1,
      },
    },
    onGone,
  );
}

test('what it would need and has not is told while the session lives, and it watches on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tradedeck-ready-'));
  let isGone = false;
  const guard = watched(folder, () => (isGone = true));
  const notes = (): string[] => watchdogNotes(folder).map(({ what }) => what);
  await expect.poll(notes, { timeout: 30_000 }).toHaveLength(1);
  expect(notes()[0]).toMatch(
    /^if the session dies its watchdog cannot cancel what works: .*keys cannot be read: ENOENT/,
  );
  expect(isGone).toBe(false);
  guard.end();
  rmSync(folder, { recursive: true });
});
