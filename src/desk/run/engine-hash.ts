/**
 * Which engine this is: a hash of the code that decides what a run gives.
 */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOMS_FOLDER } from './package.ts';

/** Rooms whose code can change the journal of a run. */
const DECIDING = ['base', 'time', 'indicators', 'options', 'market', 'engine'] as const;

let known: string | undefined;
let program: string | undefined;

/** Returns the SHA-256 over all files of the rooms that decide, by path: as they were when first asked, and loaded. */
export function engineHash(): string {
  return (known ??= hashRooms(DECIDING));
}

/**
 * Returns the SHA-256 over all files of all rooms and the version of the machine that runs them: two processes with the
 * same one compute the same bits.
 */
export function programHash(): string {
  return (program ??= hashRooms(readdirSync(ROOMS_FOLDER).sort(), process.versions.v8));
}

function hashRooms(rooms: readonly string[], more = ''): string {
  const parts: Buffer[] = [Buffer.from(more)];
  for (const room of rooms) if (statSync(join(ROOMS_FOLDER, room)).isDirectory()) addFolder(parts, room);
  // Hundreds of small updates take longer than one of all.
  return hash('sha256', Buffer.concat(parts));
}

function addFolder(parts: Buffer[], folder: string): void {
  const entries = readdirSync(join(ROOMS_FOLDER, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) addFolder(parts, path);
    else if (/\.(ts|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts')) {
      parts.push(Buffer.from(`${path}\n`), readFileSync(join(ROOMS_FOLDER, path)));
    }
  }
}
