/**
 * Sold positions by how near and how long they were when sold: where a seller earns and where not.
 */
import { shown, type Shown } from '../series.ts';
import { isTaken } from './premium.ts';
import type { OptionPosition } from './positions.ts';

/** Upper ends, the value itself belonging to the next one; the last has none. */
const DELTAS = [0.1, 0.2, 0.3, 0.4, 0.5] as const;
/** Last calendar days that belong. */
const DAYS = [1, 7, 14, 30, 60] as const;

export interface BucketRow {
  /** `0.10–0.20`; `unknown` where no vol explained the price. */
  readonly delta: string;
  /** `2–7`. */
  readonly days: string;
  /** Positions that have ended. */
  readonly count: number;
  /** Money in base currency. */
  readonly premium: number;
  readonly wonShare: number;
  /** Mean of the results, money after fees; and over the premium. */
  readonly averageResult: number;
  readonly resultOfPremium: Shown;
  /** Assigned, or settled in the money. */
  readonly assignedShare: number;
}

/** Returns the buckets that hold something, nearest delta last, and of one delta the soonest first. */
export function bucketRows(
  positions: readonly OptionPosition[],
  deltaOf: (position: OptionPosition) => number,
): BucketRow[] {
  const ended = positions.filter(({ end }) => end !== 'open');
  const groups = Map.groupBy(ended, (position) => `${placeOf(deltaOf(position))} ${daysPlace(position.days)}`);
  return [...groups]
    .map(([key, own]) => {
      const [delta, days] = key.split(' ').map(Number);
      return { delta, days, own };
    })
    .sort((a, b) => a.delta - b.delta || a.days - b.days)
    .map(({ delta, days, own }) => rowOf(deltaName(delta), daysName(days), own));
}

/** The same figures of all positions together. */
export function bucketTotal(positions: readonly OptionPosition[]): BucketRow {
  return rowOf(
    'all',
    'all',
    positions.filter(({ end }) => end !== 'open'),
  );
}

function rowOf(delta: string, days: string, own: readonly OptionPosition[]): BucketRow {
  const share = (holds: (position: OptionPosition) => boolean): number => own.filter(holds).length / own.length;
  const premium = own.reduce((total, each) => total + each.premium, 0);
  const result = own.reduce((total, each) => total + each.result, 0);
  return {
    delta,
    days,
    count: own.length,
    premium,
    wonShare: share(({ result: each }) => each > 0),
    averageResult: result / own.length,
    resultOfPremium: shown(result / premium, 6),
    assignedShare: share(isTaken),
  };
}

/** Number of the bucket; one past the last for a delta that nobody knows. */
function placeOf(delta: number): number {
  const size = Math.abs(delta);
  if (Number.isNaN(size)) return DELTAS.length + 1;
  const place = DELTAS.findIndex((end) => size < end - 1e-9);
  return place < 0 ? DELTAS.length : place;
}

function daysPlace(days: number): number {
  const place = DAYS.findIndex((end) => days <= end);
  return place < 0 ? DAYS.length : place;
}

function deltaName(place: number): string {
  if (place > DELTAS.length) return 'unknown';
  const from = place === 0 ? 0 : DELTAS[place - 1];
  return place === DELTAS.length ? `${from.toFixed(2)} and more` : `${from.toFixed(2)}–${DELTAS[place].toFixed(2)}`;
}

function daysName(place: number): string {
  const from = place === 0 ? 0 : DAYS[place - 1] + 1;
  return place === DAYS.length ? `${from} and more` : `${from}–${DAYS[place]}`;
}
