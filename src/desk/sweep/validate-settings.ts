/**
 * How a sweep is to be validated: the `validate` block of the deck, or the flags over it, in sessions.
 */
import { Fault, show } from '../../base/fault.ts';
import type { Validation } from '../../research/validation/splits.ts';
import type { ValidateConfig } from './validate-schema.ts';

/** A number of sessions, or a time. */
export const PERIOD = /^(\d+(?:\.\d+)?)\s*([dwmy]?)$/;

/** Flags that say the same. */
export interface ValidateFlags {
  /** `504/126` or `2y/6m`. */
  readonly walkForward?: string | undefined;
  readonly anchored?: boolean | undefined;
  readonly gap?: number | undefined;
  readonly step?: string | undefined;
  /** `30/730/180`: how many windows, their length, and how much of it is judged on. */
  readonly windows?: string | undefined;
  readonly kFold?: number | undefined;
  /** `6/2`: groups, and how many are held out at once. */
  readonly combinatorial?: string | undefined;
  readonly purge?: number | undefined;
  readonly embargo?: number | undefined;
}

/** Splits that are too many to be of use. */
const SPLITS_MAX = 2000;

/** Returns what flags or deck ask for, flags first, in sessions; `undefined` when neither asks for anything. */
export function validationOf(
  config: ValidateConfig | undefined,
  flags: ValidateFlags,
  periodsPerYear: number,
): Validation | undefined {
  const asked = flagged(flags) ?? config;
  if (asked === undefined) return undefined;
  const length = (given: number | string, name: string): number => sessionsIn(given, periodsPerYear, name);
  if (asked.method === 'walk-forward') {
    const { step, gap, anchored } = asked;
    const [train, test] = [length(asked.train, 'train'), length(asked.test, 'test')];
    for (const [name, value] of Object.entries({ train, test })) {
      if (value < 2) throw wrong(`${name} must be at least two sessions, was ${show(value)}`, name);
    }
    return {
      method: 'walk-forward',
      train,
      test,
      step: step === undefined ? undefined : length(step, 'step'),
      gap,
      anchored,
    };
  }
  if (asked.method === 'windows') {
    const [window, test] = [length(asked.window, 'window'), length(asked.test, 'test')];
    if (test < 2 || window - test < 2) {
      throw wrong(`test must leave two sessions of the window (${window}) or more, and have two; was ${test}`, 'test');
    }
    return { method: 'windows', count: asked.count, window, test };
  }
  const { purge = 0, embargo = 0 } = asked;
  if (asked.method === 'k-fold') return { method: 'k-fold', groups: asked.folds, held: 1, purge, embargo };
  const { groups, held } = asked;
  if (held >= groups) throw wrong(`held must be less than groups (${groups}), was ${held}`, 'held');
  const splits = chooseCount(groups, held);
  if (splits > SPLITS_MAX) {
    throw wrong(
      `${groups} groups with ${held} held out make ${splits} splits; at most ${SPLITS_MAX} are of use`,
      'groups',
    );
  }
  return { method: 'combinatorial', groups, held, purge, embargo };
}

/** What a deck says for a validation, in sessions. */
export function configOf(validation: Validation): ValidateConfig {
  if (validation.method === 'k-fold') {
    const { groups, purge, embargo } = validation;
    return { method: 'k-fold', folds: groups, purge, embargo };
  }
  // What was left out stays out.
  return Object.fromEntries(Object.entries(validation).filter(([, value]) => value !== undefined)) as ValidateConfig;
}

function flagged(flags: ValidateFlags): ValidateConfig | undefined {
  const { walkForward, windows, kFold, combinatorial, anchored, gap, step, purge, embargo } = flags;
  const methods = [walkForward, windows, kFold, combinatorial].filter((given) => given !== undefined).length;
  if (methods > 1) {
    const rule = 'a sweep is validated in one way: --walk-forward, --windows, --k-fold or --combinatorial';
    throw new Fault('sweep.validate', rule, { field: '--walk-forward' });
  }
  const onlyWith = (values: Readonly<Record<string, unknown>>, method: string): void => {
    const [stray] = Object.entries(values).find(([, value]) => value !== undefined) ?? [];
    if (stray !== undefined) throw new Fault('sweep.validate', `goes with ${method}`, { field: stray });
  };
  if (walkForward === undefined) onlyWith({ '--anchored': anchored, '--gap': gap, '--step': step }, '--walk-forward');
  if (kFold === undefined && combinatorial === undefined) {
    onlyWith({ '--purge': purge, '--embargo': embargo }, '--k-fold or --combinatorial');
  }
  if (walkForward !== undefined) {
    const [train, test] = pair(walkForward, '--walk-forward', 'as 504/126 or 2y/6m');
    return { method: 'walk-forward', train, test, step, gap, anchored };
  }
  if (windows !== undefined) {
    const [count, window, test, ...rest] = windows.split('/').map((part) => part.trim());
    const isWhole = /^\d+$/.test(count ?? '') && Number(count) >= 2 && Number(count) <= SPLITS_MAX;
    if (!isWhole || rest.length > 0 || !PERIOD.test(window ?? '') || !PERIOD.test(test ?? '')) {
      const rule = `windows are given as 30/730/180 (how many, how long, judged on), was ${show(windows)}`;
      throw new Fault('sweep.validate', rule, { field: '--windows' });
    }
    return { method: 'windows', count: Number(count), window, test };
  }
  const trimmed = { purge, embargo };
  if (kFold !== undefined) {
    if (kFold < 2) throw new Fault('sweep.validate', `two folds at least, was ${kFold}`, { field: '--k-fold' });
    return { method: 'k-fold', folds: kFold, ...trimmed };
  }
  if (combinatorial === undefined) return undefined;
  const [groups, held] = pair(combinatorial, '--combinatorial', 'as 6/2').map(Number) as [number, number];
  if (!Number.isInteger(groups) || !Number.isInteger(held) || groups < 3 || held < 1) {
    const rule = `groups (three or more) and how many of them are held out are given as 6/2, was ${show(combinatorial)}`;
    throw new Fault('sweep.validate', rule, { field: '--combinatorial' });
  }
  return { method: 'combinatorial', groups, held, ...trimmed };
}

function pair(text: string, field: string, form: string): [string, string] {
  const parts = text.split('/').map((part) => part.trim());
  if (parts.length === 2 && parts.every((part) => PERIOD.test(part))) return parts as [string, string];
  throw new Fault('sweep.validate', `two lengths are given ${form}, was ${show(text)}`, { field });
}

/** A length in sessions: of a year there are as many as the market has. */
function sessionsIn(given: number | string, perYear: number, name: string): number {
  if (typeof given === 'number') return given;
  const [, amount, unit] = PERIOD.exec(given) ?? [];
  if (amount === undefined)
    throw wrong(`must be sessions as 252, or a time as 26w, 6m or 2y, was ${show(given)}`, name);
  const each = unit === 'y' ? perYear : unit === 'm' ? perYear / 12 : unit === 'w' ? perYear / 52 : 1;
  return Math.round(Number(amount) * each);
}

function chooseCount(of: number, count: number): number {
  let ways = 1;
  for (let k = 1; k <= count; k++) ways = (ways * (of - count + k)) / k;
  return Math.round(ways);
}

function wrong(rule: string, name: string): Fault {
  return new Fault('sweep.validate', rule, { field: `sweep.validate.${name}` });
}
