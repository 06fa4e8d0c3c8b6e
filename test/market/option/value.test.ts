/** Implied vol and greeks of quotes, and the named refusals where there are none. */
import { describe, expect, test } from 'vitest';
import {
  chainAt,
  ChainValuation,
  impliedYields,
  occInstrument,
  type ContractQuote,
} from '../../../src/market/index.ts';
import { listingsAt, universeOn, type ChainListing } from '../../../src/market/index.ts';
import { allocateQuotes } from '../../../src/market/columns.ts';
import { europeanPrice } from '../../../src/options/european.ts';
import { AT, chain, instantOf, priced, quote, RATE, SPOT, VOL } from './chains.ts';

const WEEK = (7 + 5.5 / 24) / 365;
const value = (contract: ContractQuote) => new ChainValuation(chain([contract]), { rate: RATE }).of(contract);

test('the vol that made a price is found again, with time counted to the minute of settlement', () => {
  expect(value(priced({}, WEEK))).toMatchObject({ ok: true, impliedVol: expect.closeTo(VOL, 10) });
});

test('AM settlement has less time than PM settlement of the same day', () => {
  const contract = quote({ root: 'SPX', expiry: '2021-01-15' });
  const years = new ChainValuation(chain([contract]), { rate: RATE }).yearsOf(contract);
  // 09:30 New York on the 15th, from 10:30 on the 4th.
  expect(years * 365).toBeCloseTo(11 - 1 / 24, 9);
});

test('an American contract is inverted with an American model', () => {
  const deep = quote({ root: 'GOOG', right: 'put', strike: 4600, bid: 900.1, ask: 900.5 });
  // Worth 0.3 above exercise: a European model would find less than intrinsic value.
  expect(value(deep)).toMatchObject({ ok: true });
  expect(
    europeanPrice({ right: 'put', strike: 4600, spot: SPOT, years: WEEK, vol: 0, rate: RATE, dividendYield: 0 }),
  ).toBeLessThan(900);
});

describe('no number is made up', () => {
  test.each([
    [{ bid: undefined }, 'quote.one-sided'],
    [{ bid: 0 }, 'quote.one-sided'],
    [{ bid: 12, ask: 11 }, 'quote.crossed'],
    [{ right: 'call', strike: 3000, bid: 100, ask: 101 }, 'vol.below-intrinsic'],
    [{ right: 'call', bid: 4000, ask: 4001 }, 'vol.above-maximum'],
    [{ expiry: '2020-12-31' }, 'contract.expired'],
  ] as const)('%o: %s', (parts, code) => {
    expect(value(quote(parts))).toMatchObject({ ok: false, code });
  });
});

test('put–call parity gives the dividend yield back', () => {
  const dividendYield = 0.03;
  const pair = (right: 'call' | 'put'): ContractQuote => {
    const mid = europeanPrice({ right, strike: 3700, spot: SPOT, years: WEEK, vol: VOL, rate: RATE, dividendYield });
    return quote({ right, strike: 3700, bid: mid - 0.5, ask: mid + 0.5 });
  };
  const yields = impliedYields(chain([pair('call'), pair('put')]), RATE);
  expect(yields.get('2021-01-11')).toBeCloseTo(dividendYield, 9);
});

describe('a chain of a tape', () => {
  const contract = occInstrument('SPXW210104P03600000');
  const later = occInstrument('SPXW210111P03600000');
  const quotes = (symbol: string, rows: readonly (readonly [time: string, bid: number])[]) => {
    const columns = allocateQuotes(rows.length);
    rows.forEach(([time, bid], i) => {
      columns.time[i] = instantOf(`2021-01-04T${time}Z`);
      [columns.bid[i], columns.ask[i]] = [bid, bid + 1];
    });
    return { kind: 'quotes', symbol, columns } as const;
  };
  const tape = {
    source: 'test',
    simulated: false,
    instruments: [contract, later],
    slice: {
      streams: [
        quotes('SPX', [['15:00:00', 3699]]),
        quotes(contract.symbol, [
          ['15:00:00', 4],
          ['16:00:00', 7],
        ]),
        quotes(later.symbol, [['15:45:00', 9]]),
      ],
    },
  };
  const at = (time: string) => instantOf(`2021-01-04T${time}Z`);

  test('knows nothing that comes later', () => {
    expect(chainAt(tape, 'SPX', at('15:30:00')).contracts).toMatchObject([
      { bid: 4, ask: 5, quotedAt: at('15:00:00') },
    ]);
    expect(chainAt(tape, 'SPX', at('16:00:00')).contracts).toHaveLength(2);
  });

  test('leaves out what no longer trades', () => {
    expect(chainAt(tape, 'SPX', at('21:10:00')).contracts.map(({ instrument }) => instrument.symbol)).toEqual([
      later.symbol,
    ]);
  });

  test('without a price of the underlying is refused', () => {
    const without = { ...tape, slice: { streams: tape.slice.streams.slice(1) } };
    expect(() => chainAt(without, 'SPX', AT)).toThrow(/no price of SPX at 2021-01-04T15:30:00Z/);
    expect(chainAt(without, 'SPX', AT, { spot: 3705 }).spot).toBe(3705);
  });

  test('of an unknown underlying names those that are there', () => {
    expect(() => chainAt(tape, 'SPY', AT)).toThrow(/no options on "SPY".*SPX/);
  });
});

describe('the universe of a day is what was listed before its open', () => {
  const listing = (date: string, knownAt: string, ...symbols: string[]): ChainListing => ({
    underlying: 'SPX',
    root: 'SPXW',
    date,
    knownAt: instantOf(knownAt),
    source: `${date}.csv`,
    contracts: symbols.map((symbol) => ({ instrument: occInstrument(symbol), openInterest: 1, volume: undefined })),
  });
  const [first, second] = ['SPXW210105P03600000', 'SPXW210108P03600000'] as const;
  const listings = [
    listing('2021-01-04', '2021-01-04T21:00:00Z', first),
    listing('2021-01-05', '2021-01-05T21:00:00Z', first, second),
  ];
  const on = (date: string) => universeOn(listings, 'SPX', date).map(({ instrument }) => instrument.symbol);

  test('so a contract that appears on a day cannot be chosen on it', () => {
    expect(on('2021-01-04')).toEqual([]);
    expect(on('2021-01-05')).toEqual([first]);
    expect(on('2021-01-06')).toEqual([second]);
  });

  test('and open interest that is published before the open belongs to the day', () => {
    const published = listing('2021-01-04', '2021-01-05T11:30:00Z', second);
    expect(listingsAt([...listings, published], 'SPX', instantOf('2021-01-05T14:30:00Z'))).toEqual([published]);
  });

  test('an expired contract is no choice, and a holiday has none', () => {
    expect(on('2021-01-11')).toEqual([]);
    expect(on('2021-01-09')).toEqual([]);
  });
});
