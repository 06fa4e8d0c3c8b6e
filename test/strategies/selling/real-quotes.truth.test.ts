/** Sellers on quotes that were really shown, and over twenty years on chains that follow a volatility index. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DeckConfig } from '../../../src/desk/config/schema.ts';
import { runDeck } from '../../../src/desk/run/run.ts';
import { readOpening } from '../../../src/market/option/opening.ts';
import { formatInstant } from '../../../src/time/instant.ts';

const ROOT = join(import.meta.dirname, '../../../../shared/truth/01_market_data');

async function play(config: DeckConfig) {
  const output = { isTerminal: false, write: () => undefined };
  const run = await runDeck(config, { folder: ROOT, output, stop: { isStopped: false }, now: () => 0 });
  const entries = [...run.deck.journal.entries()];
  return { ...run, entries, notes: entries.filter(({ kind }) => kind === 'note').map(({ text }) => text) };
}

const BASE = { volatility: 'chain', deployment: 'always', equityRules: 'none', stopOnSpike: false } as const;

describe.skipIf(!existsSync(ROOT))('sellers on real quotes (skipped without ../shared/truth)', () => {
  test('on GOOG by the minute a ladder walks on ticks to the bid that is shown, and fills there', async () => {
    const { result, entries } = await play({
      strategy: { name: 'csp', parameters: { ...BASE, every: '5m', positionShare: 0.5, minDailyReturn: 0.0003 } },
      tape: {
        source: 'options',
        underlying: 'GOOG',
        prices: ['equity_minute/GOOG_20151223_trade.csv', 'equity_minute/GOOG_20151224_trade.csv'],
        chains: ['option_minute/GOOG_20151223_*.csv.gz', 'option_minute/GOOG_20151224_*.csv.gz'],
        contracts: { right: 'put' },
      },
      account: { cash: 200_000 },
    });
    // 14:35 of the shown quotes: bid 1.85, ask 2.20. A class whose steps nobody told walks in nickels.
    const walked = entries.filter(({ kind }) => kind === 'submitted' || kind === 'updated');
    expect(walked.map(({ at, price }) => [formatInstant(at).slice(11, 19), price])).toEqual([
      ['14:35:00', 2.05],
      ['14:35:03', 1.95],
      ['14:35:06', 1.85],
    ]);
    expect(result.fills).toMatchObject([{ symbol: 'GOOG151231P00732500', quantity: -1, price: 1.85 }]);
    expect(readOpening(result.fills[0].reason)).toMatchObject({ days: 7, premium: 1.85, underlying: 749.4 });
  });

  test('on SPX by the minute the put nearest below the price is sold at its bid', async () => {
    const { result, notes } = await play({
      strategy: {
        name: 'csp',
        parameters: {
          ...BASE,
          every: '30m',
          positionShare: 0.5,
          minDailyReturn: 0.0003,
          maxStrikePct: 1,
          deltaMax: 0.45,
          deltaStop: 0.6,
          entryOrder: 'bid',
        },
      },
      tape: {
        source: 'options',
        underlying: 'SPX',
        prices: 'index_minute/SPX_20210104.csv',
        chains: 'option_minute/SPXW_20210104_*.csv.gz',
      },
      account: { cash: 1_000_000 },
    });
    const [first] = result.fills;
    const { delta, premium } = readOpening(first.reason)!;
    expect(delta).toBeGreaterThanOrEqual(0.15);
    expect(delta).toBeLessThanOrEqual(0.45);
    expect(first).toMatchObject({ quantity: -1, price: premium });
    expect(notes.at(-1)).toContain(`premium collected ${(100 * first.price).toFixed(2)}`);
  });

  test('twenty years of puts on chains that follow the VIX: what was collected, given back and tied up', async () => {
    const { result, notes } = await play({
      strategy: {
        name: 'csp',
        parameters: {
          volatility: 'VIX',
          deployment: 'reversed',
          equityRules: 'none',
          minDailyReturn: 0.0002,
          entryOrder: 'bid',
          exitOrder: 'market',
          positionShare: 0.5,
        },
      },
      tape: {
        source: 'options',
        underlying: 'SPX',
        prices: 'sp500',
        model: {
          volatility: 'index',
          index: 'vix/vix_daily_1990_2026.csv',
          expiries: 'weekly',
          daysMax: 10,
          strikes: { low: 0.9, high: 1 },
          step: 25,
          right: 'put',
        },
      },
      account: { cash: 1_000_000 },
    });
    const summary =
      /^premium collected ([\d.]+), paid to buy back ([\d.]+); contracts worthless (\d+), in the money (\d+), by ([\d.]+)/;
    const [premium, paid, , , ended] = summary.exec(notes.at(-1)!)!.slice(1).map(Number);
    const fees = result.fills.reduce((sum, { fee }) => sum + fee, 0);
    const open = result.holdings.reduce((sum, { quantity, price }) => sum + 100 * quantity * price, 0);
    // The account is where it began and what these moved: nothing else touched it.
    expect(result.finalEquity).toBeCloseTo(1_000_000 + premium - paid - ended - fees + open, 4);
    expect(paid).toBeGreaterThan(0.5 * premium);
    expect(result.maxDrawdown).toBeGreaterThan(0.05);
    expect(result.trades.length).toBeGreaterThan(300);
  });
});
