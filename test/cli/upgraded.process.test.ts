/** The morning after a day that was killed, with a newer version: it goes on where that decides the same, and else says why not. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeDigests, readSession, SessionFiles } from '../../src/adapters/session-files/index.ts';
import { frameOf, GENESIS } from '../../src/engine/live/frames.ts';
import { control, ended, fake, home, PATIENT, sessionsIn, start, tradedeck, until } from './rehearsal.ts';

const NAME = 'upgraded';
const DECK = join(home, `${NAME}.yaml`);
writeFileSync(
  DECK,
  `name: ${NAME}\nstrategy: { name: sma-cross }\ntape: { source: alpaca, symbols: [SPY] }\noutput: { folder: ${NAME} }\n`,
);

/** Writes a journal anew with all its hashes right, as if other code had led to it. */
function rewrite(folder: string, change: (text: string, record: number) => string): void {
  const { texts } = readSession(folder);
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
  const files = new SessionFiles(folder);
  let hash = GENESIS;
  for (const [record, text] of texts.entries()) {
    const frame = frameOf(change(text, record), hash, nodeDigests);
    files.append(frame.bytes);
    hash = frame.hash;
  }
  files.close();
}

test(
  'a newer version goes on from a day that was killed where it decides the same, and else says what to do',
  PATIENT,
  async () => {
    const url = await fake('1x', '10:00');
    const first = start('rehearse', DECK, '--at', url);
    await until(NAME, ({ state, records }) => state === 'active' && records > 3);
    first.kill('SIGKILL');
    await ended(first);
    const [friday] = sessionsIn(NAME);
    const journal = join(friday, 'session');
    rewrite(journal, (text, record) =>
      record === 0 ? text.replace(/"engine":"[0-9a-f]{8}/, '"engine":"00000000') : text,
    );
    // The same day goes on with the code that began it alone.
    const same = tradedeck('rehearse', DECK, '--at', url);
    expect([same.code, same.error]).toEqual([1, expect.stringContaining("the engine's code has changed since")]);
    await control(url, 'advance', { to: '2026-11-30T14:29:00Z' });
    const monday = start('rehearse', DECK, '--at', url);
    await until(NAME, ({ state }) => state === 'active');
    monday.kill('SIGTERM');
    await ended(monday);
    const [, later] = sessionsIn(NAME);
    rmSync(later, { recursive: true });
    rewrite(journal, (text) => text.replaceAll('books agree', 'books agreed'));
    const { code, error } = tradedeck('rehearse', DECK, '--at', url);
    expect([code, error]).toEqual([
      1,
      expect.stringMatching(/the session of 2026-11-27 was killed, and the code of today/),
    ]);
    expect(error).toMatch(/put upgraded-\w+\.days\.json aside/);
  },
);
