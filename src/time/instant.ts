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

/** ISO 8601 in UTC, with as many fraction digits as needed: `2024-03-01T14:30:00Z`. */
export function formatInstant(at: number): string {
  const seconds = Math.floor(at / SECOND);
  const micros = at - seconds * SECOND;
  const base = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (micros === 0) return `${base}Z`;
  const fraction = String(micros).padStart(6, '0');
  return `${base}.${fraction.endsWith('000') ? fraction.slice(0, 3) : fraction}Z`;
}

/** The UTC date of an instant: `2024-03-01`. */
export function formatDate(at: number): string {
  return new Date(Math.floor(at / MILLISECOND)).toISOString().slice(0, 10);
}
