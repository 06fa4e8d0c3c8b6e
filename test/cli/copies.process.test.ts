/** A restore, rehearsed: the copy of a session's journal is taken again and comes to the same, and nothing young is pruned. */
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { home, PATIENT, tradedeck } from './rehearsal.ts';

test('the copy of a journal verifies like the journal, and the journal cannot be pruned', PATIENT, () => {
  const deck = resolve('decks/sma-cross.yaml');
  expect(tradedeck('paper', deck, '--quiet').code).toBe(0);
  const [session] = readdirSync(join(home, 'runs')).filter((name) => name.startsWith('sma-cross-'));
  const copied = tradedeck('journal', 'copy', join('runs', session), '--to', 'other', '--json');
  expect(JSON.parse(copied.out)).toMatchObject({ folder: join(home, 'other', session), sameDisk: true });
  const [ours, theirs] = [join('runs', session), join('other', session)].map(
    (folder) => JSON.parse(tradedeck('verify', folder, '--deck', deck, '--json').out) as Record<string, unknown>,
  );
  expect(theirs).toMatchObject({ verified: true, records: ours['records'] });
  // And the same of a copy that only its key opens.
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  writeFileSync(join(home, 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(home, 'private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  expect(tradedeck('journal', 'copy', join('runs', session), '--to', 'sealed', '--seal-for', 'public.pem').code).toBe(
    0,
  );
  const back = tradedeck(
    'journal',
    'restore',
    join('sealed', session),
    '--key',
    'private.pem',
    '--to',
    'back',
    '--json',
  );
  expect(JSON.parse(back.out)).toMatchObject({ records: ours['records'] });
  const again = JSON.parse(tradedeck('verify', 'back', '--deck', deck, '--json').out) as object;
  expect(again).toMatchObject({ verified: true, records: ours['records'] });
  const pruned = tradedeck('journal', 'prune', '--before', '2030-01-01');
  expect(pruned.code).toBe(1);
  expect(pruned.out).toContain('it must be kept for 7 years, and is 0.00 years old');
  expect(readdirSync(join(home, 'runs', session))).toContain('session');
});
