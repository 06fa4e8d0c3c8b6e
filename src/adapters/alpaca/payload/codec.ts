/**
 * Reads the broker's JSON into typed values, and writes them back: a shape is said once, and an error names the field and
 * the value. Fields that a shape does not name are left alone, as the vendor adds some without notice.
 */
import { didYouMean } from '../../../base/did-you-mean.ts';
import { Fault, show } from '../../../base/fault.ts';
import { formatDay, parseDay } from '../../../time/civil.ts';
import { formatInstant, MILLISECOND, SECOND, type Instant } from '../../../time/instant.ts';
import { Decimal } from './decimal.ts';

export interface Codec<T> {
  /** Reads a JSON value; `field` is its path, for the error. */
  read(value: unknown, field: string): T;
  /** Writes it back as JSON. */
  write(value: T): unknown;
}

export type ValueOf<C> = C extends Codec<infer T> ? T : never;

function refuse(field: string, rule: string, value: unknown, hint?: string): never {
  throw new Fault('payload.bad-value', `${rule}, was ${show(value)}`, { field }, hint);
}

function simple<T>(rule: string, convert: (value: unknown) => T | undefined, write: (value: T) => unknown): Codec<T> {
  return {
    read: (value, field) => convert(value) ?? refuse(field, rule, value),
    write,
  };
}

export const text: Codec<string> = simple(
  'must be a text',
  (value) => (typeof value === 'string' ? value : undefined),
  (value) => value,
);

export const flag: Codec<boolean> = simple(
  'must be true or false',
  (value) => (typeof value === 'boolean' ? value : undefined),
  (value) => value,
);

/** A finite JSON number, as the market data has them. */
export const number: Codec<number> = simple(
  'must be a finite number',
  (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  (value) => value,
);

/** A count: a whole JSON number, or one in a text. */
export const whole: Codec<number> = simple(
  'must be a whole number',
  (value) => {
    const count = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    return typeof count === 'number' && Number.isSafeInteger(count) ? count : undefined;
  },
  (value) => value,
);

/** Money, a price or a quantity: a decimal text, or a JSON number, whose shortest text is taken. */
export const decimal: Codec<Decimal> = simple(
  'must be a decimal number',
  (value) => {
    if (typeof value === 'number') return Number.isFinite(value) ? Decimal.parse(plainText(value)) : undefined;
    return typeof value === 'string' ? Decimal.parse(value) : undefined;
  },
  (value) => value.toString(),
);

/** The shortest text of a number, without an exponent. */
function plainText(value: number): string {
  const short = String(value);
  return short.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : short;
}

/** A point in time to the nanosecond: an instant has microseconds, and the broker three digits more. */
export interface PreciseTime {
  readonly at: Instant;
  /** Nanoseconds after `at`, 0 … 999. */
  readonly nanos: number;
}

export const time: Codec<PreciseTime> = simple('must be an RFC 3339 time', readTime, writeTime);

function readTime(value: unknown): PreciseTime | undefined {
  if (typeof value !== 'string') return undefined;
  const match = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:?\d{2})$/.exec(value);
  if (match === null) return undefined;
  const offset = /^[+-]\d{4}$/.test(match[4]) ? `${match[4].slice(0, 3)}:${match[4].slice(3)}` : match[4].toUpperCase();
  const millis = Date.parse(`${match[1]}T${match[2]}${offset}`);
  if (Number.isNaN(millis)) return undefined;
  const nanos = Number((match[3] ?? '').padEnd(9, '0'));
  return { at: (millis * MILLISECOND + Math.floor(nanos / 1000)) as Instant, nanos: nanos % 1000 };
}

function writeTime({ at, nanos }: PreciseTime): string {
  if (nanos === 0) return formatInstant(at);
  const second = Math.floor(at / SECOND) * SECOND;
  const fraction = String(at - second).padStart(6, '0') + String(nanos).padStart(3, '0');
  return `${formatInstant(second).slice(0, 19)}.${fraction.replace(/0+$/, '')}Z`;
}

/** A day, in days since 1970. */
export const day: Codec<number> = {
  read(value, field) {
    if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) refuse(field, 'must be a date', value);
    try {
      return parseDay(value);
    } catch (error) {
      if (error instanceof Fault) refuse(field, 'must be an existing date', value);
      throw error;
    }
  },
  write: formatDay,
};

/** One of the words that are known; a new word of the vendor's is refused, because money may depend on it. */
export function oneOf<const W extends readonly string[]>(...words: W): Codec<W[number]> {
  return {
    read(value, field) {
      const word = words.find((one) => one === value);
      if (word !== undefined) return word;
      const hint = typeof value === 'string' ? didYouMean(value, words) : undefined;
      return refuse(field, `must be one of ${words.map((one) => show(one)).join(', ')}`, value, hint);
    },
    write: (value) => value,
  };
}

/** A value that may be null or left out. */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    read: (value, field) => (value === undefined || value === null ? undefined : codec.read(value, field)),
    write: (value) => (value === undefined ? null : codec.write(value)),
  };
}

/** A text that stands for nothing when it is empty. */
export function orEmpty<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    read: (value, field) =>
      value === '' || value === null || value === undefined ? undefined : codec.read(value, field),
    write: (value) => (value === undefined ? '' : codec.write(value)),
  };
}

export function listOf<T>(codec: Codec<T>): Codec<T[]> {
  return {
    read(value, field) {
      if (!Array.isArray(value)) refuse(field, 'must be a list', value);
      return value.map((one, i) => codec.read(one, `${field}[${i}]`));
    },
    write: (list) => list.map((one) => codec.write(one)),
  };
}

/** A list that is null when it is empty, as some of the vendor's servers write it. */
export function rowsOf<T>(codec: Codec<T>): Codec<T[]> {
  const list = listOf(codec);
  return { read: (value, field) => (value === null ? [] : list.read(value, field)), write: list.write };
}

/** A map of names, such as symbols, to values of one kind. */
export function mapOf<T>(codec: Codec<T>): Codec<Map<string, T>> {
  return {
    read: (value, field) =>
      new Map(Object.entries(recordOf(value, field)).map(([name, one]) => [name, codec.read(one, `${field}.${name}`)])),
    write: (map) => Object.fromEntries([...map].map(([name, one]) => [name, codec.write(one)])),
  };
}

function recordOf(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(field, 'must be an object', value);
  return value as Record<string, unknown>; // An object of JSON is a record of unknown values.
}

type Fields = Readonly<Record<string, readonly [name: string, codec: Codec<unknown>]>>;
type Read<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K][1]> };

/** An object: our name of each field, the vendor's, and what it holds. */
export function object<const F extends Fields>(fields: F): Codec<Read<F>> {
  const entries = Object.entries(fields);
  return {
    read(value, field) {
      const record = recordOf(value, field);
      const out: Record<string, unknown> = {};
      for (const [key, [name, codec]] of entries) {
        out[key] = codec.read(record[name], field === '' ? name : `${field}.${name}`);
      }
      return out as Read<F>; // Each field was read by the codec that its type is taken from.
    },
    write(value) {
      const out: Record<string, unknown> = {};
      for (const [key, [name, codec]] of entries) {
        out[name] = codec.write(value[key]);
      }
      return out;
    },
  };
}

/** A value whose shape depends on one of its fields. */
export function choose<A, B>(
  isFirst: (value: unknown) => boolean,
  first: Codec<A>,
  second: Codec<B>,
  isA: (value: A | B) => value is A & (A | B),
): Codec<A | B> {
  return {
    read: (value, field) => (isFirst(value) ? first.read(value, field) : second.read(value, field)),
    write: (value) => (isA(value) ? first.write(value) : second.write(value)),
  };
}

/** A shape that refers to itself: made when it is first used. */
export function later<T>(make: () => Codec<T>): Codec<T> {
  return { read: (value, field) => make().read(value, field), write: (value) => make().write(value) };
}
