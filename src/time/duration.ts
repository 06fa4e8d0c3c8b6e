/**
 * Spans of time as people write them: `30m`, `1.5h`, `90 seconds`.
 */
import { Fault, show } from '../base/fault.ts';
import { HOUR, MILLISECOND, MINUTE, SECOND } from './instant.ts';

const UNITS: ReadonlyMap<string, number> = new Map(
  (
    [
      [MILLISECOND, ['ms', 'millisecond', 'milliseconds']],
      [SECOND, ['s', 'sec', 'secs', 'second', 'seconds']],
      [MINUTE, ['m', 'min', 'mins', 'minute', 'minutes']],
      [HOUR, ['h', 'hr', 'hrs', 'hour', 'hours']],
    ] as const
  ).flatMap(([micros, names]) => names.map((name) => [name, micros] as const)),
);

/** The words for units of time that `parseDuration` knows. */
export const DURATION_UNITS: readonly string[] = [...UNITS.keys()];

/** Returns the microseconds of `30m`, `1.5h`, `90 s`; `undefined` when the text is no duration. */
export function tryDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim());
  const unit = match === null ? undefined : UNITS.get(match[2].toLowerCase());
  return unit === undefined ? undefined : Math.round(Number(match![1]) * unit);
}

/** Returns the microseconds of `30m`, `1.5h`, `90 s`; anything else is a `Fault`. */
export function parseDuration(text: string): number {
  const micros = tryDuration(text);
  if (micros === undefined) {
    throw new Fault('time.bad-duration', `a duration must be a number and a unit as in 30m or 2h, was ${show(text)}`);
  }
  return micros;
}

/** `30m`, `1h`, `90s`: the largest unit that divides it. */
export function formatDuration(micros: number): string {
  const [unit, name] = (
    [
      [HOUR, 'h'],
      [MINUTE, 'm'],
      [SECOND, 's'],
      [MILLISECOND, 'ms'],
    ] as const
  ).find(([size]) => micros % size === 0) ?? [MILLISECOND, 'ms'];
  return `${micros / unit}${name}`;
}
