/**
 * Random orders in a share and its contracts, alone, as packages and to exercise, over a random walk past two expiries: what
 * must hold whatever is traded is tried on these.
 */
import * as fc from 'fast-check';
import type { Context, Handlers } from '../../../src/engine/strategy/strategy.ts';
import { STANDARD_STRATEGIES, standardLevels, type StandardStrategy } from '../../../src/options/standard.ts';
import type { Chain, Quoted } from './chain.ts';

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
export type Act =
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

/** What is done at each close. */
export const flow: fc.Arbitrary<Act[][]> = fc.array(fc.array(act, { maxLength: 3 }), { minLength: 6, maxLength: 9 });
/** How far the share goes from close to close. */
export const walk: fc.Arbitrary<number[]> = fc.array(fc.constantFrom(-6, -3, 0, 2, 5), {
  minLength: 12,
  maxLength: 12,
});

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

/** The share and its contracts, and a strategy that does as it is told. */
export function chainOf(acts: readonly (readonly Act[])[], steps: readonly number[]): Chain {
  const closes = steps.reduce<number[]>((all, step) => [...all, Math.max(80, (all.at(-1) ?? 100) + step)], []);
  return { closes, quotes: quotesOn(closes), setup: doing(acts) };
}
