/**
 * When something is to happen, in the market's own terms: on which sessions, and at which time of them.
 *
 * A rule is plain data: it is parsed from text, built by the functions below, or read from a configuration, and says
 * nothing about a particular market until it meets a calendar in `schedule.ts`.
 */
import { Fault } from '../base/fault.ts';
import { parseDuration, formatDuration } from './duration.ts';
import { HOUR, MINUTE } from './instant.ts';

export type Period = 'week' | 'month' | 'quarter' | 'year';

export type SessionRule =
  | { readonly kind: 'every-session' }
  /** The n-th session of each period (1 is the first, −1 the last). */
  | { readonly kind: 'nth-session'; readonly n: number; readonly of: Period }
  /** Sessions on these days of the week (0 is Sunday); a week whose day is closed has none. */
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  /** The n-th such weekday of each month, or the session before it where it is closed (as options expire). */
  | { readonly kind: 'nth-weekday'; readonly n: number; readonly weekday: number };

export type TimeRule =
  /** So many microseconds after (or, negative, before) the session's open or close. */
  | { readonly kind: 'open' | 'close'; readonly offset: number }
  /** When the wall clock of a zone (or of the exchange) shows so many microseconds after midnight. */
  | { readonly kind: 'clock'; readonly clock: number; readonly zone?: string }
  /** From the open on, every so many microseconds, until the close; not in the break. */
  | { readonly kind: 'interval'; readonly every: number };

export interface ScheduleRule {
  readonly sessions: SessionRule;
  readonly time: TimeRule;
}

const EVERY_SESSION: SessionRule = { kind: 'every-session' };
const AT_OPEN: TimeRule = { kind: 'open', offset: 0 };

/** Completes a rule: every session unless said otherwise, at the open unless said otherwise. */
export function rule(parts: Partial<ScheduleRule>): ScheduleRule {
  return { sessions: parts.sessions ?? EVERY_SESSION, time: parts.time ?? AT_OPEN };
}

export function atOpen(): TimeRule {
  return AT_OPEN;
}

export function atClose(): TimeRule {
  return { kind: 'close', offset: 0 };
}

/** `beforeClose('30m')`; an early close moves it. */
export function beforeClose(duration: string): TimeRule {
  return { kind: 'close', offset: -offsetOf(duration) };
}

export function afterClose(duration: string): TimeRule {
  return { kind: 'close', offset: offsetOf(duration) };
}

export function beforeOpen(duration: string): TimeRule {
  return { kind: 'open', offset: -offsetOf(duration) };
}

export function afterOpen(duration: string): TimeRule {
  return { kind: 'open', offset: offsetOf(duration) };
}

/** `atClock('15:45')` by the exchange's clock, or by that of an IANA zone. */
export function atClock(time: string, zone?: string): TimeRule {
  const clock = tryClock(time);
  if (clock === undefined)
    throw new Fault('schedule.bad-time', `a time must be HH:MM from 00:00 to 23:59, was ${time}`);
  return { kind: 'clock', clock, ...(zone === undefined ? {} : { zone }) };
}

/** `every('5m')` in the session: at the open, five minutes later, and so on until before the close. */
export function every(duration: string): TimeRule {
  const micros = offsetOf(duration);
  if (micros <= 0) throw new Fault('schedule.bad-interval', `an interval must be longer than nothing, was ${duration}`);
  return { kind: 'interval', every: micros };
}

/** `nthSession(1, 'month')` is the first of the month, `nthSession(-1, 'week')` the last of the week. */
export function nthSession(n: number, of: Period): SessionRule {
  if (!Number.isInteger(n) || n === 0) throw new Fault('schedule.bad-count', `n must be 1, 2 … or −1, −2 …, was ${n}`);
  return { kind: 'nth-session', n, of };
}

/** Returns the microseconds after midnight of `HH:MM` (or `HH:MM:SS`), or `undefined`. */
export function tryClock(text: string): number | undefined {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * HOUR + Number(match[2]) * MINUTE + (Number(match[3] ?? 0) * MINUTE) / 60;
}

/** An offset of a day or more would cross into other sessions, which is never what is meant. */
function offsetOf(duration: string): number {
  const micros = parseDuration(duration);
  if (micros >= 24 * HOUR) {
    throw new Fault(
      'schedule.too-long',
      `a duration in a schedule must be shorter than 24h, was ${formatDuration(micros)}`,
    );
  }
  return micros;
}
