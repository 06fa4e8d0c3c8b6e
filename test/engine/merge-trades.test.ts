/** A trade is what one order opened and one order closed, however many pieces the market made of it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countTrades, mergeTrades } from '../../src/engine/ledger/merge-trades.ts';
import { CONVENTIONS } from '../../src/engine/sim/conventions.ts';
import { perShareFees } from '../../src/engine/sim/fees.ts';
import { roundTripsOf } from '../../src/report/round-trips.ts';
import { leanFigures } from '../../src/research/sweep/figures.ts';
import { tradeStatistics } from '../../src/stats/trades.ts';
import { plain, playDays, utc, type Row } from './play.ts';
import { flowDeck, type Flow } from './random-flow.ts';

const capped = { ...plain, volume: { share: 0.1 } };
const bar = (price: number, volume = 400): Row => [price, price + 1, price - 1, price, volume];

describe('trades', () => {
  it('that a volume cap fills in pieces are one, with sums and averages', () => {
    const played = playDays(
      [bar(100), bar(100), bar(102), bar(104), bar(110), bar(112), bar(114)],
      { 0: ({ buy }) => buy(100), 3: ({ sell }) => sell(100) },
      { conventions: { ...capped, fees: perShareFees(0.01) } },
    );
    expect(played.result.fills.map(({ quantity }) => quantity)).toEqual([40, 40, 20, -40, -40, -20]);
    expect(played.result.trades).toHaveLength(1);
    const [trade] = played.result.trades;
    expect(trade).toMatchObject({
      quantity: 100,
      entryAt: utc('2024-01-03T14:30'),
      exitAt: utc('2024-01-10T14:30'),
      entryPrice: (40 * 100 + 40 * 102 + 20 * 104) / 100,
      exitPrice: (40 * 110 + 40 * 112 + 20 * 114) / 100,
      grossProfit: 1000,
      bars: 5,
    });
    expect(trade.fees).toBeCloseTo(2, 12);
    expect(trade.profit).toBeCloseTo(998, 12);
    expect(trade.return).toBeCloseTo(998 / 10_160, 12);
  });

  it('went as far as their pieces did, each while it was open', () => {
    const played = playDays(
      [bar(100), bar(100), [102, 109, 95, 102, 400], bar(104), bar(104), bar(104)],
      { 0: ({ buy }) => buy(60), 3: ({ sell }) => sell(60, { timeInForce: 'GTC' }) },
      { conventions: { ...plain, volume: { share: 0.1 } } },
    );
    // 40 from 100 and 20 from 102, both on the bar from 95 to 109.
    const [trade] = played.result.trades;
    expect([trade.worst, trade.best]).toEqual([40 * -5 + 20 * -7, 40 * 9 + 20 * 7]);
  });

  it('of several entries against one exit are one for each entry', () => {
    const played = playDays([bar(100), bar(100), bar(101), bar(103), bar(105)], {
      0: ({ buy }) => buy(10),
      1: ({ buy }) => buy(20),
      3: ({ sell }) => sell(30),
    });
    expect(played.result.trades.map(({ quantity, grossProfit }) => [quantity, grossProfit])).toEqual([
      [10, 50],
      [20, 80],
    ]);
    expect(roundTripsOf(played.result)).toMatchObject([{ quantity: 30, trades: 2, profit: 130 }]);
  });

  it('whose exits take turns are found though their pieces are apart', () => {
    const played = playDays(
      [bar(100, 1e6), bar(100, 1e6), bar(110), bar(110), bar(110), bar(110), bar(110)],
      {
        0: ({ buy }) => buy(100),
        1: ({ sell }) => {
          sell(50, { limit: 109.5 });
          sell(50, { limit: 109.5 });
        },
      },
      { conventions: { ...plain, volume: { share: 0.05 } } },
    );
    const { ledger } = played.deck;
    expect(ledger.trades.length).toBeGreaterThan(2);
    expect(played.result.trades.map(({ quantity }) => quantity)).toEqual([50, 50]);
  });
});

describe('round trips', () => {
  it('begin and end flat, and turning around ends one and begins another', () => {
    const played = playDays([bar(100), bar(100), bar(104), bar(102), bar(101), bar(99)], {
      0: ({ buy }) => buy(10),
      1: ({ sell }) => sell(25),
      3: ({ buy }) => buy(5),
      4: ({ buy }) => buy(10),
    });
    expect(roundTripsOf(played.result)).toMatchObject([
      { quantity: 10, trades: 1, profit: 40, openedAt: utc('2024-01-03T14:30') },
      { quantity: -15, trades: 2, profit: 5 * 3 + 10 * 5, closedAt: utc('2024-01-09T14:30') },
    ]);
  });

  it('that are still open are none yet', () => {
    const played = playDays([bar(100), bar(100), bar(104)], { 0: ({ buy }) => buy(10), 1: ({ sell }) => sell(4) });
    expect(roundTripsOf(played.result)).toEqual([]);
    expect(played.result.trades).toHaveLength(1);
  });
});

describe('under any order flow', () => {
  const flows = fc.record<Flow>({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    symbols: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 30, max: 120 }),
    conventions: fc.constantFrom(...Object.keys(CONVENTIONS)),
    actions: fc.boolean(),
  });

  it('nothing is lost in merging, each trade is of one pair of orders, and a sweep sees the same', () => {
    let pieces = 0;
    let trades = 0;
    fc.assert(
      fc.property(flows, (flow) => {
        const { deck, streams } = flowDeck(flow);
        deck.play({ streams });
        const { ledger } = deck;
        const sessions = deck.equity.returns();
        const result = deck.finish();
        const all = Array.from({ length: ledger.trades.length }, (_, i) => ledger.trades.at(i));
        const found = mergeTrades(ledger.trades).trades;
        const sum = (list: readonly { grossProfit: number }[]): number =>
          list.reduce((total, { grossProfit }) => total + grossProfit, 0);
        expect(sum(found)).toBeCloseTo(sum(all), 6);
        expect(new Set(found.map(({ entryOrder, exitOrder }) => `${entryOrder}/${exitOrder}`)).size).toBe(found.length);
        expect(countTrades(ledger.trades)).toBe(result.trades.length);
        pieces += all.length;
        trades += found.length;
        if (sessions.returns.length < 2) return;
        const wanted = ['trades', 'winRate', 'profitFactor', 'expectancy', 'averageTrade'] as const;
        const lean = leanFigures(wanted, sessions, ledger, 252);
        const full = tradeStatistics({
          profits: Float64Array.from(result.trades, ({ profit }) => profit),
          returns: Float64Array.from(result.trades, (trade) => trade.return),
          entryTimes: Float64Array.from(result.trades, ({ entryAt }) => entryAt),
          exitTimes: Float64Array.from(result.trades, ({ exitAt }) => exitAt),
        });
        expect(lean.trades).toBe(full.trades);
        for (const id of ['winRate', 'profitFactor', 'expectancy'] as const) {
          expect(lean[id] ?? Number.NaN).toBe(full[id]);
        }
        expect(lean.averageTrade ?? Number.NaN).toBe(full.averageReturn);
      }),
      { seed: 1, numRuns: 60 },
    );
    expect(pieces).toBeGreaterThan(trades);
  });
});
