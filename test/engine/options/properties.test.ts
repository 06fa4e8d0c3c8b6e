/**
 * Under any flow of orders in shares, contracts and packages: money is conserved, and nothing backs two things.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deck } from '../../../src/engine/deck.ts';
import { optionCollateral, optionRule } from '../../../src/engine/options/collateral.ts';
import { honest, type Conventions } from '../../../src/engine/sim/conventions.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import type { CorporateAction } from '../../../src/market/actions.ts';
import { utc } from '../play.ts';
import { playChain } from './chain.ts';
import { chainOf, flow, walk, type Act } from './random-chain.ts';

function played(
  acts: readonly (readonly Act[])[],
  steps: readonly number[],
  conventions: Conventions,
  actions: CorporateAction[] = [],
) {
  return playChain(chainOf(acts, steps), { conventions, cash: 40_000, actions });
}

const cashAccount: Conventions = { ...honest };
const margin: Conventions = { ...honest, margin: { ...regT, calls: false } };

/** Cash less what came in: nothing but trades, fees and dividends may have moved it. */
function residue({ ledger, journal }: Deck): number {
  let cash = 40_000;
  for (const entry of journal.entries()) {
    if (entry.kind === 'filled') {
      const { quantityScale, multiplier } = ledger.units[entry.instrument];
      cash -= (entry.quantity / quantityScale) * entry.price * multiplier + entry.amount;
    } else if (entry.kind === 'cash' || ['exercised', 'assigned', 'split'].includes(entry.kind)) cash += entry.amount;
  }
  return ledger.cashValue() - cash;
}

describe('under any flow of orders in options', () => {
  const runs = { numRuns: 40, seed: 7 };

  it('cash is what fills, fees and dividends moved, in both kinds of account', () => {
    fc.assert(
      fc.property(flow, walk, fc.boolean(), (acts, steps, isCash) => {
        const { deck } = played(acts, steps, isCash ? cashAccount : margin);
        expect(residue(deck)).toBeCloseTo(0, 6);
      }),
      runs,
    );
  });

  it('a cash account has the strike of every sold put in cash and the shares of every sold call', () => {
    fc.assert(
      fc.property(flow, walk, (acts, steps) => {
        const { deck } = played(acts, steps, cashAccount);
        const { ledger, conventions } = deck;
        const tied = optionCollateral(ledger, optionRule(conventions.margin));
        expect(ledger.cashValue() - tied).toBeGreaterThanOrEqual(-1e-6);
        expect(ledger.netQuantity(0)).toBeGreaterThanOrEqual(0);
      }),
      runs,
    );
  });

  it('every contract that has expired is closed, and packages kept their proportions', () => {
    fc.assert(
      fc.property(flow, walk, (acts, steps) => {
        const { deck, entries } = played(acts, steps, margin);
        deck.advance(utc('2024-03-01'));
        expect(deck.ledger.openPositions().filter(({ instrument }) => instrument > 0)).toEqual([]);
        for (const pack of entries.filter(({ kind }) => kind === 'package')) {
          const legs = Array.from({ length: pack.amount }, (_, leg) => pack.order + leg);
          const shares = legs.map((order) => {
            const asked = entries.find((each) => each.kind === 'submitted' && each.order === order)!.quantity;
            const got = entries
              .filter((each) => each.kind === 'filled' && each.order === order)
              .reduce((sum, each) => sum + each.quantity, 0);
            return got / asked;
          });
          expect(new Set(shares.map((share) => share.toFixed(9))).size).toBe(1);
        }
      }),
      runs,
    );
  });

  it('a split changes neither cash nor who owes what', () => {
    const split: CorporateAction[] = [{ kind: 'split', symbol: 'ABC', at: utc('2024-01-18T05:00'), ratio: 2 }];
    fc.assert(
      fc.property(flow, walk, (acts, steps) => {
        expect(residue(played(acts, steps, margin, split).deck)).toBeCloseTo(0, 6);
      }),
      { ...runs, numRuns: 20 },
    );
  });
});
