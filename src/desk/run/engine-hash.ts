/**
 * Which engine this is: a hash of the code that decides what a run gives.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOMS_FOLDER } from './package.ts';

/** Rooms whose code can change the journal of a run. */
const DECIDING = ['base', 'time', 'indicators', 'options', 'market', 'engine'] as const;

let known: string | undefined;

/** Returns the SHA-256 over all files of the rooms that decide, by path: as they were when first asked, and loaded. */
export function engineHash(): string {
  return (known ??= hashRooms());
}

function hashRooms(): string {
  const hash = createHash('sha256');
  for (const room of DECIDING) addFolder(hash, room);
  return hash.digest('hex');
}

function addFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  const entries = readdirSync(join(ROOMS_FOLDER, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) addFolder(hash, path);
    else if (/\.(ts|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts')) {
      hash.update(`${path}\n`).update(readFileSync(join(ROOMS_FOLDER, path)));
    }
  }
}
