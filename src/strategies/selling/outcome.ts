/**
 * What one rule said: the number it measured and the bounds it held that against, so that every choice can be explained.
 */
import type { RuleOutcome } from '../../market/option/filter.ts';
import { sayOutcome } from '../../market/option/filter.ts';

export interface Outcome {
  /** Stable name: `delta`, `belowBand` … */
  readonly rule: string;
  readonly outcome: 'pass' | 'fail' | 'not-asked';
  /** `undefined` when nobody knows: that fails. */
  readonly value: number | string | undefined;
  /** The bounds, each where there is one. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** The same in words. */
  readonly text: string;
}

/** Returns the outcome of a chain's rule in the form that all rules of a scan have. */
export function chainOutcome(told: RuleOutcome): Outcome {
  const { rule, outcome, value } = told;
  return {
    rule: rule.name,
    outcome,
    value,
    ...rule.bounds,
    // In words only when somebody reads them: of a chain nobody reads most.
    get text() {
      return sayOutcome(told);
    },
  };
}

/** Whether `a` is at least `b`: the boundary belongs to it, up to what floats lose on the way. */
export function atLeast(a: number, b: number): boolean {
  return a >= b - 1e-12 * Math.max(1, Math.abs(b));
}
