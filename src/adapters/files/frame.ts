/**
 * Time frames as text (`1m`, `1h`, `1d`, `1w`, `1mo`) and as lengths, and how to find one from the spacing of rows.
 */
import { Fault, show } from '../../base/fault.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../time/instant.ts';

const UNITS: Record<string, number> = { s: SECOND, m: MINUTE, h: HOUR };

export interface Frame {
  readonly name: string;
  /** Microseconds for frames shorter than a day; a day, week or month is counted in sessions. */
  readonly micros: number | undefined;
  readonly unit: 'intraday' | 'day' | 'week' | 'month';
}

/** Reads `5m`, `1h`, `1d`, `1w`, `1mo`; another text is a `Fault`. */
export function parseFrame(text: string): Frame {
  const match = /^(\d+)(mo|[smhdw])$/.exec(text.trim());
  if (match !== null && Number(match[1]) > 0) {
    const [count, unit] = [Number(match[1]), match[2]!];
    if (unit in UNITS) return { name: text.trim(), micros: count * UNITS[unit]!, unit: 'intraday' };
    if (count === 1) {
      return { name: text.trim(), micros: undefined, unit: unit === 'd' ? 'day' : unit === 'w' ? 'week' : 'month' };
    }
  }
  throw new Fault('data.time-frame', `a time frame is like 30s, 5m, 1h, 1d, 1w or 1mo, was ${show(text)}`);
}

/** Returns the frame of rows at local times (microseconds, in any order) from their most common distance. */
export function findFrame(day: Float64Array, clock: Float64Array, codes?: Int32Array): Frame {
  const counts = new Map<number, number>();
  let hasClock = false;
  const limit = Math.min(day.length, 20_000);
  for (let i = 0; i < limit; i++) {
    if (clock[i]! > 0) hasClock = true;
    if (i === 0 || (codes !== undefined && codes[i] !== codes[i - 1])) continue;
    const distance = Math.abs((day[i]! - day[i - 1]!) * DAY + ((clock[i]! || 0) - (clock[i - 1]! || 0)));
    if (distance > 0) counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  let usual = 0;
  let most = 0;
  for (const [distance, count] of counts) {
    if (count > most || (count === most && distance < usual)) [usual, most] = [distance, count];
  }
  const sameClock = counts.size === 0 || [...counts.keys()].every((distance) => distance % DAY === 0);
  if (!hasClock || (sameClock && usual >= DAY)) {
    if (usual >= 28 * DAY) return parseFrame('1mo');
    return parseFrame(usual >= 6 * DAY && usual <= 8 * DAY ? '1w' : '1d');
  }
  // A frame that is too short would show bars early, so another than the most common distance is taken only where no
  // distance is usual and all of them are multiples of one: the rows of a thin market.
  let common = 0;
  let total = 0;
  for (const [distance, count] of counts) {
    common = gcd(common, distance);
    total += count;
  }
  const micros = most * 2 < total && common >= MINUTE ? common : usual;
  if (micros >= DAY || micros === 0) return parseFrame(hasClock && micros === 0 ? '1m' : '1d');
  for (const [unit, size] of [
    ['h', HOUR],
    ['m', MINUTE],
    ['s', SECOND],
  ] as const) {
    if (micros % size === 0) return parseFrame(`${micros / size}${unit}`);
  }
  return { name: `${micros}us`, micros, unit: 'intraday' };
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
