/**
 * Which files of this machine a deck names as its data: what a run within walls may read beside its code. Files of keys are
 * none of them.
 */
import { existsSync, globSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DeckConfig } from '../config/schema.ts';

/** Returns absolute paths of files and folders; `folder` is where relative ones start. */
export function dataPaths({ tape, universe, state, strategy }: DeckConfig, folder: string): string[] {
  const named = [...textsIn(tape), ...textsIn(universe), ...textsIn(state?.restore), ...textsIn(strategy.parameters)];
  const paths = named.flatMap((text) =>
    text.includes('*') ? globSync(resolve(folder, text)) : [resolve(folder, text)].filter((path) => existsSync(path)),
  );
  // A word that happens to name a folder around the deck is none of its data.
  return paths.filter(
    (path) => !`${folder}/`.startsWith(`${path}/`) && (statSync(path).isFile() || isFolder(tape, path)),
  );

  function isFolder(of: DeckConfig['tape'], path: string): boolean {
    return 'folder' in of && of.folder !== undefined && resolve(folder, of.folder) === path;
  }
}

/** All texts in a value, but for those of keys. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (key === 'keys' ? [] : textsIn(each)));
}
