/**
 * From a table of cells to streams of columns, one per instrument: grouped, stamped, put in order, each row accounted.
 */
import { Fault } from '../../base/fault.ts';
import type { Instrument, InstrumentOptions } from '../../market/instrument.ts';
import { orderRows } from '../../market/check/order.ts';
import type { Finding, StreamColumns, StreamSlice } from '../../market/tape.ts';
import { type Calendar } from '../../time/calendar.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDay, weekdayOf } from '../../time/civil.ts';
import { DAY, formatInstant } from '../../time/instant.ts';
import { zone } from '../../time/zone.ts';
import { readFileName } from './file-name.ts';
import { findFrame, type Frame, parseFrame } from './frame.ts';
import { type Group, groupsOf } from './groups.ts';
import { guessInstrument } from './guess.ts';
import type { Mapping } from './mapping.ts';
import { type Shape, shapeOf } from './shape.ts';
import { instantsOfRows, stampRows } from './stamping.ts';
import type { Table } from './table.ts';

export interface StreamOptions extends Mapping {
  /** Parts of the instrument that are known; a function when the file holds several symbols. */
  readonly instrument?: Partial<InstrumentOptions> | ((symbol: string) => Partial<InstrumentOptions>);
}

/** One stream with all that was found out about its rows. */
export interface LoadedStream {
  readonly stream: StreamSlice;
  readonly instrument: Instrument;
  readonly calendar: Calendar;
  readonly frame: Frame | undefined;
  /** 1-based line of each row of the stream. */
  readonly lines: Int32Array;
  readonly findings: readonly Finding[];
  readonly file: string;
  readonly hasVolume: boolean;
  /** Whether a row tells one price, so that open, high and low are that of its close. */
  readonly closesOnly?: boolean;
  /** Daily rows that are far apart by nature (a rate and its changes): nothing is missing between them. */
  readonly irregular: boolean;
  /** Columns beside the prices (dividends, splits, adjusted closes), in the rows of the stream. */
  readonly extras: ReadonlyMap<string, Float64Array>;
}

const OHLC = ['open', 'high', 'low', 'close'] as const;
const QUOTE_BAR_PRICES = [
  'bidOpen', 'bidHigh', 'bidLow', 'bidClose', 'askOpen', 'askHigh', 'askLow', 'askClose',
] as const; // prettier-ignore

/** Returns the streams of a table; one whose columns make no market data is a `Fault`. */
export function streamsOf(table: Table, options: StreamOptions): LoadedStream[] {
  const shape = shapeOf(table);
  if (shape === undefined || shape === 'option-chain' || shape === 'option-open-interest') {
    const hint = 'map `columns`, as in { date: "Day", close: "Last" }, or --map date=Day';
    const rule = shape === undefined ? 'the columns are no bars, quotes or trades' : `the file is an ${shape}, no tape`;
    throw new Fault('csv.unknown-shape', rule, { file: table.file }, hint);
  }
  const dated = withDates(table, options);
  const undated = undatedRows(dated);
  const symbol = options.symbol ?? table.symbol ?? readFileName(table.file).symbol;
  const groups = groupsOf(dated, shape, symbol).map((group) => withoutRows(group, undated, dated.length));
  const isTick = shape === 'quotes' || shape === 'trades';
  const series = groups.map(({ rows }) => ({ day: pick(dated.day, rows), clock: pick(dated.clock, rows) }));
  const frame = isTick
    ? undefined
    : options.timeFrame === undefined
      ? isOneDay(dated, groups)
        ? parseFrame('1d')
        : findFrame(series)
      : parseFrame(options.timeFrame);
  const loaded = groups.map((group) => loadGroup(dated, shape, group, frame, options));
  const [first, ...others] = loaded;
  if (first === undefined || undated.size === 0) return loaded;
  const missing = [...undated].map((row): Finding => ({
    rule: 'not-finite',
    severity: 'fatal',
    file: table.file,
    row: table.lines[row],
    symbol,
    value: 'no date',
    message: 'the row has no date and was left out',
  }));
  return [{ ...first, findings: [...missing, ...first.findings] }, ...others];
}

/**
 * Whether a file holds a row each of many symbols at one midnight of New York: the day of all of a market, as vendors
 * give it away file by file. No distance between rows can tell how long they are.
 */
function isOneDay({ day, clock, zoned, length }: Table, groups: readonly Group[]): boolean {
  if (!zoned || length === 0 || length !== groups.length || !(length > 1 || groups[0].instrument.kind === 'option'))
    return false;
  const at = day[0] * DAY + clock[0];
  const market = zone(calendar('XNYS').zone.name);
  if (market.instantAt(market.dayAt(at), 0) !== at) return false;
  return day.every((value, i) => value * DAY + clock[i] === at);
}

/** Rows that have only a clock time take the date from the options or the file's name. */
function withDates(table: Table, options: StreamOptions): Table {
  if (table.length === 0 || table.day.some(Number.isFinite)) return table;
  const date = options.date ?? readFileName(table.file).date;
  if (date === undefined) {
    throw new Fault('csv.no-date', 'rows have a clock time and no date', { file: table.file },
      'map `date`, or put it in the name: SPY_20131007.csv'); // prettier-ignore
  }
  return { ...table, day: new Float64Array(table.length).fill(parseDay(date)) };
}

function undatedRows({ day }: Table): Set<number> {
  const rows = new Set<number>();
  for (let i = 0; i < day.length; i++) if (Number.isNaN(day[i])) rows.add(i);
  return rows;
}

function withoutRows(group: Group, left: ReadonlySet<number>, length: number): Group {
  if (left.size === 0) return group;
  const all = group.rows ?? Int32Array.from({ length }, (_, i) => i);
  const keep = Array.from(all.keys()).filter((i) => !left.has(all[i]));
  const { values } = group;
  return {
    ...group,
    rows: Int32Array.from(keep, (i) => all[i]),
    ...(values === undefined ? {} : { values: Float64Array.from(keep, (i) => values[i]) }),
  };
}

function loadGroup(
  table: Table,
  shape: Shape,
  group: Group,
  frame: Frame | undefined,
  options: StreamOptions,
): LoadedStream {
  const { symbol } = group;
  const day = pick(table.day, group.rows);
  const clock = pick(table.clock, group.rows);
  const lines = pick(table.lines, group.rows);
  const given = typeof options.instrument === 'function' ? options.instrument(symbol) : options.instrument;
  const instrument = guessInstrument(symbol, day, { ...group.instrument, ...given });
  const market = calendar(instrument.calendar);
  const roundTheClock = instrument.kind === 'fx' || instrument.kind === 'crypto';
  const clockZone = options.zone ?? table.zone ?? (roundTheClock ? 'UTC' : market.zone.name);

  const stamped =
    frame === undefined
      ? { time: instantsOfRows(day, clock, zone(clockZone), table.zoned), openTime: undefined, offSession: [] }
      : stampRows(day, clock, {
          frame,
          calendar: market,
          zone: zone(clockZone === 'UTC' && frame.unit !== 'intraday' && !roundTheClock ? market.zone.name : clockZone),
          zoned: table.zoned,
          labels: options.labels ?? 'start',
          civilDays: instrument.kind === 'fx' && frame.unit === 'day' && day.some((value) => weekdayOf(value) === 0),
        });

  const source = (role: string): Float64Array | undefined => {
    const column = (table.numbers as ReadonlyMap<string, Float64Array>).get(role);
    return column === undefined ? undefined : pick(column, group.rows);
  };
  const built = build(shape, group, source, stamped.time, stamped.openTime, options.priceScale ?? group.priceScale);
  const extras = new Map<string, Float64Array>();
  for (const role of ['dividend', 'split', 'adjustedClose', 'openInterest']) {
    const column = source(role);
    if (column !== undefined) extras.set(role, column);
  }

  const place = { file: table.file, symbol, lines };
  const compared = comparable(built.columns);
  const same = (a: number, b: number): boolean => compared.every((column) => Object.is(column[a], column[b]));
  const ordered = orderRows(stamped.time, same, place);
  const off = stamped.offSession.map((row): Finding => ({
    rule: 'off-session',
    severity: 'warning',
    file: table.file,
    row: lines[row],
    symbol,
    at: stamped.time[row],
    value: formatInstant(stamped.openTime?.[row] ?? stamped.time[row]),
    message: `${market.name} has no session then; the row was kept`,
  }));
  const { rows } = ordered;
  const timeFrame = frame === undefined ? {} : { timeFrame: frame.name };
  return {
    stream: { ...reorder(built, rows), symbol, ...timeFrame },
    instrument,
    calendar: market,
    frame,
    file: table.file,
    hasVolume: table.numbers.has('volume') && shape !== 'matrix',
    closesOnly: shape === 'closes' || shape === 'matrix',
    irregular: day.length > 1 && Math.abs(day.at(-1)! - day[0]) > 15 * day.length,
    lines: pick(lines, rows),
    findings: [...ordered.findings, ...off],
    extras: rows === undefined ? extras : new Map([...extras].map(([name, column]) => [name, pick(column, rows)])),
  };
}

function build(
  shape: Shape,
  group: Group,
  source: (role: string) => Float64Array | undefined,
  time: Float64Array,
  openTime: Float64Array | undefined,
  scale: number,
): StreamColumns {
  const { length } = time;
  const price = (role: string): Float64Array => {
    const column = source(role) ?? new Float64Array(length).fill(Number.NaN);
    return scale === 1 ? column : column.map((value) => Number((value * scale).toPrecision(15)));
  };
  const size = (...roles: string[]): Float64Array => {
    const column = roles.map(source).find((found) => found !== undefined);
    return column ?? new Float64Array(length);
  };
  const opens = openTime ?? time;
  switch (shape) {
    case 'quote-bars':
    case 'option-quote-bars': {
      const prices = Object.fromEntries(QUOTE_BAR_PRICES.map((role) => [role, price(role)]));
      const columns = { length, time, openTime: opens, ...prices, bidSize: size('bidSize'), askSize: size('askSize') };
      // The keys are those of the type, one by one; `fromEntries` cannot say so.
      return {
        kind: 'quote-bars',
        columns: columns as unknown as Extract<StreamColumns, { kind: 'quote-bars' }>['columns'],
      };
    }
    case 'quotes':
      return {
        kind: 'quotes',
        columns: {
          length,
          time,
          bid: price('bid'),
          ask: price('ask'),
          bidSize: size('bidSize'),
          askSize: size('askSize'),
        },
      };
    case 'trades':
      return { kind: 'trades', columns: { length, time, price: price('price'), size: size('size', 'volume') } };
    case 'closes':
    case 'matrix': {
      const close = group.values ?? (source('close') === undefined ? price('price') : price('close'));
      const volume = group.values === undefined ? size('volume') : new Float64Array(length);
      return {
        kind: 'bars',
        columns: { length, time, openTime: opens, open: close, high: close, low: close, close, volume },
      };
    }
    default: {
      const [open, high, low, close] = OHLC.map(price) as [Float64Array, Float64Array, Float64Array, Float64Array];
      return {
        kind: 'bars',
        columns: { length, time, openTime: opens, open, high, low, close, volume: size('volume') },
      };
    }
  }
}

function comparable(columns: StreamColumns['columns']): Float64Array[] {
  return Object.values<unknown>({ ...columns }).filter((column) => column instanceof Float64Array);
}

function reorder(stream: StreamColumns, rows: Int32Array | undefined): StreamColumns {
  if (rows === undefined) return stream;
  const columns: Record<string, unknown> = { length: rows.length };
  for (const [name, column] of Object.entries<unknown>({ ...stream.columns })) {
    if (column instanceof Float64Array) columns[name] = pick(column, rows);
  }
  // The same keys as before, each with its rows picked.
  return { kind: stream.kind, columns } as unknown as StreamColumns;
}

/** Returns the given rows of a column; the column itself when all are meant. */
function pick<T extends Float64Array | Int32Array>(column: T, rows: Int32Array | undefined): T {
  if (rows === undefined) return column;
  const picked = column instanceof Float64Array ? new Float64Array(rows.length) : new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = column[rows[i]]!;
  return picked as T;
}
