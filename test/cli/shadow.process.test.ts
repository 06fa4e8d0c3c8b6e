/** `tradedeck shadow` as a person runs it: exit code 0 while all is explained, 1 when something is not. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../../src/adapters/fake-broker/core/config.ts';
import { control, ended, fake, home, pass, PATIENT, start, tradedeck } from './rehearsal.ts';

test(
  'an account is looked at, hour by hour, and a fill that was taken back is not explained by what it tells',
  PATIENT,
  async () => {
    const url = await fake('1x', '10:00');
    const deck = join(home, 'shadow.yaml');
    writeFileSync(deck, 'strategy: { name: sma-cross }\ntape: { source: alpaca, symbols: [SPY] }\n');
    const look = async (...more: string[]) => {
      const child = start('shadow', deck, '--at', url, ...more);
      let out = '';
      child.stdout!.on('data', (part: Buffer) => (out += part.toString()));
      return { code: await ended(child), out };
    };
    const order = {
      method: 'POST',
      headers: { 'APCA-API-KEY-ID': DEFAULTS.keyId, 'APCA-API-SECRET-KEY': DEFAULTS.secret },
      body: JSON.stringify({ symbol: 'SPY', qty: '3', side: 'buy', type: 'market', time_in_force: 'day' }),
    };
    // Before its first quote nothing can be bought.
    await expect.poll(async () => (await fetch(`${url}/v2/orders`, order)).status).toBe(200);
    const ledger = async () =>
      (await (await fetch(`${url}/__fake/ledger`)).json()) as {
        fills: { execution_id: string }[];
      };
    await expect.poll(async () => (await ledger()).fills.length).toBeGreaterThan(0);
    // From here on the market may close: processes begin as slowly as they do.
    await pass(url, 600);
    const quiet = await look('--readings', '2', '--json');
    expect(quiet.code).toBe(0);
    const [first, second] = quiet.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { at: string; isFirst: boolean });
    expect([first.isFirst, second.isFirst]).toEqual([true, false]);
    // An hour of the broker's time lies between them.
    expect((Date.parse(second.at) - Date.parse(first.at)) / 3_600_000).toBeCloseTo(1, 0);
    expect((await look('--readings', '1')).code).toBe(0);
    const [{ execution_id: executionId }] = (await ledger()).fills;
    await control(url, 'bust', { executionId });
    const odd = await look('--readings', '1');
    expect(odd.out).toMatch(/position SPY: expected 3, found /);
    expect(odd.code).toBe(1);
    expect(tradedeck('shadow', deck, '--at', url, '--readings', '1', '--session', 'nowhere').error).toContain(
      'there is no session',
    );
  },
);
