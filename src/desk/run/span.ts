/**
 * Cuts a tape to the days that a deck asks for. What lies outside is as if it were not there: indicators warm up inside.
 */
import { firstAtOrAbove } from '../../base/search.ts';
import { Fault } from '../../base/fault.ts';
import { fingerprintOf } from '../../adapters/files/fingerprint.ts';
import { sliceColumns, type BarColumns } from '../../market/columns.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { StreamColumns, StreamSlice, TapeSlice } from '../../market/tape.ts';
import type { AnyTape } from '../wiring/tapes.ts';
import { formatInstant } from '../../time/instant.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDay } from '../../time/civil.ts';
import type { Zone } from '../../time/zone.ts';

export interface Span {
  /** First and last trade date, `YYYY-MM-DD`, both included. */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/** Returns the part of the tape between two dates of each instrument's own clock; nothing is copied. */
export function cutTape(tape: AnyTape, { start, end }: Span): AnyTape {
  if (start === undefined && end === undefined) return tape;
  if (start !== undefined && end !== undefined && parseDay(end) < parseDay(start)) {
    throw new Fault('config.value', `must not be before start (${start}), was "${end}"`, { field: 'tape.end' });
  }
  const zoneOf = new Map(tape.instruments.map((instrument) => [instrument.symbol, clockOf(instrument)]));
  const until = end === undefined ? Infinity : Math.max(...[...zoneOf.values()].map((zone) => dayEnd(zone, end)));
  const actions = tape.actions.filter(({ at }) => at < until);
  if (!('slice' in tape)) {
    const slices = async function* (): AsyncGenerator<TapeSlice> {
      for await (const { streams } of tape.slices()) {
        yield { streams: streams.map((stream) => cut(stream, zoneOf.get(stream.symbol)!, start, end)) };
      }
    };
    return { ...tape, actions, slices };
  }
  const streams = tape.slice.streams.map((stream) => cut(stream, zoneOf.get(stream.symbol)!, start, end));
  if (streams.every(({ columns }) => columns.length === 0)) {
    throw new Fault('tape.empty', `the tape has nothing between ${start ?? 'its start'} and ${end ?? 'its end'}`, {
      field: 'tape.start',
    });
  }
  return { ...tape, actions, slice: { streams }, fingerprint: fingerprintOf(streams, actions) };
}

/** Returns what a tape has after an instant; actions stay, because the engine knows which of them have happened. */
export function tapeAfter(tape: AnyTape, at: number): AnyTape {
  if (!('slice' in tape)) {
    const slices = async function* (): AsyncGenerator<TapeSlice> {
      for await (const { streams } of tape.slices()) yield { streams: streams.map((stream) => after(stream, at)) };
    };
    return { ...tape, rows: undefined, slices };
  }
  const streams = tape.slice.streams.map((stream) => after(stream, at));
  if (streams.every(({ columns }) => columns.length === 0)) {
    const rule = `the tape has nothing after ${formatInstant(at)}, up to which the saved run was played`;
    throw new Fault('tape.empty', rule, { field: 'state.restore' });
  }
  return { ...tape, slice: { streams }, fingerprint: fingerprintOf(streams, tape.actions) };
}

function after(stream: StreamSlice, at: number): StreamSlice {
  const { columns } = stream;
  return rowsOf(stream, firstAtOrAbove(columns.time, at + 1), columns.length);
}

function cut(stream: StreamSlice, zone: Zone, start: string | undefined, end: string | undefined): StreamSlice {
  const { columns } = stream;
  const opens = 'openTime' in columns ? columns.openTime : columns.time;
  const from = start === undefined ? 0 : firstAtOrAbove(opens, zone.instantAt(parseDay(start), 0));
  const to = end === undefined ? columns.length : firstAtOrAbove(opens, dayEnd(zone, end));
  return rowsOf(stream, from, Math.max(from, to));
}

function rowsOf(stream: StreamSlice, from: number, to: number): StreamSlice {
  // The columns keep their kind: only their rows are fewer.
  const kept = sliceColumns(stream.columns as BarColumns, from, to) as StreamColumns['columns'];
  return { ...stream, columns: kept } as StreamSlice;
}

function clockOf(instrument: Instrument): Zone {
  return calendar(instrument.calendar).zone;
}

function dayEnd(zone: Zone, date: string): number {
  return zone.instantAt(parseDay(date) + 1, 0);
}
