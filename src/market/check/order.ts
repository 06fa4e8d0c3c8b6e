/**
 * Rows put in time order, each instant once, with a finding for every row that was moved or left out.
 *
 * A file that is newest first is only turned around. A row that comes twice with the same values is left out; one that
 * contradicts an earlier row of its instant is left out too, and is fatal: nobody knows which of them is right.
 */
import type { Finding } from '../tape.ts';
import { formatInstant } from '../../time/instant.ts';

export interface RowPlace {
  readonly file: string;
  readonly symbol: string;
  /** The line of each row; left out, rows are counted from 1. */
  readonly lines?: ArrayLike<number>;
}

export interface OrderedRows {
  /** The rows to keep, in time order; `undefined` when all are kept as they are. */
  readonly rows: Int32Array | undefined;
  readonly findings: readonly Finding[];
}

/** Orders rows by `time`; `same(a, b)` says whether two rows of one instant hold the same values. */
export function orderRows(
  time: ArrayLike<number>,
  same: (a: number, b: number) => boolean,
  place: RowPlace,
): OrderedRows {
  const { length } = time;
  let ascending = 0;
  let descending = 0;
  for (let i = 1; i < length; i++) {
    if (time[i] > time[i - 1]) ascending++;
    else if (time[i] < time[i - 1]) descending++;
  }
  if (ascending === Math.max(0, length - 1)) return { rows: undefined, findings: [] };

  const findings: Finding[] = [];
  const add = (
    rule: Finding['rule'],
    severity: Finding['severity'],
    row: number,
    value: string,
    message: string,
  ): void => {
    const line = place.lines?.[row] ?? row + 1;
    findings.push({
      rule,
      severity,
      file: place.file,
      row: line,
      symbol: place.symbol,
      at: time[row],
      value,
      message,
    });
  };
  const newestFirst = descending > ascending;
  if (newestFirst) {
    add('out-of-order', 'note', 0, formatInstant(time[0]), 'the file is newest first: its rows were turned around');
  }
  const order = Int32Array.from({ length }, (_, i) => (newestFirst ? length - 1 - i : i));
  const inPlace = longestAscent(order, time);
  for (const row of order) {
    if (inPlace.has(row)) continue;
    add(
      'out-of-order',
      'warning',
      row,
      formatInstant(time[row]),
      'the row is out of time order and was put in its place',
    );
  }
  order.sort((a, b) => time[a] - time[b] || (newestFirst ? b - a : a - b));
  let kept = 0;
  for (let i = 0; i < length; i++) {
    const row = order[i];
    const before = kept > 0 ? order[kept - 1] : -1;
    if (before >= 0 && time[before] === time[row]) {
      const at = formatInstant(time[row]);
      const first = place.lines?.[before] ?? before + 1;
      if (same(before, row)) add('duplicate', 'warning', row, at, `the row repeats row ${first} and was left out`);
      else add('duplicate', 'fatal', row, at, `the row contradicts row ${first} of the same time and was left out`);
    } else order[kept++] = row;
  }
  return { rows: order.subarray(0, kept), findings };
}

/**
 * The rows of a longest sequence that never steps back in time: all others are out of place. One stray row is then one
 * finding, and not one for each row after it. (Patience sorting, Fredman 1975.)
 */
function longestAscent(order: Int32Array, time: ArrayLike<number>): Set<number> {
  const tails: number[] = [];
  const before = new Map<number, number>();
  for (const row of order) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (time[tails[middle]] <= time[row]) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before.set(row, tails[low - 1]);
    tails[low] = row;
  }
  const rows = new Set<number>();
  for (let row = tails.at(-1); row !== undefined; row = before.get(row)) rows.add(row);
  return rows;
}
