/**
 * The package that is running: its folder and its version.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the rooms: `src` in the repository, `dist` in the published package. */
export const ROOMS_FOLDER = dirname(dirname(import.meta.dirname));

/** The folder of the package's manifest. */
export const PACKAGE_FOLDER = dirname(ROOMS_FOLDER);

/** Returns the version in the package's manifest. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8'));
  // Every package has a version.
  return String((manifest as { version: unknown }).version);
}
