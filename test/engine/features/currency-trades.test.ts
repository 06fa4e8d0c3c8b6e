/**
 * Trades in other currencies than the account's: the rates of their days, and what they made in its money.
 */
import { describe, expect, it } from 'vitest';
import { mergeTrades } from '../../../src/engine/ledger/merge-trades.ts';
import { sweepToBase } from '../../../src/engine/sim/conversion.ts';
import { fixedFees, perShareFees } from '../../../src/engine/sim/fees.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { roundTripsCsv, tradesCsv } from '../../../src/report/csv.ts';
import { bars, days, deckOf, ended, onBars, plain, play, playDays, type Play, type Played, type Row } from '../play.ts';

const at = (price: number): Row => [price, price, price, price];
const RATES = [1.1, 1.15, 1.2, 1.25, 1.3];
const PRICES = [100, 100, 105, 110, 90];

/** Buys 100 shares priced in euros at the open of the second day, sells them at that of the fourth. */
const acts: Readonly<Record<number, (context: Context) => void>> = {
  0: ({ buy }) => void buy(100),
  2: ({ sell }) => void sell(100),
};

const foreign: Pick<Play, 'streams' | 'instruments' | 'currency'> = {
  streams: [bars(days(PRICES.map(at)), 'ABC'), bars(days(RATES.map(at)), 'EUR/USD')],
  instruments: [
    { currency: 'EUR', calendar: 'XNYS' },
    { kind: 'fx', tick: 0.0001, calendar: 'XNYS' },
  ],
  currency: 'USD',
};

function run(options: Partial<Play> = {}): Played {
  return play({ ...foreign, setup: onBars(acts), ...options });
}

describe('a trade in another currency', () => {
  it('keeps the rates that were known when it was opened and closed', () => {
    const [trade] = run().result.trades;
    // The second day's close is not known at its open: the rate is the first day’s, and at the exit the third's.
    expect([trade.entryRate, trade.exitRate]).toEqual([1.1, 1.2]);
    expect(trade.profit).toBeCloseTo(1000, 10);
    expect(trade.profitInBase).toBeCloseTo(100 * 110 * 1.2 - 100 * 100 * 1.1, 8);
  });

  it('made in base currency what the conversions of its fills moved, fees at the rate of their day', () => {
    const conventions = { ...plain, conversion: sweepToBase(0), fees: fixedFees(10) };
    const { result } = run({ conventions });
    const [trade] = result.trades;
    expect(trade.profitInBase).toBeCloseTo((11_000 - 10) * 1.2 - (10_000 + 10) * 1.1, 8);
    expect(result.exactCash).toEqual({ USD: '102177', EUR: '0' });
    expect(trade.profitInBase).toBeCloseTo(result.finalEquity - 100_000, 8);
  });

  it('that gains in its own currency can lose in the account’s', () => {
    const falling = bars(days([1.1, 1, 0.9, 0.9, 0.9].map(at)), 'EUR/USD');
    const { result } = run({ streams: [foreign.streams[0], falling] });
    const [trade] = result.trades;
    expect(trade.profit).toBeGreaterThan(0);
    expect(trade.profitInBase).toBeCloseTo(11_000 * 0.9 - 10_000 * 1.1, 8);
  });

  it('that is a future costs nothing to open, so only what it made is converted, when it is paid', () => {
    const future = { root: 'FX', expiry: '2030-12-20', initialMargin: 100, maintenanceMargin: 50 } as const;
    const instruments = [
      { kind: 'future', currency: 'EUR', calendar: 'XNYS', future },
      foreign.instruments![1],
    ] as const;
    const { result } = run({ instruments });
    expect(result.trades[0].profitInBase).toBeCloseTo(1000 * 1.2, 8);
  });

  it('filled in pieces has their average rates, and the sum of what they made', () => {
    const thin = days(PRICES.map((price) => [price, price, price, price, 600]));
    const conventions = { ...plain, volume: { share: 0.1 } };
    const { result, deck } = run({ streams: [bars(thin, 'ABC'), foreign.streams[1]], conventions });
    // Sixty on the second day at a rate of 1.10, forty on the third at 1.15; sold on the fourth and fifth.
    const [trade] = result.trades;
    expect(deck.ledger.trades.length).toBeGreaterThan(1);
    expect(trade.entryRate).toBeCloseTo((60 * 1.1 + 40 * 1.15) / 100, 12);
    expect(trade.exitRate).toBeCloseTo((60 * 1.2 + 40 * 1.25) / 100, 12);
    const cost = 60 * 100 * 1.1 + 40 * 105 * 1.15;
    expect(trade.profitInBase).toBeCloseTo(60 * 110 * 1.2 + 40 * 90 * 1.25 - cost, 8);
  });

  it('keeps its rate through a saved state', () => {
    const columns = (from: number, to: number) => {
      const part = (values: readonly number[]) =>
        days(values.map(at).slice(from, to), from === 0 ? '2024-01-02' : '2024-01-04');
      return [bars(part(PRICES), 'ABC'), bars(part(RATES), 'EUR/USD')];
    };
    const first = deckOf({ ...foreign, streams: columns(0, 2), setup: onBars(acts) });
    first.play({ streams: columns(0, 2) });
    const restore = JSON.parse(JSON.stringify(first.saveState())) as ReturnType<typeof first.saveState>;
    const sells = onBars({ 0: ({ sell }) => void sell(100) });
    const second = deckOf({ ...foreign, streams: columns(2, 5), setup: sells, restore });
    second.play({ streams: columns(2, 5) });
    const [trade] = ended(second).result.trades;
    expect([trade.entryRate, trade.exitRate]).toEqual([1.1, 1.2]);
  });

  it('is told with both rates and its profit in base currency', () => {
    const { result } = run();
    const [fields, row] = tradesCsv(result)
      .split('\n')
      .map((line) => line.split(','));
    const told = Object.fromEntries(fields.map((field, i) => [field, row[i]]));
    expect([told['entry_rate'], told['exit_rate']]).toEqual(['1.1', '1.2']);
    expect(Number(told['profit_base'])).toBeCloseTo(2200, 8);
    expect(Number(roundTripsCsv(result).trim().split(',').at(-1))).toBeCloseTo(2200, 8);
  });
});

describe('a trade in the account’s own currency', () => {
  it('has rates of 1, and made in it to the last bit what it made', () => {
    const conventions = { ...plain, volume: { share: 0.1 }, fees: perShareFees(0.013) };
    const rows = PRICES.map((price): Row => [price, price + 1, price - 1, price + 0.37, 600]);
    const { result, deck } = playDays(rows, acts, { conventions });
    expect(mergeTrades(deck.ledger.trades).of.length).toBeGreaterThan(result.trades.length);
    for (const trade of result.trades) {
      expect([trade.entryRate, trade.exitRate, trade.profitInBase]).toEqual([1, 1, trade.profit]);
    }
  });
});
