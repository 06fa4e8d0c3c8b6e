/** Live prices over the wire: streams of shares and options, history in their hours, and a feed that is refused for good. */
import { afterEach, expect, test } from 'vitest';
import { HEARTBEAT_MS } from '../../../src/adapters/alpaca/client.ts';
import { AlpacaFeed, FEED_DELAYS_US, type AlpacaFeedOptions } from '../../../src/adapters/alpaca/index.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/index.ts';
import type { MarketRow } from '../../../src/engine/live/index.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { DAY, MINUTE } from '../../../src/time/instant.ts';
import { FAKE_KEYS } from './fake-keys.ts';
import { newYork } from '../fake-alpaca/desk.ts';

const PUT = 'AAPL261204P00100000';
const OPEN = newYork('2026-11-27', '09:30');
let fake: FakeAlpaca;
let feed: AlpacaFeed;
afterEach(async () => {
  feed.close();
  await fake.close();
});

async function open(startAt: number, more: Partial<AlpacaFeedOptions> = {}, plan: 'basic' | 'plus' = 'plus') {
  fake = await FakeAlpaca.start({
    port: 0,
    startAt,
    speed: 'manual',
    dataPlan: plan,
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
  });
  feed = await AlpacaFeed.open({
    ...FAKE_KEYS,
    isPaper: true,
    restUrl: fake.url,
    streamUrl: `ws://127.0.0.1:${fake.port}`,
    instruments: [defineInstrument({ symbol: 'AAPL', tick: 0.01 }), occInstrument(PUT)],
    streams: [
      { kind: 'bars', symbol: 'AAPL', timeFrame: '1m' },
      { kind: 'quotes', symbol: 'AAPL' },
      { kind: 'trades', symbol: 'AAPL' },
      { kind: 'quotes', symbol: PUT },
    ],
    calendarOf: calendar,
    stockFeed: 'iex',
    optionFeed: 'opra',
    before: { minutes: DAY, days: 0 },
    ...more,
  });
  return fake.fake;
}

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo).toBe(true);
}

test('LF-37 a halt and its end are told', async () => {
  const { broker, clock } = await open(OPEN);
  const told: (readonly string[])[] = [];
  await feed.connect({
    row: () => undefined,
    state: () => undefined,
    status: (symbol, state, reason) => void told.push([symbol, state, reason]),
  });
  clock.jump(OPEN + 10_000_000);
  broker.halt('AAPL', true);
  await until(() => told.length === 1);
  broker.halt('AAPL', false);
  await until(() => told.length === 2);
  expect(told).toEqual([
    ['AAPL', 'halted', 'Trading Halt, T1, Halt - News Pending'],
    ['AAPL', 'trading', 'Trading Resumption, T1, Halt - News Pending'],
  ]);
});

test('quotes, trades and bars of shares and quotes of options arrive as rows, bars when their minute is over', async () => {
  const { broker, clock } = await open(OPEN);
  const newest = await feed.latest();
  expect(newest.map(([row]) => row[1])).toContain(PUT);
  const rows: { row: MarketRow; stamp: number; id: string | undefined }[] = [];
  const states: string[] = [];
  await feed.connect({
    row: (row, stamp, id) => void rows.push({ row, stamp, id }),
    state: (state) => void states.push(state),
  });
  expect(states).toEqual(['up', 'up']);
  clock.jump(OPEN + 10_000_000);
  broker.quote('AAPL', 100, 100.02, 300, 0);
  broker.trade('AAPL', 100.01, 50);
  clock.jump(OPEN + 2 * MINUTE);
  broker.trade('AAPL', 100, 1);
  await until(() => rows.some(({ row }) => row[0] === 'bar'));
  const of = (kind: string, symbol = 'AAPL') => rows.find(({ row }) => row[0] === kind && row[1] === symbol);
  expect(of('quote')?.row.slice(0, 4)).toEqual(['quote', 'AAPL', 100, 100.02]);
  expect(of('trade')?.row).toEqual(['trade', 'AAPL', 100.01, 50]);
  expect(of('trade')?.id).toBeDefined();
  expect(of('bar')?.row).toEqual(['bar', 'AAPL', '1m', OPEN, 100.01, 100.01, 100.01, 100.01, 50]);
  expect(of('bar')?.stamp).toBe(OPEN + MINUTE);
  await until(() => of('quote', PUT) !== undefined);
});

test('history has the complete bars of regular hours, as the stream has them', async () => {
  const { broker, clock } = await open(OPEN - 5 * MINUTE);
  broker.trade('AAPL', 99, 10);
  for (let minute = 0; minute < 3; minute++) {
    clock.jump(OPEN + minute * MINUTE + 1_000_000);
    broker.trade('AAPL', 100 + minute, 10);
  }
  const inputs = await feed.history(-Infinity, broker.now);
  expect(inputs.map(({ at, rows }) => [at, rows[0][1], rows[0][0] === 'bar' ? rows[0][7] : 0])).toEqual([
    [OPEN + MINUTE, 'AAPL', 100],
    [OPEN + 2 * MINUTE, 'AAPL', 101],
  ]);
});

test('a feed that is not paid for is locked, and not asked for again and again', async () => {
  await open(OPEN, { stockFeed: 'sip' }, 'basic');
  const states: string[] = [];
  await expect(
    feed.connect({ row: () => undefined, state: (state, reason) => void states.push(`${state} ${reason}`) }),
  ).rejects.toThrow(/subscription/);
  expect(states.filter((state) => state.startsWith('locked'))).toHaveLength(1);
});

test('one that broke and still counts at the vendor’s is waited for', async () => {
  const { clock } = await open(OPEN);
  const states: string[] = [];
  await feed.connect({ row: () => undefined, state: (state, reason) => void states.push(`${state} ${reason}`) });
  states.length = 0;
  fake.sockets.disconnect('stocks', MINUTE);
  await until(() => states.some((state) => state.includes('connection limit exceeded')));
  expect(states.filter((state) => state.startsWith('locked'))).toEqual([]);
  clock.jump(OPEN + MINUTE);
  await until(() => states.includes('up listening to shares'));
});

test('each feed declares how late it is', () => {
  expect(FEED_DELAYS_US).toMatchObject({ iex: 0, sip: 0, opra: 0, delayed_sip: 15 * MINUTE, indicative: 15 * MINUTE });
});

test('LF-36 a stream of prices that is open and silent is found out, opened anew, and told of as a break', async () => {
  await open(OPEN, { heartbeatMs: 200 });
  const states: string[] = [];
  await feed.connect({ row: () => undefined, state: (state, reason) => void states.push(`${state}: ${reason}`) });
  const muted = await fetch(`${fake.url}/__fake/streams`, {
    method: 'POST',
    body: JSON.stringify({ stream: 'stocks', action: 'mute', millis: 3_600_000 }),
  });
  expect(await muted.json()).toEqual({ connections: 1 });
  await until(() => states.some((state) => state.startsWith('down')));
  await until(() => states.filter((state) => state === 'up: listening to shares').length > 1);
  // Twice the heartbeat: what the default finds out in time.
  expect(2 * HEARTBEAT_MS).toBeLessThanOrEqual(15_000);
});
