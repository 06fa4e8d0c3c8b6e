/** Where options fill, and what they are worth: the two sides of their quotes. */
import { describe, expect, it } from 'vitest';
import { honest, lean } from '../../../src/engine/sim/conventions.ts';
import { perContractFees } from '../../../src/engine/sim/fees.ts';
import { honestOptions, ladder, middle, middleLess } from '../../../src/engine/sim/option-models.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { fillsOf, onBars } from '../play.ts';
import { margined, playChain } from './chain.ts';
import { chain, P90, P95, QUOTES } from './condor.ts';

/** 0.65, 0.50 and 0.25 a contract by premium, at least 1 an order. */
const leanTiers = perContractFees(
  [
    { from: 0.1, rate: 0.65 },
    { from: 0.05, rate: 0.5 },
    { from: -Infinity, rate: 0.25 },
  ],
  1,
);

describe('trap 41: bid, ask and middle', () => {
  const one = (fills = margined.options?.fills) =>
    playChain(chain({ 0: ({ asset }) => void asset(P95).buy(1), 2: ({ asset }) => void asset(P95).sell(1) }), {
      conventions: fills === undefined ? margined : { ...margined, options: { ...honestOptions, fills } },
    });

  it('purchases at the ask, sales at the bid, marks in the middle', () => {
    const played = one();
    expect(fillsOf(played)).toEqual(['+1 @ 1.3']);
    expect(played.deck.ledger.marks[2]).toBeCloseTo(1.45, 12);
  });

  it('the middle, a part of the way, and a ladder, by name', () => {
    expect(fillsOf(one(middle))).toEqual(['+1 @ 1.25']);
    expect(fillsOf(one(middleLess(0.6)))).toEqual(['+1 @ 1.28']);
    expect(fillsOf(one(ladder({ takenAt: 1, interval: 1_000_000 })))).toEqual(['+1 @ 1.28']);
    expect(fillsOf(one(ladder({ takenAt: 1, interval: 86_400_000_000 * 1.5 })))).toEqual(['+1 @ 1.48']);
  });

  it('trap 29: between the sides there is nothing when one is missing: a purchase pays the ask, a sale waits', () => {
    const none = Number.NaN;
    const quotes = {
      ...QUOTES,
      [P95]: [
        [1.2, 1.3],
        [none, 1.3],
        [none, 1.3],
      ] as const,
    };
    for (const fills of [middle, middleLess(0.5), ladder({ takenAt: 0 })]) {
      const conventions = { ...margined, options: { ...honestOptions, fills } };
      const bought = playChain(chain({ 0: ({ asset }) => void asset(P95).buy(1) }, { quotes }), { conventions });
      const sold = playChain(chain({ 0: ({ asset }) => void asset(P95).sell(1) }, { quotes }), { conventions });
      expect([fillsOf(bought), fillsOf(sold)]).toEqual([['+1 @ 1.3'], []]);
    }
  });

  it('a bid above the strike of a put, or the price of the share, is nobody’s; nor is a stub for an ask', () => {
    const call = 'ABC240216C00095000';
    const sell = (symbol: string, sides: readonly [number, number]) =>
      playChain({
        closes: [100, 100, 100],
        quotes: { [symbol]: [sides, sides, sides] },
        setup: onBars({
          1: ({ asset }) => {
            asset(symbol).sell(1, { limit: 1 });
            asset(symbol).buy(1, { limit: 400 });
          },
        }),
      });
    // The first quote of the call comes before the share has a price: then nobody knows what would be too much.
    for (const [symbol, sides, count] of [
      [P95, [150, 151], 3],
      [call, [150, 151], 2],
    ] as const) {
      const played = sell(symbol, sides);
      expect(fillsOf(played)).toEqual(['+1 @ 151']);
      expect(played.result.assumptions).toContain(
        `${count} quotes of options were beyond what they can be worth: nothing fills at such a side.`,
      );
    }
    const stub = sell(P95, [1, 5000]);
    expect(fillsOf(stub)).toEqual(['-1 @ 1']);
    // Without an ask the mark is not half of what nobody would pay.
    expect(stub.deck.ledger.marks[1]).toBe(1);
    expect(fillsOf(sell(P95, [95, 101]))).toEqual(['-1 @ 95', '+1 @ 101']);
  });

  it('trap 29: LEAN sells at the last bid there was, however old, or else at the ask', () => {
    const none = Number.NaN;
    const old = {
      ...QUOTES,
      [P95]: [
        [1.2, 1.3],
        [none, 1.3],
        [none, 0.1],
      ] as const,
    };
    const never = {
      ...QUOTES,
      [P95]: [
        [none, 1.3],
        [none, 0.4],
        [none, 0.1],
      ] as const,
    };
    const sell = ({ asset }: Context): void => {
      asset(P95).sell(1);
    };
    const prices = [old, never].map((quotes) =>
      fillsOf(playChain(chain({ 0: sell }, { quotes }), { conventions: lean, cash: 1e6 })),
    );
    expect(prices).toEqual([['-1 @ 1.2'], ['-1 @ 0.4']]);
  });

  it('what has quotes and no bars is closed at its last price when the tape ends', () => {
    const conventions = { ...margined, end: 'close-at-last-open' as const };
    const played = playChain(chain({ 0: ({ asset }) => void asset(P95).buy(1) }), { conventions });
    expect(fillsOf(played)).toEqual(['+1 @ 1.3', '-1 @ 1.45']);
  });

  it('trap 28: the quote of another session fills nothing, the order waits for the next one', () => {
    const played = playChain({
      ...chain({}),
      setup: ({ asset, schedule }) => {
        let isSent = false;
        schedule('1h after open', () => {
          if (!isSent) asset(P95).buy(1);
          isSent = true;
        });
        return {};
      },
    });
    // Sent on the second day at 10:30, filled by the quote of its close and not by that of the evening before.
    expect(played.result.fills.map(({ at }) => new Date(at / 1000).toISOString())).toEqual([
      '2024-01-17T21:00:00.000Z',
    ]);
  });

  it('an option that fills at a quote does not slip further', () => {
    const conventions = { ...margined, slippage: honest.slippage };
    const played = playChain(chain({ 0: ({ asset }) => void asset(P95).buy(1) }), { conventions });
    expect(fillsOf(played)).toEqual(['+1 @ 1.3']);
  });

  it('trap 30: as LEAN has it, the tier is that of the other side: a bid of nought makes a purchase cheap', () => {
    const quotes = {
      [P90]: [
        [Number.NaN, 0.6],
        [Number.NaN, 0.6],
        [Number.NaN, 0.6],
      ] as const,
    };
    const buy = chain({ 0: ({ asset }) => void asset(P90).buy(10) }, { quotes });
    expect(playChain(buy, { conventions: lean }).result.fees).toBe(2.5);
    expect(playChain(buy, { conventions: { ...margined, fees: leanTiers } }).result.fees).toBe(6.5);
  });
});
