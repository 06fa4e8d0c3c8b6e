/** A session whose history takes longer to read than a lease lets send still reads its broker's books, and begins. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { control, ended, fake, home, PATIENT, start, until } from './rehearsal.ts';

test('the lease is kept while history is read', PATIENT, async () => {
  const url = await fake('1x', '10:30');
  const file = join(home, 'slow.yaml');
  const lines = [
    'name: slow',
    'strategy: { name: sma-cross }',
    'tape: { source: alpaca, symbols: [SPY] }',
    'output: { folder: slow }',
  ];
  writeFileSync(file, lines.join('\n'));
  // Half of fifteen seconds a lease lets send; a request may take ten.
  const fault = { kind: 'delay', millis: 9000, part: 'response' };
  await control(url, 'inject', { on: 'request', path: '/v2/stocks/bars', times: 1, fault });
  const desk = start('rehearse', file, '--at', url);
  const began = performance.now();
  const { state } = await until('slow', ({ reconciledAt }) => reconciledAt !== null);
  expect(state).toBe('active');
  expect(performance.now() - began).toBeGreaterThan(9000);
  const requests = (await (await fetch(`${url}/__fake/inject`)).json()) as { readonly fired: object };
  expect(requests.fired).not.toEqual({});
  desk.kill('SIGTERM');
  expect(await ended(desk)).toBe(130);
});
