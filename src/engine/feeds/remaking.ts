/**
 * Bars that were told otherwise than they are, told anew: after a split in the shares of now, after late trades with these.
 *
 * Indicators are made again from the rows that are remembered. What a line showed when a row was new is kept beside it: a
 * decision that was made then was made with that.
 */
import { BAR_FIELDS, type BarColumns } from '../../market/columns.ts';
import { giveColumn, takeColumn } from './column-pool.ts';
import { seenOf, type Followed } from './followed.ts';

/** The figures of a bar. */
export interface Figures {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export const BAR_FIGURES = ['open', 'high', 'low', 'close', 'volume'] as const;

export function figuresOf({ open, high, low, close, volume }: BarColumns, row: number): Figures {
  return { open: open[row], high: high[row], low: low[row], close: close[row], volume: volume[row] };
}

/** What has to be made again. */
export interface Remade {
  /** The row from which indicators begin, as if nothing had been before. */
  readonly since: number;
  /** Rows before this one keep the values that lines had. */
  readonly keptTo: number;
  /** Row after the last that was played. */
  readonly next: number;
  /** Rows that the feed holds. */
  readonly length: number;
}

/** Makes the lines of an indicator anew from its inputs as they are now. */
export function remake(followed: Followed, { since, keptTo, next, length }: Remade): void {
  const { indicator, exact, inputs, lines, isShared } = followed;
  const out = lines.map(() => takeColumn(length).fill(Number.NaN));
  const stream = indicator.stream(...exact);
  stream.block(
    inputs.map((input) => input.column),
    out,
    since,
    length,
  );
  if (followed.stream !== undefined) followed.stream = stream;
  followed.since = since;
  followed.ahead = undefined;
  followed.seen = { columns: lines.map((line) => seenOf(followed, line).slice(0, next)), to: next };
  for (let k = 0; k < lines.length; k++) {
    out[k].set(lines[k].column.subarray(0, keptTo), 0);
    if (!isShared) giveColumn(lines[k].column);
    lines[k].column = out[k]!;
  }
  followed.isShared = false;
}

/** A copy of `columns` with other figures on a row; `shares` are how many of its shares one is told as. */
export function withFigures(columns: BarColumns, row: number, figures: Figures, shares = 1): BarColumns {
  const copy = Object.fromEntries(BAR_FIELDS.map((field) => [field, columns[field].slice(0, columns.length)]));
  const { open, high, low, close, volume } = figures;
  const amended = { length: columns.length, ...(copy as Record<(typeof BAR_FIELDS)[number], Float64Array>) };
  amended.open[row] = open / shares;
  amended.high[row] = high / shares;
  amended.low[row] = low / shares;
  amended.close[row] = close / shares;
  amended.volume[row] = volume * shares;
  return amended;
}
