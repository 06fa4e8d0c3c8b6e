/**
 * One stream from several files: a market recorded day by day plays as one sequence.
 *
 * Files that follow each other are put in time order, whatever order they were named in. Where two of them tell of the
 * same time nobody knows which is right, so that is a `Fault`.
 */
import { Fault } from '../../base/fault.ts';
import type { StreamColumns, StreamSlice } from '../../market/tape.ts';
import { formatInstant } from '../../time/instant.ts';

/** A stream and the file it is from. */
export interface FiledStream {
  readonly file: string;
  readonly stream: StreamSlice;
}

/** Returns one stream per symbol, kind and time frame, in the order of their first appearance. */
export function joinStreams(parts: readonly FiledStream[]): StreamSlice[] {
  const groups = new Map<string, FiledStream[]>();
  for (const part of parts) {
    const { symbol, kind, timeFrame } = part.stream;
    const key = `${symbol}\0${kind}\0${timeFrame ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [part]);
    else group.push(part);
  }
  return [...groups.values()].map((group) => (group.length === 1 ? group[0].stream : joined(group)));
}

function joined(group: readonly FiledStream[]): StreamSlice {
  const filled = group.filter(({ stream }) => stream.columns.length > 0);
  if (filled.length < 2) return (filled[0] ?? group[0]).stream;
  const parts = filled.sort((a, b) => a.stream.columns.time[0] - b.stream.columns.time[0]);
  for (let i = 1; i < parts.length; i++) {
    const [before, after] = [parts[i - 1], parts[i]];
    const end = before.stream.columns.time.at(-1)!;
    const start = after.stream.columns.time[0];
    if (start > end) continue;
    const { symbol, kind } = after.stream;
    const rule = `${kind} of ${symbol} from ${formatInstant(start)} on, but ${before.file} has them until ${formatInstant(end)}`;
    throw new Fault('data.overlap', rule, { file: after.file }, 'give the files of one source, each time once');
  }
  return { ...parts[0].stream, ...concatenated(parts.map(({ stream }) => stream)) };
}

function concatenated(streams: readonly StreamSlice[]): StreamColumns {
  // A set of columns is an object of arrays; which it has is a matter of its kind.
  const parts = streams.map(({ columns }) => columns as unknown as Readonly<Record<string, Float64Array>>);
  const length = streams.reduce((sum, { columns }) => sum + columns.length, 0);
  const columns: Record<string, unknown> = { length };
  for (const name of Object.keys(parts[0])) {
    if (name === 'length') continue;
    const column = new Float64Array(length);
    let from = 0;
    for (const part of parts) {
      const rows = part[name];
      // One row a day is the rule for chains, and copying a whole array has a price of its own.
      if (rows.length === 1) column[from] = rows[0];
      else column.set(rows, from);
      from += rows.length;
    }
    columns[name] = column;
  }
  // The same keys as in each part, one longer column for each.
  return { kind: streams[0].kind, columns } as unknown as StreamColumns;
}
