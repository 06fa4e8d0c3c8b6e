/**
 * The length of a bar, as the field writes it: `1m`, `15m`, `4h`, `1d`, `1w`, `1mo`.
 */
import { Fault, show } from '../base/fault.ts';
import { HOUR, MINUTE, SECOND } from './instant.ts';

export type TimeUnit = 's' | 'm' | 'h' | 'd' | 'w' | 'mo';

export interface TimeFrame {
  readonly count: number;
  readonly unit: TimeUnit;
  /** Microseconds, for frames shorter than a day; a day, week or month has no fixed length. */
  readonly micros: number | undefined;
}

const UNITS: ReadonlyMap<string, TimeUnit> = new Map(
  (
    [
      ['s', ['s', 'sec', 'second', 'seconds']],
      ['m', ['m', 'min', 'minute', 'minutes']],
      ['h', ['h', 'hour', 'hours']],
      ['d', ['d', 'day', 'days', 'daily']],
      ['w', ['w', 'wk', 'week', 'weeks', 'weekly']],
      ['mo', ['mo', 'month', 'months', 'monthly']],
    ] as const
  ).flatMap(([unit, names]) => names.map((name) => [name, unit] as const)),
);

const MICROS: Partial<Record<TimeUnit, number>> = { s: SECOND, m: MINUTE, h: HOUR };

/** Parses `5m`, `1d`, `3 months`, `daily`; anything else, and intraday frames of a day or more, is a `Fault`. */
export function parseTimeFrame(text: string): TimeFrame {
  const match = /^(\d*)\s*([a-z]+)$/.exec(text.trim().toLowerCase());
  const unit = match === null ? undefined : UNITS.get(match[2]);
  const count = match === null || match[1] === '' ? 1 : Number(match[1]);
  const size = unit === undefined ? undefined : MICROS[unit];
  if (unit === undefined || count === 0 || (size !== undefined && count * size >= 24 * HOUR)) {
    const rule = `a time frame must be as in 1m, 15m, 4h, 1d, 1w or 1mo, was ${show(text)}`;
    throw new Fault('time.bad-time-frame', rule, {}, size === undefined ? undefined : 'use 1d for a day');
  }
  return { count, unit, micros: size === undefined ? undefined : count * size };
}

/** `15m`, `1d`, `3mo` */
export function formatTimeFrame({ count, unit }: TimeFrame): string {
  return `${count}${unit}`;
}
