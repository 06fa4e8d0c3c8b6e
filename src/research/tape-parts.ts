/**
 * Parts of a tape: what is known at an instant, the last rows, slices put together.
 */
import { lastAtOrBelow } from '../base/search.ts';
import { sliceColumns, type BarColumns } from '../market/columns.ts';
import type { StreamColumns, StreamSlice, TapeSlice } from '../market/tape.ts';

/** Returns the part of a slice that is known at an instant; nothing is copied. */
export function prefixOf(slice: TapeSlice, at: number): TapeSlice {
  return { streams: slice.streams.map((stream) => rowsOf(stream, 0, rowsUntil(stream.columns.time, at))) };
}

/** Returns the last rows of every stream, `rows` of the longest. */
export function suffixOf(slice: TapeSlice, rows: number): TapeSlice {
  const longest = longestOf(slice);
  const from = longest.columns.time[Math.max(0, longest.columns.length - rows)];
  return {
    streams: slice.streams.map((stream) => {
      const first = rowsUntil(stream.columns.time, from - 1);
      return rowsOf(stream, first, stream.columns.length);
    }),
  };
}

/** The stream with most rows. */
export function longestOf({ streams }: TapeSlice): StreamSlice {
  return streams.reduce((longest, stream) => (stream.columns.length > longest.columns.length ? stream : longest));
}

/** Returns slices that follow each other as one. */
export function joinRows(slices: readonly TapeSlice[]): TapeSlice {
  const streams = new Map<string, StreamSlice[]>();
  for (const stream of slices.flatMap((slice) => slice.streams)) {
    const key = `${stream.kind} ${stream.symbol} ${stream.timeFrame ?? ''}`;
    streams.set(key, [...(streams.get(key) ?? []), stream]);
  }
  return { streams: [...streams.values()].map(joined) };
}

function joined(parts: readonly StreamSlice[]): StreamSlice {
  const [first] = parts;
  const length = parts.reduce((sum, { columns }) => sum + columns.length, 0);
  const columns: Record<string, unknown> = { length };
  for (const [name, column] of Object.entries<unknown>({ ...first.columns })) {
    if (!(column instanceof Float64Array)) continue;
    const all = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      // Parts of one stream have the same columns.
      const rows = (part.columns as unknown as Record<string, Float64Array>)[name];
      all.set(rows, at);
      at += rows.length;
    }
    columns[name] = all;
  }
  // The columns keep their kind: only their rows are more.
  return { ...first, columns: columns as unknown as StreamColumns['columns'] } as StreamSlice;
}

function rowsOf(stream: StreamSlice, from: number, to: number): StreamSlice {
  // The columns keep their kind: only their rows are fewer.
  const columns = sliceColumns(stream.columns as BarColumns, from, to) as StreamColumns['columns'];
  return { ...stream, columns } as StreamSlice;
}

/** How many rows have happened at an instant. */
function rowsUntil(time: Float64Array, at: number): number {
  return lastAtOrBelow(time, at) + 1;
}
