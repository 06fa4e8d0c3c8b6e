/**
 * Loads the strategy that a deck names, and says which code it is: a hash over its file and what that imports.
 */
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import type { AnyStrategy } from '../../engine/strategy/strategy.ts';
import { ROOMS_FOLDER } from './package.ts';
import { shippedStrategy, strategyNames } from '../../strategies/index.ts';

export interface LoadedStrategy {
  readonly definition: AnyStrategy;
  /** SHA-256 of its code, in hexadecimal. */
  readonly codeHash: string;
  /** The absolute path of its file; `undefined` for a shipped one. */
  readonly file: string | undefined;
}

/** Loads a shipped strategy by name, or the default export of a file; `folder` is where relative paths start. */
export async function loadStrategy(
  strategy: { readonly name?: string | undefined; readonly file?: string | undefined },
  folder: string,
): Promise<LoadedStrategy> {
  if (strategy.file === undefined) {
    const name = strategy.name!;
    const definition = await shippedStrategy(name);
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const code = join(ROOMS_FOLDER, 'strategies', name, `strategy.${extension}`);
    return { definition, codeHash: codeHash(code), file: undefined };
  }
  const file = resolve(folder, strategy.file);
  const shown = relative(process.cwd(), file);
  if (!existsSync(file)) throw noSuchFile(file, shown);
  const module = await importModule(file, shown);
  return { definition: definitionOf(module, shown), codeHash: codeHash(file), file };
}

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

async function importModule(file: string, shown: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof Fault) throw error;
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const place = new RegExp(`${RegExp.escape(pathToFileURL(file).href)}:(\\d+)(?::(\\d+))?`).exec(stack);
    throw new Fault('strategy.load', `the file cannot be loaded: ${message}`, {
      file: shown,
      ...(place === null ? {} : { line: Number(place[1]) }),
      ...(place?.[2] === undefined ? {} : { column: Number(place[2]) }),
    });
  }
}

function definitionOf(module: Readonly<Record<string, unknown>>, file: string): AnyStrategy {
  const { default: definition } = module;
  const isStrategy =
    typeof definition === 'object' &&
    definition !== null &&
    'setup' in definition &&
    typeof definition.setup === 'function' &&
    'name' in definition &&
    typeof definition.name === 'string';
  if (isStrategy) return definition as AnyStrategy;
  const rule = 'the file must export a strategy as its default: export default defineStrategy({ name, setup … })';
  throw new Fault('strategy.no-export', `${rule}, its default export was ${show(definition)}`, { file });
}

/** Returns the fault of a strategy file that is not there, with the file or the strategy that was perhaps meant. */
export function noSuchFile(file: string, shown: string): Fault {
  const folder = dirname(file);
  const near = existsSync(folder) ? didYouMean(basename(file), readdirSync(folder)) : undefined;
  const hint = near ?? `or name a shipped one: ${strategyNames.join(', ')}`;
  return new Fault('file.unreadable', 'the strategy file does not exist', { file: shown }, hint);
}
