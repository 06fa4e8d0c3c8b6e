/**
 * Loads the strategy that a deck names, and says which code it is: a hash over its file and what that imports.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import type { AnyStrategy } from '../../engine/strategy/strategy.ts';
import { codeHash } from './code-files.ts';
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
    return { definition, codeHash: codeHash(shippedFile(name)), file: undefined };
  }
  const file = resolve(folder, strategy.file);
  const shown = relative(process.cwd(), file);
  if (!existsSync(file)) throw noSuchFile(file, shown);
  const module = await importModule(file, shown);
  return { definition: definitionOf(module, shown), codeHash: codeHash(file), file };
}

/** The file of a shipped strategy. */
export function shippedFile(name: string): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return join(ROOMS_FOLDER, 'strategies', name, `strategy.${extension}`);
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
