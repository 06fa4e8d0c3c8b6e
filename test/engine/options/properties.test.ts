/**
 * Under any flow of orders in shares, contracts and packages: money is conserved, and nothing backs two things.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deck } from '../../../src/engine/deck.ts';
import { optionCollateral, optionRule } from '../../../src/engine/options/collateral.ts';
import { honest, type Conventions } from '../../../src/engine/sim/conventions.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import type { Context, Handlers } from '../../../src/engine/strategy/strategy.ts';
import { STANDARD_STRATEGIES, standardLevels, type StandardStrategy } from '../../../src/options/standard.ts';
import type { CorporateAction } from '../../../src/market/actions.ts';
import { utc } from '../play.ts';
import { playChain, type Quoted } from './chain.ts';

const STRIKES = [90, 95, 100, 105];
const NEAR = '2024-01-19';
const FAR = '2024-01-26';
const SYMBOLS = [NEAR, FAR].flatMap((expiry) =>
  STRIKES.flatMap((strike) =>
    ['C', 'P'].map(
      (right) => `ABC${expiry.slice(2).replaceAll('-', '')}${right}${String(strike * 1000).padStart(8, '0')}`,
    ),
  ),
);

/** One thing that a strategy does at a close. */
type Act =
  | { readonly kind: 'single'; readonly symbol: number; readonly quantity: number; readonly limited: boolean }
  | { readonly kind: 'shares'; readonly quantity: number }
  | {
      readonly kind: 'combo';
      readonly name: number;
      readonly far: boolean;
      readonly quantity: number;
      readonly limit: boolean;
    }
  | { readonly kind: 'exercise'; readonly symbol: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('single' as const),
    symbol: fc.nat(SYMBOLS.length - 1),
    quantity: fc.constantFrom(-2, -1, 1, 2),
    limited: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('shares' as const), quantity: fc.constantFrom(-150, -100, 100, 150) }),
  fc.record({
    kind: fc.constant('combo' as const),
    name: fc.nat(STANDARD_STRATEGIES.length - 1),
    far: fc.boolean(),
    quantity: fc.constantFrom(1, 2),
    limit: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('exercise' as const), symbol: fc.nat(SYMBOLS.length - 1) }),
);

const flow = fc.array(fc.array(act, { maxLength: 3 }), { minLength: 6, maxLength: 9 });
const walk = fc.array(fc.constantFrom(-6, -3, 0, 2, 5), { minLength: 12, maxLength: 12 });

/** Bid and ask about what a contract is worth when exercised, a point dearer. */
function quotesOn(closes: readonly number[]): Record<string, Quoted> {
  return Object.fromEntries(
    SYMBOLS.map((symbol) => {
      const strike = Number(symbol.slice(-8)) / 1000;
      const side = symbol.at(-9) === 'C' ? 1 : -1;
      const rows = closes.map((close): readonly [number, number] => {
        const worth = Math.max(0, side * (close - strike)) + 1;
        return [worth - 0.1, worth + 0.1].map((price) => Number(price.toFixed(2))) as [number, number];
      });
      return [symbol, rows];
    }),
  );
}

function doing(acts: readonly (readonly Act[])[]) {
  return (context: Context): Handlers => {
    let bar = 0;
    return {
      onBar() {
        for (const each of acts[bar++] ?? []) perform(each, context);
      },
    };
  };
}

function perform(each: Act, { asset, buy, sell, combo, standard }: Context): void {
  if (each.kind === 'shares') (each.quantity > 0 ? buy : sell)(Math.abs(each.quantity));
  else if (each.kind === 'exercise') asset(SYMBOLS[each.symbol]).exercise();
  else if (each.kind === 'single') {
    const contract = asset(SYMBOLS[each.symbol]);
    const options = each.limited ? { limit: each.quantity > 0 ? 0.5 : 4 } : {};
    (each.quantity > 0 ? contract.buy : contract.sell)(Math.abs(each.quantity), options);
  } else {
    const name = STANDARD_STRATEGIES[each.name];
    const legs = standard(name, { underlying: 'ABC', ...termsOf(name, each.far) });
    if (legs.length > 1) combo(legs, { quantity: each.quantity, ...(each.limit ? { limit: 0.5 } : {}) });
  }
}

function termsOf(name: StandardStrategy, far: boolean): { strikes: number[]; expiries: string[] } {
  const { strikes, expiries } = standardLevels(name);
  return { strikes: STRIKES.slice(0, strikes), expiries: expiries === 1 ? [far ? FAR : NEAR] : [NEAR, FAR] };
}

function played(
  acts: readonly (readonly Act[])[],
  steps: readonly number[],
  conventions: Conventions,
  actions: CorporateAction[] = [],
) {
  const closes = steps.reduce<number[]>((all, step) => [...all, Math.max(80, (all.at(-1) ?? 100) + step)], []);
  return playChain({ closes, quotes: quotesOn(closes), setup: doing(acts) }, { conventions, cash: 40_000, actions });
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
