/**
 * Files of option chains as parts of a tape: a stream of quotes per contract, the underlying's prices where rows tell
 * them, and for each day which contracts were listed, with volume and open interest.
 */
import { calendar } from '../../time/calendars.ts';
import { Fault } from '../../base/fault.ts';
import { orderRows } from '../../market/check/order.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { ChainListing } from '../../market/option/listing.ts';
import type { Finding, StreamColumns } from '../../market/tape.ts';
import { parseFrame } from './frame.ts';
import { rowsByCode } from './groups.ts';
import { guessInstrument } from './guess.ts';
import { listingsOf } from './option-listings.ts';
import { type OptionField, type OptionRows, optionRowsOf } from './option-rows.ts';
import { offSessionFindings, type OptionTimes, timesOf } from './option-times.ts';
import type { Shape } from './shape.ts';
import type { LoadedStream, StreamOptions } from './streams.ts';
import type { Table } from './table.ts';

export interface OptionFile {
  readonly streams: readonly LoadedStream[];
  /** Prices of underlyings that came with the contracts; a file of their own is better. */
  readonly underlyings: readonly LoadedStream[];
  readonly listings: readonly ChainListing[];
}

/** Reads a table of contracts: quotes, chains at the end of a day, or open interest. */
export function optionFileOf(table: Table, shape: Shape, options: StreamOptions): OptionFile {
  const rows = optionRowsOf(table, options.symbol);
  const times = timesOf(table, options);
  const groups = rowsByCode(rows.codes, rows.contracts.length);
  const sorted = shape === 'option-open-interest' ? undefined : sortedRows(table, shape, rows, times, groups);
  const streams = sorted === undefined ? [] : rows.contracts.map((contract, i) => streamOf(table, sorted, contract, i));
  const [first, ...others] = streams;
  if (rows.contracts.length === 0) throw noContracts(table, rows.findings);
  const found = [...rows.findings, ...offSessionFindings(table, times)];
  return {
    streams: first === undefined ? [] : [{ ...first, findings: [...found, ...first.findings] }, ...others],
    underlyings: shape === 'option-open-interest' ? [] : underlyingsOf(table, rows, times),
    listings: listingsOf(table.file, rows, times, groups),
  };
}

/** Nothing can carry the findings of a file in which no row names a possible contract. */
function noContracts({ file, length }: Table, [first]: readonly Finding[]): Fault {
  const line = first?.row === undefined ? {} : { line: first.row };
  const rule = `none of ${length} rows names a contract that can be played${first === undefined ? '' : `: ${first.message}`}`;
  return new Fault(
    'csv.no-contracts',
    rule,
    { file, ...line },
    'is the root told, by a column, `symbol` or the name of the file?',
  );
}

/** The columns of all contracts of a file, contract by contract: streams are views of them, which costs no memory. */
interface Sorted {
  readonly kind: 'quotes' | 'bars';
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly lines: Int32Array;
  /** Where the rows of each contract begin, and where the last one's end. */
  readonly starts: Int32Array;
}

function sortedRows(
  table: Table,
  shape: Shape,
  rows: OptionRows,
  times: OptionTimes,
  groups: readonly Int32Array[],
): Sorted {
  const isChain = shape === 'option-chain';
  const close = rows.column('close');
  // A closing price of 0 is nobody's.
  const kept = isChain ? groups.map((group) => group.filter((row) => close![row] > 0)) : groups;
  const starts = new Int32Array(groups.length + 1);
  for (const [i, group] of kept.entries()) starts[i + 1] = starts[i] + group.length;
  const order = new Int32Array(starts[groups.length]);
  for (const [i, group] of kept.entries()) order.set(group, starts[i]);
  const ofTable = (column: Float64Array): Float64Array => picked(order.length, (i) => column[rows.tableRows[order[i]]]);
  const time = ofTable(times.at);
  const lines = new Int32Array(order.length);
  for (let i = 0; i < lines.length; i++) lines[i] = table.lines[rows.tableRows[order[i]]];
  const columns = isChain ? barColumns(table, rows, order, ofTable(times.openAt)) : quoteColumns(rows, order);
  return { kind: isChain ? 'bars' : 'quotes', columns: { time, ...columns }, lines, starts };
}

function quoteColumns(rows: OptionRows, order: Int32Array): Record<string, Float64Array> {
  const { length } = order;
  // A bid or ask of 0 is nobody's.
  const side = (field: OptionField): Float64Array => {
    const column = rows.column(field)!;
    return picked(length, (i) => column[order[i]] || Number.NaN);
  };
  const size = (field: OptionField): Float64Array => {
    const column = rows.column(field);
    return column === undefined ? new Float64Array(length) : picked(length, (i) => column[order[i]]);
  };
  return { bid: side('bid'), ask: side('ask'), bidSize: size('bidSize'), askSize: size('askSize') };
}

/** Prices of a chain at the end of a day that has no quotes. */
function barColumns(
  table: Table,
  rows: OptionRows,
  order: Int32Array,
  openTime: Float64Array,
): Record<string, Float64Array> {
  const close = rows.column('close')!;
  const volume = rows.column('volume');
  const { length } = order;
  const of = (column: Float64Array): Float64Array => picked(length, (i) => column[order[i]]);
  const price = (role: 'open' | 'high' | 'low'): Float64Array => of(table.numbers.get(role) ?? close);
  const traded = volume === undefined ? new Float64Array(length) : of(volume);
  return { openTime, open: price('open'), high: price('high'), low: price('low'), close: of(close), volume: traded };
}

function picked(length: number, value: (i: number) => number): Float64Array {
  const column = new Float64Array(length);
  for (let i = 0; i < length; i++) column[i] = value(i);
  return column;
}

function streamOf(table: Table, sorted: Sorted, instrument: Instrument, index: number): LoadedStream {
  const { symbol } = instrument;
  const [from, to] = [sorted.starts[index], sorted.starts[index + 1]];
  const lines = sorted.lines.subarray(from, to);
  const columns: Record<string, Float64Array> = {};
  for (const name of Object.keys(sorted.columns)) columns[name] = sorted.columns[name].subarray(from, to);
  const isSame = (a: number, b: number): boolean =>
    Object.values(columns).every((column) => Object.is(column[a], column[b]));
  const ordered = orderRows(columns['time'], isSame, { file: table.file, symbol, lines });
  const chosen = ordered.rows;
  if (chosen !== undefined) {
    for (const name of Object.keys(columns)) {
      const column = columns[name];
      columns[name] = picked(chosen.length, (i) => column[chosen[i]]);
    }
  }
  const length = to - from;
  // The keys are those of the kind, one by one.
  const stream = {
    kind: sorted.kind,
    columns: { length: chosen?.length ?? length, ...columns },
  } as unknown as StreamColumns;
  const frame = sorted.kind === 'bars' ? parseFrame('1d') : undefined;
  return {
    stream: { ...stream, symbol, ...(frame === undefined ? {} : { timeFrame: frame.name }) },
    instrument,
    calendar: calendar(instrument.calendar),
    frame,
    lines: chosen === undefined ? lines : Int32Array.from(chosen, (i) => lines[i]),
    findings: ordered.findings,
    file: table.file,
    hasVolume: false,
    irregular: true,
    extras: NOTHING,
  };
}

const NOTHING: ReadonlyMap<string, Float64Array> = new Map();

/** One price of the underlying per instant, from the rows that tell it. */
function underlyingsOf(table: Table, rows: OptionRows, times: OptionTimes): LoadedStream[] {
  const spots = spotColumn(table);
  const series = new Map<string, Map<number, number>>();
  const own = underlyingRow(table);
  const onlyOne = rows.contracts.length > 0 ? rows.contracts[0].option!.underlying : undefined;
  if (own !== undefined && onlyOne !== undefined) series.set(onlyOne, new Map([[times.at[own], own]]));
  for (let i = 0; i < rows.length; i++) {
    const code = rows.codes[i];
    const row = rows.tableRows[i];
    if (code < 0 || !(spots !== undefined && spots[row] > 0)) continue;
    const { underlying } = rows.contracts[code].option!;
    let rowsOf = series.get(underlying);
    if (rowsOf === undefined) series.set(underlying, (rowsOf = new Map()));
    if (!rowsOf.has(times.at[row])) rowsOf.set(times.at[row], row);
  }
  return [...series].map(([symbol, byTime]) => {
    const chosen = Int32Array.from(
      [...byTime].sort(([a], [b]) => a - b),
      ([, row]) => row,
    );
    const price = Float64Array.from(chosen, (row) => (row === own ? table.numbers.get('close')![row] : spots![row]));
    return underlyingStream(table, times, symbol, chosen, price);
  });
}

/** The row without a contract, where a chain begins with its underlying. */
function underlyingRow(table: Table): number | undefined {
  const rights = table.texts.get('right');
  const close = table.numbers.get('close');
  if (rights === undefined || close === undefined) return undefined;
  const row = rights.codes.findIndex((code, i) => rights.texts[code] === '' && close[i] > 0);
  return row < 0 ? undefined : row;
}

function spotColumn({ numbers, length }: Table): Float64Array | undefined {
  const [spot, bid, ask] = [numbers.get('spot'), numbers.get('spotBid'), numbers.get('spotAsk')];
  if (bid === undefined || ask === undefined) return spot;
  return Float64Array.from({ length }, (_, i) =>
    bid[i] > 0 && ask[i] >= bid[i] ? (bid[i] + ask[i]) / 2 : (spot?.[i] ?? Number.NaN),
  );
}

function underlyingStream(
  table: Table,
  times: OptionTimes,
  symbol: string,
  chosen: Int32Array,
  price: Float64Array,
): LoadedStream {
  const { length } = chosen;
  const time = Float64Array.from(chosen, (row) => times.at[row]);
  const instrument = guessInstrument(symbol, table.day);
  const none = new Float64Array(length);
  const stream: StreamColumns = times.isDaily
    ? {
        kind: 'bars',
        columns: {
          length,
          time,
          openTime: Float64Array.from(chosen, (row) => times.openAt[row]),
          open: price,
          high: price,
          low: price,
          close: price,
          volume: none,
        },
      }
    : { kind: 'quotes', columns: { length, time, bid: price, ask: price, bidSize: none, askSize: none } };
  return {
    stream: { ...stream, symbol, ...(times.isDaily ? { timeFrame: '1d' } : {}) },
    instrument,
    calendar: calendar(instrument.calendar),
    frame: times.isDaily ? parseFrame('1d') : undefined,
    lines: chosen.map((row) => table.lines[row]),
    findings: [],
    file: table.file,
    hasVolume: false,
    irregular: true,
    extras: new Map(),
  };
}
