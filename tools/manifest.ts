/** Derives the published `package.json` from the repository's, so that the two cannot drift apart. */

export interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/**
 * Returns the manifest that is packed: the doors lead to compiled JavaScript with its declarations instead of to the
 * sources, because Node does not strip types inside `node_modules`; scripts and development dependencies stay at home.
 */
export function publishedManifest(manifest: Manifest): object {
  const { scripts: _scripts, devDependencies: _devDependencies, exports, ...rest } = manifest;
  return {
    ...rest,
    exports: Object.fromEntries(Object.entries(exports).map(([door, path]) => [door, compiled(path)])),
  };
}

function compiled(path: string): string | { types: string; default: string } {
  if (!path.startsWith('./src/')) return path;
  const stem = path.replace('./src/', './dist/').replace(/\.ts$/, '');
  return { types: `${stem}.d.ts`, default: `${stem}.js` };
}
