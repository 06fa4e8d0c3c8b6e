/** Faults on the wire: the real session, conductor and vendor's library against a broker that answers badly. */
import { afterEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../../src/adapters/alpaca/answers.ts';
import { openAlpaca } from '../../../src/adapters/alpaca/client.ts';
import type { RequestFault } from '../../../src/adapters/fake-alpaca/core/faults.ts';
import type { SubmitRequest } from '../../../src/engine/live/index.ts';
import { FAKE_KEYS } from './fake-keys.ts';
import { Desk } from './link-desk.ts';
import { newYork } from '../fake-alpaca/desk.ts';

let desk: Desk;
afterEach(() => desk.close());

const LIMIT = { limit: 100.5, timeInForce: 'DAY' } as const;

describe('LF-04 an answer that proves nothing', () => {
  const answers: readonly (readonly [string, RequestFault])[] = [
    ['500', { kind: 'answer', status: 500, html: false, acted: true }],
    ['502 as a page of HTML', { kind: 'answer', status: 502, html: true, acted: true }],
    ['503', { kind: 'answer', status: 503, html: false, acted: true }],
    ['504 as a page of HTML', { kind: 'answer', status: 504, html: true, acted: true }],
    ['200 with half a body', { kind: 'truncate' }],
    ['a reset', { kind: 'reset', acted: true }],
  ];
  test.each(answers)('%s to an order that was accepted: it is found, and is there once', async (_, fault) => {
    desk = await Desk.open();
    desk.fake.fake.faults.add({ on: 'request', method: 'POST', path: '/v2/orders', fault });
    desk.quote(100, 100.02, ({ buy }) => void buy(10, LIMIT));
    await desk.until(() => desk.held === 10);
    expect(desk.theirs).toBe(1);
    expect(desk.entries('rejected')).toEqual([]);
  });

  test('no status from 500 up, and none without an answer, is a refusal', async () => {
    desk = await Desk.open();
    // Of a request only its kind and id matter here.
    const request = { kind: 'submit', clientId: 'c' } as SubmitRequest;
    for (const status of [401, 408, 429, 500, 501, 502, 503, 504, 520]) {
      const error = Object.assign(new Error('no'), { status, code: 50010000 });
      expect(failureOf(request, error).kind, String(status)).toBe('lost');
    }
    expect(failureOf(request, new SyntaxError('Unexpected end of JSON input')).kind).toBe('lost');
    expect(failureOf(request, Object.assign(new Error('no'), { status: 422 })).kind).toBe('lost');
    expect(failureOf(request, Object.assign(new Error('no'), { status: 422, code: 42210000 })).kind).toBe('refused');
  });
});

test('LF-05 after a 429 nothing but a cancel is sent before the broker counts anew', async () => {
  desk = await Desk.open();
  desk.quote(100, 100.02, ({ buy }) => void buy(5, { limit: 90, timeInForce: 'DAY' }));
  await desk.until(() => desk.orders[0]?.status === 'accepted');
  const [resting] = desk.orders;
  desk.fake.fake.faults.add({
    on: 'request',
    method: 'POST',
    path: '/v2/orders',
    fault: { kind: 'too-many', headers: false },
  });
  desk.quote(100, 100.02, ({ buy }) => void buy(10, LIMIT));
  await desk.until(() => desk.orders.some(({ status }) => status === 'unknown'));
  const { length } = desk.fake.notes;
  desk.quote(100, 100.02, ({ buy }) => void buy(1, LIMIT));
  desk.quote(100, 100.02, ({ cancel }) => cancel(resting));
  await desk.until(() => resting.status === 'canceled');
  const after = desk.fake.notes
    .slice(length)
    .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}$/, '…')}`);
  // A cancel, and the look at what became of it where the stream has not told it before.
  expect(after).toContain('DELETE /v2/orders/…');
  expect(after.filter((each) => !/^(DELETE|GET) \/v2\/orders\/…$/.test(each))).toEqual([]);
  expect(desk.entries('rejected').at(-1)?.text).toContain('desk.throttled');
});

test('each answer tells what time it is at the broker, whatever it is here', async () => {
  desk = await Desk.open({ startAt: newYork('2027-11-17', '10:30') });
  const told: number[] = [];
  const access = { ...FAKE_KEYS, isPaper: true, restUrl: desk.fake.url };
  const alpaca = await openAlpaca(access, (_status, _reset, atMs) => void told.push(atMs));
  await alpaca.trading.account.getAccount();
  expect(told).toEqual([Math.floor(desk.now / 1e6) * 1000]);
});

test(
  'LF-05 books that a 429 cuts short are read when the broker counts anew, by its clock and at its pace',
  { timeout: 20_000 },
  async () => {
    const path = '/v2/positions';
    // A year ahead of this machine, and a hundred times as fast: a minute there is 0.6 s here.
    desk = await Desk.open({
      startAt: newYork('2027-11-17', '10:30'),
      rate: 100,
      prepare: ({ faults }) =>
        void faults.add({ on: 'request', method: 'GET', path, times: 2, fault: { kind: 'too-many', headers: true } }),
    });
    const began = performance.now();
    await desk.until(() => desk.session.states.account === 'active');
    expect(performance.now() - began).toBeLessThan(5000);
  },
);

test('LF-50 keys that are revoked lock the session; the broker is left alone', async () => {
  desk = await Desk.open();
  desk.quote(100, 100.02);
  desk.fake.fake.faults.add({
    on: 'request',
    times: 1000,
    fault: { kind: 'answer', status: 401, html: false, acted: false },
  });
  desk.quote(100, 100.02, ({ buy }) => void buy(10, LIMIT));
  await desk.until(() => desk.session.states.account === 'halted');
  const { length } = desk.fake.notes;
  for (let i = 0; i < 10; i++) {
    desk.quote(100, 100.02, ({ buy }) => void buy(1, LIMIT));
    desk.look();
    desk.take({ kind: 'tick', at: desk.now });
  }
  await new Promise((next) => setTimeout(next, 300));
  expect(desk.fake.notes.length - length).toBeLessThanOrEqual(2);
  expect(desk.session.states.reason).toContain('refuses the keys');
  expect(desk.theirs).toBe(0);
});

test('LF-50 keys that the stream of updates refuses when it is opened anew lock the session', async () => {
  desk = await Desk.open();
  desk.fake.fake.broker.state.flags.keyRevoked = true;
  desk.fake.sockets.disconnect('trade');
  await desk.until(() => desk.session.states.account === 'halted');
  await desk.until(() => desk.records.some((text) => text.includes('the stream of updates refuses the keys')));
});

test('LF-36 a stream of updates that is open and silent is opened anew, and what it kept to itself is read from the books', async () => {
  desk = await Desk.open({ heartbeatMs: 200 });
  desk.quote(100, 100.02, ({ buy }) => void buy(10, { limit: 99, timeInForce: 'DAY' }));
  await desk.until(() => desk.orders[0]?.status === 'accepted');
  await fetch(`${desk.fake.url}/__fake/streams`, {
    method: 'POST',
    body: JSON.stringify({ stream: 'trade', action: 'mute', millis: 3_600_000 }),
  });
  desk.fake.fake.broker.quote('AAPL', 98.9, 98.92, 10, 10);
  expect([desk.theirs, desk.held]).toEqual([1, 0]);
  // The books may show it before the stream is found out.
  const isFoundOut = (): boolean =>
    desk.entries('alert').some(({ text }) => text === 'link.down: the stream of updates is down');
  await desk.until(() => desk.held === 10 && isFoundOut());
});
