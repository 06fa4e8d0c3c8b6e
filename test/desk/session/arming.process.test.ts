/** P19: a deck is armed for real money by a signature of what it is, and disarmed by any change. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDeck } from '../../../src/desk/config/read.ts';
import { armingFile, armingKeyFile, armingOf, checkArming } from '../../../src/desk/session/arming.ts';

const home = mkdtempSync(join(tmpdir(), 'tradedeck-arming-'));
const before = process.env['TRADEDECK_HOME'];
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const file = armingFile(join(home, 'deck.yaml'));
const STRATEGY = join(home, 'mine.ts');
const CODE = 'export default { name: "mine", parameters: {}, setup: () => ({}) };\n';
const about = { at: '2026-11-27T14:00:00.000Z', by: 'ada' };

beforeAll(() => {
  process.env['TRADEDECK_HOME'] = home;
  writeFileSync(armingKeyFile(), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(STRATEGY, CODE);
});
afterAll(() => {
  if (before === undefined) delete process.env['TRADEDECK_HOME'];
  else process.env['TRADEDECK_HOME'] = before;
  rmSync(home, { recursive: true, force: true });
});

const deck = (more = '') =>
  readDeck(`strategy: { file: mine.ts }\ntape: { source: alpaca, symbols: [SPY] }\n${more}`, 'deck.yaml');

async function signed(key = privateKey): Promise<void> {
  writeFileSync(file, JSON.stringify(await armingOf(deck(), home, key, about)));
}

test('a signed deck is armed, and says who signed it and when', async () => {
  await signed();
  expect(await checkArming(deck(), home, file)).toMatchObject(about);
  // Neither the key nor the deck is in the file.
  expect(readFileSync(file, 'utf8')).not.toMatch(/PRIVATE|SPY/);
});

test('without a signature, or in no file, it is refused', async () => {
  rmSync(file, { force: true });
  await expect(checkArming(deck(), home, file)).rejects.toThrow('nobody has signed this deck for real money');
  await expect(checkArming(deck(), home, undefined)).rejects.toThrow('a deck in a file that was signed');
});

test('any change of deck, limits or code disarms it', async () => {
  await signed();
  await expect(checkArming(deck('limits: { orderShare: 0.5 }'), home, file)).rejects.toThrow('the deck has changed');
  writeFileSync(STRATEGY, `${CODE}// changed\n`);
  await expect(checkArming(deck(), home, file)).rejects.toThrow('the strategy’s code has changed since ada signed it');
  writeFileSync(STRATEGY, CODE);
  await expect(checkArming(deck(), home, file)).resolves.toBeDefined();
});

test('a signature of another key, and one that was changed, prove nothing', async () => {
  await signed(generateKeyPairSync('ed25519').privateKey);
  await expect(checkArming(deck(), home, file)).rejects.toThrow('the signature is not of the key');
  await signed();
  writeFileSync(file, readFileSync(file, 'utf8').replace('ada', 'eve'));
  await expect(checkArming(deck(), home, file)).rejects.toThrow('or the file was changed');
  writeFileSync(file, '{}');
  await expect(checkArming(deck(), home, file)).rejects.toThrow('no signature of a deck');
});
