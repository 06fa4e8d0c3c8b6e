/** Codes of an authenticator: those of the standard, each good once, and none after five wrong ones. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { confirmArming } from '../../../src/desk/session/arming-code.ts';
import { armingKeyFile, type Arming } from '../../../src/desk/session/arming.ts';
import {
  authenticatorUrl,
  codeOf,
  makeSecret,
  secretFileOf,
  takeCode,
} from '../../../src/desk/session/one-time-code.ts';

let home: string;
const before = process.env['TRADEDECK_HOME'];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tradedeck-codes-'));
  process.env['TRADEDECK_HOME'] = home;
});
afterEach(() => {
  rmSync(home, { recursive: true });
  if (before === undefined) delete process.env['TRADEDECK_HOME'];
  else process.env['TRADEDECK_HOME'] = before;
});

const SECRET = new TextEncoder().encode('12345678901234567890');
/** The same in base32. */
const TEXT = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
/** The instant of a vector, milliseconds since 1970, and a key with that secret. */
const NOW = 1_111_111_111_000;

function key(): string {
  const file = join(home, 'ann.pem');
  writeFileSync(secretFileOf(file), TEXT, { mode: 0o600 });
  return file;
}

// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('the code at %i s is %s', (seconds, code) => {
  expect(codeOf(SECRET, Math.floor(seconds / 30))).toBe(code);
});

test('a code is taken once, half a minute early or late too', () => {
  const file = key();
  takeCode(file, '050471', NOW);
  expect(() => takeCode(file, '050471', NOW)).toThrow('was used already');
  expect(() => takeCode(file, '050471', NOW + 20_000)).toThrow('was used already');
  const next = codeOf(SECRET, Math.floor(NOW / 30_000) + 1);
  takeCode(file, next, NOW);
  // An older one is not taken after a newer one.
  expect(() => takeCode(file, '081804', NOW)).toThrow('was used already');
});

test('one of another minute, of another secret, or none is refused', () => {
  const file = key();
  expect(() => takeCode(file, '287082', NOW)).toThrow('not that of the authenticator now');
  expect(() => takeCode(file, '50471', NOW)).toThrow('not that of the authenticator now');
  expect(() => takeCode(file, undefined, NOW)).toThrow('needs a code');
  expect(() => takeCode(join(home, 'ben.pem'), '050471', NOW)).toThrow('there is none for the key');
});

test('after five wrong ones the right one is refused too, for five minutes', () => {
  const file = key();
  for (let i = 0; i < 5; i++) expect(() => takeCode(file, '000000', NOW + i * 1000)).toThrow('not that of');
  expect(() => takeCode(file, '050471', NOW + 5000)).toThrow('5 codes were wrong: none is taken for 295 s');
  const later = NOW + 301_000;
  takeCode(file, codeOf(SECRET, Math.floor(later / 30_000)), later);
});

test('a right one does not let others guess anew', () => {
  const file = key();
  for (let i = 0; i < 4; i++) expect(() => takeCode(file, '000000', NOW + i * 1000)).toThrow('not that of');
  takeCode(file, '050471', NOW + 4000);
  expect(() => takeCode(file, '000000', NOW + 5000)).toThrow('not that of');
  expect(() => takeCode(file, '000000', NOW + 6000)).toThrow('5 codes were wrong');
});

test('a secret is made once, for its owner alone, and never shown in an error', () => {
  const file = join(home, 'ann.pem');
  const secret = makeSecret(file).reveal();
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(statSync(secretFileOf(file)).mode & 0o777).toBe(0o600);
  expect(authenticatorUrl(new Secret(secret), file).reveal()).toBe(
    `otpauth://totp/tradedeck%3Aann?secret=${secret}&issuer=tradedeck&algorithm=SHA1&digits=6&period=30`,
  );
  expect(() => makeSecret(file)).toThrow('not overwritten');
  writeFileSync(secretFileOf(file), 'GEZDGNBV1');
  expect(() => takeCode(file, '050471', NOW)).toThrow(
    /^(?!.*GEZDGNBV1).*the secret of the second factor is not base32/,
  );
});

test('a secret that others may read, and a record of use that is damaged, take no code', () => {
  const file = key();
  writeFileSync(`${secretFileOf(file)}.used`, '{"step"');
  expect(() => takeCode(file, '050471', NOW)).toThrow('cannot be read');
  writeFileSync(`${secretFileOf(file)}.used`, '{"step":"1"}');
  expect(() => takeCode(file, '050471', NOW)).toThrow('does not say what was used');
  const open = join(home, 'eve.pem');
  writeFileSync(secretFileOf(open), TEXT, { mode: 0o644 });
  expect(() => takeCode(open, '050471', NOW)).toThrow('others than its owner may read');
});

test('the first session of a signature needs a code, those after it none, and another signature another code', async () => {
  const arming: Arming = {
    arming: 'tradedeck-arming',
    version: 1,
    deck: 'd',
    code: 'c',
    at: '2011-03-18T00:00:00Z',
    by: 'ann',
    signature: 'one',
  };
  writeFileSync(secretFileOf(armingKeyFile()), TEXT, { mode: 0o600 });
  const nobody = () => Promise.resolve(undefined);
  await expect(confirmArming(arming, nobody, () => NOW)).rejects.toMatchObject({ code: 'arming.no-code' });
  await expect(
    confirmArming(
      arming,
      () => Promise.resolve('000000'),
      () => NOW,
    ),
  ).rejects.toThrow('not that of');
  const right = () =>
    confirmArming(
      arming,
      () => Promise.resolve('050471'),
      () => NOW,
    );
  // Who then types the wrong word has not used it up, and has confirmed nothing.
  await right();
  await expect(confirmArming(arming, nobody, () => NOW)).rejects.toMatchObject({ code: 'arming.no-code' });
  const [first, second] = [await right(), await right()];
  first();
  expect(second).toThrow('the code was used already');
  (await confirmArming(arming, nobody, () => NOW))();
  const other = { ...arming, signature: 'two' };
  await expect(confirmArming(other, nobody, () => NOW)).rejects.toMatchObject({ code: 'arming.no-code' });
});
