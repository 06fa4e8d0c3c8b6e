/**
 * How the set-ups of several experiments differ: by meaning, not by text, and only where they do.
 */
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { parse } from 'yaml';
import { canonical } from '../run/identity.ts';
import type { Experiment } from './experiment.ts';

/** A field with a value for each experiment, in their order; `undefined` where one does not have it. */
export interface DiffRow {
  readonly path: string;
  readonly values: readonly (string | undefined)[];
}

/** Fields that do not decide what a run gives. */
const BESIDE: ReadonlySet<string> = new Set(['name', 'output', 'mode']);

/** Fields that name files, as the deck sees them from its folder. */
const PATHS = /^(tape\.(files|folder)|strategy\.file|universe)$/;

/** Returns the fields in which decks, code and data differ. Order of keys, quotes and comments count for nothing. */
export function configDiff(experiments: readonly Experiment[]): DiffRow[] {
  const decks = experiments.map(deckFields);
  const columns = experiments.map((one, i) => new Map([...decks[i], ...factsOf(one)]));
  const inOrder = [...decks.flat(), ...experiments.flatMap(factsOf)];
  const paths = [...new Set(inOrder.map(([path]) => path))];
  return paths
    .map((path) => ({ path, values: columns.map((column) => column.get(path)) }))
    .filter(({ values }) => new Set(values).size > 1);
}

function deckFields({ folder, parameters }: Experiment): [string, string][] {
  const deck: unknown = parse(readFileSync(join(folder, 'deck.yaml'), 'utf8'));
  const fields: [string, string][] = [];
  const add = (path: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    if (PATHS.test(path) && !isNested(value)) fields.push([path, seenFromHere(value, folder)]);
    else if (isNested(value)) for (const [key, each] of Object.entries(value)) add(`${path}.${key}`, each);
    else fields.push([path, typeof value === 'string' ? value : canonical(value)]);
  };
  for (const [key, value] of Object.entries(isNested(deck) ? deck : {})) if (!BESIDE.has(key)) add(key, value);
  // Of a sweep, what is compared is its best row.
  for (const [name, value] of Object.entries(parameters)) fields.push([`strategy.parameters.${name}`, String(value)]);
  return fields;
}

/** What is no field of a deck and yet decides. */
function factsOf({ codeHash, data, engineHash, version }: Experiment): [string, string][] {
  const short = (hash: string): string => hash.slice(0, 12);
  return [
    ['code of the strategy', short(codeHash)],
    ['fingerprint of the data', short(data)],
    ['code of the engine', short(engineHash)],
    ['version', version],
  ];
}

/** Whether a value has fields, or is a list of what has fields: a plain list is one value. */
function isNested(value: unknown): value is object {
  if (Array.isArray(value)) return value.some((each) => typeof each === 'object');
  return typeof value === 'object' && value !== null;
}

/** Names of files from the folder in which the command runs: decks of different folders can name the same file. */
function seenFromHere(value: unknown, folder: string): string {
  const names = (Array.isArray(value) ? value : [value]) as unknown[];
  return names.map((name) => relative(process.cwd(), resolve(folder, String(name)))).join(', ');
}
