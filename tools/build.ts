/** Compiles the sources to the JavaScript and the declarations that the published package holds. */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Writes `dist/` in `root` from `src/`: one `.js` and one `.d.ts` per source at the same depth, so that a path relative
 * to `import.meta.url` means the same before and after, and every other file of `src/` unchanged.
 */
export function build(root: string): void {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  for (const path of globSync('dist/**/*.js', { cwd: root })) {
    const file = join(root, path);
    writeFileSync(file, compiledUrls(readFileSync(file, 'utf8')));
  }
  for (const path of globSync('src/**/*.*', { cwd: root })) {
    if (path.endsWith('.ts')) continue;
    const target = join(root, 'dist', path.slice('src/'.length));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, path), target);
  }
}

/**
 * Returns `code` with `new URL('./x.ts', import.meta.url)` pointing at `./x.js`. The compiler rewrites the extensions
 * of imports only; this is the other way a file names one of its neighbours, when it starts it as a worker.
 */
export function compiledUrls(code: string): string {
  return code.replace(/(new URL\(\s*(['"`])\.{1,2}\/[^'"`]*)\.ts\2(\s*,\s*import\.meta\.url\s*\))/g, '$1.js$2$3');
}
