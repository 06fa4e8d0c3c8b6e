/**
 * Rules that look at rows beside each other: order, jumps, prices that stand still, volume that is missing.
 */
import type { BarColumns } from '../columns.ts';
import type { FindingList } from './report.ts';

/** A jump is a log return of more than this many robust standard deviations … */
export const JUMP_SIGMAS = 8;
/** … and of more than 20 %, so that quiet series do not cry wolf. */
export const JUMP_LEAST = Math.log(1.2);
/** A daily series stands still when this many bars in a row have the same four prices. */
export const STALE_BARS = 5;
/** Minutes without a trade are ordinary: shorter bars must repeat for this many rows. */
export const STALE_BARS_INTRADAY = 60;

/** Rows are in time order, each instant once. Whoever reads files puts them so; what is not so here is fatal. */
export function checkOrder(time: Float64Array, list: FindingList): void {
  for (let i = 1; i < time.length; i++) {
    if (time[i] > time[i - 1]) continue;
    const rule = time[i] === time[i - 1] ? 'duplicate' : 'out-of-order';
    list.add(rule, 'fatal', i, String(time[i]), 'the time of a row must be after that of the row before');
  }
}

/**
 * Closes that jump: |log return| above 20 % and above 8 robust standard deviations (1.4826 × the median absolute
 * return). `explained(from, to)` says whether a split lies between two instants.
 */
export function checkJumps(
  bars: BarColumns,
  explained: (from: number, to: number) => boolean,
  list: FindingList,
): void {
  const { close, time, length } = bars;
  if (length < 3) return;
  // Most series have no move large enough: that is told without a logarithm.
  const [up, down] = [Math.exp(JUMP_LEAST), Math.exp(-JUMP_LEAST)];
  let candidates = 0;
  for (let i = 1; i < length; i++) {
    const ratio = close[i] / close[i - 1];
    if (ratio > up || ratio < down) candidates++;
  }
  if (candidates === 0) return;
  const returns = new Float64Array(length - 1);
  for (let i = 1; i < length; i++) returns[i - 1] = Math.log(close[i] / close[i - 1]);
  const limit = Math.max(JUMP_LEAST, JUMP_SIGMAS * robustSigma(returns.filter(Number.isFinite)));
  for (let i = 1; i < length; i++) {
    const change = returns[i - 1];
    if (!Number.isFinite(change) || Math.abs(change) <= limit || explained(time[i - 1], time[i])) continue;
    const percent = `${(100 * Math.expm1(change)).toFixed(1)} %`;
    list.add(
      'jump',
      'warning',
      i,
      `${close[i - 1]} → ${close[i]} (${percent})`,
      `the close jumps by ${percent}: a split?`,
    );
  }
}

/** Runs of bars that repeat all four prices: one finding at the end of each run. */
export function checkStale({ open, high, low, close, length }: BarColumns, least: number, list: FindingList): void {
  let run = 1;
  for (let i = 1; i <= length; i++) {
    const repeats =
      i < length &&
      close[i] === close[i - 1] &&
      open[i] === open[i - 1] &&
      high[i] === high[i - 1] &&
      low[i] === low[i - 1];
    if (repeats) run++;
    else {
      if (run >= least) list.add('stale', 'warning', i - 1, `${run} bars`, `${run} bars in a row have the same prices`);
      run = 1;
    }
  }
}

/** Runs of bars without volume: a note each; a series without any volume has one note. */
export function checkVolume({ volume, length }: BarColumns, list: FindingList): void {
  let run = 0;
  const end = (row: number): void => {
    const what = run === length ? 'no bar has volume' : `${run} ${run === 1 ? 'bar has' : 'bars have'} no volume`;
    list.add('zero-volume', 'note', row, `${run} bars`, what);
    run = 0;
  };
  for (let i = 0; i < length; i++) {
    if (volume[i] === 0) run++;
    else if (run > 0) end(i - 1);
  }
  if (run > 0) end(length - 1);
}

/** 1.4826 × the median absolute return: the standard deviation of a normal sample around 0, deaf to outliers. */
function robustSigma(returns: Float64Array): number {
  return 1.4826 * median(returns.map(Math.abs));
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? 0 : (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
