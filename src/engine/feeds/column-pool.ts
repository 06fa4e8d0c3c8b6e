/**
 * Columns that runs hand back: memory that has been touched once need not be asked for again.
 *
 * Fresh memory costs more than filling it with an indicator does. A deck takes the columns of its lines from here and
 * gives them back when its run is over; runs that follow each other in one process (sweeps, walk-forwards) share them.
 */

/** Most numbers kept for later, over all columns: 128 MB. */
const KEPT_MAX = 1 << 24;

const free: Float64Array[] = [];
let kept = 0;

/** Returns a column of exactly `length` rows, whose contents are anything: every row must be written. */
export function takeColumn(length: number): Float64Array {
  for (let i = free.length - 1; i >= 0; i--) {
    const column = free[i];
    if (column.length !== length) continue;
    // Which one is next does not matter.
    const last = free.pop()!;
    if (i < free.length) free[i] = last;
    kept -= length;
    return column;
  }
  return new Float64Array(length);
}

/** Takes a column back. Nobody may read it any more. */
export function giveColumn(column: Float64Array): void {
  if (column.length === 0 || kept + column.length > KEPT_MAX) return;
  free.push(column);
  kept += column.length;
}
