/**
 * Parameters that a deck tells as a list, or in a file of its own: text that is long and changes by itself, as the days
 * of earnings do. Both become the text that the strategy declares, entries with commas between them, before anything
 * else reads the deck; so a run, its journal and its copy of the deck hold the entries and not the name of a file.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault, show } from '../../base/fault.ts';
import type { DeckConfig } from './schema.ts';

type Given = NonNullable<DeckConfig['strategy']['parameters']>[string];

/** Returns the deck with each such parameter as text. A file that is missing, or has nothing to say, is a `Fault`. */
export function withToldParameters(config: DeckConfig, folder: string): DeckConfig {
  const given = Object.entries(config.strategy.parameters ?? {});
  if (!given.some(([, value]) => typeof value === 'object')) return config;
  const parameters = Object.fromEntries(given.map(([name, value]) => [name, plain(name, value, folder)]));
  return { ...config, strategy: { ...config.strategy, parameters } };
}

function plain(name: string, value: Given, folder: string): string | number | boolean {
  if (typeof value !== 'object') return value;
  return 'file' in value ? entriesOf(name, value.file, folder).join(', ') : value.join(', ');
}

/** One entry a line; what follows a # is for people. */
function entriesOf(name: string, file: string, folder: string): string[] {
  const path = resolve(folder, file);
  const field = `strategy.parameters.${name}.file`;
  if (!existsSync(path)) throw new Fault('file.unreadable', `there is no file ${show(file)}`, { field });
  const lines = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const entries = lines.map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '');
  if (entries.length === 0) throw new Fault('file.empty', `${show(file)} has no entries`, { field });
  return entries;
}
