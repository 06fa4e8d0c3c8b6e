/**
 * Scaling that cannot leak: what is learned from the training rows is a value, and only that value scales the rest.
 */
import { deviation } from '../moments.ts';
import { mean } from '../sum.ts';

export interface Scaler {
  readonly means: Float64Array;
  /** Population deviations; 1 for a flat column. */
  readonly scales: Float64Array;
}

/** Learns mean and spread of each column from training rows alone. */
export function fitScaler(columns: readonly Float64Array[]): Scaler {
  return {
    means: Float64Array.from(columns, mean),
    scales: Float64Array.from(columns, (column) => deviation(column, 0) || 1),
  };
}

/** Returns (x − mean) / scale of each column; the columns are not changed. */
export function scale(scaler: Scaler, columns: readonly Float64Array[]): Float64Array[] {
  return columns.map((column, j) => column.map((value) => (value - scaler.means[j]) / scaler.scales[j]));
}

export interface RowRange {
  /** First row, and the row after the last. */
  readonly from: number;
  readonly to: number;
}

/**
 * Returns `splits` pairs in which training always comes before testing and grows: the tests are the last
 * `splits` · ⌊rows / (splits + 1)⌋ rows. `gap` rows between them are left out, for targets that look ahead.
 */
export function expandingSplits(rows: number, splits: number, gap = 0): { train: RowRange; test: RowRange }[] {
  const size = Math.floor(rows / (splits + 1));
  return Array.from({ length: splits }, (_, k) => {
    const from = rows - (splits - k) * size;
    return { train: { from: 0, to: from - gap }, test: { from, to: from + size } };
  });
}

/** Returns `folds` neighbouring test ranges that cover all rows; the first ones are one longer where it does not divide. */
export function folds(rows: number, count: number): RowRange[] {
  const size = Math.floor(rows / count);
  const longer = rows % count;
  return Array.from({ length: count }, (_, k) => {
    const from = k * size + Math.min(k, longer);
    return { from, to: from + size + (k < longer ? 1 : 0) };
  });
}
