/**
 * Typed parameters: declared once, they serve the command line, the YAML set-up, the sweep and the documentation.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show, throwAll, type FaultPlace } from '../../base/fault.ts';

export interface NumberParameter {
  readonly kind: 'whole' | 'real';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly description: string;
}

export interface ChoiceParameter<T extends string = string> {
  readonly kind: 'choice';
  readonly default: T;
  readonly choices: readonly T[];
  readonly description: string;
}

export interface FlagParameter {
  readonly kind: 'flag';
  readonly default: boolean;
  readonly description: string;
}

export interface TextParameter {
  readonly kind: 'text';
  readonly default: string;
  readonly description: string;
}

export type Parameter = NumberParameter | ChoiceParameter | FlagParameter | TextParameter;
export type ParameterSpecs = Readonly<Record<string, Parameter>>;
export type ParameterValue = number | string | boolean;

type ValueOf<P extends Parameter> = P extends NumberParameter
  ? number
  : P extends ChoiceParameter<infer T>
    ? T
    : P extends FlagParameter
      ? boolean
      : string;

export type ParameterValues<P extends ParameterSpecs> = { readonly [Name in keyof P]: ValueOf<P[Name]> };

interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly description?: string;
}

/** A whole number, by default of at least 1. */
export function whole(value: number, range: Range = {}): NumberParameter {
  return numeric('whole', value, range.min ?? Math.min(1, value), range);
}

/** Any finite number. */
export function real(value: number, range: Range = {}): NumberParameter {
  return numeric('real', value, range.min ?? -Infinity, range);
}

/** One of a few words. */
export function choice<const T extends string>(value: T, choices: readonly T[], description = ''): ChoiceParameter<T> {
  return { kind: 'choice', default: value, choices, description };
}

export function flag(value: boolean, description = ''): FlagParameter {
  return { kind: 'flag', default: value, description };
}

export function text(value: string, description = ''): TextParameter {
  return { kind: 'text', default: value, description };
}

/**
 * Returns values for every declared parameter: the given ones, checked, and defaults for the rest.
 * Text values, as from a command line, are read as the declared kind. Throws a `Fault` with every unknown name, wrong
 * kind and value outside its range; `placeOf` says where a value stands.
 */
export function resolveParameters<P extends ParameterSpecs>(
  specs: P,
  given: Readonly<Record<string, unknown>>,
  placeOf: (name: string) => FaultPlace = (name) => ({ field: name }),
): ParameterValues<P> {
  const faults: Fault[] = [];
  for (const name of Object.keys(given)) {
    if (!(name in specs)) {
      const known = Object.keys(specs);
      const rule = `unknown parameter ${show(name)}; known are ${known.join(', ') || 'none'}`;
      faults.push(new Fault('parameter.unknown', rule, placeOf(name), didYouMean(name, known)));
    }
  }
  const values: Record<string, ParameterValue> = {};
  for (const [name, spec] of Object.entries(specs)) {
    checkDeclared(name, spec, placeOf(name));
    const value = given[name] === undefined ? spec.default : readValue(name, spec, given[name], placeOf(name));
    if (value instanceof Fault) faults.push(value);
    else values[name] = value;
  }
  throwAll(faults);
  // Every declared name now has a value of its declared kind.
  return values as ParameterValues<P>;
}

/** Says what a parameter takes, for help texts: `whole number, 2 … 100`. */
export function describeParameter(spec: Parameter): string {
  switch (spec.kind) {
    case 'whole':
    case 'real': {
      const noun = spec.kind === 'whole' ? 'whole number' : 'number';
      if (spec.min === -Infinity && spec.max === Infinity) return noun;
      if (spec.max === Infinity) return `${noun}, at least ${spec.min}`;
      return spec.min === -Infinity ? `${noun}, at most ${spec.max}` : `${noun}, ${spec.min} … ${spec.max}`;
    }
    case 'choice':
      return spec.choices.join(' | ');
    case 'flag':
      return 'true | false';
    case 'text':
      return 'text';
  }
}

const KINDS: readonly unknown[] = ['whole', 'real', 'choice', 'flag', 'text'] satisfies Parameter['kind'][];

/** A strategy's file is run without its types being checked: a bare number would be a parameter without a value. */
function checkDeclared(name: string, spec: Parameter | null | undefined, place: FaultPlace): void {
  if (KINDS.includes(spec?.kind)) return;
  const rule = `${name} must be declared with whole, real, choice, flag or text, was ${show(spec)}`;
  throw new Fault('parameter.declaration', rule, place, `as in parameters: { ${name}: whole(20) }`);
}

function numeric(kind: 'whole' | 'real', value: number, min: number, range: Range): NumberParameter {
  return { kind, default: value, min, max: range.max ?? Infinity, description: range.description ?? '' };
}

/** The value, or what is wrong with it. */
function readValue(name: string, spec: Parameter, given: unknown, place: FaultPlace): ParameterValue | Fault {
  const wrong = (hint?: string): Fault => {
    const article = spec.kind === 'whole' || spec.kind === 'real' ? 'a ' : '';
    const rule = `${name} must be ${article}${describeParameter(spec)}, was ${show(given)}`;
    return new Fault('parameter.value', rule, place, hint);
  };
  switch (spec.kind) {
    case 'whole':
    case 'real': {
      const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      if (typeof value !== 'number' || !Number.isFinite(value)) return wrong();
      if (spec.kind === 'whole' && !Number.isInteger(value)) return wrong();
      if (value < spec.min || value > spec.max) return wrong();
      return value;
    }
    case 'choice':
      if (typeof given !== 'string' || !spec.choices.includes(given)) {
        return wrong(typeof given === 'string' ? didYouMean(given, spec.choices) : undefined);
      }
      return given;
    case 'flag':
      if (given === true || given === 'true') return true;
      if (given === false || given === 'false') return false;
      return wrong();
    case 'text':
      if (typeof given !== 'string') return wrong();
      return given;
  }
}
