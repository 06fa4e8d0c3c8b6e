/**
 * Quotes and trades with orders: a mid price that runs up two dollars and starts again, quoted ten cents wide each
 * millisecond, one trade half a millisecond after each quote; orders at each tenth or twentieth quote.
 */
import { assert } from '../../src/base/assert.ts';
import { Deck } from '../../src/engine/deck.ts';
import { honest } from '../../src/engine/sim/conventions.ts';
import { noFees } from '../../src/engine/sim/fees.ts';
import { flatLeverage } from '../../src/engine/sim/margin.ts';
import { noSlippage } from '../../src/engine/sim/slippage.ts';
import { defineStrategy, type Context, type StrategyDefinition } from '../../src/engine/strategy/strategy.ts';
import { allocateQuotes, allocateTrades, type QuoteColumns, type TradeColumns } from '../../src/market/columns.ts';
import { defineInstrument } from '../../src/market/instrument.ts';

export interface QuoteTape {
  readonly quotes: QuoteColumns;
  readonly trades: TradeColumns;
}

export function makeQuotes(count: number): QuoteTape {
  const quotes = allocateQuotes(count);
  const trades = allocateTrades(count);
  for (let i = 0; i < count; i++) {
    const middle = 100_000 + (i % 200) - 100;
    const at = 1.6e15 + i * 1000;
    quotes.time[i] = at;
    quotes.bid[i] = (middle - 5) / 100;
    quotes.ask[i] = (middle + 5) / 100;
    quotes.bidSize[i] = 100;
    quotes.askSize[i] = 100;
    trades.time[i] = at + 500;
    trades.price[i] = middle / 100;
    trades.size[i] = 1;
  }
  return { quotes, trades };
}

/** At each `interval`-th quote, calls `act` with the number of the order, counted from 0. */
function each(
  name: string,
  interval: number,
  act: (context: Context, order: number, at: number) => void,
): StrategyDefinition {
  return defineStrategy({
    name,
    setup(context) {
      let seen = 0;
      let orders = 0;
      return {
        onQuote({ time }) {
          if (++seen % interval === 0) act(context, orders++, time);
        },
        onEnd: () => context.cancelAll(),
      };
    },
  });
}

/** Fifty dollars away from a price that moves by two: never filled. */
function farLimit(order: number): number {
  return order % 2 === 0 ? 950 - (order % 100) / 100 : 1050 + (order % 100) / 100;
}

export interface QuoteCase {
  readonly name: string;
  readonly strategy: StrategyDefinition;
  /** Events a second to reach; for limits twelve times what NautilusTrader's Rust engine does of them. */
  readonly goal: number | undefined;
  /** How many orders one of `quotes` quotes ends with, by what became of them. */
  readonly orders: (quotes: number) => Partial<Deck['counts']>;
}

export const QUOTE_CASES: readonly QuoteCase[] = [
  { name: 'no orders', strategy: defineStrategy({ name: 'watch', setup: () => ({}) }), goal: 8e6, orders: () => ({}) },
  {
    name: 'a market order at each tenth quote',
    strategy: each('market', 10, ({ buy, sell }, order) => void (order % 2 === 0 ? buy(0.01) : sell(0.01))),
    goal: 3e6,
    orders: (quotes) => ({ filled: quotes / 10 }),
  },
  {
    name: 'a limit at each 20th quote that keeps working',
    strategy: each('passive', 20, ({ buy, sell }, order) => {
      (order % 2 === 0 ? buy : sell)(0.01, { limit: farLimit(order) });
    }),
    goal: 0.48e6,
    orders: (quotes) => ({ canceled: quotes / 20 }),
  },
  {
    name: 'a limit at each 20th quote that expires before the next trade',
    strategy: each('expiring', 20, ({ buy, sell }, order, at) => {
      (order % 2 === 0 ? buy : sell)(0.01, { limit: farLimit(order), timeInForce: 'GTD', goodTill: at + 250 });
    }),
    goal: 4.4e6,
    orders: (quotes) => ({ expired: quotes / 20 }),
  },
];

const INSTRUMENT = defineInstrument({ symbol: 'QUOTED', kind: 'crypto', tick: 0.01, lot: 0.001 });
const CONVENTIONS = { ...honest, fees: noFees, slippage: noSlippage, margin: flatLeverage(1) };

/** Plays the tape, and stops the benchmark when other orders than expected come out of it. */
export function playQuotes({ quotes, trades }: QuoteTape, { name, strategy, orders }: QuoteCase): void {
  const streams = [
    { kind: 'quotes', symbol: 'QUOTED', columns: quotes },
    { kind: 'trades', symbol: 'QUOTED', columns: trades },
  ] as const;
  const deck = new Deck({
    tape: {
      source: 'a saw of quotes',
      simulated: true,
      instruments: [INSTRUMENT],
      actions: [],
      findings: [],
      fingerprint: '',
      adjustment: 'raw',
    },
    streams,
    strategies: [{ definition: strategy }],
    cash: 1_000_000,
    conventions: CONVENTIONS,
  });
  deck.play({ streams });
  for (const host of deck.hosts) host.handlers.onEnd?.();
  for (const [outcome, expected] of Object.entries(orders(quotes.length))) {
    const found = deck.counts[outcome as keyof Deck['counts']];
    assert(found === expected && deck.counts.submitted === expected, `${name}: ${found} ${outcome}, not ${expected}`);
  }
}
