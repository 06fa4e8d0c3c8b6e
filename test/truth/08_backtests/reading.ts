/**
 * From the plain words of a backtest case to what the engine needs: its tape, and numbers found in sentences.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTape } from '../../../src/adapters/files/tape.ts';
import type { CorporateAction } from '../../../src/market/actions.ts';
import { sliceColumns, type BarColumns } from '../../../src/market/columns.ts';
import { defineInstrument, type InstrumentOptions } from '../../../src/market/instrument.ts';
import type { RecordedTape, StreamSlice } from '../../../src/market/tape.ts';

/** A case as it stands in its file; what is in `rules` and `parameters` differs from family to family. */
export interface BacktestCase {
  readonly id: string;
  readonly data: string;
  readonly strategy: string;
  readonly source: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly rules?: Readonly<Record<string, string>>;
  readonly expected?: Readonly<Record<string, unknown>>;
  readonly cases?: readonly Readonly<Record<string, unknown>>[];
  readonly tolerance?: Readonly<Record<string, unknown>>;
}

/** Paths of data files that a sentence names, in the order named. */
export function filesIn(sentence: string, root: string): string[] {
  const names = sentence.match(/\d\d_[\w]+\/[\w./{},-]+?\.(?:csv(?:\.gz)?|txt|json(?:\.gz)?)/g) ?? [];
  return names.map((name) => join(root, name));
}

/** The dates between which rows are used: `rows 2005-01-01..2015-12-31`, `rows from 2008-01-01`, `2010-2015`. */
export function datesIn(sentence: string): { from: string; to: string; rows: number } {
  const span = /(\d{4}-\d\d-\d\d)\s*\.\.\s*(\d{4}-\d\d-\d\d)/.exec(sentence);
  const from = /rows from (\d{4}-\d\d-\d\d)/.exec(sentence);
  const years = /(?:^|\s)(\d{4})-(\d{4})(?:\s|$)/.exec(sentence);
  const year = /rows of (\d{4}) only/.exec(sentence);
  const first = /first (\d+) rows/.exec(sentence);
  return {
    from: span?.[1] ?? from?.[1] ?? (years ? `${years[1]}-01-01` : year ? `${year[1]}-01-01` : '0000'),
    to: span?.[2] ?? (years ? `${years[2]}-12-31` : year ? `${year[1]}-12-31` : '9999'),
    rows: first === null ? Infinity : Number(first[1]),
  };
}

export function dateOf(at: number): string {
  return new Date(at / 1000).toISOString().slice(0, 10);
}

/** A tape of daily (or other) bars of the named files, cut to the rows of the sentence. */
export function tapeOfSentence(
  sentence: string,
  root: string,
  instrument: Partial<InstrumentOptions> = {},
): RecordedTape | undefined {
  const files = filesIn(sentence, root);
  if (files.length === 0 || files.some((file) => !existsSync(file))) return undefined;
  const tape = readTape(files[0], { instrument });
  return cutTape(tape, sentence);
}

export function cutTape(tape: RecordedTape, sentence: string): RecordedTape {
  const { from, to, rows } = datesIn(sentence);
  const streams = tape.slice.streams.map((stream): StreamSlice => {
    if (stream.kind !== 'bars') return stream;
    const { time } = stream.columns;
    let first = 0;
    while (first < time.length && dateOf(time[first]) < from) first++;
    let last = time.length;
    while (last > first && dateOf(time[last - 1]) > to) last--;
    return { ...stream, columns: sliceColumns(stream.columns, first, Math.min(last, first + rows)) };
  });
  return { ...tape, slice: { streams } };
}

/** The tape of one instrument made from columns. */
export function tapeOfBars(
  symbol: string,
  columns: BarColumns,
  timeFrame: string,
  instrument: Partial<InstrumentOptions> = {},
  actions: readonly CorporateAction[] = [],
): RecordedTape {
  return {
    source: symbol,
    simulated: false,
    instruments: [defineInstrument({ symbol, ...instrument })],
    actions,
    findings: [],
    fingerprint: '',
    adjustment: 'raw',
    slice: { streams: [{ kind: 'bars', symbol, timeFrame, columns }] },
  };
}

/** The bars of a tape's only stream of them. */
export function barsOf(tape: RecordedTape, symbol?: string): BarColumns {
  const stream = tape.slice.streams.find(
    (candidate) => candidate.kind === 'bars' && (symbol === undefined || candidate.symbol === symbol),
  );
  if (stream?.kind !== 'bars') throw new RangeError(`no bars of ${symbol ?? 'anything'}`);
  return stream.columns;
}

/** New columns with every price changed by `change`; times and volumes stay. */
export function mapPrices(columns: BarColumns, change: (price: number, row: number) => number): BarColumns {
  return {
    ...columns,
    open: columns.open.map(change),
    high: columns.high.map(change),
    low: columns.low.map(change),
    close: columns.close.map(change),
  };
}

/** One stream of several of a kind, in the order given. */
export function joinStreams(parts: readonly StreamSlice[]): StreamSlice {
  const length = parts.reduce((sum, part) => sum + part.columns.length, 0);
  const columns: Record<string, Float64Array | number> = { length };
  for (const [name, first] of Object.entries(parts[0].columns as unknown as Record<string, Float64Array | number>)) {
    if (typeof first === 'number') continue;
    const whole = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set((part.columns as unknown as Record<string, Float64Array>)[name], at);
      at += part.columns.length;
    }
    columns[name] = whole;
  }
  return { ...parts[0], columns } as unknown as StreamSlice;
}
