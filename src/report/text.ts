/**
 * Numbers and dates as people read them, the same on every machine: no locale, a true minus sign, NaN as a dash.
 */
import { formatDate, formatInstant } from '../time/instant.ts';

/** What stands where there is no number. */
export const NONE = '–';

/** `1,234.50`; NaN and ±∞ are a dash and `∞`. */
export function decimal(value: number, decimals = 2): string {
  if (Number.isNaN(value)) return NONE;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const text = Math.abs(value).toFixed(decimals);
  const [whole, fraction] = text.split('.') as [string, string?];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value < 0 && Number(text) !== 0 ? '−' : '';
  return fraction === undefined ? sign + grouped : `${sign}${grouped}.${fraction}`;
}

/** A count: `12,345`. */
export function whole(value: number): string {
  return decimal(value, 0);
}

/** A fraction as per cent: 0.1234 is `12.3%`. */
export function percent(value: number, decimals = 1): string {
  const text = decimal(value * 100, decimals);
  return text === NONE ? NONE : `${text}%`;
}

/** A fraction as per cent with its sign: `+12.3%`. */
export function signedPercent(value: number, decimals = 1): string {
  const text = percent(value, decimals);
  return value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text;
}

/** Money with its currency: `12,345.67 USD`; cents are left out from a million on. */
export function money(value: number, currency: string): string {
  return `${decimal(value, Math.abs(value) >= 1e6 ? 0 : 2)} ${currency}`;
}

/** A price or quantity with no more decimals than it needs, eight at most. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return decimal(value);
  const [, fraction = ''] = String(Number(value.toFixed(8))).split('.');
  return decimal(value, fraction.includes('e') ? 8 : fraction.length);
}

/** The UTC date of an instant, or a dash. */
export function date(at: number): string {
  return Number.isFinite(at) ? formatDate(at) : NONE;
}

/** UTC date and minute of an instant: `2024-03-01 14:30`. */
export function dateTime(at: number): string {
  return Number.isFinite(at) ? formatInstant(at).slice(0, 16).replace('T', ' ') : NONE;
}

/** What is said of so many margin calls. */
export function marginCallsText(calls: number): string {
  const times = calls === 1 ? 'once' : calls === 2 ? 'twice' : `${whole(calls)} times`;
  return `The account was called for margin ${times}, and what it could not back was closed.`;
}

/** A length of time in the largest unit that fits: `3.2 years`, `14 days`, `5 hours`. */
export function duration(micros: number): string {
  const days = micros / 86_400_000_000;
  if (!Number.isFinite(days)) return NONE;
  if (days >= 730) return `${decimal(days / 365.25, 1)} years`;
  if (days >= 1) return plural(Math.round(days), 'day');
  const hours = days * 24;
  return hours >= 1 ? plural(Math.round(hours), 'hour') : plural(Math.round(hours * 60), 'minute');
}

/** `1 trade`, `2 trades`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}
