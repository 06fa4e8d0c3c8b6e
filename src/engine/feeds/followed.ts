/**
 * An indicator that a strategy follows over the bars of a feed, with the lines that it fills.
 */
import type { AnyIndicator, IndicatorArguments } from '../../indicators/define.ts';
import type { Stream } from '../../indicators/stream.ts';
import type { Line } from './line.ts';

/** Lines that one indicator fills. */
export interface Followed {
  readonly indicator: AnyIndicator;
  readonly args: IndicatorArguments;
  readonly inputs: readonly Line[];
  readonly lines: readonly Line[];
  stream: Stream | undefined;
  /** Fills the lines of a whole tape block by block, shortly before they are looked at. */
  ahead: Stream | undefined;
  /** The arguments given, and the scale of prices where the indicator can then sum without rounding. */
  exact: IndicatorArguments;
  /** Whether other runs look at the same columns. */
  isShared: boolean;
  /** The row from which its values are made: 0, or what was remembered when a split made them anew. */
  since: number;
  /** Only after a split: what the lines showed on each row before it, when that row was new. */
  seen: { readonly columns: readonly Float64Array[]; to: number } | undefined;
}

/** What one of its lines showed on each row when that row was new. */
export function seenOf({ lines, seen }: Followed, line: Line): Float64Array {
  if (seen === undefined) return line.column;
  const column = Float64Array.from(line.column);
  column.set(seen.columns[lines.indexOf(line)].subarray(0, seen.to));
  return column;
}
