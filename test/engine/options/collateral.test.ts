/** Collateral: the same cash or shares never back two things. */
import { describe, expect, it } from 'vitest';
import { endsOf, fillsOf, onBars } from '../play.ts';
import { cash, playChain } from './chain.ts';
import { C105, C110, chain, condor, P90, P95, WHERE } from './condor.ts';

describe('collateral', () => {
  it('the same cash does not secure two puts, neither at work nor held', () => {
    const played = playChain(
      chain({
        0: ({ asset }) => {
          asset(P90).sell(1, { limit: 5 });
          asset(P95).sell(1, { limit: 5 });
        },
      }),
      { cash: 15_000, conventions: cash },
    );
    expect(endsOf(played)).toEqual([
      'refused collateral.insufficient: selling 1 ABC240216P00095000 ties up 9500.00, 6000.00 is free',
    ]);
  });

  it('cash that secures a put does not buy shares', () => {
    const played = playChain(chain({ 0: ({ asset }) => void asset(P90).sell(1), 2: ({ buy }) => void buy(60) }), {
      cash: 10_000,
      conventions: cash,
    });
    expect(endsOf(played)).toEqual(['rejected margin.insufficient']);
  });

  it('shares cover one call and are not sold from under it', () => {
    const played = playChain(
      chain({
        0: ({ buy }) => void buy(100),
        1: ({ asset }) => {
          asset(C105).sell(1);
          asset(C110).sell(1);
        },
        2: ({ sell }) => void sell(1),
      }),
      { conventions: cash, cash: 11_000 },
    );
    expect(endsOf(played)).toEqual([
      'refused collateral.uncovered: selling 1 ABC240216C00110000 would leave a sold call without shares, which the account forbids',
      'refused collateral.in-use: selling 1 ABC would leave calls that were sold without the shares under them',
    ]);
  });

  it('the bought half of a spread is not sold from under the other', () => {
    const played = playChain(
      chain({
        0: ({ combo, standard }) => void combo(standard('bull-put-spread', { ...WHERE, strikes: [90, 95] })),
        2: ({ asset }) => void asset(P90).sell(1),
      }),
      { cash: 1000 },
    );
    expect(played.of('refused').map(({ text }) => text.split(':')[0])).toEqual(['collateral.insufficient']);
  });

  it('a package at work keeps its margin reserved', () => {
    const played = playChain(
      chain({
        0: (context) => {
          condor(context, -2);
          condor(context, -2);
        },
      }),
      { cash: 900 },
    );
    expect(played.of('refused').length).toBe(1);
    expect(played.deck.venue.packages!.waiting.length).toBe(1);
  });

  it('a strategy sees what is free and what sold options tie up', () => {
    const seen: number[] = [];
    playChain(
      chain({
        0: ({ asset }) => void asset(P90).sell(1),
        2: ({ portfolio }) => seen.push(portfolio.collateral, portfolio.free, portfolio.cash),
      }),
      { cash: 10_000, conventions: cash },
    );
    expect(seen).toEqual([9000, 1050, 10_050]);
  });

  it('a margin call buys back what was sold, at the ask, and leaves what covers it', () => {
    const quotes = {
      [P95]: [
        [1.2, 1.3],
        [1.2, 1.3],
        [9, 9.4],
        [9, 9.4],
      ] as const,
    };
    const played = playChain(
      chain({ 0: ({ asset }) => void asset(P95).sell(1) }, { quotes, closes: [100, 100, 87, 87] }),
      { cash: 2000 },
    );
    expect(played.of('marginCall').length).toBe(1);
    expect(fillsOf(played)).toEqual(['-1 @ 1.2', '+1 @ 9.4']);
    expect(played.result.holdings).toEqual([]);
  });

  it('shares that a put protects keep less; a put that covers a sold one protects nothing', () => {
    const keptBy = (sold: boolean): number => {
      const { deck } = playChain(
        {
          closes: [100, 100, 100],
          quotes: {
            ABC240119P00095000: [
              [1, 1],
              [1, 1],
              [1, 1],
            ],
            ABC240119P00100000: [
              [2, 2],
              [2, 2],
              [2, 2],
            ],
          },
          setup: onBars({
            0: ({ asset }) => {
              asset('ABC').buy(100);
              asset('ABC240119P00095000').buy(1);
              if (sold) asset('ABC240119P00100000').sell(1);
            },
          }),
        },
        { cash: 20_000 },
      );
      return deck.conventions.margin.maintenance(deck.ledger);
    };
    // 10 % of 95 and 5 out of the money on 100 shares, and the put itself, which nobody lends on.
    expect(keptBy(false)).toBeCloseTo(1450 + 100, 9);
    // 25 % of the shares; a spread of 5, and what was got for it less.
    expect(keptBy(true)).toBeCloseTo(2500 + 500 - 100, 9);
  });
});
