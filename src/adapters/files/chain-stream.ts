/**
 * Many files of option quotes as one tape that is read in slices: a month of every contract on an index does not fit in
 * memory next to its years.
 *
 * All files are looked through once, for the contracts that they hold and what is wrong with them; then they are read
 * again while the tape plays, a few at a time: those whose times overlap are one slice, with the rows that other streams
 * (the underlying's) have in its span.
 */
import { createHash } from 'node:crypto';
import { sliceColumns, type BarColumns } from '../../market/columns.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { ChainListing } from '../../market/option/listing.ts';
import type { Finding, RecordedTape, StreamedTape, StreamSlice, TapeSlice } from '../../market/tape.ts';
import { joinStreams } from './join.ts';
import { type FileOptions, readTape } from './tape.ts';

/** A stream without its rows. */
export interface ShapeOfStream {
  readonly kind: StreamSlice['kind'];
  readonly symbol: string;
  readonly timeFrame?: string;
}

export type StreamedChains = StreamedTape & { readonly streams: readonly ShapeOfStream[] };

/** Files whose rows share a span of time. */
interface Group {
  readonly files: string[];
  until: number;
}

/** Reads files into one tape. */
export type ChainReader = (files: readonly string[], options: FileOptions) => RecordedTape | Promise<RecordedTape>;

/**
 * Returns the files and the streams of `beside` as one tape; contracts that `keep` refuses are read past. `reader` reads
 * text alone unless told.
 */
export async function streamChains(
  files: readonly string[],
  beside: RecordedTape,
  options: FileOptions & { readonly keep?: (instrument: Instrument) => boolean } = {},
  reader: ChainReader = readTape,
): Promise<StreamedChains> {
  const read = async (names: readonly string[]): Promise<RecordedTape> =>
    reader(names, { ...options, beside: beside.slice.streams });
  const instruments = new Map(beside.instruments.map((each) => [each.symbol, each]));
  const shapes = new Map(beside.slice.streams.map((stream) => [keyOf(stream), shapeOf(stream)]));
  const findings: Finding[] = [...beside.findings];
  const listings: ChainListing[] = [];
  const spans: { file: string; from: number; until: number }[] = [];
  const hash = createHash('sha256').update(beside.fingerprint);
  let rows = beside.slice.streams.reduce((sum, { columns }) => sum + columns.length, 0);
  for (const file of files) {
    const tape = await read([file]);
    hash.update(tape.fingerprint);
    for (const each of tape.findings) findings.push(each);
    listings.push(...(tape.listings ?? []));
    for (const each of tape.instruments) if (!instruments.has(each.symbol)) instruments.set(each.symbol, each);
    const filled = tape.slice.streams.filter(({ columns }) => columns.length > 0);
    for (const stream of filled) {
      shapes.set(keyOf(stream), shapeOf(stream));
      rows += stream.columns.length;
    }
    if (filled.length === 0) continue;
    const from = filled.reduce((at, { columns }) => Math.min(at, columns.time[0]), Infinity);
    const until = filled.reduce((at, { columns }) => Math.max(at, columns.time.at(-1)!), -Infinity);
    spans.push({ file, from, until });
  }
  const groups = overlapping(spans);
  return {
    source: [beside.source, ...(options.source === undefined ? [] : [options.source])].join('; '),
    simulated: beside.simulated,
    adjustment: beside.adjustment,
    instruments: [...instruments.values()],
    actions: beside.actions,
    findings,
    listings: listings.sort((a, b) => a.knownAt - b.knownAt),
    fingerprint: hash.digest('hex'),
    rows,
    streams: [...shapes.values()],
    slices: () => slicesOf(groups, beside, read),
  };
}

function overlapping(spans: readonly { file: string; from: number; until: number }[]): Group[] {
  const groups: Group[] = [];
  for (const { file, from, until } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = groups.at(-1);
    if (last !== undefined && from <= last.until) {
      last.files.push(file);
      last.until = Math.max(last.until, until);
    } else groups.push({ files: [file], until });
  }
  return groups;
}

async function* slicesOf(
  groups: readonly Group[],
  beside: RecordedTape,
  read: (names: readonly string[]) => Promise<RecordedTape>,
): AsyncGenerator<TapeSlice> {
  const taken = beside.slice.streams.map(() => 0);
  const upTo = (until: number): StreamSlice[] =>
    beside.slice.streams.flatMap((stream, i) => {
      const from = taken[i];
      const { time } = stream.columns;
      let to = from;
      while (to < time.length && time[to] <= until) to++;
      taken[i] = to;
      // The columns keep their kind: only their rows are fewer.
      return to === from
        ? []
        : [{ ...stream, columns: sliceColumns(stream.columns as BarColumns, from, to) } as StreamSlice];
    });
  for (const { files, until } of groups) {
    const { streams } = (await read(files)).slice;
    yield { streams: joinStreams([...upTo(until), ...streams].map((stream) => ({ file: files[0], stream }))) };
  }
  const rest = upTo(Infinity);
  if (rest.length > 0) yield { streams: rest };
}

function keyOf({ kind, symbol, timeFrame }: StreamSlice): string {
  return `${kind} ${symbol} ${timeFrame ?? ''}`;
}

function shapeOf({ kind, symbol, timeFrame }: StreamSlice): ShapeOfStream {
  return { kind, symbol, ...(timeFrame === undefined ? {} : { timeFrame }) };
}
