/**
 * Which engine this is: a hash of the code that decides what a run gives.
 */
import { hash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
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
  const gathered = new Gathered();
  gathered.addText(more);
  for (const room of rooms) if (statSync(join(ROOMS_FOLDER, room)).isDirectory()) addFolder(gathered, room);
  // Hundreds of small updates take longer than one of all.
  return hash('sha256', gathered.bytes);
}

function addFolder(gathered: Gathered, folder: string): void {
  const entries = readdirSync(join(ROOMS_FOLDER, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) addFolder(gathered, path);
    else if (/\.(ts|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts')) {
      gathered.addText(`${path}\n`);
      gathered.addFile(`${ROOMS_FOLDER}/${path}`);
    }
  }
}

/** Room that a file needs at once; longer ones get more. */
const STEP = 1 << 16;

/** Texts and files behind each other in one piece of memory: hundreds of files are read without one of their own each. */
class Gathered {
  private memory = Buffer.allocUnsafeSlow(1 << 22);
  private used = 0;

  get bytes(): Buffer {
    return this.memory.subarray(0, this.used);
  }

  addText(text: string): void {
    this.makeRoom();
    this.used += this.memory.write(text, this.used);
  }

  addFile(path: string): void {
    const file = openSync(path, 'r');
    try {
      for (let read = -1; read !== 0; this.used += read) {
        this.makeRoom();
        read = readSync(file, this.memory, this.used, this.memory.length - this.used, null);
      }
    } finally {
      closeSync(file);
    }
  }

  private makeRoom(): void {
    if (this.memory.length - this.used >= STEP) return;
    const larger = Buffer.allocUnsafeSlow(2 * this.memory.length);
    this.memory.copy(larger, 0, 0, this.used);
    this.memory = larger;
  }
}
