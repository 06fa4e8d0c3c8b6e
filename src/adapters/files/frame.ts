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
    const [count, unit] = [Number(match[1]), match[2]];
    if (unit in UNITS) return { name: text.trim(), micros: count * UNITS[unit], unit: 'intraday' };
    if (count === 1) {
      return { name: text.trim(), micros: undefined, unit: unit === 'd' ? 'day' : unit === 'w' ? 'week' : 'month' };
    }
  }
  throw new Fault('data.time-frame', `a time frame is like 30s, 5m, 1h, 1d, 1w or 1mo, was ${show(text)}`);
}

/** Distances that bars are cut at, in seconds, shortest first. */
const CUSTOMARY = [
  1, 5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 2700, 3600, 7200, 10800, 14400, 21600, 28800, 43200,
];

/**
 * Returns the frame of one or several series of local times from their most common distance.
 *
 * A frame that is too short would show bars before they were complete, so a shorter one than the most common distance
 * is taken only where that is no customary length: the few rows of a thin market.
 */
export function findFrame(series: Iterable<{ readonly day: Float64Array; readonly clock: Float64Array }>): Frame {
  const counts = new Map<number, number>();
  let hasClock = false;
  let left = 5_000;
  for (const { day, clock } of series) {
    // Distances repeat: a run of equal ones is counted at once.
    let repeated = 0;
    let times = 0;
    for (let i = 0; i < day.length && left > 0; i++, left--) {
      if (clock[i] > 0) hasClock = true;
      if (i === 0) continue;
      const distance = Math.abs((day[i] - day[i - 1]) * DAY + ((clock[i] || 0) - (clock[i - 1] || 0)));
      if (distance !== repeated) {
        if (repeated > 0) counts.set(repeated, (counts.get(repeated) ?? 0) + times);
        [repeated, times] = [distance, 0];
      }
      times++;
    }
    if (repeated > 0) counts.set(repeated, (counts.get(repeated) ?? 0) + times);
  }
  let usual = 0;
  let most = 0;
  for (const [distance, count] of counts) {
    if (count > most || (count === most && distance < usual)) [usual, most] = [distance, count];
  }
  const distances = [...counts.keys()];
  const allDays = distances.every((distance) => distance % HOUR === 0 && distance >= DAY - HOUR);
  if (!hasClock || (allDays && distances.length > 0)) {
    if (most >= 2 && usual >= 28 * DAY && usual <= 31 * DAY) return parseFrame('1mo');
    return parseFrame(most >= 2 && usual >= 6 * DAY && usual <= 8 * DAY ? '1w' : '1d');
  }
  const common = distances.reduce(gcd, 0) / SECOND;
  const customary = CUSTOMARY.includes(usual / SECOND);
  const seconds = customary ? usual / SECOND : (CUSTOMARY.findLast((length) => common % length === 0) ?? 60);
  // Two or three rows hours apart tell nothing but that they are of whole minutes.
  return frameOfSeconds(!customary && distances.length < 4 && seconds > 60 ? 60 : seconds);
}

function frameOfSeconds(seconds: number): Frame {
  if (seconds % 3600 === 0) return parseFrame(`${seconds / 3600}h`);
  return parseFrame(seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`);
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
