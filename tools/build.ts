/** Compiles the sources to the JavaScript and the declarations that the published package holds. */
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { moduleFunction, type ModuleFunction } from './module-function.ts';

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
  writeFunctions(root);
}

/**
 * Writes `dist/functions.json`: what makes functions of the package's modules and of those that read the command line, by
 * the SHA-256 of their code. The parser that finds it out is not part of the package.
 */
function writeFunctions(root: string): void {
  const library = join('node_modules', '{commander,@commander-js/extra-typings}', '{index,lib/*}.js');
  const made: Record<string, ModuleFunction> = {};
  for (const path of [...globSync('dist/**/*.js', { cwd: root }), ...globSync(library, { cwd: root })]) {
    const code = readFileSync(join(root, path), 'utf8');
    const asFunction = moduleFunction(code);
    if (asFunction !== undefined) made[hash('sha256', code)] = asFunction;
  }
  writeFileSync(join(root, 'dist', 'functions.json'), JSON.stringify(made));
}

/**
 * Returns `code` with `new URL('./x.ts', import.meta.url)` pointing at `./x.js`. The compiler rewrites the extensions
 * of imports only; this is the other way a file names one of its neighbours, when it starts it as a worker.
 */
export function compiledUrls(code: string): string {
  return code.replace(/(new URL\(\s*(['"`])\.{1,2}\/[^'"`]*)\.ts\2(\s*,\s*import\.meta\.url\s*\))/g, '$1.js$2$3');
}
