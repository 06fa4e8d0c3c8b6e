/**
 * A sampler that learns: tree-structured Parzen estimation. The points so far are split into the best quarter and the
 * rest, each half is smoothed into a density, and the next points lie where the first is high beside the second.
 *
 * Source: J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, "Algorithms for Hyper-Parameter Optimization", NIPS 24 (2011).
 * Proposals depend on the points, their scores and the generator alone.
 */
import type { Random } from '../../base/random.ts';
import type { ParameterValue } from '../../engine/strategy/parameters.ts';
import { valueAt, type Axis } from './axis.ts';
import { admits, nothingOut, type Admission, type Parameters } from './points.ts';

/** A point that was played; of the scores, more is better. */
export interface ToldPoint {
  readonly parameters: Parameters;
  readonly score: number;
}

const BEST_SHARE = 0.25;
const CANDIDATES = 24;
/** How often a proposal that was made before, or is not admitted, is drawn again. */
const ATTEMPTS = 200;

/** Returns up to `count` points that are not among those told; fewer when the space has no others to offer. */
export function proposePoints(
  axes: readonly Axis[],
  admission: Admission,
  told: readonly ToldPoint[],
  count: number,
  random: Random,
): Parameters[] {
  const sorted = told.toSorted((a, b) => b.score - a.score);
  const cut = Math.max(1, Math.ceil(BEST_SHARE * sorted.length));
  const densities = axes.map((axis) => ({
    axis,
    good: densityOf(axis, sorted.slice(0, cut)),
    rest: densityOf(axis, sorted.slice(cut)),
  }));
  const seen = new Set(told.map(({ parameters }) => keyOf(axes, parameters)));
  const proposals: Parameters[] = [];
  const ignored = nothingOut();
  for (let attempt = 0; attempt < ATTEMPTS * count && proposals.length < count; attempt++) {
    // The more often the best was tried before, the less is insisted on it.
    const candidates = Math.max(1, CANDIDATES >> Math.floor((attempt * 20) / (ATTEMPTS * count)));
    const point: Record<string, ParameterValue> = { ...admission.fixed };
    for (const { axis, good, rest } of densities) {
      point[axis.name] = valueAt(axis, bestPlace(good, rest, candidates, random));
    }
    const key = keyOf(axes, point);
    if (seen.has(key)) continue;
    seen.add(key);
    if (admits(admission, point, ignored)) proposals.push(point);
  }
  return proposals;
}

/** A mixture of bells around the places of points, and an even one for everything. */
interface Density {
  readonly places: readonly number[];
  readonly width: number;
}

function densityOf(axis: Axis, points: readonly ToldPoint[]): Density {
  const places = points.map(({ parameters }) => placeOf(axis, parameters[axis.name]));
  // Narrower with more points, but never below a step of the grid.
  const step = axis.values.length === 0 ? 0.01 : 0.5 / axis.values.length;
  return { places, width: Math.max(step, 0.5 / Math.sqrt(1 + places.length)) };
}

function bestPlace(good: Density, rest: Density, candidates: number, random: Random): number {
  let best = 0;
  let highest = -Infinity;
  for (let i = 0; i < candidates; i++) {
    const place = draw(good, random);
    const advantage = valueOf(good, place) / valueOf(rest, place);
    if (advantage <= highest) continue;
    highest = advantage;
    best = place;
  }
  return best;
}

function draw({ places, width }: Density, random: Random): number {
  const chosen = random.below(places.length + 1);
  if (chosen === places.length) return random.uniform();
  const place = places[chosen] + width * random.normal();
  // What falls over an end comes back from it.
  const folded = Math.abs(place % 2);
  return Math.min(1 - Number.EPSILON, folded > 1 ? 2 - folded : folded);
}

function valueOf({ places, width }: Density, at: number): number {
  let total = 1;
  for (const place of places) total += Math.exp(-0.5 * ((at - place) / width) ** 2) / (width * ROOT_TWO_PI);
  return total / (places.length + 1);
}

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

function placeOf({ values, low, high }: Axis, value: ParameterValue): number {
  if (values.length === 0) return high === low ? 0.5 : (Number(value) - low) / (high - low);
  return (values.indexOf(value) + 0.5) / values.length;
}

function keyOf(axes: readonly Axis[], parameters: Parameters): string {
  return JSON.stringify(axes.map(({ name }) => parameters[name]));
}
