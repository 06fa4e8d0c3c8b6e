/** Live prices over the wire: streams of shares and options, history in their hours, and a feed that is refused for good. */
import { afterEach, describe, expect, test } from 'vitest';
import { HEARTBEAT_MS } from '../../../src/adapters/alpaca/client.ts';
import { AlpacaFeed, FEED_DELAYS_US, type AlpacaFeedOptions } from '../../../src/adapters/alpaca/index.ts';
import { meaningOf, STREAM_ERRORS } from '../../../src/adapters/alpaca/stream-errors.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/index.ts';
import type { AmendedRow, MarketRow } from '../../../src/engine/live/index.ts';
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

describe('LF-35 what an error of the stream leads to', () => {
  const connect = async (states: string[]): Promise<void> =>
    feed.connect({ row: () => undefined, state: (state, reason) => void states.push(`${state} ${reason}`) });
  const codes = (means: string) =>
    STREAM_ERRORS.filter((row) => row.means === means).map(({ code, text }) => [code, text] as const);

  // One connection too many is for good only for who has never listened.
  test.each(codes('locked').filter(([code]) => code !== 406))(
    '%i %s is for good: told once, and not asked for again',
    async (code, text) => {
      await open(OPEN);
      const states: string[] = [];
      await connect(states);
      fake.sockets.fail('stocks', code);
      await until(() => states.some((state) => state === `locked the stream of shares: ${text}`));
      fake.sockets.fail('stocks', code);
      const { length } = states;
      await expect.poll(() => fake.sockets.fail('stocks', 403)).toBe(0);
      expect(states).toHaveLength(length);
    },
  );

  test.each(codes('again'))('%i %s ends with another connection', async (code, text) => {
    await open(OPEN);
    const states: string[] = [];
    await connect(states);
    states.length = 0;
    fake.sockets.fail('stocks', code);
    await until(() => states.includes(`down the stream of shares: ${text}`));
    await until(() => states.includes('up listening to shares'));
    expect(states.filter((state) => state.startsWith('locked'))).toEqual([]);
  });

  test('403 already authenticated changes nothing', async () => {
    const { broker } = await open(OPEN);
    const states: string[] = [];
    const rows: MarketRow[] = [];
    await feed.connect({ row: (row) => void rows.push(row), state: (state) => void states.push(state) });
    fake.sockets.fail('stocks', 403);
    broker.quote('AAPL', 100, 100.02, 300, 300);
    await until(() => rows.length > 0);
    expect(states).toEqual(['up', 'up']);
  });

  test('keys that come too late are sent again on another connection, also on the first', async () => {
    await open(OPEN);
    fake.sockets.refuse([404, 404]);
    const states: string[] = [];
    await connect(states);
    expect(states.filter((state) => state.includes('auth timeout'))).toHaveLength(2);
    expect(states.at(-1)).toMatch(/^up/);
    expect(states.some((state) => state.startsWith('locked'))).toBe(false);
  });

  test('another program that listens already is told at the start, and is no reason to wait', async () => {
    await open(OPEN);
    fake.sockets.refuse([406]);
    const states: string[] = [];
    await expect(connect(states)).rejects.toThrow(/connection limit/);
  });

  test('each error that the vendor documents has one meaning', () => {
    expect(STREAM_ERRORS.map(({ code }) => code)).toEqual([400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 500]);
    expect(meaningOf('connection limit exceeded', true)).toBe('again');
    expect(meaningOf('connect ECONNREFUSED 127.0.0.1:1', false)).toBe('again');
  });
});

test('what the exchange says afterwards arrives: bars with late trades, corrections, what is taken back, price bands', async () => {
  const { broker, clock } = await open(OPEN);
  const amended: AmendedRow[] = [];
  const bands: (readonly [string, number, number])[] = [];
  const rows: MarketRow[] = [];
  await feed.connect({
    row: (row) => void rows.push(row),
    state: () => undefined,
    amend: (row) => void amended.push(row),
    band: (...band) => void bands.push(band),
  });
  const ask = async (path: string, body: object): Promise<void> => {
    const { status } = await fetch(`${fake.url}/__fake/${path}`, { method: 'POST', body: JSON.stringify(body) });
    expect(status).toBe(200);
  };
  clock.jump(OPEN + 10_000_000);
  broker.trade('AAPL', 100, 50);
  clock.jump(OPEN + MINUTE + 1_000_000);
  broker.trade('AAPL', 100.5, 10);
  await until(() => rows.some(([kind]) => kind === 'bar'));
  await ask('late-trade', { symbol: 'AAPL', price: 101, size: 25, secondsAgo: 30 });
  await until(() => amended.length === 1);
  expect(amended[0]).toEqual(['bar', 'AAPL', '1m', OPEN, 100, 101, 100, 101, 75]);
  await ask('trade-correction', { symbol: 'AAPL', id: 2, to: { price: 100.4, size: 11 } });
  await until(() => amended.length === 2);
  expect(amended[1]).toEqual(['correction', 'AAPL', 100.5, 10, 100.4, 11]);
  await ask('trade-correction', { symbol: 'AAPL', id: 3 });
  await until(() => amended.length === 4);
  expect(amended.slice(2)).toEqual([
    ['correction', 'AAPL', 101, 25, null, 0],
    ['bar', 'AAPL', '1m', OPEN, 100, 100, 100, 100, 50],
  ]);
  await ask('band', { symbol: 'AAPL', up: 105, down: 95 });
  await until(() => bands.length === 1);
  expect(bands).toEqual([['AAPL', 105, 95]]);
  // As on any stream a message may be doubled or lost.
  fake.fake.faults.add({ on: 'stream', stream: 'stocks', event: 'l', fault: { kind: 'drop' } });
  fake.fake.faults.add({ on: 'stream', stream: 'stocks', event: 'u', fault: { kind: 'duplicate', copies: 1 } });
  await ask('band', { symbol: 'AAPL', up: 106, down: 96 });
  await ask('late-trade', { symbol: 'AAPL', price: 102, size: 5, secondsAgo: 30 });
  await until(() => amended.length === 6);
  expect(amended[4]).toEqual(amended[5]);
  expect(bands).toHaveLength(1);
  expect((await feed.history(OPEN, broker.now)).flatMap((input) => input.rows)).toContainEqual(amended[5]);
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
