/**
 * An axis of a sweep: one parameter and the values it may take, as a person writes them and as the strategy declares.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import {
  resolveParameters,
  type Parameter,
  type ParameterSpecs,
  type ParameterValue,
} from '../../engine/strategy/parameters.ts';

/** A parameter that varies. `values` is empty for a stretch of real numbers, which has no grid. */
export interface Axis {
  readonly name: string;
  readonly values: readonly ParameterValue[];
  /** Ends of the stretch; of the values, where these are numbers. */
  readonly low: number;
  readonly high: number;
}

/** What a set-up may say of an axis: the text of the command line, or a list, or the ends and the step. */
export type AxisText = string | number | boolean | readonly ParameterValue[];

const OTHERS =
  'only parameters of the strategy vary; other conventions, symbols or spans are sweeps of their own, and `tradedeck runs compare` puts them side by side';
const VALUES_MAX = 1_000_000;
const RANGE = /^\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*\.\.\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*(?:\/\s*([\d.]+(?:e[+-]?\d+)?)\s*)?$/i;

/** Whether a text on the command line means several values: `2..100`, `1,2,5`, and not `5`. */
export function variesText(text: string): boolean {
  // A range that is written wrongly is told how to write one; text such as ../prices is none.
  return /^\s*-?\d.*\.\./.test(text) || RANGE.test(text) || text.includes(',');
}

/**
 * Reads an axis: `2..100` (whole numbers, or reals without a grid), `0.5..2/0.25`, `1,2,5`, `close,open`. Every value
 * must be one the strategy's parameter takes.
 */
export function readAxis(name: string, given: AxisText, specs: ParameterSpecs, field: string): Axis {
  const spec = specs[name];
  if (spec === undefined) {
    const known = Object.keys(specs);
    const rule = `the strategy has no parameter ${show(name)}; it has ${known.join(', ') || 'none'}`;
    throw new Fault('sweep.parameter', rule, { field }, didYouMean(name, known) ?? OTHERS);
  }
  const range = typeof given === 'string' ? RANGE.exec(given) : null;
  // What stands where a number should is told below, with how a range is written.
  const isRange = range !== null && [1, 2].every((part) => Number.isFinite(Number(range[part])));
  if (isRange) return rangeAxis(name, spec, range, field);
  if (typeof given === 'string' && given.includes('..') && (spec.kind === 'whole' || spec.kind === 'real')) {
    const rule = `a range is low..high, or low..high/step, as in 0.5..2/0.25, was ${show(given)}`;
    throw new Fault('sweep.parameter', rule, { field });
  }
  const listed = Array.isArray(given) ? (given as readonly ParameterValue[]) : String(given).split(',');
  const values = listed.map((value) => checked(name, spec, typeof value === 'string' ? value.trim() : value, field));
  const unique = [...new Set(values)];
  if (unique.length === 0) throw new Fault('sweep.empty', `${name} has no values to try`, { field });
  return axisOf(name, unique);
}

/** Returns the value of an axis at a place 0 ≤ `place` < 1: each of its values has an equal share. */
export function valueAt(axis: Axis, place: number): ParameterValue {
  const { values, low, high } = axis;
  if (values.length === 0) return low + (high - low) * place;
  return values[Math.min(values.length - 1, Math.floor(place * values.length))];
}

function rangeAxis(name: string, spec: Parameter, range: RegExpExecArray, field: string): Axis {
  const [low, high] = [Number(range[1]), Number(range[2])] as [number, number];
  const text = range[0].trim();
  if (spec.kind !== 'whole' && spec.kind !== 'real') {
    throw new Fault('sweep.parameter', `${name} is no number, so it has no range; was ${show(text)}`, { field });
  }
  if (!(low <= high)) throw new Fault('sweep.empty', `the range of ${name} is empty: ${text}`, { field });
  const step = range[3] === undefined ? (spec.kind === 'whole' ? 1 : undefined) : Number(range[3]);
  checked(name, spec, low, field);
  checked(name, spec, high, field);
  if (step === undefined) return low === high ? axisOf(name, [low]) : { name, values: [], low, high };
  if (!(step > 0)) throw new Fault('sweep.parameter', `the step of ${name} must be above 0, was ${text}`, { field });
  const count = Math.floor((high - low) / step + 1e-9) + 1;
  if (count > VALUES_MAX) {
    throw new Fault('sweep.budget', `${name} would have ${count} values; at most ${VALUES_MAX} are taken`, { field });
  }
  // Twelve digits take away what adding up steps such as 0.1 leaves behind.
  const values = Array.from({ length: count }, (_, i) => Number((low + i * step).toPrecision(12)));
  return axisOf(
    name,
    values.map((value) => checked(name, spec, value, field)),
  );
}

function axisOf(name: string, values: readonly ParameterValue[]): Axis {
  const numbers = values.filter((value) => typeof value === 'number');
  return { name, values, low: Math.min(...numbers), high: Math.max(...numbers) };
}

function checked(name: string, spec: Parameter, value: unknown, field: string): ParameterValue {
  return resolveParameters({ [name]: spec }, { [name]: value }, () => ({ field }))[name];
}
