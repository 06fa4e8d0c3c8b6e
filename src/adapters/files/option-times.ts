/**
 * When the rows of an option file were known. Vendors give a time, or a date that means the close of the day.
 */
import { Fault } from '../../base/fault.ts';
import type { Calendar } from '../../time/calendar.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDay } from '../../time/civil.ts';
import { formatInstant } from '../../time/instant.ts';
import { zone } from '../../time/zone.ts';
import type { Finding } from '../../market/tape.ts';
import { readFileName } from './file-name.ts';
import { parseFrame } from './frame.ts';
import { instantsOfRows, stampRows } from './stamping.ts';
import type { StreamOptions } from './streams.ts';
import type { Table } from './table.ts';

/** When each row of the table was known. */
export interface OptionTimes {
  readonly at: Float64Array;
  readonly openAt: Float64Array;
  /** Rows say a date and no time: they are of the close. */
  readonly isDaily: boolean;
  readonly offSession: readonly number[];
  readonly market: Calendar;
}

/** Shares and indices: a row with a date alone was made when they closed. */
const MARKET = 'XNYS';

/** Returns when each row was known; a date without a time is the close of that day. */
export function timesOf(table: Table, options: StreamOptions): OptionTimes {
  const market = calendar(MARKET);
  const dated = table.day.some((day) => Number.isFinite(day)) ? table.day : fileDay(table, options);
  const isDaily = !table.clock.some((clock) => clock > 0);
  if (isDaily) {
    const stamping = {
      frame: parseFrame('1d'),
      calendar: market,
      zone: market.zone,
      labels: 'start',
      civilDays: false,
    } as const;
    const { time, openTime, offSession } = stampRows(dated, table.clock, { ...stamping, zoned: table.zoned });
    return { at: time, openAt: openTime, isDaily, offSession, market };
  }
  const clockZone = zone(options.zone ?? table.zone ?? market.zone.name);
  const at = instantsOfRows(dated, table.clock, clockZone, table.zoned);
  return { at, openAt: at, isDaily, offSession: [], market };
}

function fileDay(table: Table, options: StreamOptions): Float64Array {
  const date = options.date ?? readFileName(table.file).date;
  if (date !== undefined) return new Float64Array(table.length).fill(parseDay(date));
  const hint = 'map `date`, or put it in the name: GOOG_20151224.csv';
  throw new Fault('csv.no-date', 'rows say no date, and neither does the name of the file', { file: table.file }, hint);
}

/** A finding for each date of the rows that is no session. */
export function offSessionFindings(table: Table, { offSession: rows, at, market }: OptionTimes): Finding[] {
  const days = new Map(rows.map((row) => [at[row], row]));
  return [...days].map(([time, row]) => ({
    rule: 'off-session',
    severity: 'warning',
    file: table.file,
    row: table.lines[row],
    symbol: '',
    at: time,
    value: formatInstant(time),
    message: `${market.name} has no session then; the rows of that day were kept`,
  }));
}
