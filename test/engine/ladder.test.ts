/** The stepped limit ladder: its prices, its floor, its ticks, and what becomes of its order. */
import { expect, test } from 'vitest';
import { ladderPrice, ladderPrices, USUAL_STEPS } from '../../src/engine/ladder.ts';
import { defineInstrument } from '../../src/market/instrument.ts';

const PENNY = defineInstrument({ symbol: 'P', tick: 0.01 });
const NICKEL = defineInstrument({ symbol: 'N', tick: 0.05 });
const QUOTE = { bid: 1, ask: 1.4 };

test('a sale starts in the middle and walks to the bid, where it stays', () => {
  expect(ladderPrices(PENNY, QUOTE, -1)).toEqual([1.2, 1.1, 1, 1, 1]);
});

test('a purchase starts in the middle and walks to the ask, where it stays', () => {
  expect(ladderPrices(PENNY, QUOTE, 1)).toEqual([1.2, 1.3, 1.4, 1.4, 1.4]);
});

test('prices lie on ticks, rounded to the side that is better for the order', () => {
  const narrow = { bid: 1, ask: 1.15 };
  expect(ladderPrices(NICKEL, narrow, -1)).toEqual([1.1, 1.05, 1, 1, 1]);
  expect(ladderPrices(NICKEL, narrow, 1)).toEqual([1.05, 1.1, 1.15, 1.15, 1.15]);
});

test('a worst price that is nearer than the far side is never gone through, and one beyond the start sends nothing', () => {
  expect(ladderPrice(PENNY, QUOTE, -1, USUAL_STEPS, 4, 1.05)).toBe(1.05);
  expect(ladderPrice(PENNY, QUOTE, 1, USUAL_STEPS, 4, 1.33)).toBe(1.33);
  expect(ladderPrice(PENNY, QUOTE, -1, USUAL_STEPS, 0, 1.25)).toBeUndefined();
});

test.each([
  { bid: Number.NaN, ask: 1.4 },
  { bid: 0, ask: 1.4 },
  { bid: 1, ask: Number.NaN },
  { bid: 1.5, ask: 1.4 },
])('there is no price on a quote of $bid and $ask', (quote) => {
  expect(ladderPrices(PENNY, quote, -1)).toEqual([]);
});

test('no price of a random ladder goes through the far side or its tick', () => {
  for (let n = 0; n < 500; n++) {
    const bid = 0.05 * (1 + (n % 97));
    const quote = { bid: Number(bid.toFixed(2)), ask: Number((bid + 0.05 * (n % 13)).toFixed(2)) };
    const steps = { start: n % 2 === 0 ? 'mid' : 'far', share: 0.1 + (n % 7) / 10, count: n % 6 } as const;
    for (const price of ladderPrices(NICKEL, quote, -1, steps)) expect(price).toBeGreaterThanOrEqual(quote.bid);
    for (const price of ladderPrices(NICKEL, quote, 1, steps)) expect(price).toBeLessThanOrEqual(quote.ask);
  }
});
