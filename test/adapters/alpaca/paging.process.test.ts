/** What does not fit on one page is read whole, once: executions, bookings, bars of several symbols. */
import { afterEach, expect, test } from 'vitest';
import { openAlpaca } from '../../../src/adapters/alpaca/client.ts';
import { bookingsSince } from '../../../src/adapters/alpaca/bookings.ts';
import { fillsSince, newestFills } from '../../../src/adapters/alpaca/fill-history.ts';
import { AlpacaFeed } from '../../../src/adapters/alpaca/index.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/index.ts';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { bookCash } from '../../../src/adapters/fake-broker/core/nights.ts';
import { localDay } from '../../../src/adapters/fake-broker/core/random-ids.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { DAY, MINUTE } from '../../../src/time/instant.ts';
import { newYork } from '../fake-alpaca/desk.ts';
import { FAKE_KEYS } from './fake-keys.ts';

let fake: FakeAlpaca;
afterEach(() => fake.close());

const SYMBOLS = ['AAPL', 'MSFT'];

async function begin(): Promise<FakeAlpaca['fake']> {
  fake = await FakeAlpaca.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 'manual',
    partialFills: 0,
    requestsPerMinute: 10_000,
    cash: 1_000_000,
    market: { kind: 'none', symbols: SYMBOLS.map((symbol) => ({ symbol, price: 100 })) },
  });
  return fake.fake;
}

test('250 executions and 130 bookings are read page by page, each once, oldest first', async () => {
  const { api, broker } = await begin();
  const began = broker.now;
  broker.quote('AAPL', 100, 100.02, 10, 10);
  for (let i = 0; i < 250; i++) {
    const body = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
    api.handle({ method: 'POST', path: '/v2/orders', query: {}, body, keyId: DEFAULTS.keyId, secret: DEFAULTS.secret });
    broker.advance(broker.now + 2_000_000);
  }
  for (let i = 0; i < 130; i++) bookCash(broker.state, localDay(broker.now), i + 1, 'JNLC');
  const alpaca = await openAlpaca({ ...FAKE_KEYS, isPaper: true, restUrl: fake.url });
  const fills = await fillsSince(alpaca, began / 1000);
  expect(fills).toHaveLength(250);
  expect(new Set(fills.map(({ id }) => id)).size).toBe(250);
  expect(fills.map(({ at }) => at.at)).toEqual(fills.map(({ at }) => at.at).sort((a, b) => a - b));
  expect(await newestFills(alpaca)).toHaveLength(250);
  // Of half of them only, by time.
  expect((await fillsSince(alpaca, fills[125].at.at / 1000)).length).toBe(125);
  const bookings = await bookingsSince(alpaca, began - DAY, broker.now / 1000);
  expect(bookings).toHaveLength(130);
  expect(bookings.reduce((sum, { money }) => sum + money, 0)).toBe((130 * 131) / 2);
});

test('bars of two symbols over more rows than a page holds are read whole', async () => {
  const { broker } = await begin();
  let sessions = 0;
  for (let day = 0; sessions < 16; day++) {
    const session = calendar('XNYS').session(calendar('XNYS').zone.dayAt(broker.now - 30 * DAY) + day);
    if (session === undefined) continue;
    sessions++;
    const rows = Array.from({ length: Math.round((session.closeAt - session.openAt) / MINUTE) }, (_, minute) => ({
      at: session.openAt + minute * MINUTE,
      open: 1_000_000,
      high: 1_000_000,
      low: 1_000_000,
      close: 1_000_000,
      volume: 1,
      trades: 1,
      turnover: 1_000_000,
    }));
    for (const symbol of SYMBOLS) broker.addMinuteBars(symbol, rows);
  }
  const feed = await AlpacaFeed.open({
    ...FAKE_KEYS,
    isPaper: true,
    restUrl: fake.url,
    instruments: SYMBOLS.map((symbol) => defineInstrument({ symbol, tick: 0.01 })),
    streams: SYMBOLS.map((symbol) => ({ kind: 'bars', symbol, timeFrame: '1m' })),
    calendarOf: calendar,
    stockFeed: 'iex',
    optionFeed: 'opra',
    before: { minutes: 40 * DAY, days: 0 },
  });
  const inputs = await feed.history(-Infinity, broker.now);
  expect(inputs.every(({ rows }) => rows.length === 2)).toBe(true);
  expect(inputs).toHaveLength(16 * 390);
  expect(fake.notes.filter(({ path }) => path === '/v2/stocks/bars').length).toBeGreaterThan(1);
  feed.close();
});
