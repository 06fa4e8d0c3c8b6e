/**
 * Loads the command, from what an earlier start has kept where there is any, and keeps this one for the next.
 *
 * What is kept is bound to the Node and to the flags it was compiled with, and to the files that made it. A start that is
 * watched (a debugger, coverage) or was told to keep nothing (`NODE_DISABLE_COMPILE_CACHE=1`) loads files only.
 */
import process from '../node/process.js';
import { loaded as met } from '../own-package.js';

/** Flags of the launcher; with others V8 compiles otherwise. */
const KNOWN_FLAGS = ['', '--disallow-code-generation-from-strings --min-semi-space-size=16'];
/** A command that ran for longer does not depend on its start, and whoever ended it waits. */
const SHORT_MS = 10_000;

/** The modules of a start for which nothing was kept. */
const NONE = { has: () => false, scripts: new Map(), isCompiled: () => true };

/**
 * Loads the module `entry` (a URL) of the package in the folder `root`. Returns its exports, and what to call when all is
 * done: it keeps what was loaded.
 */
export async function load(root, entry) {
  met.add(entry);
  const flags = process.execArgv.join(' ');
  const { NODE_OPTIONS: options = '', NODE_V8_COVERAGE: coverage, NODE_DISABLE_COMPILE_CACHE: disabled } = process.env;
  const isKept = KNOWN_FLAGS.includes(flags) && options === '' && coverage === undefined && disabled !== '1';
  if (!isKept) return { loaded: await import(entry), leave: async () => {} };
  const { readKept, stampOf } = await import('./store.js');
  const { keptModules } = await import('./modules.js');
  const file = `${root}/.cache/start/${process.version}-${process.arch}${flags.replaceAll(' ', '')}.kept`;
  const own = ['start.js', 'modules.js', 'store.js', 'keep.js', '../own-package.js', '../../tools/module-function.ts'];
  const maker = own.map((name) => stampOf(new URL(name, import.meta.url).href) ?? null);
  const kept = readKept(file, maker);
  const modules = kept.size > 0 ? keptModules(kept) : NONE;
  const loaded = modules.has(entry) ? modules.take(entry) : await import(entry);
  const leave = async () => {
    const fromFiles = [...met].filter((url) => !modules.has(url));
    if (performance.now() > SHORT_MS || (fromFiles.length === 0 && modules.isCompiled())) return;
    const { keep } = await import('./keep.js');
    await keep({ root, file, maker, kept, modules, loaded: fromFiles });
  };
  return { loaded, leave };
}
