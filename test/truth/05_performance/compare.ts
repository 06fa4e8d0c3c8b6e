/** Compares numbers with their references and turns the worst of a case into one row for the runner. */
import type { TruthCase } from '../case.ts';

/** Expected values are numbers, or `{ "special": "nan" | "inf" | "-inf" }`. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  const special = (value as { special?: string }).special;
  if (special === 'nan') return Number.NaN;
  if (special === 'inf') return Number.POSITIVE_INFINITY;
  if (special === '-inf') return Number.NEGATIVE_INFINITY;
  throw new TypeError(`not a reference number: ${JSON.stringify(value)}`);
}

/** The error as a multiple of `relative`·|expected|, with `absolute` for references that are rounding dust. */
export function errorOf(actual: number, expected: number, relative: number, absolute = 1e-12): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  if (Number.isNaN(expected) || Number.isNaN(actual)) return Number.POSITIVE_INFINITY;
  if (!Number.isFinite(expected) || !Number.isFinite(actual)) return Number.POSITIVE_INFINITY;
  return Math.abs(actual - expected) / Math.max(absolute, relative * Math.abs(expected));
}

/** One row of a case from pairs of numbers; shapes that differ fail. */
export function row(
  id: string,
  actual: readonly number[],
  expected: readonly number[],
  relative: number,
  absolute?: number,
): TruthCase {
  if (actual.length !== expected.length) {
    return {
      id,
      status: 'failed',
      error: Number.POSITIVE_INFINITY,
      detail: `expected ${expected.length} values, got ${actual.length}`,
    };
  }
  let error = 0;
  let at = -1;
  for (let i = 0; i < actual.length; i++) {
    const each = errorOf(actual[i], expected[i], relative, absolute);
    if (each > error) [error, at] = [each, i];
  }
  if (error <= 1) return { id, status: 'passed', error };
  return { id, status: 'failed', error, detail: `value ${at}: expected ${expected[at]}, got ${actual[at]}` };
}

export function notCovered(id: string, why: string): TruthCase {
  return { id, status: 'not-covered', error: 0, detail: why };
}
