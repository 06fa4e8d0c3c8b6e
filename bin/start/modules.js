/**
 * Runs modules as functions that an earlier start has kept, in the place of loading their files.
 *
 * To load three hundred modules takes Node longer than to run them, and V8 compiles each of their functions anew at every
 * start: what Node keeps of a module is what was compiled before it ran. A module that was kept is one function of its own,
 * with all that V8 had compiled when the start before ended.
 *
 * Each module is there once, however it is reached: from a kept one, from a file of ours that is not kept, or from a user's
 * strategy. Whether it comes from its file is decided when it is first asked for; a file that was changed is never passed
 * over. See `docs/decisions/0015-kept-modules.md`.
 */
import module, { createRequire } from 'node:module';
import process from '../node/process.js';
import { isSameStamp, stampOf } from './store.js';

const { Script } = process.getBuiltinModule('node:vm');
const { dirname } = process.getBuiltinModule('node:path');
const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');

/** By this name a module that Node loads finds what was kept of another. */
const TAKE = Symbol.for('tradedeck.take');
const LOADING = Symbol('a module that is not yet done');

/** Returns the modules of this start: `kept` are those of an earlier one, as `readKept` returns them. */
export function keptModules(kept) {
  const spaces = new Map();
  const fresh = new Map();
  /** The scripts that ran, by URL, and whether they came with compiled code. */
  const scripts = new Map();

  /**
   * Returns what was kept of a module if its file is still the same, and so are those of all that it imports; what was once
   * answered stays. A kept module cannot import one that comes from its file: Node may be about to load that one, for another
   * file of ours, and nobody else can have it until it has run.
   */
  function freshModule(url) {
    if (fresh.has(url)) return fresh.get(url);
    const found = kept.get(url);
    const isFresh = found?.read !== undefined && isSameStamp(found.stamp, stampOf(url));
    // Of modules in a circle none is kept.
    fresh.set(url, undefined);
    if (isFresh && found.needs.slice(0, found.atOnce).every((need) => isThere(found, need))) fresh.set(url, found);
    return fresh.get(url);
  }

  /** Whether a kept module can import another at once. */
  function isThere({ url }, need) {
    if (need.startsWith('node:')) return true;
    const needed = urlOf(url, need);
    // A package that is never kept is CommonJS, which Node loads on the spot.
    return freshModule(needed) !== undefined || (!need.startsWith('file:') && !kept.has(needed));
  }

  function urlOf(url, need) {
    return need.startsWith('file:') ? need : pathToFileURL(createRequire(url).resolve(need)).href;
  }

  /** Returns the exports of a module of ours, which runs when it is first asked for. */
  function take(url) {
    const known = spaces.get(url);
    if (known === LOADING) throw new Error(`modules import each other in a circle, through ${url}`);
    if (known !== undefined) return known;
    const found = freshModule(url);
    if (found === undefined) return createRequire(url)(fileURLToPath(url));
    spaces.set(url, LOADING);
    try {
      const space = run(found);
      spaces.set(url, space);
      return space;
    } catch (error) {
      spaces.delete(url);
      throw error;
    }
  }

  function run(found) {
    const { url, isPlain } = found;
    const { text, code } = found.read();
    const source = isPlain ? text.latin1Slice() : text.utf8Slice();
    const script = new Script(source, { filename: url, cachedData: code });
    scripts.set(url, { script, isCompiled: code !== undefined && !script.cachedDataRejected });
    const space = { __proto__: null };
    const need = (i) => needed(found, found.needs[i]);
    const named = (i, name) => exportOf(need(i), name, found.needs[i]);
    const later = async (i) => (freshModule(found.needs[i]) === undefined ? import(found.needs[i]) : need(i));
    const others = (specifier) => import(/^\.{1,2}\//.test(specifier) ? new URL(specifier, url).href : specifier);
    script.runInThisContext()(need, named, later, others, space, () => metaOf(url), addAll);
    return inOrder(space);
  }

  function needed({ url }, need) {
    if (need.startsWith('node:')) return process.getBuiltinModule(need);
    return take(urlOf(url, need));
  }

  globalThis[TAKE] = take;
  module.registerHooks({
    load(url, context, nextLoad) {
      if (freshModule(url) === undefined) return nextLoad(url, context);
      return { format: 'module', source: bridge(Object.keys(take(url))), shortCircuit: true };
    },
  });
  return {
    take,
    scripts,
    has: (url) => freshModule(url) !== undefined,
    /** Whether all that ran came with compiled code. */
    isCompiled: () => scripts.values().every(({ isCompiled }) => isCompiled),
  };
}

/** Returns the source of a module that exports these names of the module that was kept under its URL. */
function bridge(names) {
  const named = names.filter((name) => name !== 'default');
  const lines = [
    `const space = globalThis[Symbol.for(${JSON.stringify(TAKE.description)})](import.meta.url);`,
    `export const { ${named.join(', ')} } = space;`,
    ...(named.length < names.length ? ['export default space.default;'] : []),
  ];
  return lines.join('\n');
}

/** Returns what a module exports by this name. */
function exportOf(space, name, from) {
  if (name in space) return space[name];
  throw new SyntaxError(`The requested module '${from}' does not provide an export named '${name}'`);
}

/** Returns the exports as those of a module are: by name, and as they are. */
function inOrder(space) {
  const sorted = { __proto__: null };
  for (const name of Object.keys(space).sort()) sorted[name] = space[name];
  return Object.freeze(sorted);
}

function metaOf(url) {
  const filename = fileURLToPath(url);
  return { url, filename, dirname: dirname(filename) };
}

/** `export * from`: all but the default. */
function addAll(space, from) {
  for (const name of Object.keys(from)) if (name !== 'default') space[name] = from[name];
}
