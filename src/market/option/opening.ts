/**
 * What was true when a contract was sold to open, as words in the reason of its order: written by strategies, read by
 * reports, so that results can be told by delta and days to expiry long after the quotes are gone.
 */

/** The numbers of an opening. */
export interface Opening {
  /** Absolute, 0 to 1. */
  readonly delta: number;
  /** Calendar days to expiry. */
  readonly days: number;
  /** Money per share at the bid when it was decided; what was really paid is in the fills. */
  readonly premium: number;
  /** Price of the underlying. */
  readonly underlying: number;
  /** Of the volatility index, in points; NaN where nobody asked or knew. */
  readonly volatility: number;
}

const SHAPE =
  /\bdelta (\d+(?:\.\d+)?), (\d+) days, premium (\d+(?:\.\d+)?), underlying (\d+(?:\.\d+)?)(?:, volatility (\d+(?:\.\d+)?))?/;

/** Says an opening: `delta 0.2134, 7 days, premium 1.25, underlying 101.3, volatility 18.2`. */
export function sayOpening({ delta, days, premium, underlying, volatility }: Opening): string {
  const known = Number.isNaN(volatility) ? '' : `, volatility ${plain(volatility)}`;
  return `delta ${plain(delta)}, ${days} days, premium ${plain(premium)}, underlying ${plain(underlying)}${known}`;
}

/** Reads the opening out of a reason that says one somewhere; `undefined` for any other text. */
export function readOpening(reason: string): Opening | undefined {
  const match = SHAPE.exec(reason);
  if (match === null) return undefined;
  const [delta, days, premium, underlying] = match.slice(1, 5).map(Number);
  return { delta, days, premium, underlying, volatility: match[5] === undefined ? Number.NaN : Number(match[5]) };
}

/** Four decimals at most, and never in powers of ten. */
function plain(value: number): string {
  return value.toFixed(4).replace(/\.?0+$/, '');
}
