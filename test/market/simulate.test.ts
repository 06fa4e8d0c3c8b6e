/** The simulated market is repeatable, has consistent bars and quotes, and behaves as it was asked to. */
import { describe, expect, it } from 'vitest';
import { Sha256 } from '../../src/base/sha256.ts';
import { aggregateTrades } from '../../src/market/aggregate.ts';
import type { BarColumns, QuoteColumns, TradeColumns } from '../../src/market/columns.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import { activityBefore, timeOfActivity } from '../../src/market/simulate/day-shape.ts';
import { simulateStreamedTape, simulateTape, type SimulateOptions } from '../../src/market/simulate/simulate.ts';
import type { StreamSlice } from '../../src/market/tape.ts';
import { calendar } from '../../src/time/calendars.ts';

const DAILY: SimulateOptions = { seed: 7, symbols: ['AAA', 'BBB'], start: '2010-01-01', end: '2024-12-31' };
const MINUTES: SimulateOptions = { seed: 7, symbols: ['AAA'], start: '2024-05-01', end: '2024-07-31', timeFrame: '5m' };
const TICKS: SimulateOptions = {
  seed: 7,
  symbols: ['AAA', 'BBB'],
  start: '2024-06-03',
  end: '2024-06-07',
  timeFrame: '15m',
  data: ['bars', 'quotes', 'trades'],
  quotesPerSession: 1000,
};

function bars(options: SimulateOptions, symbol = 'AAA'): BarColumns {
  return columns(simulateTape(options).slice.streams, 'bars', symbol) as BarColumns;
}

function columns(streams: readonly StreamSlice[], kind: StreamSlice['kind'], symbol = 'AAA'): StreamSlice['columns'] {
  return streams.find((stream) => stream.kind === kind && stream.symbol === symbol)!.columns;
}

/** The hash of every byte of some streams' columns, joined over slices. */
function bytesOf(slices: Iterable<{ readonly streams: readonly StreamSlice[] }>): Map<string, string> {
  const hashes = new Map<string, Sha256>();
  for (const { streams } of slices) {
    for (const { symbol, kind, columns: all } of streams) {
      for (const [field, column] of Object.entries(all)) {
        if (!(column instanceof Float64Array)) continue;
        const key = `${symbol} ${kind} ${field}`;
        hashes.set(key, (hashes.get(key) ?? new Sha256()).updateArray(column));
      }
    }
  }
  return new Map([...hashes].map(([key, hash]) => [key, hash.hex()]));
}

const logReturns = ({ close }: BarColumns): number[] =>
  Array.from(close.subarray(1), (price, i) => Math.log(price / close[i]));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - meanA) * (b[i] - meanB))) / (deviation(a) * deviation(b));
}

describe('a simulated tape', () => {
  it('says that it is simulated, and of what', () => {
    const tape = simulateTape({ ...DAILY, end: '2010-02-01' });
    expect(tape.simulated).toBe(true);
    expect(tape.source).toBe('simulated market of AAA, BBB (seed 7)');
    expect(tape.instruments.map(({ symbol }) => symbol)).toEqual(['AAA', 'BBB']);
    expect(tape.slice.streams.map(({ kind, symbol, timeFrame }) => [kind, symbol, timeFrame])).toEqual([
      ['bars', 'AAA', '1d'],
      ['bars', 'BBB', '1d'],
    ]);
  });

  it.each([
    ['daily', DAILY],
    ['five-minute', MINUTES],
    ['tick', TICKS],
  ])('of %s data has the same bytes for the same seed', (_, options) => {
    expect(bytesOf([simulateTape(options).slice])).toEqual(bytesOf([simulateTape(options).slice]));
    expect(bytesOf([simulateTape({ ...options, seed: 8 }).slice])).not.toEqual(bytesOf([simulateTape(options).slice]));
  });

  it.each([
    ['daily', DAILY],
    ['five-minute', MINUTES],
    ['tick', TICKS],
  ])('of %s data has the same bytes when it is streamed', async (_, options) => {
    const slices = [];
    for await (const slice of simulateStreamedTape(options, 700).slices()) slices.push(slice);
    expect(slices.length).toBeGreaterThan(2);
    expect(bytesOf(slices)).toEqual(bytesOf([simulateTape(options).slice]));
  });

  it('is named by its options', () => {
    const named = (options: Partial<SimulateOptions>): string =>
      simulateTape({ ...DAILY, end: '2010-01-10', ...options }).fingerprint;
    expect(named({})).toMatch(/^[0-9a-f]{64}$/);
    expect(named({})).toBe(named({ correlation: 0.3 }));
    expect(named({ seed: 8 })).not.toBe(named({}));
    expect(named({ symbols: ['AAA'] })).not.toBe(named({}));
    expect(simulateStreamedTape({ ...DAILY, end: '2010-01-10' }).fingerprint).toBe(named({}));
  });

  it('does not change one symbol when another is added', () => {
    const alone = bars({ ...DAILY, symbols: ['AAA'] });
    expect([...bars(DAILY).close]).toEqual([...alone.close]);
  });

  it('streams slices within the size asked for, and knows how many rows there are', async () => {
    const tape = simulateStreamedTape(MINUTES, 400);
    let rows = 0;
    for await (const { streams } of tape.slices()) {
      expect(streams[0].columns.length).toBeLessThanOrEqual(400);
      rows += streams[0].columns.length;
    }
    expect(rows).toBe(tape.rows);
  });
});

describe('simulated bars', () => {
  it.each([
    ['daily', DAILY],
    ['five-minute', MINUTES],
    ['penny-priced', { ...MINUTES, symbols: [{ symbol: 'AAA', price: 0.05, volatility: 2 }] }],
    ['jumpy', { ...MINUTES, symbols: [{ symbol: 'AAA', jumpsPerYear: 5000, jumpDeviation: 0.2 }] }],
  ])('that are %s have low ≤ open, close ≤ high, on the tick, above zero, in order of time', (_, options) => {
    const { length, time, openTime, open, high, low, close, volume } = bars(options);
    expect(length).toBeGreaterThan(1000);
    for (let i = 0; i < length; i++) {
      const prices = [open[i], high[i], low[i], close[i]];
      const [lowest, highest] = [Math.min(...prices), Math.max(...prices)];
      const isWhole = low[i] === lowest && high[i] === highest && lowest >= 0.01;
      const isOnTick = prices.every((price) => price === Number(price.toFixed(2)));
      const isInOrder = openTime[i] < time[i] && (i === 0 || openTime[i] >= time[i - 1]);
      if (!isWhole || !isOnTick || !isInOrder || !(volume[i] >= 0)) throw new Error(`row ${i}: ${prices.join(' ')}`);
    }
  });

  it('cover every session, from its open to its close, early closes included', () => {
    const daily = bars(DAILY);
    const sessions = calendar('XNYS').columns('2010-01-01', '2024-12-31');
    expect([...daily.time]).toEqual([...sessions.closeAt]);
    expect([...daily.openTime]).toEqual([...sessions.openAt]);
    const minutes = bars({ ...MINUTES, start: '2024-07-02', end: '2024-07-05' });
    // 78 bars a day; July 3 closed at 13:00, July 4 all day.
    expect(minutes.length).toBe(78 + 42 + 78);
  });

  it('rest at lunch in Tokyo', () => {
    const tokyo = bars({ ...MINUTES, calendar: 'XTKS', start: '2024-06-03', end: '2024-06-03', timeFrame: '1h' });
    expect(tokyo.length).toBe(6);
    expect(tokyo.openTime[3] - tokyo.time[2]).toBe(3_600_000_000);
  });

  it('have gaps between sessions and none within', () => {
    const { length, open, close, openTime, time } = bars(MINUTES);
    let [gaps, nights] = [0, 0];
    for (let i = 1; i < length; i++) {
      if (openTime[i] === time[i - 1]) expect(open[i]).toBe(close[i - 1]);
      else {
        nights++;
        if (open[i] !== close[i - 1]) gaps++;
      }
    }
    expect(gaps / nights).toBeGreaterThan(0.9);
  });

  it('have the volatility, the correlation and the fat tails that were asked for', () => {
    const options = { ...DAILY, start: '1990-01-02', correlation: 0.5 };
    const [a, b] = [logReturns(bars(options)), logReturns(bars(options, 'BBB'))];
    expect(deviation(a) * Math.sqrt(252)).toBeGreaterThan(0.17);
    expect(deviation(a) * Math.sqrt(252)).toBeLessThan(0.25);
    expect(correlation(a, b)).toBeGreaterThan(0.35);
    expect(correlation(a, b)).toBeLessThan(0.6);
    const kurtosis = mean(a.map((value) => value ** 4)) / mean(a.map((value) => value ** 2)) ** 2;
    expect(kurtosis).toBeGreaterThan(4);
    // Unrest clusters: the size of a return is correlated with that of the day before, its sign is not.
    const sizes = a.map(Math.abs);
    expect(correlation(sizes.slice(1), sizes.slice(0, -1))).toBeGreaterThan(0.05);
    expect(Math.abs(correlation(a.slice(1), a.slice(0, -1)))).toBeLessThan(0.04);
  });

  it('are a plain random walk when volatility is still and nothing jumps', () => {
    const still = {
      symbol: 'AAA',
      volatilityOfVolatility: 0,
      jumpsPerYear: 0,
      drift: 0,
      volatility: 0.3,
      price: 10_000,
    };
    const returns = logReturns(bars({ ...DAILY, start: '1990-01-02', symbols: [still] }));
    // The weekend's longer gap adds about 1 % of variance.
    expect(deviation(returns) * Math.sqrt(252)).toBeCloseTo(0.3 * Math.sqrt(1.01), 2);
    const kurtosis = mean(returns.map((value) => value ** 4)) / mean(returns.map((value) => value ** 2)) ** 2;
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.3);
  });

  it('are busier, and move more, at the ends of a day than in its middle', () => {
    const { length, volume, high, low } = bars(MINUTES);
    const [byVolume, byRange] = [new Float64Array(78), new Float64Array(78)];
    // Whole days only, so that a bar's place in the day is its row modulo 78.
    for (let i = 0; i < Math.min(length, 78 * 40); i++) {
      byVolume[i % 78] += volume[i];
      byRange[i % 78] += high[i] / low[i] - 1;
    }
    const ends = (values: Float64Array): number => (values[0] + values[77]) / (values[38] + values[39]);
    expect(ends(byVolume)).toBeGreaterThan(2.5);
    expect(ends(byRange)).toBeGreaterThan(1.4);
  });
});

describe('simulated quotes and trades', () => {
  const { streams } = simulateTape(TICKS).slice;
  const quotes = columns(streams, 'quotes') as QuoteColumns;
  const trades = columns(streams, 'trades') as TradeColumns;

  it('have bid below ask, on the tick, in strict order of time, inside the session', () => {
    expect(quotes.length).toBe(5000);
    const market = calendar('XNYS');
    for (let i = 0; i < quotes.length; i++) {
      const [bid, ask] = [quotes.bid[i], quotes.ask[i]];
      const isSound = bid >= 0.01 && bid < ask && bid === Number(bid.toFixed(2)) && ask === Number(ask.toFixed(2));
      const isInOrder = i === 0 || quotes.time[i] > quotes.time[i - 1];
      if (!isSound || !isInOrder || !market.isOpen(quotes.time[i])) throw new Error(`quote ${i}: ${bid} ${ask}`);
    }
  });

  it('trade at the bid or the ask of the quote before', () => {
    expect(trades.length).toBeGreaterThan(1500);
    let q = 0;
    for (let i = 0; i < trades.length; i++) {
      while (quotes.time[q + 1] <= trades.time[i]) q++;
      expect([quotes.bid[q], quotes.ask[q]]).toContain(trades.price[i]);
    }
  });

  it('are in accord with the bars of the same tape', () => {
    const { bars: expected } = aggregateTrades(trades, {
      timeFrame: '15m',
      calendar: 'XNYS',
      until: quotes.time.at(-1)! + 6e10,
    });
    const actual = columns(streams, 'bars') as BarColumns;
    expect([...actual.close]).toEqual([...expected.close]);
    expect([...actual.volume]).toEqual([...expected.volume]);
  });

  it('follow an instrument’s own tick', () => {
    const instrument = defineInstrument({ symbol: 'ES', kind: 'future', tick: 0.25 });
    const tape = simulateTape({
      ...TICKS,
      calendar: 'CMES',
      symbols: [{ symbol: 'ES', price: 5000, volume: 50_000, instrument }],
      data: ['quotes'],
    });
    const { bid, length } = columns(tape.slice.streams, 'quotes', 'ES') as QuoteColumns;
    for (let i = 0; i < length; i++) expect(Number.isInteger(bid[i] * 4)).toBe(true);
  });
});

describe('the shape of a day', () => {
  it('is symmetric, sums to one, and inverts', () => {
    for (const seasonality of [0, 0.5, 3, 20]) {
      expect(activityBefore(0, seasonality)).toBeCloseTo(0, 12);
      expect(activityBefore(0.5, seasonality)).toBeCloseTo(0.5, 12);
      expect(activityBefore(1, seasonality)).toBeCloseTo(1, 12);
      expect(activityBefore(timeOfActivity(0.2, seasonality), seasonality)).toBeCloseTo(0.2, 12);
    }
    expect(activityBefore(0.1, 3)).toBeGreaterThan(0.15);
  });
});

describe('options that make no sense', () => {
  it.each([
    [{ symbols: [] }, 'symbols: must name at least one'],
    [{ symbols: ['A', 'A'] }, 'symbols: must differ, was "A"'],
    [{ symbols: [{ symbol: 'A', volatility: -0.1 }] }, 'symbols.A.volatility: must be from 0 to 10, was -0.1'],
    [{ correlation: 1.5 }, 'correlation: must be from 0 to 1, was 1.5'],
    [{ timeFrame: '1w' }, 'timeFrame: must be 1d or shorter than a day'],
    [{ start: '2024-06-08', end: '2024-06-09' }, 'must leave at least one session of XNYS'],
    [{ start: '2024-06-08', end: '2024-06-01' }, 'must leave at least one session of XNYS'],
    [{ seed: 0.5 }, 'seed: must be a whole number, was 0.5'],
    [{ calendar: 'XNSY' }, 'did you mean "XNYS"?'],
  ] as const)('%j are refused: %s', (part, message) => {
    expect(() => simulateTape({ ...DAILY, ...part })).toThrow(message);
  });
});
