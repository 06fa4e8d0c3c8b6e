/**
 * From a target and flags to a deck: what `backtest`, `why` and `check-lookahead` have in common.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import process from 'node:process';
import { Fault, show } from '../base/fault.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import type { Override } from '../desk/config/read.ts';
import type { DeckConfig } from '../desk/config/schema.ts';
import { tapeFields } from '../desk/config/sources.ts';
import { strategyNames } from '../strategies/index.ts';

/** The flags that choose or change a run, as commander gives them. */
export interface RunFlags {
  readonly data?: readonly string[];
  readonly symbol?: readonly string[];
  readonly timeFrame?: string;
  readonly start?: string;
  readonly end?: string;
  readonly cash?: number;
  readonly conventions?: string;
  readonly param?: readonly string[];
  readonly set?: readonly string[];
  readonly seed?: number;
  readonly benchmark?: string;
}

/** A deck ready to be played, with what is needed to say where a mistake in it stands. */
export interface ChosenDeck {
  readonly config: DeckConfig;
  /** Where relative paths of the deck start. */
  readonly folder: string;
  /** Gives a fault found later its place in the file or among the flags. */
  locate(fault: Fault): Promise<Error>;
}

/** Reads the deck or strategy that a person names, with the flags put over it. */
export async function chooseDeck(target: string, flags: RunFlags): Promise<ChosenDeck> {
  noneTwice(flags.param ?? []);
  const overrides = await overridesOf(flags);
  if (/\.ya?ml$/.test(target)) return fromFile(target, overrides);
  const isFile = /\.[cm]?[jt]s$/.test(target);
  if (isFile && !existsSync(target)) {
    const { noSuchFile } = await import('../desk/run/strategy-file.ts');
    throw noSuchFile(resolve(target), target);
  }
  const strategy = isFile ? { file: resolve(target) } : { name: knownName(target) };
  if (!overrides.some(({ path }) => path.startsWith('tape'))) {
    const hint = 'give --data file.csv, or --data sp500 for the prices that come with Tradedeck';
    throw new Fault('config.missing', 'a strategy needs prices to play', { field: '--data' }, hint);
  }
  return fromFlags(strategy, overrides);
}

async function fromFile(file: string, overrides: readonly Override[]): Promise<ChosenDeck> {
  if (!existsSync(file)) {
    const folder = dirname(resolve(file));
    const near = existsSync(folder) ? didYouMean(basename(file), readdirSync(folder)) : undefined;
    throw new Fault('config.unreadable', 'the deck does not exist', { file }, near ?? 'decks end in .yaml');
  }
  const text = readFileSync(file, 'utf8');
  const { locateFault, readDeck } = await import('../desk/config/read.ts');
  return {
    config: readDeck(text, file, overrides),
    folder: dirname(resolve(file)),
    locate: (fault) => Promise.resolve(locateFault(fault, text, file, overrides)),
  };
}

/** Without a file, the flags are checked by the same schema, unless each is of a kind that was checked when read. */
async function fromFlags(strategy: DeckConfig['strategy'], overrides: readonly Override[]): Promise<ChosenDeck> {
  const folder = process.cwd();
  const { config, isPlain } = plainDeck(strategy, overrides);
  const locate = (fault: Fault): Promise<Error> => Promise.resolve(flagged(fault, overrides));
  if (isPlain) return { config, folder, locate };
  const { readDeck } = await import('../desk/config/read.ts');
  const text = JSON.stringify({ strategy });
  return { config: readDeck(text, 'flags', overrides), folder, locate };
}

/** Builds a deck from flags that cannot be wrong in themselves: this spares the schema's tenth of a second at start. */
function plainDeck(
  strategy: DeckConfig['strategy'],
  overrides: readonly Override[],
): { config: DeckConfig; isPlain: boolean } {
  const data: Record<string, unknown> = { strategy: { ...strategy } };
  let isPlain = true;
  for (const { path, value, isChecked } of overrides as readonly FlagOverride[]) {
    if (isChecked !== true) isPlain = false;
    const parts = path.split('.');
    let at = data;
    for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
    at[parts.at(-1)!] = value;
  }
  // Every part came from a flag whose value was checked when it was read, or `isPlain` is false.
  return { config: data as unknown as DeckConfig, isPlain };
}

interface FlagOverride extends Override {
  /** Whether the value was checked when the flag was read. */
  readonly isChecked?: boolean;
}

async function overridesOf(flags: RunFlags): Promise<FlagOverride[]> {
  const overrides: FlagOverride[] = [];
  const add = (path: string, value: unknown, flag: string, isChecked = true): void => {
    if (value !== undefined) overrides.push({ path, value, flag, isChecked });
  };
  if (flags.data !== undefined) addTape(flags.data, add);
  // The schema knows which sources have symbols to choose from: where one has none, the flag is refused.
  add('tape.symbols', flags.symbol, '--symbol', flags.data === undefined || flags.data[0] !== 'sp500');
  add('tape.timeFrame', flags.timeFrame, '--time-frame', false);
  add('tape.start', flags.start, `--start ${flags.start}`);
  add('tape.end', flags.end, `--end ${flags.end}`);
  add('account.cash', flags.cash, `--cash ${flags.cash}`);
  add('conventions.name', flags.conventions, `--conventions ${flags.conventions}`);
  add('seed', flags.seed, `--seed ${flags.seed}`);
  add('benchmark', flags.benchmark, `--benchmark ${flags.benchmark}`);
  for (const assignment of flags.param ?? []) {
    const [name, value] = assigned('--param', assignment);
    add(`strategy.parameters.${name}`, plainValue(value), `--param ${assignment}`);
  }
  if (flags.set !== undefined) {
    const { readOverride } = await import('../desk/config/read.ts');
    overrides.push(...flags.set.map((assignment) => readOverride('--set', assignment)));
  }
  return overrides;
}

/** Of one parameter given twice, one value would be passed over without a word. */
export function noneTwice(assignments: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const assignment of assignments) {
    const [name] = assigned('--param', assignment);
    const before = seen.get(name);
    if (before !== undefined) {
      const rule = `a parameter must be given once, ${name} was given as ${before} and ${assignment}`;
      throw new Fault('config.override', rule, { field: '--param' }, 'several values are written 5,10,20');
    }
    seen.set(name, assignment);
  }
}

function addTape(data: readonly string[], add: (path: string, value: unknown, flag: string) => void): void {
  const flag = `--data ${data.join(' ')}`;
  for (const [field, value] of Object.entries(tapeFields(data))) {
    // The files of a flag lie where the command is run, those of a deck where the deck lies.
    const files = field === 'files' ? (value as readonly string[]).map((file) => resolve(file)) : value;
    add(`tape.${field}`, files, flag);
  }
}

function assigned(flag: string, assignment: string): [name: string, value: string] {
  const equals = assignment.indexOf('=');
  if (equals > 0) return [assignment.slice(0, equals).trim(), assignment.slice(equals + 1).trim()];
  throw new Fault('config.override', `must be name=value, was ${show(assignment)}`, { field: flag });
}

function plainValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function knownName(target: string): string {
  if (strategyNames.includes(target)) return target;
  const hint = didYouMean(target, strategyNames) ?? `there are ${strategyNames.join(', ')}`;
  const rule = `${show(target)} is no deck (.yaml), no strategy file (.ts) and no shipped strategy`;
  throw new Fault('strategy.unknown', rule, {}, hint);
}

/** Names the flag that a value came from. */
function flagged({ code, rule, place, hint, others }: Fault, overrides: readonly Override[]): Fault {
  const { field = '', file } = place;
  const flag = overrides.find(
    ({ path }) => path === field || path.startsWith(`${field}.`) || field.startsWith(`${path}.`),
  );
  const isSaid = field !== '' && file === undefined && flag !== undefined;
  const rest = others.map((each) => flagged(each, overrides));
  return new Fault(code, rule, isSaid ? { file: flag.flag, field } : place, hint, rest);
}
