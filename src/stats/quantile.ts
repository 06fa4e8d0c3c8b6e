/**
 * Quantiles under the names of their conventions, because two libraries rarely mean the same number by one.
 *
 * They are found by selection in O(n), not by sorting, so that a tail figure of a million returns costs milliseconds.
 * NaN values are missing values and are skipped.
 */
import { assert } from '../base/assert.ts';

/**
 * How a quantile between two observations is read. The first five are `lower` … `linear` between neighbours of
 * position p·(n−1), as in numpy and spreadsheets; the others are the sample definitions 1, 4, 5, 6, 8 and 9 of
 * R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996).
 */
export type QuantileMethod =
  | 'linear'
  | 'lower'
  | 'higher'
  | 'nearest'
  | 'midpoint'
  | 'inverted-cdf'
  | 'interpolated-inverted-cdf'
  | 'hazen'
  | 'weibull'
  | 'median-unbiased'
  | 'normal-unbiased';

/** Plotting positions: the quantile sits at p·(n + scale) + shift, counted from 1. */
const POSITIONS: Partial<Record<QuantileMethod, readonly [scale: number, shift: number]>> = {
  'interpolated-inverted-cdf': [0, 0],
  hazen: [0, 0.5],
  weibull: [1, 0],
  'median-unbiased': [1 / 3, 1 / 3],
  'normal-unbiased': [0.25, 0.375],
};

/** Returns the numbers of `values` as a new array, without NaN. */
export function withoutMissing(values: Float64Array): Float64Array {
  const found = values.slice();
  let to = 0;
  for (let i = 0; i < found.length; i++) {
    const value = found[i];
    found[to] = value;
    to += Number(value === value);
  }
  return found.subarray(0, to);
}

/**
 * Returns the `probability` quantile of `values`, in their unit; NaN when there are no numbers.
 * `probability` is 0 … 1; anything else is a bug. `values` is not changed.
 */
export function quantile(values: Float64Array, probability: number, method: QuantileMethod = 'linear'): number {
  return quantileInPlace(withoutMissing(values), probability, method);
}

/** Returns the middle of `values`: the `linear` quantile at one half. */
export function median(values: Float64Array): number {
  return quantile(values, 0.5);
}

/** As `quantile`, on an array without NaN whose order may be changed. */
export function quantileInPlace(values: Float64Array, probability: number, method: QuantileMethod = 'linear'): number {
  assert(probability >= 0 && probability <= 1, () => `probability must be 0…1, was ${probability}`);
  const n = values.length;
  if (n === 0) return Number.NaN;
  if (method === 'inverted-cdf') return select(values, Math.max(0, Math.ceil(n * probability) - 1));
  const offset = POSITIONS[method];
  const wanted = offset === undefined ? probability * (n - 1) : probability * (n + offset[0]) + offset[1] - 1;
  const position = Math.min(n - 1, Math.max(0, wanted));
  const below = Math.floor(position);
  if (method === 'lower' || position === below) return select(values, below);
  if (method === 'higher') return select(values, below + 1);
  if (method === 'nearest') return select(values, roundHalfEven(position));
  const low = select(values, below);
  // After the selection everything right of `below` is at least as large, so the neighbour is their minimum.
  let high = values[below + 1];
  for (let i = below + 2; i < n; i++) if (values[i] < high) high = values[i];
  const share = method === 'midpoint' ? 0.5 : position - below;
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share);
}

function roundHalfEven(position: number): number {
  const rounded = Math.round(position);
  return position % 1 === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

/**
 * Moves the `rank`-th smallest number (counted from 0) of `values` to its place and returns it; everything left of it
 * is at most as large, everything right of it at least. `values` must not contain NaN.
 *
 * Source: C. A. R. Hoare, Algorithm 65 (FIND), with the median of three as pivot.
 */
export function select(values: Float64Array, rank: number): number {
  let left = 0;
  let right = values.length - 1;
  while (right > left) {
    const middle = (left + right) >> 1;
    if (values[middle] < values[left]) swap(values, middle, left);
    if (values[right] < values[left]) swap(values, right, left);
    if (values[right] < values[middle]) swap(values, right, middle);
    const pivot = values[middle];
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) swap(values, i++, j--);
    }
    if (rank <= j) right = j;
    else if (rank >= i) left = i;
    else break;
  }
  return values[rank];
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a];
  values[a] = values[b];
  values[b] = kept;
}
