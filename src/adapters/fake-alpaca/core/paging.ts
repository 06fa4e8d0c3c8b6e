/**
 * Pages of a list: tokens that say nothing to the customer, and a limit that counts over all symbols of a page.
 */
import { Refusal } from '../../fake-broker/core/refusal.ts';

export type Query = Readonly<Record<string, string>>;

/** Reads a whole number of a query within bounds; another text is refused. */
export function countOf(query: Query, name: string, fallback: number, least: number, most: number): number {
  const text = query[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Refusal(400, 40010001, `invalid ${name}: must be between ${least} and ${most}`);
  }
  return value;
}

export function listOf(query: Query, name: string): string[] {
  return (query[name] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Reads an instant of a query: RFC 3339, a date, or seconds since 1970; microseconds, `undefined` when absent. */
export function instantOf(query: Query, name: string): number | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1e6);
  // A time without a zone is meant as UTC, wherever this runs.
  const millis = Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
  if (Number.isNaN(millis)) throw new Refusal(400, 40010001, `invalid ${name}: ${JSON.stringify(text)}`);
  // Date keeps milliseconds; the digits after them are read by hand.
  const micros = /\.\d{3}(\d{1,3})/.exec(text)?.[1];
  return millis * 1000 + Number((micros ?? '').padEnd(3, '0'));
}

/** Reads a date `YYYY-MM-DD` as text that can be compared. */
export function dateOf(query: Query, name: string): string | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) throw new Refusal(400, 40010001, `invalid ${name}: ${JSON.stringify(text)}`);
  return text.slice(0, 10);
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Returns the page that a token speaks of. `what` keeps tokens of one list from being used on another. */
export function pageOf<T>(items: readonly T[], limit: number, token: string | undefined, what: string): Page<T> {
  const from = token === undefined || token === '' ? 0 : readToken(token, what);
  const page = items.slice(from, from + limit);
  return { items: page, next: from + limit < items.length ? makeToken(from + limit, what) : null };
}

function makeToken(offset: number, what: string): string {
  return encode(`${what}|${offset}`);
}

function readToken(token: string, what: string): number {
  const [name, offset] = decode(token).split('|');
  if (name !== what || !/^\d+$/.test(offset ?? '')) throw new Refusal(400, 40010001, 'invalid page_token');
  return Number(offset);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Base 64 of ASCII, without padding. */
function encode(text: string): string {
  let bits = '';
  for (let i = 0; i < text.length; i++) bits += text.charCodeAt(i).toString(2).padStart(8, '0');
  let encoded = '';
  for (let i = 0; i < bits.length; i += 6) encoded += ALPHABET[Number.parseInt(bits.slice(i, i + 6).padEnd(6, '0'), 2)];
  return encoded;
}

function decode(token: string): string {
  let bits = '';
  for (const letter of token) bits += Math.max(0, ALPHABET.indexOf(letter)).toString(2).padStart(6, '0');
  let text = '';
  for (let i = 0; i + 8 <= bits.length; i += 8) text += String.fromCharCode(Number.parseInt(bits.slice(i, i + 8), 2));
  return text;
}
