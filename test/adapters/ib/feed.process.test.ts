/** Prices of Interactive Brokers through the community's library, from the fake TWS: lines, breaks, bars, what is listed. */
import { afterEach, expect, test } from 'vitest';
import { IbAccount, IbFeed, type WantedStream } from '../../../src/adapters/ib/index.ts';
import { readHours } from '../../../src/adapters/ib/hours.ts';
import { DOLLAR } from '../../../src/adapters/fake-broker/core/amounts.ts';
import { makeContract } from '../../../src/adapters/fake-broker/core/contracts.ts';
import { FakeTws, type FakeTwsOptions } from '../../../src/adapters/fake-tws/server.ts';
import type { FeedSink, MarketRow } from '../../../src/engine/live/index.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { ADJUSTED } from '../../../src/market/option/listing.ts';
import { describeListed } from '../../../src/desk/wiring/listed.ts';
import { parseDay } from '../../../src/time/civil.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { DAY, MINUTE, SECOND } from '../../../src/time/instant.ts';
import { PATIENT } from '../../conformance/ib.ts';
import { newYork } from '../fake-alpaca/desk.ts';

let fake: FakeTws;
let feed: IbFeed | undefined;
let account: IbAccount | undefined;

afterEach(async () => {
  feed?.close();
  account?.close();
  [feed, account] = [undefined, undefined];
  await fake.close();
});

async function start(options: Partial<FakeTwsOptions> = {}): Promise<void> {
  fake = await FakeTws.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 'manual',
    market: { kind: 'none', symbols: [{ symbol: 'AAPL', price: 100 }] },
    ...options,
    tws: { messagesPerSecond: 10_000, ...options.tws },
  });
}

class Heard implements FeedSink {
  readonly rows: MarketRow[] = [];
  readonly states: string[] = [];
  readonly reasons: string[] = [];
  row(row: MarketRow): void {
    this.rows.push(row);
  }
  state(state: 'up' | 'down' | 'locked', reason: string): void {
    this.states.push(state);
    this.reasons.push(reason);
  }
}

const access = () => ({ host: '127.0.0.1', port: fake.port, clientId: 7, timings: PATIENT });

const SHARE = defineInstrument({ symbol: 'AAPL', tick: 0.01, calendar: 'XNYS' });

async function listen(streams: readonly WantedStream[], allowDelayed = false, instrument = SHARE): Promise<Heard> {
  feed = await IbFeed.open({
    ...access(),
    streams,
    instruments: [instrument],
    calendarOf: calendar,
    allowDelayed,
    before: { minutes: DAY, days: 30 * DAY },
    now: () => fake.now,
    rate: () => 1,
  });
  const heard = new Heard();
  await feed.connect(heard);
  return heard;
}

const QUOTES: WantedStream = { kind: 'quotes', symbol: 'AAPL' };
const TRADES: WantedStream = { kind: 'trades', symbol: 'AAPL' };
const LONG = { timeout: 30_000 };

test('quotes and trades come as they change, and the trade that stood before is not told as new', LONG, async () => {
  await start();
  const { broker } = fake.driven;
  broker.quote('AAPL', 100, 100.02, 300, 200);
  broker.trade('AAPL', 99.5, 100);
  const { rows } = await listen([QUOTES, TRADES]);
  await expect.poll(() => rows).toEqual([['quote', 'AAPL', 100, 100.02, 300, 200]]);
  broker.quote('AAPL', 100.01, 100.03, 100, 100);
  broker.trade('AAPL', 100.02, 50);
  await expect.poll(() => rows.slice(1)).toContainEqual(['trade', 'AAPL', 100.02, 50]);
  expect(rows).toContainEqual(['quote', 'AAPL', 100.01, 100.03, 100, 100]);
});

test('a side that nobody quotes is missing, and a halted symbol has no quote', LONG, async () => {
  await start();
  const { broker } = fake.driven;
  broker.quote('AAPL', 0, 100.02, 0, 200);
  const { rows } = await listen([QUOTES]);
  await expect.poll(() => rows.at(-1)).toEqual(['quote', 'AAPL', null, 100.02, 0, 200]);
  broker.halt('AAPL', true);
  await expect.poll(() => rows.at(-1)).toEqual(['quote', 'AAPL', null, null, 0, 200]);
  broker.halt('AAPL', false);
  await expect.poll(() => rows.at(-1)).toEqual(['quote', 'AAPL', null, 100.02, 0, 200]);
});

test('a broken connection is said, and listened to again; 1101 subscribes anew', LONG, async () => {
  await start();
  const { broker } = fake.driven;
  const { rows, states } = await listen([QUOTES]);
  fake.disconnect();
  await expect.poll(() => states).toEqual(['up', 'down', 'up']);
  broker.quote('AAPL', 101, 101.02, 1, 1);
  await expect.poll(() => rows.at(-1)).toEqual(['quote', 'AAPL', 101, 101.02, 1, 1]);
  fake.tws.link(1100);
  fake.tws.link(1101);
  await expect.poll(() => states).toEqual(['up', 'down', 'up', 'down', 'up']);
  broker.quote('AAPL', 102, 102.02, 1, 1);
  await expect.poll(() => rows.at(-1)).toEqual(['quote', 'AAPL', 102, 102.02, 1, 1]);
});

test(
  '2103 says that prices have stopped, 2104 that they come again, and the word of greeting changes nothing',
  LONG,
  async () => {
    await start();
    const { states, reasons, rows } = await listen([QUOTES]);
    fake.tws.farm(false);
    fake.tws.farm(true);
    fake.tws.farm(true);
    fake.tws.farm(false);
    await expect.poll(() => states).toEqual(['up', 'down', 'up']);
    expect(reasons[1]).toContain('2103');
    fake.driven.broker.quote('AAPL', 101, 101.02, 1, 1);
    await expect.poll(() => rows.at(-1)).toEqual(['quote', 'AAPL', 101, 101.02, 1, 1]);
  },
);

test('2105 stops bars of minutes only: who has quotes does not need history', LONG, async () => {
  await start();
  const quotes = await listen([QUOTES]);
  fake.tws.say(2105, 'HMDS data farm connection is broken:ushmds');
  fake.tws.farm(true);
  await expect.poll(() => quotes.states).toEqual(['up', 'down']);
  expect(quotes.reasons[1]).toContain('2103');
  feed?.close();
  const bars = await listen([{ kind: 'bars', symbol: 'AAPL', timeFrame: '1m' }]);
  fake.tws.farm(true);
  fake.tws.say(2105, 'HMDS data farm connection is broken:ushmds');
  fake.tws.say(2106, 'HMDS data farm connection is OK:ushmds');
  await expect.poll(() => bars.states).toEqual(['up', 'down', 'up']);
  expect(bars.reasons[1]).toContain('2105');
});

test.each([
  ['late', 3, 'are late'],
  ['frozen', 2, 'are those of the session before'],
])('prices that become %s unasked end the feed, and say so', LONG, async (_, kind, words) => {
  await start();
  fake.driven.broker.quote('AAPL', 100, 100.02, 1, 1);
  const { states, reasons, rows } = await listen([QUOTES]);
  await expect.poll(() => rows.length).toBe(1);
  for (const client of fake.tws.clients) {
    for (const id of client.lines.keys()) client.tell('marketDataType', [1, id, kind]);
  }
  await expect.poll(() => states).toEqual(['up', 'locked']);
  expect(reasons[1]).toContain(`AAPL: the broker's prices ${words}`);
});

test('10167 prices that are shown late where that is not allowed end the feed', LONG, async () => {
  await start();
  fake.driven.broker.quote('AAPL', 100, 100.02, 1, 1);
  const { states, reasons, rows } = await listen([QUOTES]);
  await expect.poll(() => rows.length).toBe(1);
  for (const client of fake.tws.clients) {
    for (const id of client.lines.keys()) client.error(id, 10_167, 'Displaying delayed market data.');
  }
  await expect.poll(() => states).toEqual(['up', 'locked']);
  expect(reasons[1]).toContain('10167');
});

test('10197 another session of the same user takes the prices: the feed ends and says so', LONG, async () => {
  await start();
  fake.driven.broker.quote('AAPL', 100, 100.02, 1, 1);
  const { states, reasons, rows } = await listen([QUOTES]);
  await expect.poll(() => rows.length).toBe(1);
  fake.tws.compete();
  await expect.poll(() => states).toEqual(['up', 'locked']);
  expect(reasons[1]).toContain('10197');
});

test('prices that are not paid for are said to be gone, or taken late where that is allowed', LONG, async () => {
  await start({ tws: { isDataLive: false } });
  fake.driven.broker.quote('AAPL', 100, 100.02, 300, 200);
  const { states, reasons } = await listen([QUOTES]);
  await expect.poll(() => states).toContain('locked');
  expect(reasons.at(-1)).toMatch(/354: .*subscribe to them for this user/);
  feed?.close();
  const late = await listen([QUOTES], true);
  await expect.poll(() => late.rows.at(-1)).toEqual(['quote', 'AAPL', 100, 100.02, 300, 200]);
  expect(late.states).toEqual(['up']);
});

test('bars of minutes and days come before the session, each at its end', LONG, async () => {
  await start({ market: { kind: 'simulated', symbols: [{ symbol: 'AAPL', price: 100 }] } });
  fake.driven.clock.jump(newYork('2026-11-18', '10:40'));
  await listen([
    { kind: 'bars', symbol: 'AAPL', timeFrame: '1m' },
    { kind: 'bars', symbol: 'AAPL', timeFrame: '1d' },
  ]);
  const inputs = (await feed?.history(-Infinity, fake.now)) ?? [];
  const days = inputs.filter(({ rows }) => rows[0]?.[2] === '1d');
  const minutes = inputs.filter(({ rows }) => rows[0]?.[2] === '1m');
  expect(days.at(-1)?.at).toBe(newYork('2026-11-17', '16:00'));
  expect(days.length).toBeGreaterThan(15);
  expect(minutes.at(-1)?.at).toBe(newYork('2026-11-18', '10:40'));
  expect(minutes[0]?.rows[0]?.slice(0, 4)).toEqual(['bar', 'AAPL', '1m', minutes[0].at - MINUTE]);
  // What is not over is not known.
  expect(inputs.every(({ at }) => at <= fake.now)).toBe(true);
  expect(inputs.every((input, i) => i === 0 || input.at >= inputs[i - 1].at)).toBe(true);
});

test('a minute is read once it is over', LONG, async () => {
  await start();
  const { broker, clock } = fake.driven;
  broker.quote('AAPL', 100, 100.02, 300, 200);
  broker.trade('AAPL', 100, 100);
  clock.jump(newYork('2026-11-18', '10:30') + 61.9 * SECOND);
  const heard = await listen([{ kind: 'bars', symbol: 'AAPL', timeFrame: '1m' }]);
  const openAt = newYork('2026-11-18', '10:30');
  await expect.poll(() => heard.rows[0]).toEqual(['bar', 'AAPL', '1m', openAt, 100, 100, 100, 100, 100]);
});

test('an account says who it is, what it may spend, what time it is and when its market opens', LONG, async () => {
  await start();
  account = await IbAccount.open(access());
  fake.driven.clock.setSpeed(1);
  expect(await account.facts()).toMatchObject({
    number: fake.tws.account,
    cash: 100_000,
    equity: 100_000,
    buyingPower: 200_000,
    optionBuyingPower: 100_000,
  });
  const [from, clock, to] = [fake.now, await account.clock('AAPL'), fake.now];
  expect(clock).toMatchObject({
    isOpen: true,
    nextClose: newYork('2026-11-18', '16:00'),
    nextOpen: newYork('2026-11-19', '09:30'),
  });
  expect(clock.at).toBeGreaterThan(from - SECOND / 5);
  expect(clock.at).toBeLessThan(to + SECOND / 5);
  const other = await IbAccount.open({ ...access(), clientId: 9 }, { named: 'DU1' });
  await expect(other.facts()).rejects.toThrow('has no account');
  other.close();
});

test('its clock is followed at any speed, from whole seconds', LONG, async () => {
  await start();
  fake.driven.clock.setSpeed(60);
  account = await IbAccount.open(access());
  await account.clock('AAPL');
  await new Promise((next) => setTimeout(next, 300));
  await account.clock('AAPL');
  const [from, { at }, to] = [fake.now, await account.clock('AAPL'), fake.now];
  expect(at).toBeGreaterThan(from - 3 * SECOND);
  expect(at).toBeLessThan(to + 3 * SECOND);
});

test('contracts are those that are listed, within expiries and strikes', LONG, async () => {
  await start();
  fake.driven.broker.quote('AAPL', 100, 100.02, 300, 200);
  account = await IbAccount.open(access());
  expect(await account.price('AAPL')).toBeCloseTo(100.01, 10);
  const day = Math.floor(fake.now / DAY);
  const found = await account.contracts({
    underlying: 'AAPL',
    right: 'put',
    expiryFrom: day,
    expiryTo: day + 10,
    strikeFrom: 95,
    strikeTo: 101,
  });
  expect(found.leftOut).toEqual([]);
  expect(found.contracts.map(({ symbol }) => symbol)).toEqual([
    'AAPL261120P00095000',
    'AAPL261120P00097500',
    'AAPL261120P00100000',
    'AAPL261127P00095000',
    'AAPL261127P00097500',
    'AAPL261127P00100000',
  ]);
});

test('a contract that was adjusted is listed beside the others, and left out with the reason', LONG, async () => {
  await start();
  const { broker } = fake.driven;
  broker.quote('AAPL', 100, 100.02, 300, 200);
  const day = Math.floor(fake.now / DAY);
  const share = broker.state.listings.get('AAPL')!;
  // After a split of three for two: the multiplier stays a hundred, a hundred and fifty shares are delivered.
  broker.state.add(makeContract(share, 'put', 95 * DOLLAR, parseDay('2026-11-20'), 150)!);
  account = await IbAccount.open(access());
  const strikes = { strikeFrom: 95, strikeTo: 96 };
  const tape = { source: 'ib', symbols: ['AAPL'], data: ['quotes'], options: { right: 'put' } } as never;
  const found = await account.contracts({
    underlying: 'AAPL',
    right: 'put',
    expiryFrom: day,
    expiryTo: day + 3,
    ...strikes,
  });
  expect(found.contracts.map(({ symbol }) => symbol)).toEqual(['AAPL261120P00095000']);
  expect(found.leftOut).toEqual([{ symbol: 'AAPL1 261120P00095000', reason: ADJUSTED }]);
  const asked = { tape, account, title: 'ib', isFake: true, instruments: undefined };
  const { tape: told } = await describeListed(asked, day);
  expect(told.findings).toMatchObject([{ rule: 'adjusted-contract', symbol: 'AAPL1 261120P00095000' }]);
  expect(told.instruments.map(({ symbol }) => symbol).filter((symbol) => symbol.includes('AAPL1'))).toEqual([]);
});

test('where nobody listens, a person is told what to start', LONG, async () => {
  await start();
  const { port } = fake;
  await fake.close();
  account = await IbAccount.open({ host: '127.0.0.1', port, clientId: 7, timings: PATIENT });
  await expect(account.facts()).rejects.toThrow(`nobody answers at 127.0.0.1:${port}`);
});

test('hours are read as the vendor writes them', async () => {
  await start();
  expect(readHours('20261118:0930-20261118:1600;20261126:CLOSED;20261127:0930-20261127:1300', 'US/Eastern')).toEqual([
    { from: newYork('2026-11-18', '09:30'), to: newYork('2026-11-18', '16:00') },
    { from: newYork('2026-11-27', '09:30'), to: newYork('2026-11-27', '13:00') },
  ]);
});

const FUTURES = { market: { kind: 'none', symbols: [{ symbol: 'ESZ26', price: 6000 }] } } as const;

test('a future is what the vendor says: multiplier, last day, price steps, and the margin that this account would tie up', async () => {
  await start(FUTURES);
  fake.driven.broker.quote('ESZ26', 6000, 6000.25, 10, 10);
  account = await IbAccount.open(access());
  expect(await account.instrument('AAPL')).toBeUndefined();
  expect(await account.instrument('ESZ26')).toMatchObject({
    kind: 'future',
    calendar: 'CMES',
    multiplier: 50,
    ticks: [{ above: 0, tick: 0.25 }],
    future: { root: 'ES', expiry: '2026-12-18', initialMargin: 25_300, maintenanceMargin: 25_300 },
  });
  // It was asked about, and nothing was placed.
  expect(fake.tws.orders.all).toHaveLength(0);
  fake.driven.broker.state.flags.tradingBlocked = true;
  await expect(account.instrument('ESZ26')).rejects.toThrow('margin of ESZ6 could not be had');
});

test('a future whose price is told in cents counts dollars per cent, and so does what is held of it', async () => {
  await start({ market: { kind: 'none', symbols: [{ symbol: 'ZCZ26', price: 450 }] } });
  fake.driven.broker.quote('ZCZ26', 450, 450.25, 10, 10);
  account = await IbAccount.open(access());
  // The vendor says 5000 bushels, and a price of 450.25 cents: a quarter of a cent is 12.50 dollars.
  const corn = await account.instrument('ZCZ26');
  expect(corn).toMatchObject({ multiplier: 50, ticks: [{ above: 0, tick: 0.25 }] });
  await listen([{ kind: 'quotes', symbol: 'ZCZ26' }], false, corn);
});

test('an instrument that counts otherwise than its contract ends the feed, with both figures', async () => {
  await start(FUTURES);
  const wrong = defineInstrument({ symbol: 'ESZ26', kind: 'future', multiplier: 5, tick: 0.25 });
  const quotes = [{ kind: 'quotes', symbol: 'ESZ26' }] as const;
  await expect(listen(quotes, false, wrong)).rejects.toThrow('counts 50 money per point at the broker, here 5');
});

test('the hours of a contract are those of its exchange’s clock', () => {
  const [chicago] = readHours('20261118:0830-20261118:1500', 'US/Central');
  expect(chicago).toEqual({ from: newYork('2026-11-18', '09:30'), to: newYork('2026-11-18', '16:00') });
  expect(readHours('20261118:0830-20261118:1500', 'Nowhere')).toEqual([]);
});

test(
  '162 the same bars asked for twice in a moment are a violation of pace, which is said and is no empty answer',
  LONG,
  async () => {
    await start({ market: { kind: 'simulated', symbols: [{ symbol: 'AAPL', price: 100 }] } });
    fake.driven.clock.jump(newYork('2026-11-18', '10:40'));
    await listen([{ kind: 'bars', symbol: 'AAPL', timeFrame: '1m' }]);
    expect((await feed?.history(-Infinity, fake.now))?.length).toBeGreaterThan(0);
    await expect(feed?.history(-Infinity, fake.now)).rejects.toThrow('162');
  },
);
