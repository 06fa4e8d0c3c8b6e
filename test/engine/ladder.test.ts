/** The stepped limit ladder: its prices, its floor, its ticks, and what becomes of its order. */
import { expect, test } from 'vitest';
import { Deck } from '../../src/engine/deck.ts';
import { ladderPrice, ladderPrices, LimitLadder, USUAL_STEPS } from '../../src/engine/orders/ladder.ts';
import { honest } from '../../src/engine/sim/conventions.ts';
import { flatLeverage } from '../../src/engine/sim/margin.ts';
import { defineStrategy } from '../../src/engine/strategy/strategy.ts';
import { allocateQuotes } from '../../src/market/columns.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import { occInstrument } from '../../src/market/option/contract.ts';
import { calendar } from '../../src/time/calendars.ts';

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

test('an option whose steps nobody told walks in coarse ones and ends at the very quote', () => {
  const option = occInstrument('ABC240119P00095000');
  expect(option.ticks).toEqual([]);
  // The middle is 2.025; from 3.00 on the coarse step is 0.10.
  expect(ladderPrices(option, { bid: 1.85, ask: 2.2 }, -1)).toEqual([2.05, 1.95, 1.85, 1.85, 1.85]);
  expect(ladderPrices(option, { bid: 1.83, ask: 1.97 }, 1)).toEqual([1.9, 1.9, 1.97, 1.97, 1.97]);
  expect(ladderPrices(option, { bid: 3.1, ask: 3.7 }, -1)).toEqual([3.4, 3.3, 3.1, 3.1, 3.1]);
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

const AT = Date.UTC(2024, 0, 2, 15) * 1000;

/** Quotes of one share, five seconds apart, with a ladder that is stepped at each. */
function walk(bids: readonly number[], recheck?: () => string | undefined) {
  const columns = allocateQuotes(bids.length);
  for (const [i, bid] of bids.entries()) {
    columns.time[i] = AT + i * 5e6;
    columns.bid[i] = bid;
    columns.ask[i] = bid + 0.4;
  }
  columns.bidSize.fill(100);
  columns.askSize.fill(100);
  const streams = [{ kind: 'quotes' as const, symbol: 'P', columns }];
  const limits: number[] = [];
  let ladder: LimitLadder | undefined;
  const definition = defineStrategy({
    name: 'walker',
    setup: (context) => ({
      onQuote() {
        const options = {
          side: -1,
          quantity: 10,
          reason: 'walk',
          ...(recheck === undefined ? {} : { recheck }),
        } as const;
        if (ladder === undefined) ladder = new LimitLadder(context, context.assets[0], options);
        else ladder.step();
        if (!ladder.isOver) limits.push(ladder.order!.limit);
      },
    }),
  });
  const tape = {
    instruments: [PENNY],
    source: 'a test',
    findings: [],
    actions: [],
    simulated: true,
    fingerprint: '',
    adjustment: 'raw',
  } as const;
  const conventions = { ...honest, margin: flatLeverage(4) };
  const deck = new Deck({
    tape,
    streams,
    strategies: [{ definition }],
    cash: 10_000,
    conventions,
    calendarOf: calendar,
  });
  deck.play({ streams });
  const notes = [...deck.journal.entries()].filter(({ kind }) => kind === 'note').map(({ text }) => text);
  return { limits, notes, result: deck.finish(), ladder: ladder! };
}

test('an order is walked to the bid, and fills there for all of it', () => {
  const { limits, result } = walk([1, 1, 1, 1]);
  expect(limits.slice(0, 2)).toEqual([1.2, 1.1]);
  expect(result.fills).toMatchObject([{ quantity: -10, price: 1 }]);
});

test('an order that is wanted no longer is canceled before its next step, and says why', () => {
  const { notes, result, ladder } = walk([1, 1, 1, 1], () => 'delta 0.5 is above 0.4');
  expect(notes).toEqual(['P: ladder given up after step 0, delta 0.5 is above 0.4']);
  expect(result.fills).toHaveLength(0);
  expect(ladder.order!.status).toBe('canceled');
});

test('a bid that goes away ends the ladder', () => {
  const { notes, result } = walk([1, Number.NaN, Number.NaN]);
  expect(notes).toEqual(['P: ladder given up after step 1, the quote has no two sides within its bounds']);
  expect(result.fills).toHaveLength(0);
});

test('a ladder steps by itself between two quotes, in time of the session only', () => {
  // One quote at 15:00 UTC, the next five minutes later: by then the walk has been at the bid, which was in force.
  const columns = allocateQuotes(2);
  columns.time.set([AT, AT + 300e6]);
  columns.bid.fill(1);
  columns.ask.fill(1.4);
  columns.bidSize.fill(100);
  columns.askSize.fill(100);
  const streams = [{ kind: 'quotes' as const, symbol: 'P', columns }];
  let ladder: LimitLadder | undefined;
  const definition = defineStrategy({
    name: 'walker',
    setup: (context) => ({
      onQuote() {
        ladder ??= new LimitLadder(context, context.assets[0], { side: -1, quantity: 10, reason: 'walk' });
      },
    }),
  });
  const tape = {
    instruments: [PENNY],
    source: 'a test',
    findings: [],
    actions: [],
    simulated: true,
    fingerprint: '',
    adjustment: 'raw',
  } as const;
  const conventions = { ...honest, margin: flatLeverage(4) };
  const deck = new Deck({
    tape,
    streams,
    strategies: [{ definition }],
    cash: 10_000,
    conventions,
    calendarOf: calendar,
  });
  deck.play({ streams });
  // Two steps of three seconds each: the second lies at the bid.
  expect(deck.finish().fills).toMatchObject([{ quantity: -10, price: 1, at: AT + 6e6 }]);
});
