/**
 * Ids and stamps as the vendor writes them, derived from a seed and a count, so that a run repeats to the byte.
 */
import type { Random } from '../../../base/random.ts';
import { DAY, formatInstant, MINUTE, SECOND } from '../../../time/instant.ts';
import { zone } from '../../../time/zone.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const NEW_YORK = zone('America/New_York');

/** Returns a version-4 UUID of the generator's next 128 bits. */
export function uuid(random: Random): string {
  const words = [random.uint32(), random.uint32(), random.uint32(), random.uint32()];
  words[1] = (words[1] & 0xffff0fff) | 0x4000;
  words[2] = (words[2] & 0x3fffffff) | 0x80000000;
  const [a, b, c, d] = words.map((word) => word >>> 0);
  return `${hex32(a)}-${hex16(b >>> 16)}-${hex16(b)}-${hex16(c >>> 16)}-${hex16(c)}${hex32(d)}`;
}

function hex32(word: number): string {
  return HEX[word >>> 24] + HEX[(word >>> 16) & 255] + HEX[(word >>> 8) & 255] + HEX[word & 255];
}

function hex16(word: number): string {
  return HEX[(word >>> 8) & 255] + HEX[word & 255];
}

/** Returns a ULID that sorts by time and, within a millisecond, by `count`. */
export function ulid(at: number, count: number): string {
  return base32(Math.floor(at / 1000), 10) + base32(count, 16);
}

function base32(value: number, length: number): string {
  let text = '';
  for (let i = 0, rest = value; i < length; i++, rest = Math.floor(rest / 32)) text = CROCKFORD[rest % 32] + text;
  return text;
}

/** RFC 3339 in UTC with nine digits of a second, of which the last three only tell stamps apart. */
export function stamp(at: number, count = 0): string {
  const second = Math.floor(at / SECOND) * SECOND;
  const fraction = String(at - second).padStart(6, '0') + String(count % 1000).padStart(3, '0');
  return `${formatInstant(second).slice(0, 19)}.${fraction}Z`;
}

/** RFC 3339 with New York's offset, to the second: `2025-06-24T14:15:22-04:00`. */
export function localStamp(at: number): string {
  const offset = NEW_YORK.offsetAt(at);
  const minutes = Math.abs(offset) / MINUTE;
  const zoneText = `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
  return `${formatInstant(Math.floor((at + offset) / SECOND) * SECOND).slice(0, 19)}${zoneText}`;
}

/** `09:30` of New York. */
export function localClock(at: number): string {
  return localStamp(at).slice(11, 16);
}

/** The prefix of an activity's id: New York's wall clock, `20220202135509981`. */
export function activityPrefix(at: number): string {
  return formatInstant(at + NEW_YORK.offsetAt(at))
    .replace(/\D/g, '')
    .padEnd(17, '0')
    .slice(0, 17);
}

/** The New York date of an instant, in days since 1970. */
export function localDay(at: number): number {
  return Math.floor((at + NEW_YORK.offsetAt(at)) / DAY);
}

/** The instant of a New York wall clock, in minutes after midnight. */
export function localInstant(day: number, minutes: number): number {
  return NEW_YORK.instantAt(day, minutes * MINUTE);
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}
