/** The cases of a folder: what all its JSON files list, however they are called. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the lists of all JSON files of a folder, one after the other by name; their shape is their own. */
export function casesIn<Case>(folder: string): Case[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Case[]);
}
