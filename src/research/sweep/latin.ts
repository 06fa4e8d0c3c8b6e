/**
 * Latin hypercubes, also of spaces that conditions cut into any shape.
 *
 * Every axis has as many parts as there are points, and each part is visited once. Parts are of equal probability, as
 * McKay, Beckman and Conover define them (Technometrics 21, 1979), where all admitted points are equally likely: without
 * conditions they are equally long; under `fast < slow` those of `fast` are shorter where much of it is admitted. Parts
 * of equal length would leave no choice there: with the same range for both, each `slow` would have to be the next
 * number after its `fast`.
 *
 * A sample of admitted points gives the parts and, by its ranks, a first pairing of them (M. Stein, Technometrics 29,
 * 1987). Points that are not admitted then exchange one of their parts with another point until all are. A part that no
 * exchange helps stays empty, and is named.
 */
import type { Random } from '../../base/random.ts';
import type { ParameterValue } from '../../engine/strategy/parameters.ts';
import { valueAt, type Axis } from './axis.ts';
import {
  admits,
  gridPoints,
  nothingLeft,
  nothingOut,
  type LeftOut,
  type Admission,
  type Admitted,
  type Parameters,
} from './points.ts';

/** Combinations up to which all are looked at; of more, or of real numbers, a sample is. */
const COMBINATIONS_MAX = 50_000;
/** Admitted points of a sample for each that is asked for, and draws that may be made for one of them. */
const SAMPLE_PER_POINT = 32;
const SAMPLE_MIN = 4000;
const SAMPLE_MAX = 200_000;
const DRAWS_PER_SAMPLE = 50;
/** Exchanges that are tried before parts are left empty, and how far a near partner is, in parts. */
const EXCHANGES_MIN = 50_000;
const EXCHANGES_PER_POINT = 20;
const EXCHANGES_MAX = 1_000_000;
const NEAR = 3;
/** Draws for a point on one axis, before it is taken from elsewhere. */
const DRAWS_PER_AXIS = 50;

/** A part of an axis that no point visits, from its first value to its last. */
export interface EmptyPart {
  readonly axis: string;
  readonly from: ParameterValue;
  readonly to: ParameterValue;
}

/** Returns `count` admitted points, none twice where all axes have a grid; fewer only where there are no more. */
export function latinPoints(
  axes: readonly Axis[],
  admission: Admission,
  count: number,
  random: Random,
): Admitted & { readonly empty: readonly EmptyPart[] } {
  const counts = nothingOut();
  const sample = sampleOf(axes, admission, count, random, counts);
  const isFree = ({ name }: Axis): boolean =>
    counts.refused === 0 && !admission.where.some(({ names }) => names.includes(name));
  // What no condition speaks of has parts of equal length, whatever the sample.
  const margins = axes.map((axis, k) => (isFree(axis) ? undefined : Float64Array.from(sample, (one) => one[k]).sort()));
  const design = new Design({ axes, admission, random, sample, margins }, count);
  design.exchange(Math.min(EXCHANGES_MAX, EXCHANGES_MIN + EXCHANGES_PER_POINT * count));
  const { points, empty } = design.finish();
  return { points: { count: points.length, at: (index) => points[index] }, empty, ...counts };
}

/** Points by their places on the axes, 0 ≤ place < 1. */
type Places = Float64Array;

/** All admitted points, or an even sample of them. */
function sampleOf(
  axes: readonly Axis[],
  admission: Admission,
  count: number,
  random: Random,
  counts: LeftOut,
): Places[] {
  const total = axes.reduce((product, { values }) => product * values.length, 1);
  if (total > 0 && total <= COMBINATIONS_MAX) {
    const { points, ...left } = gridPoints(axes, admission, COMBINATIONS_MAX);
    Object.assign(counts, left);
    return Array.from({ length: points.count }, (_, index) => {
      const point = points.at(index);
      return Float64Array.from(axes, ({ name, values }) => (values.indexOf(point[name]) + 0.5) / values.length);
    });
  }
  const wanted = Math.min(SAMPLE_MAX, Math.max(SAMPLE_MIN, SAMPLE_PER_POINT * count));
  const sample: Places[] = [];
  for (let draw = 0; draw < DRAWS_PER_SAMPLE * wanted && sample.length < wanted; draw++) {
    const places = Float64Array.from(axes, () => random.uniform());
    if (admits(admission, pointAt(axes, admission, places), counts)) sample.push(places);
  }
  if (sample.length === 0) throw nothingLeft(DRAWS_PER_SAMPLE * wanted, counts, admission);
  return sample;
}

function pointAt(axes: readonly Axis[], { fixed }: Admission, places: ArrayLike<number>): Parameters {
  const point: Record<string, ParameterValue> = { ...fixed };
  axes.forEach((axis, k) => (point[axis.name] = valueAt(axis, places[k])));
  return point;
}

/** What a design is made from. */
interface Ground {
  readonly axes: readonly Axis[];
  readonly admission: Admission;
  readonly random: Random;
  readonly sample: readonly Places[];
  /** Of each axis the places of the sample, in order; `undefined` for the axis itself. */
  readonly margins: readonly (Float64Array | undefined)[];
}

/** Points that have one part of every axis each. A point is good when it is admitted, and no good one is the same. */
class Design {
  private readonly ground: Ground;
  private readonly count: number;
  private readonly places: Places[];
  /** Of each axis, the part of each point and the point of each part. */
  private readonly partOf: readonly Int32Array[];
  private readonly pointOf: readonly Int32Array[];
  /** Points that are not good, and where among them each one is. */
  private readonly bad: number[] = [];
  private readonly badAt = new Map<number, number>();
  /** What each good point is. */
  private readonly keys: (string | undefined)[];
  private readonly taken = new Set<string>();
  /** The first point of the sample that was not put in the place of another. */
  private next = 0;

  constructor(ground: Ground, count: number) {
    const { axes, random, sample } = ground;
    this.ground = ground;
    this.count = count;
    const numbers = Array.from({ length: count }, (_, i) => i);
    const first = numbers.map(() => sample[random.below(sample.length)]);
    const ties = numbers.map(() => random.uniform());
    this.pointOf = axes.map((_, k) =>
      Int32Array.from(numbers.toSorted((a, b) => first[a][k] - first[b][k] || ties[a] - ties[b])),
    );
    this.partOf = this.pointOf.map((points) => {
      const parts = new Int32Array(count);
      points.forEach((point, part) => (parts[point] = part));
      return parts;
    });
    this.places = numbers.map((i) => Float64Array.from(axes, (_, k) => this.draw(k, this.partOf[k][i])));
    this.keys = numbers.map(() => undefined);
    for (const i of numbers) this.mark(i, this.judge(i));
  }

  /** Lets points that are not good exchange parts with others, near ones as often as any, while it does no harm. */
  exchange(limit: number): void {
    const { ground, count, bad, places, partOf, pointOf } = this;
    const { axes, random } = ground;
    for (let tried = 0; tried < limit && bad.length > 0; tried++) {
      const i = bad[random.below(bad.length)];
      const k = random.below(axes.length);
      const part = partOf[k][i];
      const near = part + random.below(2 * NEAR + 1) - NEAR;
      const other = random.below(2) === 0 ? random.below(count) : Math.min(count - 1, Math.max(0, near));
      const j = pointOf[k][other];
      const wasGood = this.keys[j] !== undefined;
      const before = [places[i][k], places[j][k]] as const;
      this.move(j, k, this.draw(k, part));
      this.move(i, k, this.draw(k, other));
      const [isGood, staysGood] = [this.judge(i), i === j || this.judge(j)];
      if (!isGood && wasGood && !staysGood) {
        this.move(i, k, before[0]);
        this.move(j, k, before[1]);
        this.judge(j);
        continue;
      }
      partOf[k][i] = other;
      partOf[k][j] = part;
      pointOf[k][other] = i;
      pointOf[k][part] = j;
      this.mark(i, isGood);
      if (i !== j) this.mark(j, staysGood);
    }
  }

  /** Takes points that are still not good from other parts, and says which are empty then. */
  finish(): { points: Parameters[]; empty: EmptyPart[] } {
    const { ground, bad, places, partOf } = this;
    const { axes, admission, random } = ground;
    const left: [axis: number, part: number][] = [];
    const lost = new Set<number>();
    for (const i of bad) {
      if (this.judge(i)) continue;
      const axis = random.shuffle(axes.map((_, k) => k)).find((k) => this.redraw(i, k));
      if (axis !== undefined) left.push([axis, partOf[axis][i]]);
      else if (this.replace(i)) axes.forEach((_, k) => left.push([k, partOf[k][i]]));
      else lost.add(i);
    }
    const kept = places.filter((_, i) => !lost.has(i));
    // Parts that share a value are visited with it.
    const step = ({ values: { length } }: Axis, place: number): number =>
      length === 0 ? place : Math.min(length - 1, Math.floor(place * length));
    const inOrder = axes.map((axis, k) => Float64Array.from(kept, (one) => step(axis, one[k])).sort());
    const isEmpty = ([k, part]: [axis: number, part: number]): boolean => {
      const [from, to] = this.ends(k, part).map((place) => step(axes[k], place)) as [number, number];
      const at = firstFrom(inOrder[k], from);
      return at === kept.length || inOrder[k][at] > to;
    };
    const empty = left.filter(isEmpty).map(([k, part]) => {
      const [from, to] = this.ends(k, part).map((place) => valueAt(axes[k], place)) as [ParameterValue, ParameterValue];
      return { axis: axes[k].name, from, to };
    });
    return { points: kept.map((one) => pointAt(axes, admission, one)), empty };
  }

  private mark(i: number, isGood: boolean): void {
    const { bad, badAt } = this;
    const at = badAt.get(i);
    if (isGood === (at === undefined)) return;
    if (at === undefined) {
      badAt.set(i, bad.push(i) - 1);
      return;
    }
    badAt.delete(i);
    const last = bad.pop()!;
    if (last === i) return;
    bad[at] = last;
    badAt.set(last, at);
  }

  /** Draws a point anew on one axis, from all its parts; false when none is good. */
  private redraw(i: number, k: number): boolean {
    const { ground, count, places } = this;
    const before = places[i][k];
    for (let draw = 0; draw < DRAWS_PER_AXIS; draw++) {
      this.move(i, k, this.draw(k, ground.random.below(count)));
      if (this.judge(i)) return true;
    }
    this.move(i, k, before);
    return false;
  }

  /** Puts another point of the sample in the place of one, or any; false when there is none. */
  private replace(i: number): boolean {
    const { sample, axes, random } = this.ground;
    // What was passed over was there already, and still is.
    while (this.next < sample.length) {
      this.places[i] = sample[this.next++].slice();
      if (this.judge(i)) return true;
    }
    for (let draw = 0; draw < DRAWS_PER_AXIS; draw++) {
      this.places[i] = Float64Array.from(axes, () => random.uniform());
      if (this.judge(i)) return true;
    }
    return false;
  }

  /** A place in a part of an axis. */
  private draw(k: number, part: number): number {
    return this.quantile(k, (part + this.ground.random.uniform()) / this.count);
  }

  /** First and last place of a part. */
  private ends(k: number, part: number): [number, number] {
    return [this.quantile(k, part / this.count), this.quantile(k, (part + 1 - 1e-9) / this.count)];
  }

  private quantile(k: number, share: number): number {
    const margin = this.ground.margins[k];
    return margin === undefined ? share : margin[Math.floor(share * margin.length)];
  }

  private move(i: number, k: number, place: number): void {
    const key = this.keys[i];
    if (key !== undefined) this.taken.delete(key);
    this.keys[i] = undefined;
    this.places[i][k] = place;
  }

  /** Whether a point is good, after it was moved. */
  private judge(i: number): boolean {
    const { axes, admission } = this.ground;
    if (this.keys[i] !== undefined) return true;
    const point = pointAt(axes, admission, this.places[i]);
    const key = JSON.stringify(point);
    if (this.taken.has(key) || !admits(admission, point, nothingOut())) return false;
    this.taken.add(key);
    this.keys[i] = key;
    return true;
  }
}

/** Where the first of some numbers in order is that is not below a bound. */
function firstFrom(inOrder: Float64Array, bound: number): number {
  let [low, high] = [0, inOrder.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inOrder[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
