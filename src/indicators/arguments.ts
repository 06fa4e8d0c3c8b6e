/**
 * The arguments of an indicator: what they are called, their defaults and ranges, and the refusal of wrong ones.
 */
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';

export interface IndicatorParameter {
  readonly name: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  readonly description: string;
}

export interface IndicatorOption {
  readonly name: string;
  /** The words it takes, the default first; `number` for a positive number, `share` for one up to 1, absent by default. */
  readonly values: readonly string[] | 'number' | 'share';
  readonly description: string;
}

/** The part of a definition that says what its arguments are. */
export interface ArgumentRules {
  readonly name: string;
  readonly parameters: readonly IndicatorParameter[];
  readonly options?: readonly IndicatorOption[];
}

const PERIOD_MAX = 100_000;

/** Declares a number of rows. */
export function period(name: string, initial: number, description: string, min = 1): IndicatorParameter {
  return { name, default: initial, min, max: PERIOD_MAX, integer: true, description };
}

/** Declares a plain number, such as a multiplier. */
export function factor(
  name: string,
  initial: number,
  description: string,
  min = 0,
  max = Number.MAX_VALUE,
): IndicatorParameter {
  return { name, default: initial, min, max, integer: false, description };
}

/** Prices that are whole numbers of ticks are summed exactly, so that equal averages are equal. */
export const SCALE: IndicatorOption = {
  name: 'scale',
  values: 'number',
  description: 'every input times this is a whole number (100 for cents): sums are exact, equal averages are equal',
};

/** Returns the full argument list: numbers in parameter order, then one object of options. Refuses what is wrong. */
export function resolveArguments(rules: ArgumentRules, args: readonly unknown[]): unknown[] {
  const { parameters } = rules;
  const last = args[args.length - 1];
  const named = typeof last === 'object' && last !== null;
  const given = named ? args.length - 1 : args.length;
  if (given > parameters.length) {
    throw new Fault('indicator.parameter', `${rules.name} takes ${parameters.length} numbers, was given ${given}`);
  }
  const resolved: unknown[] = [];
  for (let i = 0; i < parameters.length; i++) {
    const value = i < given ? args[i] : undefined;
    const number = value === undefined ? parameters[i].default : checkNumber(rules.name, parameters[i], value);
    // A whole number may come boxed as a float, as defaults do that share their field with fractions; loops that count
    // up to such a one take twice as long.
    resolved.push(parameters[i].integer ? number | 0 : number);
  }
  resolved.push(named ? checkOptions(rules, last) : NO_OPTIONS);
  return resolved;
}

const NO_OPTIONS: object = Object.freeze({});

function checkNumber(indicator: string, parameter: IndicatorParameter, value: unknown): number {
  const { min, max } = parameter;
  const kind = parameter.integer ? 'a whole number' : 'a number';
  if (typeof value === 'number' && value >= min && value <= max && (!parameter.integer || Number.isInteger(value))) {
    return value;
  }
  const range = max === Number.MAX_VALUE ? `at least ${min}` : `${min} … ${max}`;
  throw new Fault(
    'indicator.parameter',
    `${indicator} ${parameter.name} must be ${kind}, ${range}, was ${show(value)}`,
  );
}

function checkOptions(rules: ArgumentRules, options: object): object {
  const known = rules.options ?? [];
  for (const [name, value] of Object.entries(options)) {
    const option = known.find((candidate) => candidate.name === name);
    if (option === undefined) {
      const hint = didYouMean(
        name,
        known.map((candidate) => candidate.name),
      );
      throw new Fault('indicator.option', `${rules.name} has no option ${show(name)}`, {}, hint);
    }
    if (value === undefined) continue;
    const { values } = option;
    const isNumber = values === 'number' || values === 'share';
    const most = values === 'share' ? 1 : Number.MAX_VALUE;
    const right = isNumber ? typeof value === 'number' && value > 0 && value <= most : values.includes(String(value));
    if (right) continue;
    const positive = values === 'share' ? 'a number above 0, at most 1' : 'a positive number';
    const rule = isNumber ? positive : values.map((word) => show(word)).join(' or ');
    throw new Fault('indicator.option', `${rules.name} ${name} must be ${rule}, was ${show(value)}`);
  }
  return options;
}
