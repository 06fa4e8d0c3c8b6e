/**
 * Which files the code of a strategy is, and its hash: the strategy's own file and what that imports by relative paths.
 */
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { ROOMS_FOLDER } from './package.ts';

/** Returns the SHA-256 over a file and the files it imports by relative paths, each with its path from the first. */
export function codeHash(file: string): string {
  return hashOfCode(codeFiles(file));
}

/** Returns the texts of a file and of the files it imports by relative paths, by their paths from the first one's folder. */
export function codeFiles(file: string): Map<string, string> {
  const home = dirname(file);
  const files = new Map<string, string>();
  const waiting = [file];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const name = relative(home, path);
    if (files.has(name)) continue;
    const text = readFileSync(path, 'utf8');
    files.set(name, text);
    // What a shipped strategy imports from other rooms is Tradedeck's own code, which has a hash of its own.
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      const next = resolve(dirname(path), specifier);
      const isOurs = next.startsWith(ROOMS_FOLDER) && dirname(next) !== home;
      if (!isOurs && existsSync(next)) waiting.push(next);
    }
  }
  return files;
}

/** Returns the SHA-256 over files by their names, in hexadecimal. */
export function hashOfCode(files: ReadonlyMap<string, string>): string {
  const parts = [...files].map(([name, text]) => `${name}\n${text}`);
  return hash('sha256', parts.sort().join('\n'));
}
