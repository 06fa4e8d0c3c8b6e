/**
 * Which points of the parameter space a sweep tries, when it knows them all beforehand: a grid, or draws from it.
 */
import { Fault } from '../../base/fault.ts';
import type { Random } from '../../base/random.ts';
import type { ParameterSpecs, ParameterValue } from '../../engine/strategy/parameters.ts';
import { valueAt, type Axis } from './axis.ts';
import { parseExpression, type Expression } from './expression.ts';

export type Parameters = Readonly<Record<string, ParameterValue>>;

/** Points by number. The same number is the same point, on every machine and in every session. */
export interface Points {
  readonly count: number;
  at(index: number): Parameters;
}

/** What a point must satisfy. */
export interface Admission {
  /** Parameters that do not vary. */
  readonly fixed: Parameters;
  readonly where: readonly Expression[];
  /** The strategy's own check: what is wrong, or `undefined`. */
  readonly refuses: (parameters: Parameters) => string | undefined;
}

/** How many points were left out. */
export interface LeftOut {
  /** Points that `where` excluded, and those that the strategy itself refuses. */
  excluded: number;
  refused: number;
  /** What it said of the first of these. */
  refusal: string | undefined;
}

export interface Admitted extends Readonly<LeftOut> {
  readonly points: Points;
}

/** Before anything is left out. */
export function nothingOut(): LeftOut {
  return { excluded: 0, refused: 0, refusal: undefined };
}

/** Combinations that are looked at, at most, to find those that `where` admits. */
const COMBINATIONS_MAX = 100_000_000;
/** Draws that are made, at most, for each point that is asked for. */
const DRAWS_PER_POINT = 50;

/** Reads the conditions on parameters. */
export function readWhere(texts: readonly string[], specs: ParameterSpecs, field: string): Expression[] {
  const numbers = Object.keys(specs).filter((name) => specs[name].kind === 'whole' || specs[name].kind === 'real');
  return texts.map((text) => parseExpression(text, Object.keys(specs), field, numbers));
}

/** Every combination that is admitted, the last axis changing fastest. */
export function gridPoints(axes: readonly Axis[], admission: Admission, runsMax: number): Admitted {
  for (const { name, values } of axes) {
    if (values.length > 0) continue;
    const rule = `a grid needs a step for ${name}, as in 0.5..2/0.25; the other methods do without`;
    throw new Fault('sweep.parameter', rule, { field: `sweep.parameters.${name}` });
  }
  const total = axes.reduce((product, { values }) => product * values.length, 1);
  if (total > COMBINATIONS_MAX) throw tooMany(total, runsMax);
  const kept: number[] = [];
  const counts = nothingOut();
  const { fixed } = admission;
  for (let index = 0; index < total; index++) {
    if (!admits(admission, combination(axes, fixed, index), counts)) continue;
    kept.push(index);
    if (kept.length > runsMax && admission.where.length === 0) throw tooMany(total, runsMax);
  }
  if (kept.length === 0) throw nothingLeft(total, counts, admission);
  if (kept.length > runsMax) throw tooMany(kept.length, runsMax);
  const numbers = Float64Array.from(kept);
  return { points: { count: kept.length, at: (index) => combination(axes, fixed, numbers[index]) }, ...counts };
}

/** `count` admitted points drawn evenly, none twice where all axes have a grid. */
export function randomPoints(axes: readonly Axis[], admission: Admission, count: number, random: Random): Admitted {
  const list: Parameters[] = [];
  const seen = new Set<string>();
  const counts = nothingOut();
  // What is not admitted is drawn again, but not for ever: a condition may leave less than was asked for.
  for (let draw = 0; draw < DRAWS_PER_POINT * count && list.length < count; draw++) {
    const point: Record<string, ParameterValue> = { ...admission.fixed };
    for (const axis of axes) point[axis.name] = valueAt(axis, random.uniform());
    const key = JSON.stringify(point);
    if (seen.has(key)) continue;
    seen.add(key);
    if (admits(admission, point, counts)) list.push(point);
  }
  if (list.length === 0) throw nothingLeft(seen.size, counts, admission);
  return { points: { count: list.length, at: (index) => list[index] }, ...counts };
}

/** Whether a point may be played; counts why not. */
export function admits({ where, refuses }: Admission, point: Parameters, counts: LeftOut): boolean {
  if (!where.every((condition) => condition.holds((name) => point[name]))) {
    counts.excluded++;
    return false;
  }
  const refusal = refuses(point);
  if (refusal === undefined) return true;
  counts.refusal ??= refusal;
  counts.refused++;
  return false;
}

function combination(axes: readonly Axis[], fixed: Parameters, index: number): Parameters {
  const point: Record<string, ParameterValue> = { ...fixed };
  let rest = index;
  const digits: number[] = [];
  for (let k = axes.length - 1; k >= 0; k--) {
    const { length } = axes[k].values;
    digits[k] = rest % length;
    rest = Math.floor(rest / length);
  }
  axes.forEach(({ name, values }, k) => (point[name] = values[digits[k]]!));
  return point;
}

function tooMany(count: number, runsMax: number): Fault {
  const rule = `the sweep has ${count} runs, and at most ${runsMax} are allowed`;
  const hint = 'allow more with --max-runs, take larger steps, or draw some with --method random --tries';
  return new Fault('sweep.budget', rule, { field: 'sweep.maxRuns' }, hint);
}

/** Says that no point is admitted, and why. */
export function nothingLeft(total: number, { excluded, refused, refusal }: LeftOut, { where }: Admission): Fault {
  const conditions = where.map(({ text }) => text).join(' and ');
  const refuses = `the strategy refuses ${refused}: ${refusal}`;
  const why = excluded > 0 ? `${conditions} excludes ${excluded}${refused > 0 ? `, ${refuses}` : ''}` : refuses;
  const field = excluded > 0 ? 'sweep.where' : 'sweep.parameters';
  return new Fault('sweep.empty', `of ${total} combinations none is left: ${why}`, { field });
}
