/**
 * When to try again after a connection was lost: soon, then less often, never all at once, and slowly while the vendor
 * restarts its servers at night.
 */
import { Fault } from '../../base/fault.ts';
import { calendar } from '../../time/calendars.ts';
import { FRIDAY, MONDAY, SATURDAY, SUNDAY, THURSDAY, TUESDAY, WEDNESDAY, weekdayOf } from '../../time/civil.ts';

const NEW_YORK = calendar('XNYS').zone;
const MINUTE_US = 60_000_000;
const DAY_MINUTES = 24 * 60;

/** A span of the clock in New York, minutes after midnight, in which the vendor restarts its servers. */
export interface ResetWindow {
  readonly from: number;
  readonly to: number;
  /** Days of the week on which it is, 0 for Sunday; every day where they are left out. */
  readonly days?: readonly number[];
}

/**
 * What the vendor's page of system status says for North America: 00:15 to 01:45 from Sunday to Friday, and from Friday 23:00 to
 * Saturday 03:00.
 */
export const RESET_WINDOWS: readonly ResetWindow[] = [
  { from: 15, to: 105, days: [SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY] },
  { from: 23 * 60, to: DAY_MINUTES, days: [FRIDAY] },
  { from: 0, to: 180, days: [SATURDAY] },
];

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** How a deck writes one: `00:15-01:45`, or `Sat 00:00-03:00` for one day. */
export const RESET_WINDOW = /^(?:(Sun|Mon|Tue|Wed|Thu|Fri|Sat) )?([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;

/** Reads a window as a deck writes it; its end is after its beginning. */
export function readResetWindow(text: string): ResetWindow {
  const [, day, ...clock] = RESET_WINDOW.exec(text) ?? [];
  const [fromHour, fromMinute, toHour, toMinute] = clock.map(Number);
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  if (!(from < to) || to > DAY_MINUTES) {
    const rule = `must be a span of one day as 00:15-01:45, or Sat 00:00-03:00, was ${text}`;
    throw new Fault('config.value', rule, { field: 'broker.restarts' });
  }
  return { from, to, ...(day === undefined ? {} : { days: [WEEKDAYS.indexOf(day)] }) };
}

/** Whether an instant is in a window. */
export function isResetting(at: number, windows: readonly ResetWindow[]): boolean {
  const day = NEW_YORK.dayAt(at);
  const minutes = Math.floor((at - NEW_YORK.instantAt(day, 0)) / MINUTE_US) % DAY_MINUTES;
  return windows.some(
    ({ from, to, days }) => minutes >= from && minutes < to && (days === undefined || days.includes(weekdayOf(day))),
  );
}

/** Microseconds after midnight of Sunday at which the login of the week ends, and from when on people are told. */
const LOGIN_ENDS = 60 * MINUTE_US;
const LOGIN_MISSED = 17 * 60 * MINUTE_US;

/**
 * Whether it is a login by hand that is missing: the vendor ends all of them on Sunday at 01:00 in New York. `lastUp` is when a
 * connection last stood, −Infinity where none did; then only Sunday's evening and Monday tell.
 */
export function needsLogin(at: number, lastUp: number): boolean {
  const day = NEW_YORK.dayAt(at);
  const sunday = day - weekdayOf(day);
  const isMissed = at >= NEW_YORK.instantAt(sunday, LOGIN_MISSED);
  const isOld = lastUp < NEW_YORK.instantAt(sunday, LOGIN_ENDS);
  return isMissed && isOld && (lastUp > -Infinity || weekdayOf(day) <= MONDAY);
}

/** Milliseconds until the next try: doubled each time up to half a minute, with `chance` (0 … 1) spread over a half of it. */
export function retryDelayMs(tries: number, isReset: boolean, chance: number, firstMs: number): number {
  const longest = isReset ? 60_000 : 30_000;
  const delay = isReset ? longest : Math.min(longest, firstMs * 2 ** Math.min(tries, 10));
  return Math.round(delay * (0.75 + chance / 2));
}
