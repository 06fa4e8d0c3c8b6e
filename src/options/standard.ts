/**
 * The standard strategies by name: which rights, at which strikes and expiries, how often bought or sold.
 *
 * A shape is written as its legs: `p0+1 p1-1 c2-1 c3+1` is an iron condor. A leg is c or p, the number of its strike
 * from the lowest, and its contracts; `@1` puts it into the second expiry, and `s+1` is the shares of one contract.
 */
import { assert } from '../base/assert.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';
import type { Leg } from './legs.ts';
import type { StrategyName } from './recognise.ts';

const SHAPES = {
  'long-call': 'c0+1',
  'long-put': 'p0+1',
  'naked-call': 'c0-1',
  'naked-put': 'p0-1',
  'covered-call': 's+1 c0-1',
  'covered-put': 's-1 p0-1',
  'protective-put': 's+1 p0+1',
  'protective-call': 's-1 c0+1',
  collar: 's+1 p0+1 c1-1',
  conversion: 's+1 c0-1 p0+1',
  reversal: 's-1 c0+1 p0-1',
  'synthetic-long': 'c0+1 p0-1',
  'synthetic-short': 'c0-1 p0+1',
  'risk-reversal': 'p0-1 c1+1',
  'bull-call-spread': 'c0+1 c1-1',
  'bear-call-spread': 'c0-1 c1+1',
  'bull-put-spread': 'p0+1 p1-1',
  'bear-put-spread': 'p0-1 p1+1',
  'call-ratio-spread': 'c0+1 c1-2',
  'put-ratio-spread': 'p0-2 p1+1',
  'call-backspread': 'c0-1 c1+2',
  'put-backspread': 'p0+2 p1-1',
  'long-straddle': 'c0+1 p0+1',
  'short-straddle': 'c0-1 p0-1',
  'long-strangle': 'p0+1 c1+1',
  'short-strangle': 'p0-1 c1-1',
  'long-guts': 'c0+1 p1+1',
  'short-guts': 'c0-1 p1-1',
  strip: 'c0+1 p0+2',
  strap: 'c0+2 p0+1',
  'call-calendar': 'c0-1 c0+1@1',
  'put-calendar': 'p0-1 p0+1@1',
  'short-call-calendar': 'c0+1 c0-1@1',
  'short-put-calendar': 'p0+1 p0-1@1',
  'call-diagonal': 'c0+1@1 c1-1',
  'put-diagonal': 'p1+1@1 p0-1',
  'long-call-butterfly': 'c0+1 c1-2 c2+1',
  'short-call-butterfly': 'c0-1 c1+2 c2-1',
  'long-put-butterfly': 'p0+1 p1-2 p2+1',
  'short-put-butterfly': 'p0-1 p1+2 p2-1',
  'iron-butterfly': 'p0+1 p1-1 c1-1 c2+1',
  'reverse-iron-butterfly': 'p0-1 p1+1 c1+1 c2-1',
  'long-call-condor': 'c0+1 c1-1 c2-1 c3+1',
  'short-call-condor': 'c0-1 c1+1 c2+1 c3-1',
  'long-put-condor': 'p0+1 p1-1 p2-1 p3+1',
  'short-put-condor': 'p0-1 p1+1 p2+1 p3-1',
  'iron-condor': 'p0+1 p1-1 c2-1 c3+1',
  'reverse-iron-condor': 'p0-1 p1+1 c2+1 c3-1',
  'box-spread': 'c0+1 p0-1 c1-1 p1+1',
  'short-box-spread': 'c0-1 p0+1 c1+1 p1-1',
  'jelly-roll': 'c0-1 p0+1 c0+1@1 p0-1@1',
  'jade-lizard': 'p0-1 c1-1 c2+1',
  'call-ladder': 'c0+1 c1-1 c2-1',
  'put-ladder': 'p0-1 p1-1 p2+1',
} as const satisfies Partial<Record<StrategyName, string>>;

export type StandardStrategy = keyof typeof SHAPES;

export const STANDARD_STRATEGIES = Object.keys(SHAPES) as readonly StandardStrategy[];

export interface StandardTerms {
  /** Ascending, one for each that the strategy has. */
  readonly strikes: readonly number[];
  /** `YYYY-MM-DD`, ascending, one for each that the strategy has. */
  readonly expiries: readonly string[];
  /** Shares per contract; 100 unless told. */
  readonly multiplier?: number;
}

/**
 * Returns the legs of one unit of a standard strategy, shares first. An unknown name, strikes or expiries of another
 * number than it has, or not in order, are faults: `strategy.unknown`, `strategy.strikes`, `strategy.expiries`.
 */
export function standardLegs(name: StandardStrategy, { strikes, expiries, multiplier = 100 }: StandardTerms): Leg[] {
  if (!Object.hasOwn(SHAPES, name)) {
    const rule = `there is no standard strategy ${show(name)}`;
    throw new Fault('strategy.unknown', rule, {}, didYouMean(name, STANDARD_STRATEGIES));
  }
  const levels = standardLevels(name);
  checkLevels(name, 'strikes', strikes, levels.strikes);
  checkLevels(name, 'expiries', expiries, levels.expiries);
  return shapeOf(name).map(({ kind, strike, expiry, quantity }): Leg => {
    if (kind === 's') return { kind: 'shares', quantity: quantity * multiplier };
    const right = kind === 'c' ? 'call' : 'put';
    return { kind: 'option', right, strike: strikes[strike], expiry: expiries[expiry], quantity, multiplier };
  });
}

/** Returns how many strikes and expiries a standard strategy has. */
export function standardLevels(name: StandardStrategy): { readonly strikes: number; readonly expiries: number } {
  const legs = shapeOf(name);
  return {
    strikes: Math.max(...legs.map(({ strike }) => strike)) + 1,
    expiries: Math.max(...legs.map(({ expiry }) => expiry)) + 1,
  };
}

function shapeOf(name: StandardStrategy): ShapeLeg[] {
  return SHAPES[name].split(' ').map(parseLeg);
}

interface ShapeLeg {
  readonly kind: 's' | 'c' | 'p';
  readonly strike: number;
  readonly expiry: number;
  readonly quantity: number;
}

function parseLeg(text: string): ShapeLeg {
  const match = /^([scp])(\d?)([+-]\d)(?:@(\d))?$/.exec(text);
  assert(match !== null, () => `a leg of a shape is written like c0+1, was ${text}`);
  const [, kind, strike, quantity, expiry] = match;
  return {
    kind: kind as ShapeLeg['kind'], // What the pattern allows.
    strike: kind === 's' ? -1 : Number(strike),
    expiry: kind === 's' ? -1 : Number(expiry ?? 0),
    quantity: Number(quantity),
  };
}

function checkLevels(name: string, what: string, levels: readonly (number | string)[], count: number): void {
  const isAscending = levels.every((level, i) => i === 0 || level > levels[i - 1]);
  if (levels.length === count && isAscending) return;
  const rule = `${name} has ${count} ${what}, ascending, was given ${levels.join(', ') || 'none'}`;
  throw new Fault(`strategy.${what}`, rule, { field: what });
}
