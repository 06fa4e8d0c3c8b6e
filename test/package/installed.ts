/** Packs the repository as it is and installs the result into an empty folder, as somebody else would. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** What packing reads: the manifest, what it lists in `files`, and what builds that. */
const PACKED = (
  'package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json src bin tools decks recipes examples ' +
  'web/dist README.md CHANGELOG.md LICENSE NOTICE'
).split(' ');

export interface Installed {
  /** The folder with `node_modules/tradedeck` in it and nothing else of ours. */
  readonly folder: string;
  /** The copy of the repository that was packed. */
  readonly copy: string;
  [Symbol.dispose](): void;
}

/**
 * Packs a copy, because packing swaps the manifest for a moment and others may be running from this tree. npm runs as
 * it would for a user: it finds the Node and the npm of this machine, and takes packages from its cache when it can.
 */
export function install(): Installed {
  const scratch = mkdtempSync(join(tmpdir(), 'tradedeck-pack-'));
  const copy = join(scratch, 'copy');
  const folder = join(scratch, 'folder');
  mkdirSync(copy);
  mkdirSync(folder);
  for (const name of PACKED)
    if (existsSync(join(root, name))) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  npm(copy, 'pack', '--silent', '--pack-destination', scratch);
  const [tarball] = globSync('*.tgz', { cwd: scratch });
  npm(folder, 'install', '--silent', '--prefer-offline', '--no-audit', join(scratch, tarball));
  return { folder, copy, [Symbol.dispose]: () => rmSync(scratch, { recursive: true, force: true }) };
}

/** The environment of somebody who has not cloned the repository: its commands are not on the path. */
export function strangersEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|VITEST)/i.test(name));
  return { ...Object.fromEntries(inherited), PATH: path.join(delimiter) };
}

function npm(cwd: string, ...args: string[]): void {
  execFileSync('npm', args, { cwd, env: strangersEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
}
