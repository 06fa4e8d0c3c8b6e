/** A target that comes to less than one contract is told once, where before nothing at all was told of it. */
import { expect, test } from 'vitest';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { Bench, deckOf, puppet, SECOND } from './bench.ts';

const TERMS = { expiry: '2026-12-18', initialMargin: 25_000, maintenanceMargin: 23_000 };
const futureOf = (symbol: string) =>
  defineInstrument({
    symbol,
    kind: 'future',
    tick: 0.25,
    multiplier: 50,
    calendar: '24-7',
    future: { root: symbol.slice(0, -3), ...TERMS },
  });

/** A session whose strategy does what the test says with each quote of the first symbol. */
function session(...symbols: string[]) {
  const { definition, wishes } = puppet();
  const tape = { ...deckOf().tape, instruments: symbols.map(futureOf) };
  const streams = symbols.map((symbol) => ({ kind: 'quotes' as const, symbol }));
  const bench = new Bench({ tape, streams, strategies: [{ definition }] }).begin();
  const quote = (symbol: string, bid: number): void => {
    bench.at += SECOND;
    bench.quote(bid, bid + 0.25, symbol);
  };
  for (const symbol of symbols) quote(symbol, 5999.75);
  return { bench, wishes, quote };
}

test('a strategy whose target is worth less than one contract is told once a session, with both sums', () => {
  const { bench, wishes, quote } = session('ESZ26');
  for (let i = 0; i < 5; i++) {
    wishes.push(({ targetPercent }) => void targetPercent(1));
    quote('ESZ26', 6000 + i);
  }
  expect(bench.submissions).toEqual([]);
  expect(bench.alerts).toMatchObject([
    {
      code: 'size.below-one',
      priority: 2,
      message: 'puppet wants ESZ26 for 10000.00, and one is worth 300006.25 USD: it sends no order',
    },
  ]);
});

test('a target of nothing, and one that is worth a contract, are not told', () => {
  const { bench, wishes, quote } = session('ESZ26');
  wishes.push(({ targetPercent }) => void targetPercent(0));
  quote('ESZ26', 6000);
  wishes.push(({ targetValue }) => void targetValue(301_000));
  quote('ESZ26', 6000);
  expect(bench.alerts).toEqual([]);
  expect(bench.submissions).toHaveLength(1);
});

test('it is over when the strategy holds the symbol after all', () => {
  const { bench, wishes, quote } = session('ESZ26');
  wishes.push(({ targetValue }) => void targetValue(200_000));
  quote('ESZ26', 6000);
  wishes.push(({ buy }) => void buy(1, { limit: 6010, timeInForce: 'DAY' }));
  quote('ESZ26', 6000);
  bench.fillOf(bench.submissions[0], 'e1', 6000.25);
  expect(bench.alerts.map(({ code, isOver }) => [code, isOver])).toEqual([
    ['size.below-one', undefined],
    ['size.below-one', true],
  ]);
});

test('of a strategy that spreads over many symbols the first three are told', () => {
  const symbols = ['ESZ26', 'NQZ26', 'YMZ26', 'RTYZ26', 'GCZ26'];
  const { bench, wishes, quote } = session(...symbols);
  const weights = Object.fromEntries(symbols.map((symbol) => [symbol, 0.2]));
  wishes.push(({ rebalance }) => rebalance(weights));
  quote('ESZ26', 6000);
  expect(bench.alerts.map(({ code }) => code)).toEqual(Array.from({ length: 3 }, () => 'size.below-one'));
});
