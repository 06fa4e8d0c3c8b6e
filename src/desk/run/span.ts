/**
 * Cuts a tape to the days that a deck asks for. What lies outside is as if it were not there: indicators warm up inside.
 */
import { Fault } from '../../base/fault.ts';
import { fingerprintOf } from '../../adapters/files/fingerprint.ts';
import { sliceColumns, type BarColumns } from '../../market/columns.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { RecordedTape, StreamColumns, StreamSlice } from '../../market/tape.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDay } from '../../time/civil.ts';
import type { Zone } from '../../time/zone.ts';

export interface Span {
  /** First and last trade date, `YYYY-MM-DD`, both included. */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/** Returns the part of the tape between two dates of each instrument's own clock; nothing is copied. */
export function cutTape(tape: RecordedTape, { start, end }: Span): RecordedTape {
  if (start === undefined && end === undefined) return tape;
  if (start !== undefined && end !== undefined && parseDay(end) < parseDay(start)) {
    throw new Fault('config.value', `must not be before start (${start}), was "${end}"`, { field: 'tape.end' });
  }
  const zoneOf = new Map(tape.instruments.map((instrument) => [instrument.symbol, clockOf(instrument)]));
  const streams = tape.slice.streams.map((stream) => cut(stream, zoneOf.get(stream.symbol)!, start, end));
  if (streams.every(({ columns }) => columns.length === 0)) {
    throw new Fault('tape.empty', `the tape has nothing between ${start ?? 'its start'} and ${end ?? 'its end'}`, {
      field: 'tape.start',
    });
  }
  const until = end === undefined ? Infinity : Math.max(...[...zoneOf.values()].map((zone) => dayEnd(zone, end)));
  const actions = tape.actions.filter(({ at }) => at < until);
  return { ...tape, actions, slice: { streams }, fingerprint: fingerprintOf(streams, actions) };
}

function cut(stream: StreamSlice, zone: Zone, start: string | undefined, end: string | undefined): StreamSlice {
  const { columns } = stream;
  const opens = 'openTime' in columns ? columns.openTime : columns.time;
  const from = start === undefined ? 0 : firstAtOrAfter(opens, zone.instantAt(parseDay(start), 0));
  const to = end === undefined ? columns.length : firstAtOrAfter(opens, dayEnd(zone, end));
  // The columns keep their kind: only their rows are fewer.
  const kept = sliceColumns(columns as BarColumns, from, Math.max(from, to)) as StreamColumns['columns'];
  return { ...stream, columns: kept } as StreamSlice;
}

function clockOf(instrument: Instrument): Zone {
  return calendar(instrument.calendar).zone;
}

function dayEnd(zone: Zone, date: string): number {
  return zone.instantAt(parseDay(date) + 1, 0);
}

function firstAtOrAfter(times: Float64Array, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
