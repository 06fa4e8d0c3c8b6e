/** A chain made by a model: it knows no future, keeps to the calendar, and says what it is. */
import { describe, expect, test } from 'vitest';
import { BarBuffer } from '../../../src/market/bar-buffer.ts';
import { contractLife, modelChain, MODEL_SENTENCES, type ModelChainOptions } from '../../../src/market/index.ts';
import type { BarColumns } from '../../../src/market/columns.ts';
import { europeanPrice } from '../../../src/options/european.ts';
import { surfaceFromIndex } from '../../../src/options/model-surface.ts';
import { yearsToSettlement } from '../../../src/market/option/life.ts';
import { calendar } from '../../../src/time/calendars.ts';

function pricesFor(count: number, from = '2019-01-02'): BarColumns {
  const buffer = new BarBuffer();
  for (const [i, { openAt, closeAt }] of calendar('XNYS').sessions(from, '2021-12-31').slice(0, count).entries()) {
    const close = 2500 + 40 * Math.sin(i / 5) + i;
    buffer.add(closeAt, openAt, close - 3, close + 5, close - 5, close, 1);
  }
  return buffer.view();
}

const prices = pricesFor(60);
const index = { time: prices.time, close: Float64Array.from(prices.time, (_, i) => 18 + (i % 5)) };
const chain = (options: Partial<ModelChainOptions> = {}) =>
  modelChain({ underlying: 'SPX', prices, index, ...options });

/** Quotes as text, up to an instant. */
function quotesUntil(made: ReturnType<typeof modelChain>, until: number): string[] {
  return made.streams.flatMap((stream) => {
    if (stream.kind !== 'quotes') return [];
    const { time, bid, ask } = stream.columns;
    return Array.from(time, (at, i) => `${stream.symbol} ${at} ${bid[i]} ${ask[i]}`).filter((_, i) => time[i] <= until);
  });
}

describe('a model chain', () => {
  test('knows nothing of later sessions: what is cut off changes no quote before it', () => {
    const short = pricesFor(30);
    const until = short.time.at(-1)!;
    const longer = quotesUntil(chain(), until);
    expect(longer.length).toBeGreaterThan(10_000);
    expect(longer).toEqual(quotesUntil(chain({ prices: short }), until));
  });

  test('brackets the Black–Scholes price at the vol of the index, on ticks', () => {
    const { streams, instruments } = chain();
    const at = instruments.findIndex(({ option }) => option!.strike === 2500 && option!.right === 'put');
    const stream = streams[at];
    if (stream.kind !== 'quotes') throw new Error('quotes were expected');
    const { columns } = stream;
    // The first quote is at the close of the first session.
    const years = yearsToSettlement(contractLife(instruments[at]), columns.time[0]);
    const forward = prices.close[0] * Math.exp(0.02 * years);
    const vol = surfaceFromIndex(18).vol(2500, forward, years);
    const fair = europeanPrice({
      right: 'put',
      strike: 2500,
      spot: prices.close[0],
      years,
      vol,
      rate: 0.02,
      dividendYield: 0,
    });
    expect(columns.bid[0]).toBeLessThan(fair);
    expect(columns.ask[0]).toBeGreaterThan(fair);
    expect(columns.ask[0] - columns.bid[0]).toBeLessThan(0.05 * fair + 0.2);
    expect(Math.round(columns.bid[0] * 10)).toBeCloseTo(columns.bid[0] * 10, 9);
  });

  test('quotes the open with the vol of the evening before', () => {
    // The index jumps on the third day: the open of that day does not know.
    const jump = { time: prices.time, close: Float64Array.from(prices.time, (_, i) => (i < 2 ? 15 : 60)) };
    const calm = { time: prices.time, close: new Float64Array(prices.length).fill(15) };
    const openOfThird = prices.openTime[2];
    expect(quotesUntil(chain({ index: jump }), openOfThird)).toEqual(quotesUntil(chain({ index: calm }), openOfThird));
  });

  test('lists third Fridays under SPX, other Fridays under SPXW, and quotes none after its end', () => {
    const weekly = chain({ expiries: 'weekly', daysMax: 30 });
    const roots = new Set(weekly.instruments.map(({ option }) => `${option!.root} ${option!.expiry}`));
    expect(roots).toContain('SPX 2019-01-18');
    expect(roots).toContain('SPXW 2019-01-25');
    for (const [i, { columns }] of weekly.streams.entries()) {
      expect(columns.time.at(-1)).toBeLessThanOrEqual(contractLife(weekly.instruments[i]).tradesUntil);
    }
  });

  test('has no bid where the price is less than a tick', () => {
    const bids = chain({ strikes: [0.5, 0.55] }).streams.map((stream) =>
      stream.kind === 'quotes' ? stream.columns.bid[0] : 0,
    );
    expect(bids.some(Number.isNaN)).toBe(true);
    expect(bids.some((bid) => bid <= 0)).toBe(false);
  });

  test('without an index follows the vol of the last 21 sessions, and has no quote before', () => {
    const made = modelChain({ underlying: 'SPX', prices });
    expect(Math.min(...made.streams.map(({ columns }) => columns.time[0]))).toBe(prices.time[21]);
  });

  test('says that it is a model', () => {
    expect(chain().sentences.slice(0, MODEL_SENTENCES.length)).toEqual(MODEL_SENTENCES);
    expect(chain().sentences.at(-1)).toContain('a volatility index');
  });
});
