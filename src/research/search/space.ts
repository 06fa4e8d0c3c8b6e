/**
 * The cube in which searches move: each axis of a sweep is a side of length one, and a place on it stands for a value.
 *
 * Every value of a list or a grid has an equal stretch, so whole numbers and words need no special treatment: a search
 * moves through the cube, and what is played is the value that its place stands for.
 */
import type { ParameterValue } from '../../engine/strategy/parameters.ts';
import { valueAt, type Axis } from '../sweep/axis.ts';
import { admits, nothingOut, type Admission, type Parameters } from '../sweep/points.ts';

export class Space {
  readonly axes: readonly Axis[];
  private readonly admission: Admission;
  /** Places that conditions or the strategy kept out, and how many different points there can be at most. */
  readonly kept = nothingOut();

  constructor(axes: readonly Axis[], admission: Admission) {
    this.axes = axes;
    this.admission = admission;
  }

  get dimensions(): number {
    return this.axes.length;
  }

  /** Whether an axis is a list of words, which have no order. */
  isOrdered(axis: number): boolean {
    return this.axes[axis].values.every((value) => typeof value === 'number');
  }

  /** The middle of the stretch that a value has on its axis. */
  placeOf(axis: number, value: ParameterValue): number {
    const { values, low, high } = this.axes[axis];
    if (values.length === 0) return high === low ? 0.5 : (Number(value) - low) / (high - low);
    return (values.indexOf(value) + 0.5) / values.length;
  }

  /** The point that places stand for; places outside of the cube are those that a mirror at its sides shows. */
  pointAt(places: ArrayLike<number>): Parameters {
    const point: Record<string, ParameterValue> = { ...this.admission.fixed };
    this.axes.forEach((axis, k) => (point[axis.name] = valueAt(axis, mirrored(places[k]))));
    return point;
  }

  keyOf(point: Parameters): string {
    return JSON.stringify(this.axes.map(({ name }) => point[name]));
  }

  admits(point: Parameters): boolean {
    return admits(this.admission, point, this.kept);
  }
}

/** Folds a number into 0 ≤ x < 1. */
export function mirrored(place: number): number {
  const folded = Math.abs(place % 2);
  return Math.min(1 - Number.EPSILON, folded > 1 ? 2 - folded : folded);
}
