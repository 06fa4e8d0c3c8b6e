/** A secret shows nowhere but where it is asked for. */
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';

const TEXT = 'canary/with+signs';
const secret = new Secret(TEXT);

test.each([
  ['a template', `key ${secret as unknown as string}`],
  ['a sum', (secret as unknown as string) + ''],
  ['String()', String(secret)],
  ['JSON', JSON.stringify({ keys: { secret } })],
  ['inspect', inspect({ a: { b: { c: secret } } }, { depth: 9, showHidden: true })],
  ['an error with it', inspect(Object.assign(new Error('x'), { secret }), { showHidden: true })],
  ['a message', new Error(`no ${secret as unknown as string}`).message],
  ['its own fields', JSON.stringify([...Object.entries(secret), Reflect.ownKeys(secret)])],
  ['a copy', inspect(structuredClone({ ...secret }))],
])('in %s it does not show', (_where, shown) => {
  expect(shown).not.toContain('canary');
});

test('it shows as three stars, and as itself to whoever asks', () => {
  expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual(['***', '"***"', '***']);
  expect(secret.reveal()).toBe(TEXT);
  expect(secret.after('Bearer ').reveal()).toBe(`Bearer ${TEXT}`);
});

test('it is taken out of what others say, also as an address has it', () => {
  expect(secret.hiddenIn(`bad key ${TEXT}, ?k=${encodeURIComponent(TEXT)}`)).toBe('bad key ***, ?k=***');
  expect(new Secret('').hiddenIn('nothing')).toBe('nothing');
});
