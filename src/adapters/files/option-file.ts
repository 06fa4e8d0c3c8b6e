/**
 * Files of option chains as parts of a tape: a stream of quotes per contract, the underlying's prices where rows tell
 * them, and for each day which contracts were listed, with volume and open interest.
 */
import { calendar } from '../../time/calendars.ts';
import { orderRows } from '../../market/check/order.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { ChainListing } from '../../market/option/listing.ts';
import type { StreamColumns } from '../../market/tape.ts';
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
  const streams =
    shape === 'option-open-interest'
      ? []
      : rows.contracts.map((contract, i) => streamOf(table, shape, rows, times, contract, groups[i]));
  const [first, ...others] = streams;
  const found = [...rows.findings, ...offSessionFindings(table, times)];
  return {
    streams: first === undefined ? [] : [{ ...first, findings: [...found, ...first.findings] }, ...others],
    underlyings: shape === 'option-open-interest' ? [] : underlyingsOf(table, rows, times),
    listings: listingsOf(table.file, rows, times, groups),
  };
}

function streamOf(
  table: Table,
  shape: Shape,
  rows: OptionRows,
  times: OptionTimes,
  instrument: Instrument,
  group: Int32Array,
): LoadedStream {
  const { symbol } = instrument;
  const isChain = shape === 'option-chain';
  // A mid or bid of 0 is nobody's price.
  const kept = isChain ? group.filter((row) => rows.column('close')![row] > 0) : group;
  const build = (chosen: Int32Array): StreamColumns =>
    isChain ? barsOf(table, rows, times, chosen) : quotesOf(rows, times, chosen);
  const all = build(kept);
  const lines = kept.map((row) => table.lines[rows.tableRows[row]]);
  const compared = Object.values({ ...all.columns }).filter((column) => column instanceof Float64Array);
  const ordered = orderRows(all.columns.time, (a, b) => compared.every((column) => Object.is(column[a], column[b])), {
    file: table.file,
    symbol,
    lines,
  });
  const inOrder = ordered.rows;
  const stream = inOrder === undefined ? all : build(Int32Array.from(inOrder, (i) => kept[i]));
  const frame = isChain ? parseFrame('1d') : undefined;
  return {
    stream: { ...stream, symbol, ...(frame === undefined ? {} : { timeFrame: frame.name }) },
    instrument,
    calendar: calendar(instrument.calendar),
    frame,
    lines: inOrder === undefined ? lines : Int32Array.from(inOrder, (i) => lines[i]),
    findings: ordered.findings,
    file: table.file,
    hasVolume: false,
    irregular: true,
    extras: new Map(),
  };
}

function quotesOf(rows: OptionRows, { at }: OptionTimes, chosen: Int32Array): StreamColumns {
  const side = (field: OptionField): Float64Array => {
    const column = rows.column(field)!;
    return Float64Array.from(chosen, (row) => (column[row] === 0 ? Number.NaN : column[row]));
  };
  const size = (field: OptionField): Float64Array => {
    const column = rows.column(field);
    return Float64Array.from(chosen, (row) => column?.[row] ?? 0);
  };
  return {
    kind: 'quotes',
    columns: {
      length: chosen.length,
      time: Float64Array.from(chosen, (row) => at[rows.tableRows[row]]),
      bid: side('bid'),
      ask: side('ask'),
      bidSize: size('bidSize'),
      askSize: size('askSize'),
    },
  };
}

/** Prices of a chain at the end of a day that has no quotes. */
function barsOf(table: Table, rows: OptionRows, { at, openAt }: OptionTimes, chosen: Int32Array): StreamColumns {
  const close = rows.column('close')!;
  const price = (role: 'open' | 'high' | 'low'): Float64Array => {
    const column = table.numbers.get(role) ?? close;
    return Float64Array.from(chosen, (row) => column[row]);
  };
  const volume = rows.column('volume');
  return {
    kind: 'bars',
    columns: {
      length: chosen.length,
      time: Float64Array.from(chosen, (row) => at[rows.tableRows[row]]),
      openTime: Float64Array.from(chosen, (row) => openAt[rows.tableRows[row]]),
      open: price('open'),
      high: price('high'),
      low: price('low'),
      close: Float64Array.from(chosen, (row) => close[row]),
      volume: Float64Array.from(chosen, (row) => volume?.[row] ?? 0),
    },
  };
}

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
