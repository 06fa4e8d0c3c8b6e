/**
 * Runs before `npm pack` and `npm publish`: compiles `dist/`, writes what the package brings along, and puts the published manifest in the place of the
 * repository's, which `postpack.ts` puts back. npm has no setting for a manifest that differs when packed. Swapping is
 * the last step, so that a failed build leaves the repository as it was.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from './build.ts';
import { publishedManifest, type Manifest } from './manifest.ts';
import { savedManifest } from './postpack.ts';
import { bomFile, bomOf } from './sbom.ts';

const root = join(import.meta.dirname, '..');
const path = join(root, 'package.json');
const saved = savedManifest(root);

build(root);
writeFileSync(bomFile(root), `${JSON.stringify(bomOf(root), null, 2)}\n`);
const text = readFileSync(path, 'utf8');
const manifest = JSON.parse(text) as Manifest; // The repository's own file, whose shape the tidy tests check.
mkdirSync(dirname(saved), { recursive: true });
writeFileSync(saved, text);
writeFileSync(`${path}.new`, `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
renameSync(`${path}.new`, path);
