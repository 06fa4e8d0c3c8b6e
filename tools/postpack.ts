/** Runs after `npm pack` and `npm publish`: puts the repository's manifest back where `prepack.ts` took it from. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';

/** Returns where the repository's manifest waits while the published one stands in its place. */
export function savedManifest(root: string): string {
  return join(root, '.cache', 'package.json');
}

export function putBack(root: string): void {
  renameSync(savedManifest(root), join(root, 'package.json'));
}

if (import.meta.main) putBack(join(import.meta.dirname, '..'));
