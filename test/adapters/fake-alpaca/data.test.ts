/** The market behind the broker, and what its data endpoints show of it: tapes, pages, adjustments, plans. */
import { expect, test } from 'vitest';
import { Api } from '../../../src/adapters/fake-alpaca/core/api.ts';
import { Broker } from '../../../src/adapters/fake-broker/core/broker.ts';
import { Faults } from '../../../src/adapters/fake-alpaca/core/faults.ts';
import { SimulatedMarket } from '../../../src/adapters/fake-broker/core/simulated-market.ts';
import { DataStream } from '../../../src/adapters/fake-alpaca/core/streams.ts';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { loadHistory } from '../../../src/adapters/fake-broker/core/tape-history.ts';
import { TapePlayer } from '../../../src/adapters/fake-broker/core/tape-player.ts';
import { Random } from '../../../src/base/random.ts';
import { simulateTape } from '../../../src/market/simulate/simulate.ts';
import { parseDay } from '../../../src/time/civil.ts';
import { instant } from '../../../src/time/instant.ts';
import { newYork, openDesk, type Body, type Desk } from './desk.ts';

test('a limit counts rows over all symbols, so that a page may hold only the first, and pages give every row once', () => {
  const desk = openDesk();
  for (let i = 0; i < 5; i++) {
    desk.wait(60);
    desk.broker.trade('AAPL', 100 + i, 10);
    desk.broker.trade('MSFT', 400 + i, 10);
  }
  const query = { symbols: 'MSFT,AAPL', timeframe: '1Min', limit: '4' };
  const rows: string[] = [];
  const firstPage = desk.get('/v2/stocks/bars', query);
  expect(Object.keys(firstPage['bars'] as object)).toEqual(['AAPL']);
  for (let token: string | undefined = ''; token !== undefined;) {
    const page: Body = desk.get('/v2/stocks/bars', { ...query, page_token: token });
    for (const [symbol, bars] of Object.entries(page['bars'] as Record<string, { t: string }[]>)) {
      rows.push(...bars.map(({ t }) => `${symbol} ${t}`));
    }
    token = (page['next_page_token'] as string | null) ?? undefined;
  }
  expect(rows).toHaveLength(12);
  expect(new Set(rows).size).toBe(12);
  expect(
    desk.call('GET', '/v2/stocks/quotes', undefined, { ...query, page_token: String(firstPage['next_page_token']) })
      .status,
  ).toBe(400);
});

test('bars are gathered into longer ones, and daily bars begin at midnight in New York', () => {
  const desk = openDesk();
  for (const price of [101, 99, 103]) {
    desk.wait(120);
    desk.broker.trade('AAPL', price, 10);
  }
  const bars = (timeframe: string): Body[] => (desk.get('/v2/stocks/AAPL/bars', { timeframe })['bars'] as Body[]) ?? [];
  expect(bars('1Min')).toHaveLength(4);
  expect(bars('5Min')).toMatchObject([{ o: 100, h: 101, l: 99, c: 99 }, { o: 103 }]);
  expect(bars('1Hour')).toHaveLength(1);
  expect(bars('1Day')).toMatchObject([{ t: '2026-11-18T05:00:00Z', o: 100, h: 103, l: 99, c: 103, v: 130, n: 4 }]);
  expect(desk.call('GET', '/v2/stocks/AAPL/bars', undefined, { timeframe: '1Fortnight' }).status).toBe(400);
});

test('bars before a split are divided by it when that is asked for', () => {
  const desk = openDesk();
  desk.broker.announce({ kind: 'split', symbol: 'AAPL', at: instant(newYork('2026-11-19', '09:30')), ratio: 4 });
  desk.until('2026-11-19', '10:00');
  const first = (adjustment: string): Body =>
    (desk.get('/v2/stocks/AAPL/bars', { timeframe: '1Day', start: '2026-11-01', adjustment })['bars'] as Body[])[0];
  expect(first('raw')).toMatchObject({ c: 100, v: 100 });
  expect(first('split')).toMatchObject({ c: 25, v: 400 });
  expect(first('all')).toMatchObject({ c: 25 });
  expect(first('dividend')).toMatchObject({ c: 100 });
});

test('without a subscription recent consolidated prices are refused', () => {
  const desk = openDesk({ dataPlan: 'basic' });
  const ask = (query: Record<string, string>): number =>
    desk.call('GET', '/v2/stocks/bars', undefined, { symbols: 'AAPL', timeframe: '1Min', ...query }).status;
  expect(ask({ feed: 'sip' })).toBe(403);
  expect(ask({ feed: 'sip', end: '2026-11-18T15:00:00Z' })).toBe(200);
  expect(ask({ feed: 'iex' })).toBe(200);
});

function connect(
  desk: Desk,
  feed: string,
): { say: (message: unknown) => void; heard: unknown[]; closed: () => boolean } {
  const heard: unknown[] = [];
  let isClosed = false;
  const wire = { send: (message: unknown) => heard.push((message as unknown[])[0]), close: () => (isClosed = true) };
  const stream = new DataStream(desk.broker.state, new Faults(new Random(1)), 'stocks', feed, wire);
  stream.receive({ action: 'auth', key: DEFAULTS.keyId, secret: DEFAULTS.secret });
  return { say: (message) => stream.receive(message), heard, closed: () => isClosed };
}

test('the free stream has thirty symbols and no consolidated prices', () => {
  const desk = openDesk({ dataPlan: 'basic' });
  const free = connect(desk, 'iex');
  const symbols = Array.from({ length: 31 }, (_, i) => `S${i}`);
  free.say({ action: 'subscribe', trades: symbols });
  expect(free.heard.at(-1)).toMatchObject({ T: 'error', code: 405 });
  free.say({ action: 'subscribe', trades: symbols.slice(1) });
  expect(free.heard.at(-1)).toMatchObject({ T: 'subscription' });
  free.say({ action: 'dance' });
  expect(free.heard.at(-1)).toMatchObject({ code: 410 });
  free.say('nonsense');
  expect(free.heard.at(-1)).toMatchObject({ code: 400 });
  const paid = connect(desk, 'sip');
  expect(paid.heard.at(-1)).toMatchObject({ code: 409, msg: 'insufficient subscription' });
  expect(paid.closed()).toBe(true);
});

test('who greets late is sent away by the customer’s clock, however fast the broker’s goes', () => {
  const desk = openDesk();
  desk.broker.state.pace = 60;
  let isClosed = false;
  const wire = { send: () => undefined, close: () => (isClosed = true) };
  const stream = new DataStream(desk.broker.state, new Faults(new Random(1)), 'stocks', 'iex', wire);
  desk.wait(590);
  expect(isClosed).toBe(false);
  desk.wait(20);
  expect(isClosed).toBe(true);
  stream.end();
});

test('a stream of shares tells bars when they are over, days as they stand, and halts', () => {
  const desk = openDesk();
  const stream = connect(desk, 'sip');
  stream.say({ action: 'subscribe', bars: ['AAPL'], dailyBars: ['*'], statuses: ['AAPL'] });
  desk.wait(61);
  desk.broker.trade('AAPL', 101, 10);
  expect(stream.heard.slice(-2)).toMatchObject([
    { T: 'b', S: 'AAPL', c: 100 },
    { T: 'd', S: 'AAPL', c: 101 },
  ]);
  desk.broker.halt('AAPL', true);
  expect(stream.heard.at(-1)).toMatchObject({ T: 's', S: 'AAPL', sc: 'H', rc: 'T1' });
});

test('a tape of quotes and trades is played in time order, with what is due in between', () => {
  const tape = simulateTape({
    seed: 1,
    symbols: ['AAPL', 'MSFT'],
    start: '2026-11-18',
    end: '2026-11-19',
    data: ['quotes', 'trades'],
    quotesPerSession: 200,
  });
  const broker = new Broker({
    startAt: newYork('2026-11-18', '09:00'),
    symbols: [{ symbol: 'AAPL' }, { symbol: 'MSFT' }],
  });
  let last = 0;
  let phases = '';
  broker.listen((event) => {
    expect(event.at).toBeGreaterThanOrEqual(last);
    last = event.at;
    if (!phases.endsWith(broker.state.phase)) phases += ` ${broker.state.phase}`;
  });
  const player = new TapePlayer(broker, tape.slice, broker.now);
  player.advance(newYork('2026-11-20', '09:00'));
  expect(player.nextAt).toBeUndefined();
  expect(phases).toBe(' core');
  expect(broker.state.listings.get('AAPL')!.bars!.quotes).toHaveLength(400);
});

test('a tape of bars becomes quotes that reach each bar’s high and low, and its past becomes history', () => {
  const tape = simulateTape({
    seed: 1,
    symbols: ['AAPL'],
    start: '2026-11-16',
    end: '2026-11-18',
    data: ['bars'],
    timeFrame: '5m',
  });
  const startAt = newYork('2026-11-18', '09:00');
  const broker = new Broker({ startAt, symbols: [{ symbol: 'AAPL' }] });
  loadHistory(broker, tape.slice, startAt);
  const { bars } = broker.state.listings.get('AAPL')!;
  expect([bars!.minutes.length, bars!.daily.length]).toEqual([156, 2]);
  new TapePlayer(broker, tape.slice, startAt).advance(newYork('2026-11-18', '20:00'));
  const [stream] = tape.slice.streams;
  if (stream.kind !== 'bars') throw new Error('bars were simulated');
  const today = bars!.daily.at(-1)!;
  expect(today.high).toBe(Math.round(Math.max(...stream.columns.high.subarray(156)) * 10_000));
  expect(today.low).toBe(Math.round(Math.min(...stream.columns.low.subarray(156)) * 10_000));
});

test('a simulated market goes on week after week from where it was, the same for the same seed', () => {
  const market = (seed: number): SimulatedMarket =>
    new SimulatedMarket({ seed, symbols: [{ symbol: 'AAPL', price: 230 }], quotesPerSession: 100 });
  const day = parseDay('2026-11-16');
  const [a, b] = [market(5), market(5)];
  const closes = a.history(day).get('AAPL')!;
  expect(b.history(day).get('AAPL')).toEqual(closes);
  const first = a.week(day);
  expect(b.week(day)).toEqual(first);
  const second = a.week(first.nextDay);
  const edge = (slice: typeof first.slice, row: number): number => {
    const [stream] = slice.streams;
    return stream.kind === 'quotes' ? stream.columns.bid.at(row)! : Number.NaN;
  };
  expect(Math.abs(edge(first.slice, 0) / (closes.at(-1)!.close / 10_000) - 1)).toBeLessThan(0.1);
  expect(Math.abs(edge(second.slice, 0) / edge(first.slice, -1) - 1)).toBeLessThan(0.1);
  expect(market(6).history(day).get('AAPL')).not.toEqual(closes);
});

test('contracts of a tape are the only ones of their share, with its quotes and the volatility that these imply', () => {
  const startAt = newYork('2026-11-18', '10:00');
  const broker = new Broker({ startAt, symbols: [{ symbol: 'AAPL', price: 100 }] });
  const symbol = 'AAPL261218P00095000';
  broker.listRecorded([symbol, 'AAPL', 'nonsense']);
  const time = Float64Array.of(startAt + 60e6, startAt + 120e6);
  const column = (...values: number[]): Float64Array => Float64Array.from(values);
  const columns = {
    length: 2,
    time,
    openTime: column(startAt + 1e6, startAt + 61e6),
    bidOpen: column(2, 2.1),
    bidHigh: column(2, 2),
    bidLow: column(2, 2),
    bidClose: column(2.1, Number.NaN),
    bidSize: column(5, 5),
    askOpen: column(2.2, 2.3),
    askHigh: column(3, 3),
    askLow: column(2, 2),
    askClose: column(2.3, 2.4),
    askSize: column(7, 7),
  };
  const player = new TapePlayer(broker, { streams: [{ kind: 'quote-bars', symbol, columns }] }, startAt);
  const seen: [number, number][] = [];
  broker.listen((event) => {
    if (event.kind === 'quote') seen.push([event.row.bid / 10_000, event.row.ask / 10_000]);
  });
  broker.quote('AAPL', 99.99, 100.01, 1, 1);
  player.advance(startAt + 61e6);
  expect(seen).toEqual([
    [99.99, 100.01],
    [2, 2.2],
    [2.1, 2.3],
    [2.1, 2.3],
  ]);
  expect(broker.state.chainOf(broker.state.listings.get('AAPL')!).map((contract) => contract.symbol)).toEqual([symbol]);
  const api = new Api(broker.state);
  const { body } = api.handle({
    method: 'GET',
    path: '/v1beta1/options/snapshots',
    query: { symbols: symbol },
    body: undefined,
    keyId: DEFAULTS.keyId,
    secret: DEFAULTS.secret,
  });
  const { snapshots } = body as { snapshots: Record<string, { impliedVolatility: number; greeks: { delta: number } }> };
  // By hand: d1 = 0.53 and d2 = 0.42 at 40 % give 2.32, and a vega of 0.10 takes off one point for 2.20.
  expect(Math.abs(snapshots[symbol].impliedVolatility - 0.39)).toBeLessThan(0.01);
  expect(snapshots[symbol].greeks.delta).toBeLessThan(-0.2);
  player.advance(startAt + 120e6);
  expect(seen.at(-1)).toEqual([0, 2.4]);
});
