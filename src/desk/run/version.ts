/**
 * Which Tradedeck this is: its version, and a hash of the code that decides what a run gives.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Rooms whose code can change the journal of a run. */
const DECIDING = ['base', 'time', 'indicators', 'options', 'market', 'engine'] as const;

const OWN_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Returns the version in the package's manifest. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(OWN_ROOT, '..', 'package.json'), 'utf8'));
  return String((manifest as { version: unknown }).version);
}

/** Returns the SHA-256 over all files of the rooms that decide, by path. */
export function engineHash(): string {
  const hash = createHash('sha256');
  for (const room of DECIDING) addFolder(hash, room);
  return hash.digest('hex');
}

function addFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  const entries = readdirSync(join(OWN_ROOT, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) addFolder(hash, path);
    else if (/\.(ts|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts')) {
      hash.update(`${path}\n`).update(readFileSync(join(OWN_ROOT, path)));
    }
  }
}
