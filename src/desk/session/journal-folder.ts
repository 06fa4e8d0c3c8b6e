/**
 * Where a session keeps its journal: known to whoever writes it and to whoever only reads it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** Where the segments of the journal lie in a run folder. */
export const JOURNAL_FOLDER = 'session';

/** Names in a run folder where paths of the session's deck start: seen from there, so that both can move together. */
const DECK_FOLDER = 'deck-folder.txt';

export function rememberDeckFolder(folder: string, deckFolder: string): void {
  writeFileSync(join(folder, DECK_FOLDER), `${relative(resolve(folder), resolve(deckFolder))}\n`);
}

/** Where paths of a session's deck start; undefined for a session that does not say. */
export function deckFolderOf(folder: string): string | undefined {
  const file = join(folder, DECK_FOLDER);
  return existsSync(file) ? resolve(folder, readFileSync(file, 'utf8').trim()) : undefined;
}
