/**
 * The door for price files: a path, or several, become one recorded tape with everything found on the way.
 *
 * ```ts
 * const tape = readTape('spy.csv');
 * const both = readTape(['spy.csv', 'msft.csv.gz'], { timeFrame: '1d' });
 * ```
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import process from 'node:process';
import { Fault } from '../../base/fault.ts';
import type { CorporateAction, Split } from '../../market/actions.ts';
import { actionsOfColumns, eachOnce, isSplitAdjusted } from '../../market/adjust.ts';
import { checkStream } from '../../market/check.ts';
import type { Instrument } from '../../market/instrument.ts';
import { checkFuture } from '../../market/check/futures.ts';
import { checkOptions } from '../../market/check/options.ts';
import type { BarColumns } from '../../market/columns.ts';
import type { Finding, RecordedTape, StreamSlice, TapeInfo } from '../../market/tape.ts';
import { detectDialect } from './dialect.ts';
import { fingerprintOf } from './fingerprint.ts';
import { joinStreams } from './join.ts';
import { withContracts } from './contract-column.ts';
import { withOptionHabits } from './option-habits.ts';
import { optionFileOf, type OptionFile } from './option-file.ts';
import { CHAIN_SHAPES, shapeOf } from './shape.ts';
import { linesOfJson, looksLikeJson } from './json.ts';
import { type LoadedStream, type StreamOptions, streamsOf } from './streams.ts';
import { readTable, type Table } from './table.ts';

export type { LoadedStream };

export interface FileOptions extends StreamOptions {
  /** Splits, dividends and the rest, beside those that are in the files. */
  readonly actions?: readonly CorporateAction[];
  /** In words, where the prices come from; the files' names when left out. */
  readonly source?: string;
  /** Which option contracts are wanted; all when left out. */
  readonly keep?: (instrument: Instrument) => boolean;
  /** Streams that the tape will have from elsewhere: the underlying of options is checked and left out by them. */
  readonly beside?: readonly StreamSlice[];
}

/** Reads price files (CSV, TSV, with .gz, JSON candles) into one tape; what is wrong with a file is a `Fault`. */
export function readTape(paths: string | readonly string[], options: FileOptions = {}): RecordedTape {
  const files = typeof paths === 'string' ? [paths] : paths;
  return tapeOf(
    files.map((file) => ({ file, bytes: readBytes(file) })),
    options,
  );
}

/** The same from bytes in memory; `file` names them in findings and errors. */
export function tapeOf(
  inputs: readonly { file: string; bytes: Uint8Array }[],
  options: FileOptions = {},
): RecordedTape {
  const loaded = inputs.map(({ file, bytes }) => loadFile(bytes, file, options));
  if (loaded.length === 0) throw new Fault('data.empty', 'no file was given', { field: 'data' });
  return assemble(loaded, inputs.map(({ file }) => basename(file)).join(', '), options);
}

/** The same from tables that are read already. */
export function tapeOfTables(tables: readonly Table[], options: FileOptions = {}): RecordedTape {
  const loaded = tables.map((table) => loadTable(table, options));
  return assemble(loaded, tables.map(({ file }) => basename(file)).join(', '), options);
}

/** What one file holds: its streams with the line, calendar and findings of their rows, before they are on a tape. */
export function loadFile(bytes: Uint8Array, file: string, options: FileOptions = {}): OptionFile {
  if (!looksLikeJson(bytes)) return loadTable(tableOf(bytes, file, options), options);
  const { bytes: lines, timeFrame } = linesOfJson(bytes, file);
  const known = timeFrame === undefined || options.timeFrame !== undefined ? options : { ...options, timeFrame };
  // Row 1 of a list is its first candle: the header is ours.
  const dialect = { ...detectDialect(lines, file, { ...known, delimiter: '\t', header: true }), dataLine: 1 };
  return loadTable(readTable(dialect, file), known);
}

function loadTable(read: Table, options: FileOptions): OptionFile {
  const table = withOptionHabits(withContracts(read, options.symbol), options.symbol);
  const shape = shapeOf(table);
  const isChain = shape !== undefined && CHAIN_SHAPES.has(shape);
  const loaded = isChain
    ? optionFileOf(table, shape, options)
    : { streams: streamsOf(table, options), underlyings: [], listings: [] };
  const { keep } = options;
  if (keep === undefined) return loaded;
  return {
    ...loaded,
    streams: loaded.streams.filter(({ instrument }) => instrument.option === undefined || keep(instrument)),
  };
}

/** Reads one delimited file into a table of cells. */
export function tableOf(bytes: Uint8Array, file: string, options: StreamOptions = {}): Table {
  return readTable(detectDialect(bytes, file, options), file);
}

/** Reads a file whole, unpacked when it is gzip. */
export function readBytes(file: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const rule = code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${code})`;
    throw new Fault('file.unreadable', rule, { file });
  }
  // Most files are not packed, and what unpacks takes longer to load than a small file to read.
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isPacked ? unpacked(bytes, file) : bytes;
}

function unpacked(bytes: Uint8Array, file: string): Uint8Array {
  try {
    return process.getBuiltinModule('node:zlib').gunzipSync(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('file.damaged', `the file cannot be unpacked, it is damaged or cut short (${reason})`, { file });
  }
}

function assemble(files: readonly OptionFile[], names: string, options: FileOptions): RecordedTape {
  const loaded = [...files.flatMap((file) => file.streams), ...missingUnderlyings(files, options.beside ?? [])];
  const given = options.actions ?? [];
  const adjusted = loaded.map((one) => withAdjustment(one, options));
  const instruments = [...new Map(loaded.map(({ instrument }) => [instrument.symbol, instrument])).values()];
  // A strategy's first asset is what options are on, wherever its file stands in the list.
  instruments.sort((a, b) => Number(a.option !== undefined) - Number(b.option !== undefined));
  const told = adjusted.map((one) => withGiven(one, given));
  const isAdjusted = new Set(told.filter((one) => one.adjustment !== 'raw').map(({ stream }) => stream.symbol));
  const shown = given.filter((action) => action.kind !== 'split' || !isAdjusted.has(action.symbol));
  const actions = eachOnce([...shown, ...adjusted.flatMap((one) => one.actions)]);
  const findings: Finding[] = loaded.flatMap((one, i) => [
    ...one.findings,
    ...checkStream(adjusted[i].stream, {
      file: one.file,
      symbol: one.stream.symbol,
      lines: one.lines,
      kind: one.instrument.kind,
      calendar: one.calendar,
      actions,
      hasVolume: one.hasVolume,
      daily: one.frame?.unit === 'day' && !one.irregular,
      ...(one.frame?.micros === undefined ? {} : { frame: one.frame.micros }),
    }),
    ...checkFuture(one.instrument, { ...one, symbol: one.stream.symbol }, adjusted[i].stream.columns.time),
  ]);
  const streams = joinStreams(adjusted.map(({ stream }, i) => ({ file: loaded[i].file, stream })));
  const listings = files.flatMap((file) => file.listings).sort((a, b) => a.knownAt - b.knownAt);
  const contracts = loaded.flatMap(({ instrument, file, lines }, i) =>
    instrument.option === undefined
      ? []
      : [{ stream: adjusted[i].stream, instrument, file, symbol: instrument.symbol, lines }],
  );
  for (const each of checkOptions(contracts, [...streams, ...(options.beside ?? [])], listings)) findings.push(each);
  const bare = loaded.filter(({ closesOnly }) => closesOnly === true).map(({ instrument }) => instrument.symbol);
  const labels = new Set(told.map(({ adjustment }) => adjustment));
  return {
    source: options.source ?? names,
    simulated: false,
    instruments,
    actions,
    findings,
    ...(bare.length === 0 ? {} : { notes: [closesNote(bare)] }),
    ...(listings.length === 0 ? {} : { listings }),
    fingerprint: fingerprintOf(streams, actions),
    adjustment: labels.has('fully-adjusted')
      ? 'fully-adjusted'
      : labels.has('split-adjusted')
        ? 'split-adjusted'
        : 'raw',
    slice: { streams },
  };
}

/** What a reader of a result must know of bars that were made of closes. */
function closesNote(symbols: readonly string[]): string {
  const more = symbols.length > 6 ? ` and ${symbols.length - 6} more` : '';
  return `Of ${symbols.slice(0, 6).join(', ')}${more} only closes are known: every order is judged, and fills, at a close.`;
}

/** Prices of underlyings that came with their options, where no file of their own is among the others. */
function missingUnderlyings(files: readonly OptionFile[], beside: readonly StreamSlice[]): LoadedStream[] {
  const inFiles = files.flatMap(({ streams }) => streams.map(({ instrument }) => instrument.symbol));
  const own = new Set([...inFiles, ...beside.map(({ symbol }) => symbol)]);
  return files.flatMap(({ underlyings }) => underlyings.filter(({ instrument }) => !own.has(instrument.symbol)));
}

interface Adjusted {
  readonly stream: StreamSlice;
  readonly actions: readonly CorporateAction[];
  readonly adjustment: TapeInfo['adjustment'];
}

/**
 * What a file says about splits and dividends. Dividends become events, in the units of the prices beside them. Splits
 * become events only where the prices show them: in a split-adjusted file they have happened already.
 */
function withAdjustment(one: LoadedStream, options: FileOptions): Adjusted {
  const { stream, extras, calendar } = one;
  if (stream.kind !== 'bars') return { stream, actions: [], adjustment: 'raw' };
  const adjustedClose = extras.get('adjustedClose');
  if (adjustedClose !== undefined && options.useAdjustedClose === true) {
    const columns = scaledTo(stream.columns, adjustedClose);
    return { stream: { ...stream, columns }, actions: [], adjustment: 'fully-adjusted' };
  }
  const [dividend, split] = [extras.get('dividend'), extras.get('split')];
  const found = actionsOfColumns(stream.symbol, stream.columns.openTime, calendar, {
    ...(dividend === undefined ? {} : { dividend }),
    ...(split === undefined ? {} : { split }),
  });
  const splits = found.filter((action) => action.kind === 'split');
  const inPrices = isSplitAdjusted(stream.columns, splits) ?? adjustedClose !== undefined;
  return {
    stream,
    actions: inPrices ? found.filter((action) => action.kind !== 'split') : found,
    adjustment: inPrices ? 'split-adjusted' : 'raw',
  };
}

/** What splits of another file say of a stream: prices that do not fall at them have them in already. */
function withGiven(one: Adjusted, given: readonly CorporateAction[]): Adjusted {
  const { stream } = one;
  if (stream.kind !== 'bars' || one.adjustment !== 'raw') return one;
  const splits = given.filter((action) => action.kind === 'split' && action.symbol === stream.symbol);
  const inPrices = isSplitAdjusted(stream.columns, splits as Split[]) === true;
  return inPrices ? { ...one, adjustment: 'split-adjusted' } : one;
}

function scaledTo(bars: BarColumns, adjustedClose: Float64Array): BarColumns {
  const scaled = (column: Float64Array): Float64Array =>
    column.map((value, i) => (value * adjustedClose[i]) / bars.close[i]);
  return { ...bars, open: scaled(bars.open), high: scaled(bars.high), low: scaled(bars.low), close: adjustedClose };
}
