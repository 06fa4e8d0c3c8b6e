/**
 * The program of a strategy's process: which file of the package it is, and which files of this machine it must see. Of
 * the strategy's folder these are its own modules alone: keys may lie beside them.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { codeFiles } from '../run/code-files.ts';
import { PACKAGE_FOLDER, ROOMS_FOLDER } from '../run/package.ts';
import type { Program } from './launch/launch.ts';

/**
 * How Node runs a strategy. Without threads of their own for collecting garbage one that fills its memory takes one
 * processor and not all of them; what a strategy holds is little.
 */
export const STRATEGY_FLAGS: readonly string[] = ['--single-threaded-gc'];

/** Returns what runs a strategy in a process of its own. `file` is the strategy's, absolute; undefined for a shipped one. */
export function strategyProgram(file: string | undefined, name: string): Program {
  const main = fileURLToPath(new URL('./strategy-process.ts', import.meta.url));
  return {
    node: realpathSync(process.execPath),
    flags: [...STRATEGY_FLAGS, hooksFlag()],
    args: [main],
    reads: readsOf(file),
    writes: [],
    name,
    folder: '/',
  };
}

/** How files find the package that runs them: see `bin/own-package.js`. */
export function hooksFlag(): string {
  return `--import=${join(PACKAGE_FOLDER, 'bin', 'own-package.js')}`;
}

/** Files and folders that the package and a strategy are made of; each as it is called, and as it truly lies. */
export function readsOf(file: string | undefined): string[] {
  const own = [ROOMS_FOLDER, join(PACKAGE_FOLDER, 'bin'), join(PACKAGE_FOLDER, 'package.json')];
  const theirs = file === undefined ? [] : codeOf(file);
  const modules = [PACKAGE_FOLDER, ...(file === undefined ? [] : [dirname(file)])].flatMap(moduleFolders);
  const named = [...own, ...theirs, ...modules].filter((path) => existsSync(path));
  return [...new Set(named.flatMap((path) => [path, realpathSync(path)]))];
}

function codeOf(file: string): string[] {
  const home = dirname(file);
  const manifest = nearest(home, 'package.json');
  return [
    ...[...codeFiles(file).keys()].map((name) => resolve(home, name)),
    ...(manifest === undefined ? [] : [manifest]),
  ];
}

/** Folders in which packages are looked for from a folder on upwards. */
function moduleFolders(from: string): string[] {
  return upwards(from)
    .map((folder) => (folder.endsWith('/node_modules') ? folder : join(folder, 'node_modules')))
    .filter((folder) => existsSync(folder));
}

function nearest(from: string, name: string): string | undefined {
  return upwards(from)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

function upwards(from: string): string[] {
  const folders: string[] = [];
  for (let at = resolve(from); ; at = dirname(at)) {
    folders.push(at);
    if (dirname(at) === at) return folders;
  }
}
