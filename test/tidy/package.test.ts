/** Guards the manifest: what it opens exists, what it depends on is exact, complete and explained. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compiledUrls } from '../../tools/build.ts';
import { publishedManifest } from '../../tools/manifest.ts';
import { read, root } from './source.ts';

interface Manifest {
  readonly exports: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { readonly optional?: boolean }>;
  readonly allowScripts: Record<string, boolean>;
}

interface Lock {
  readonly packages: Record<string, { hasInstallScript?: boolean; optionalDependencies?: Record<string, string> }>;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;

/** Packages that run a script when installed; none may, since what runs then is not what was reviewed. */
function scripts({ packages }: Lock, decided: Readonly<Record<string, boolean>> = {}): string[] {
  return Object.entries(packages).flatMap(([path, { hasInstallScript }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    // What is denied does not run; what nobody has decided on, or was allowed, is told.
    const isDenied = name in decided && !decided[name];
    return hasInstallScript === true && !isDenied ? [path] : [];
  });
}

/** Packages for other machines that the lock file lacks, without which `npm ci` refuses on every machine. */
function missing({ packages }: Lock): string[] {
  return Object.values(packages)
    .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
    .filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)));
}

function unexplained(names: readonly string[], texts: readonly string[]): string[] {
  return names.filter((name) => !texts.some((text) => text.includes(`\`${name}\``)));
}

test('every public door leads to a file', () => {
  const paths = Object.values(manifest.exports).filter((path) => !path.includes('*'));
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('every dependency is pinned to one version', () => {
  const { dependencies, optionalDependencies, devDependencies } = manifest;
  const versions = Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('every runtime dependency has its reason in a decision record', () => {
  const names = Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  });
  const texts = read('docs/decisions/*.md').map(({ text }) => text);
  expect(unexplained(names, texts)).toEqual([]);
  expect(unexplained(['left-pad'], texts)).toEqual(['left-pad']);
});

test('no dependency runs a script when it is installed', () => {
  expect(Object.keys(lock.packages).length).toBeGreaterThan(1);
  expect(scripts(lock, manifest.allowScripts)).toEqual([]);
  expect(scripts({ packages: { 'node_modules/x': { hasInstallScript: true } } })).toEqual(['node_modules/x']);
  const nested = { packages: { 'node_modules/y/node_modules/x': { hasInstallScript: true } } };
  expect(scripts(nested, { x: false })).toEqual([]);
  expect(scripts(nested, { x: true, y: false })).toEqual(['node_modules/y/node_modules/x']);
});

test('what is installed is exact, some days old, and runs nothing', () => {
  const settings = readFileSync(join(root, '.npmrc'), 'utf8').split('\n');
  expect(settings).toEqual(
    expect.arrayContaining(['strict-allow-scripts=true', 'save-exact=true', 'min-release-age=3']),
  );
  expect(readFileSync(join(root, '.ci', 'run'), 'utf8')).toMatch(/^npm ci .*--ignore-scripts\b/m);
  expect(readFileSync(join(root, '.github', 'workflows', 'ci.yml'), 'utf8')).toContain('- run: npm audit signatures');
});

test('a package that only some need is an optional peer, and tested here in one exact version', () => {
  const { peerDependencies, peerDependenciesMeta, devDependencies } = manifest;
  expect(Object.keys(peerDependencies).length).toBeGreaterThan(0);
  expect(Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true)).toEqual([]);
  expect(Object.keys(peerDependencies).filter((name) => devDependencies[name] === undefined)).toEqual([]);
});

test('the lock file is complete for machines of every kind', () => {
  expect(missing(lock)).toEqual([]);
  expect(missing({ packages: { 'node_modules/x': { optionalDependencies: { 'x-arm64': '1.0.0' } } } })).toEqual([
    'x-arm64',
  ]);
});

test('the published manifest opens JavaScript with its declarations and nothing else', () => {
  const exports = {
    '.': './src/index.ts',
    './adapters/*': './src/adapters/*/index.ts',
    './package.json': './package.json',
  };
  expect(publishedManifest({ name: 'x', exports, scripts: { a: 'b' }, devDependencies: { c: '1.0.0' } })).toEqual({
    name: 'x',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './adapters/*': { types: './dist/adapters/*/index.d.ts', default: './dist/adapters/*/index.js' },
      './package.json': './package.json',
    },
  });
});

test('a worker started by its address is found again after compilation', () => {
  expect(compiledUrls("new Worker(new URL('./sweep/worker.ts', import.meta.url))")).toBe(
    "new Worker(new URL('./sweep/worker.js', import.meta.url))",
  );
  expect(compiledUrls("new URL('../x.ts', import.meta.url); open('./y.ts')")).toBe(
    "new URL('../x.js', import.meta.url); open('./y.ts')",
  );
});
