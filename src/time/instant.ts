/**
 * When something happened: a whole number of microseconds since 1970 UTC, in a float64 that is exact until 2255.
 *
 * Hot loops compare these numbers; people see text. Temporal is used only where a human is (parsing, zones).
 */
declare const unit: unique symbol;

/** Microseconds since 1970-01-01T00:00:00Z, a whole number. */
export type Instant = number & { readonly [unit]: 'µs since 1970' };

export const MICROSECOND = 1;
export const MILLISECOND = 1_000;
export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Names a whole number of microseconds an instant. */
export function instant(micros: number): Instant {
  return micros as Instant;
}

export function instantFromMillis(millis: number): Instant {
  return (millis * MILLISECOND) as Instant;
}

/** The day that was last written, with its text: who writes many instants writes many of one day. */
let lastDay = Number.NaN;
let lastDayText = '';

/** ISO 8601 in UTC, with as many fraction digits as needed: `2024-03-01T14:30:00Z`. */
export function formatInstant(at: number): string {
  const day = Math.floor(at / DAY);
  if (day !== lastDay) {
    lastDayText = new Date(day * (DAY / MILLISECOND)).toISOString().slice(0, 10);
    lastDay = day;
  }
  const ofDay = at - day * DAY;
  const seconds = Math.floor(ofDay / SECOND);
  const micros = ofDay - seconds * SECOND;
  const clock = `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  if (micros === 0) return `${lastDayText}T${clock}Z`;
  const fraction = String(micros).padStart(6, '0');
  return `${lastDayText}T${clock}.${fraction.endsWith('000') ? fraction.slice(0, 3) : fraction}Z`;
}

/** The UTC date of an instant: `2024-03-01`. */
export function formatDate(at: number): string {
  return new Date(Math.floor(at / MILLISECOND)).toISOString().slice(0, 10);
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
