/**
 * The prices a report draws: those of the instruments that traded most, in as many bars as a page can hold.
 */
import { firstAtOrAbove } from '../base/search.ts';
import type { RunResult } from '../engine/result.ts';
import { inNewShares } from '../market/adjust.ts';
import { sharesOf } from './held.ts';
import type { PriceInput } from './input.ts';
import { shown, shownBars, type Shown, type ShownBars } from './series.ts';

/** Bars over all instruments, and the least that one gets. */
const BARS_MAX = 16_000;
const BARS_EACH = 400;
const LINES_MAX = 8;

/** Prices and the lines over them are told in the shares of the end: a split is no fall. */
export interface PriceData extends ShownBars {
  readonly symbol: string;
  /** By time; empty for most. */
  readonly splits: readonly { readonly at: number; readonly ratio: number }[];
  readonly timeFrame: string;
  /** For each line, whether it moves where prices move and can be drawn over them. */
  readonly overlay: readonly boolean[];
  /** Fills since the position that is still open was last flat. */
  readonly openEntries: readonly {
    readonly at: number;
    readonly price: Shown;
    readonly quantity: Shown;
    readonly reason: string;
  }[];
}

export function shownPrices(result: RunResult, prices: readonly PriceInput[]): PriceData[] {
  const fills = new Map<string, number>();
  for (const { symbol } of result.fills) fills.set(symbol, (fills.get(symbol) ?? 0) + 1);
  const ranked = prices
    .map((price, index) => ({ price, index, fills: fills.get(price.symbol) ?? 0 }))
    .sort((a, b) => b.fills - a.fills || a.index - b.index)
    .filter(({ fills: count }, rank) => count > 0 || rank === 0)
    .slice(0, Math.floor(BARS_MAX / BARS_EACH));
  const most = Math.floor(BARS_MAX / Math.max(1, ranked.length));
  return ranked.map(({ price }) => {
    const lines = price.lines.slice(0, LINES_MAX);
    const overlay = lines.map(({ values }) => movesWith(values, price.columns.close));
    const told = inSharesOfEnd(price, lines, overlay);
    return {
      symbol: price.symbol,
      timeFrame: price.timeFrame,
      splits: (price.splits ?? []).map(({ at, ratio }) => ({ at, ratio })),
      ...shownBars(told.columns, told.lines, most),
      overlay,
      openEntries: openEntries(result, price),
    };
  });
}

/** Columns as traded, and lines as they were seen, told in the shares of the end; the same where nothing was split. */
function inSharesOfEnd(
  { columns, splits = [] }: PriceInput,
  lines: PriceInput['lines'],
  overlay: readonly boolean[],
): Pick<PriceInput, 'columns' | 'lines'> {
  if (splits.length === 0) return { columns, lines };
  let told = columns;
  const shares = new Float64Array(columns.length).fill(1);
  for (const { at, ratio } of splits) {
    const before = firstAtOrAbove(columns.time, at);
    told = inNewShares(told, before, ratio);
    for (let row = 0; row < before; row++) shares[row] *= ratio;
  }
  const scaled = lines.map((line, i) =>
    overlay[i] ? { ...line, values: line.values.map((value, row) => value / shares[row]) } : line,
  );
  return { columns: told, lines: scaled };
}

/** A line belongs over the prices when most of it lies within half to twice the price. */
function movesWith(values: Float64Array, close: Float64Array): boolean {
  let near = 0;
  let count = 0;
  const stride = Math.max(1, Math.floor(values.length / 500));
  for (let row = 0; row < values.length; row += stride) {
    if (values[row] !== values[row]) continue;
    count++;
    const ratio = values[row] / close[row];
    if (ratio > 0.5 && ratio < 2) near++;
  }
  return near > 0.9 * count;
}

function openEntries(result: RunResult, { symbol, splits }: PriceInput): PriceData['openEntries'] {
  return result.holdings
    .filter((holding) => holding.symbol === symbol)
    .flatMap(({ strategy }) => {
      const fills = result.fills.filter((fill) => fill.symbol === symbol && fill.strategy === strategy);
      return fills.slice(fills.findLastIndex((fill) => fill.position === 0) + 1);
    })
    .map((fill) => {
      const shares = sharesOf(splits, fill.at, Infinity);
      return {
        at: fill.at,
        price: shown(fill.price / shares, 9),
        quantity: shown(fill.quantity * shares, 10),
        reason: fill.reason,
      };
    });
}
