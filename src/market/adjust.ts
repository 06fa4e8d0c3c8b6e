/**
 * Splits and dividends, and what they do to prices that were made before them.
 *
 * Prices are kept as traded, with actions as events on the tape. Adjusted prices are a view: as known at an instant
 * (only actions up to then are applied), or with everything that ever happened, which carries knowledge of the future
 * into the past and is therefore asked for by name and labelled.
 */
import { firstAtOrAbove } from '../base/search.ts';
import { Fault } from '../base/fault.ts';
import type { Calendar } from '../time/calendar.ts';
import { formatInstant } from '../time/instant.ts';
import type { CorporateAction, Dividend, Split } from './actions.ts';
import { type BarColumns, sliceColumns } from './columns.ts';

/** One row of a factor table: it holds for dates up to `day`, down to the row before. */
export interface FactorRow {
  /** Days since 1970. */
  readonly day: number;
  readonly priceFactor: number;
  readonly splitFactor: number;
  /** The raw close of `day`. */
  readonly referencePrice: number;
}

/** One row of a map table: the name an instrument traded under up to `day`. */
export interface MapRow {
  readonly day: number;
  readonly symbol: string;
}

export type AdjustFor = 'splits' | 'splits-and-dividends';

/**
 * Returns what a factor table says happened, at the midnight that begins the session after each row (the ex-date):
 * a dividend of `referencePrice × (1 − priceFactor ÷ next priceFactor)` per share, a split of
 * `next splitFactor ÷ splitFactor`. Rows ascend. Seven decimals of a factor leave a dividend about a thousandth of a
 * cent off; `decimals` rounds it to the cents that were paid.
 */
export function actionsOfFactors(
  symbol: string,
  rows: readonly FactorRow[],
  calendar: Calendar,
  decimals?: number,
): (Split | Dividend)[] {
  const actions: (Split | Dividend)[] = [];
  for (let i = 0; i + 1 < rows.length; i++) {
    const [row, next] = [rows[i], rows[i + 1]];
    const at = exDate(calendar, row.day);
    const amount = row.referencePrice * (1 - row.priceFactor / next.priceFactor);
    if (amount > 0) {
      const paid = decimals === undefined ? amount : Number(amount.toFixed(decimals));
      if (paid > 0) actions.push({ kind: 'dividend', symbol, at, amount: paid });
    }
    const ratio = next.splitFactor / row.splitFactor;
    // Factors are rounded to eight decimals: 0.142857 and 1 make 7.000007, which was seven for one.
    if (Math.abs(ratio - 1) > 1e-6) actions.push({ kind: 'split', symbol, at, ratio: nearFraction(ratio) });
  }
  return actions;
}

/** Returns `priceFactor × splitFactor` for a date: those of the first row on or after it, 1 after the last row. */
export function factorAt(rows: readonly FactorRow[], day: number): number {
  for (const row of rows) if (row.day >= day) return row.priceFactor * row.splitFactor;
  return 1;
}

/** The last day of a table that has not ended: the instrument still trades. */
const STILL_TRADING = 29_000;

/** Returns the changes of name, and the delisting at the close of the last day where there was one. Rows ascend. */
export function actionsOfMap(rows: readonly MapRow[], calendar: Calendar): CorporateAction[] {
  const actions: CorporateAction[] = [];
  for (let i = 0; i + 1 < rows.length; i++) {
    const [row, next] = [rows[i], rows[i + 1]];
    if (row.symbol === next.symbol) continue;
    actions.push({ kind: 'symbol-change', symbol: row.symbol, at: exDate(calendar, row.day), to: next.symbol });
  }
  const last = rows.at(-1);
  if (last !== undefined && last.day < STILL_TRADING) {
    const session = calendar.sessionAt(calendar.indexFromDay(last.day));
    actions.push({ kind: 'delisting', symbol: last.symbol, at: session.closeAt });
  }
  return actions;
}

/**
 * Returns the actions of two columns beside the bars: cash per share (0 for none) and new shares per old (0 or 1 for
 * none), at the midnight before the bar.
 */
export function actionsOfColumns(
  symbol: string,
  openTime: ArrayLike<number>,
  calendar: Calendar,
  columns: { readonly dividend?: ArrayLike<number>; readonly split?: ArrayLike<number> },
): (Split | Dividend)[] {
  const actions: (Split | Dividend)[] = [];
  for (let i = 0; i < openTime.length; i++) {
    const amount = columns.dividend?.[i] ?? 0;
    const ratio = columns.split?.[i] ?? 1;
    if (!(amount > 0) && !(ratio > 0 && ratio !== 1)) continue;
    const at = calendar.zone.instantAt(calendar.zone.dayAt(openTime[i]), 0);
    if (amount > 0) actions.push({ kind: 'dividend', symbol, at, amount });
    if (ratio > 0 && ratio !== 1) actions.push({ kind: 'split', symbol, at, ratio });
  }
  return actions;
}

/**
 * Whether prices already have their splits in them: at most of the splits, the price did not fall by the ratio.
 * `undefined` when no split lies between two bars.
 */
export function isSplitAdjusted(bars: BarColumns, splits: readonly Split[]): boolean | undefined {
  let adjusted = 0;
  let seen = 0;
  for (const { at, ratio } of splits) {
    const row = firstAtOrAbove(bars.time, at);
    if (row === 0 || row === bars.length) continue;
    seen++;
    const fall = Math.log(bars.close[row - 1] / bars.open[row]);
    if (Math.abs(fall) < Math.abs(fall - Math.log(ratio))) adjusted++;
  }
  return seen === 0 ? undefined : adjusted * 2 > seen;
}

/**
 * Returns the bars complete at `asOf` as someone then saw them: adjusted for the actions up to then and none after.
 * The last price is as traded. Nothing of the future is in it.
 */
export function adjustedAsOf(
  bars: BarColumns,
  actions: readonly CorporateAction[],
  asOf: number,
  adjustFor: AdjustFor = 'splits-and-dividends',
): BarColumns {
  const known = sliceColumns(bars, 0, firstAtOrAbove(bars.time, asOf + 1));
  return adjusted(
    known,
    actions.filter(({ at }) => at <= asOf),
    adjustFor,
  );
}

/** Returns all bars adjusted for all actions: comparable returns, at the price of knowing dividends before they came. */
export function fullyAdjusted(
  bars: BarColumns,
  actions: readonly CorporateAction[],
  adjustFor: AdjustFor = 'splits-and-dividends',
): BarColumns {
  return adjusted(bars, actions, adjustFor);
}

/** By time, and each once: daily and hourly bars of one share tell the same dividend. */
export function eachOnce(actions: readonly CorporateAction[]): CorporateAction[] {
  return [...new Map(actions.map((action) => [JSON.stringify(action), action])).values()].sort((a, b) => a.at - b.at);
}

/** Returns bars whose first `rows` are told in the shares that a split made of the old ones. */
export function inNewShares(bars: BarColumns, rows: number, ratio: number): BarColumns {
  const [open, high, low, close, volume] = [bars.open, bars.high, bars.low, bars.close, bars.volume].map((column) =>
    Float64Array.from(column),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < rows; i++) {
    open[i] /= ratio;
    high[i] /= ratio;
    low[i] /= ratio;
    close[i] /= ratio;
    volume[i] *= ratio;
  }
  return { ...bars, open, high, low, close, volume };
}

function adjusted(bars: BarColumns, actions: readonly CorporateAction[], adjustFor: AdjustFor): BarColumns {
  const { length } = bars;
  const effects = actions
    .filter((action) => action.kind === 'split' || (action.kind === 'dividend' && adjustFor === 'splits-and-dividends'))
    .map((action) => effectOf(bars, action as Split | Dividend))
    .filter(({ row }) => row > 0)
    .sort((a, b) => b.row - a.row);
  const [open, high, low, close, volume] = [bars.open, bars.high, bars.low, bars.close, bars.volume].map((column) =>
    Float64Array.from(column),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  let price = 1;
  let shares = 1;
  let next = 0;
  for (let i = length - 1; i >= 0; i--) {
    while (next < effects.length && effects[next].row > i) {
      price *= effects[next].price;
      shares *= effects[next].shares;
      next++;
    }
    if (price === 1 && shares === 1) continue;
    open[i] *= price;
    high[i] *= price;
    low[i] *= price;
    close[i] *= price;
    volume[i] *= shares;
  }
  return { ...bars, open, high, low, close, volume };
}

/** What an action does to the bars before `row`, the first that is complete after it. */
function effectOf(bars: BarColumns, action: Split | Dividend): { row: number; price: number; shares: number } {
  const row = firstAtOrAbove(bars.time, action.at);
  // An action after the last bar is known at the end of it only to who looks from later: it adjusts all bars.
  if (action.kind === 'split') return { row, price: 1 / action.ratio, shares: action.ratio };
  const before = bars.close[row - 1];
  if (row > 0 && !(action.amount < before)) {
    const what = `a dividend of ${action.amount} on ${formatInstant(action.at)} is not below the close of ${before}`;
    throw new Fault('data.dividend', what, { field: action.symbol }, 'are the prices adjusted already?');
  }
  return { row, price: 1 - action.amount / before, shares: 1 };
}

function exDate(calendar: Calendar, lastDay: number): Split['at'] {
  const { day } = calendar.sessionAt(calendar.indexFromDay(lastDay + 1));
  return calendar.zone.instantAt(day, 0);
}

/** The fraction of small whole numbers within a ten-thousandth of a ratio, else the ratio itself. */
function nearFraction(ratio: number): number {
  for (let denominator = 1; denominator <= 100; denominator++) {
    const numerator = Math.round(ratio * denominator);
    const near = numerator / denominator;
    if (numerator > 0 && Math.abs(near / ratio - 1) < 2e-6) return near;
  }
  return ratio;
}
