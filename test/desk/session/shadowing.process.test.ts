/** A shadow beside a broker over the wire: only questions leave, what happens is explained, and what nothing explains is said. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAlpaca } from '../../../src/adapters/alpaca/client.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/index.ts';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { dollars } from '../../../src/adapters/fake-broker/core/amounts.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { DeckConfig } from '../../../src/desk/config/schema.ts';
import { shadow, type ShadowReading } from '../../../src/desk/session/shadowing.ts';
import { newYork } from '../../adapters/fake-alpaca/desk.ts';

let fake: FakeAlpaca;
let home: string;
const homeBefore = process.env['TRADEDECK_HOME'];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'tradedeck-shadow-'));
  process.env['TRADEDECK_HOME'] = home;
  fake = await FakeAlpaca.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 'manual',
    partialFills: 0,
    requestsPerMinute: 10_000,
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
  });
  fake.fake.broker.quote('AAPL', 100, 100.02, 10, 10);
});
afterEach(async () => {
  if (homeBefore === undefined) delete process.env['TRADEDECK_HOME'];
  else process.env['TRADEDECK_HOME'] = homeBefore;
  rmSync(home, { recursive: true, force: true });
  await fake.close();
});

const config = { tape: { source: 'alpaca', symbols: ['AAPL'] }, broker: { name: 'alpaca' } } as unknown as DeckConfig; // What a shadow looks at of a deck.

/** So many readings, with something done after each. */
async function look(readings: number, after: (done: number) => void | Promise<void> = () => undefined) {
  const found: ShadowReading[] = [];
  const stop = { isStopped: false };
  for (let i = 0; i < readings; i++) {
    found.push(
      ...(await shadow(config, {
        mode: 'rehearsal',
        folder: home,
        environment: {},
        fakeUrl: fake.url,
        everySeconds: 1,
        readings: 1,
        stop,
        onReading: () => undefined,
      })),
    );
    await after(i);
  }
  return found;
}

/** What somebody else does at the account, beside the shadow. */
async function order(body: object): Promise<void> {
  const { api, broker } = fake.fake;
  const { status } = api.handle({
    method: 'POST',
    path: '/v2/orders',
    query: {},
    body: { type: 'market', time_in_force: 'day', side: 'buy', symbol: 'AAPL', ...body },
    keyId: DEFAULTS.keyId,
    secret: DEFAULTS.secret,
  });
  expect(status).toBe(200);
  broker.advance(broker.now + 5_000_000);
}

test('what is traded, paid in and booked explains itself, over runs that go on from each other, and nothing but questions leaves', async () => {
  const found = await look(4, async (done) => {
    if (done === 0) await order({ qty: '10' });
    if (done === 1) {
      await order({ qty: '4', side: 'sell', type: 'limit', limit_price: '101' });
      fake.fake.broker.quote('AAPL', 101, 101.02, 10, 10);
      fake.fake.broker.advance(fake.fake.broker.now + 5_000_000);
    }
    if (done === 2) {
      await fetch(`${fake.url}/__fake/cash`, { method: 'POST', body: JSON.stringify({ amount: 500 }) });
    }
  });
  expect(found.map(({ isFirst, fills, bookings, unexplained }) => [isFirst, fills, bookings, unexplained])).toEqual([
    [true, 0, 0, []],
    [false, 1, 0, []],
    [false, 1, 0, []],
    [false, 0, 1, []],
  ]);
  expect(fake.notes.length).toBeGreaterThan(20);
  expect(fake.notes.filter(({ method }) => method !== 'GET')).toEqual([]);
}, 20_000);

test('a position and cash that nothing explains are said, as long as another reading has them too', async () => {
  const found = await look(2, () => {
    const { holdings } = fake.fake.broker.state;
    holdings.cash -= dollars(250);
  });
  expect(found[1].unexplained).toMatchObject([{ what: 'cash', about: '', expected: 100_000, found: 99_750 }]);
}, 20_000);

test('a reading that fails is told, and the next goes on from the last that was whole', async () => {
  const found = await look(3, async (done) => {
    if (done === 0) {
      await order({ qty: '1' });
      fake.fake.faults.add({
        on: 'request', path: '/v2/positions',
        fault: { kind: 'answer', status: 500, html: true, acted: false },
      }); // prettier-ignore
    }
  });
  expect(found[1].failed).toContain('the books cannot be read');
  expect(found[2]).toMatchObject({ fills: 1, unexplained: [] });
}, 20_000);

test('whoever only looks on cannot send anything, whatever asks it to', async () => {
  const keys = { keyId: new Secret(DEFAULTS.keyId), secret: new Secret(DEFAULTS.secret) };
  const { trading } = await openAlpaca({ ...keys, isPaper: true, restUrl: fake.url, isReadOnly: true });
  await expect(trading.orders.deleteAllOrders()).rejects.toThrow();
  await expect(
    trading.orders.postOrder({
      postOrderRequest: { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', timeInForce: 'day' },
    }),
  ).rejects.toThrow();
  await expect(trading.accountConfigurations.patchAccountConfig({ accountConfigurations: {} })).rejects.toThrow();
  expect(fake.notes).toEqual([]);
  expect((await trading.account.getAccount()).accountNumber).toBeDefined();
});
