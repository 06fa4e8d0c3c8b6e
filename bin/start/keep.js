/**
 * Keeps the modules of a start that is over for the next one: see `modules.js`.
 *
 * What a module is as a function says, in the repository, a tool that parses it; in the package, a list that the same tool
 * has made when it was packed. A module that neither knows stays a file.
 */
import module, { createRequire } from 'node:module';
import process from '../node/process.js';
import { isOurs } from '../own-package.js';
import { isRested, isSameStamp, stampOf, writeKept } from './store.js';

const fs = process.getBuiltinModule('node:fs');
const { join } = process.getBuiltinModule('node:path');
const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');

/**
 * Writes `file` anew with what is there to keep more of than before: modules of ours that this start had to load from their
 * files, and code of those that came without.
 *
 * `kept` are the modules as they were read, `modules` what ran of them, `loaded` the URLs of those that came from files.
 */
export async function keep({ root, file, maker, kept, modules, loaded }) {
  const now = Date.now();
  const missing = loaded.filter((url) => !isSettled(kept.get(url)) && isRestedFile(url, now));
  if (missing.length === 0 && modules.isCompiled()) return;
  const functionOf = await functions(root);
  if (functionOf === undefined) return;
  writeKept(file, maker, () => {
    const added = missing.map((url) => moduleOf(url, functionOf)).filter((made) => made !== undefined);
    const again = new Set(added.map(({ url }) => url));
    const before = [...kept.values()].filter(({ url, stamp }) => !again.has(url) && isSameStamp(stamp, stampOf(url)));
    return [...before.map((found) => ({ ...found, ...partsOf(found, modules.scripts.get(found.url)) })), ...added];
  });
}

/** Whether it is known of a file, as it is, that it cannot be kept. */
function isSettled(found) {
  return found !== undefined && found.read === undefined && isSameStamp(found.stamp, stampOf(found.url));
}

function isRestedFile(url, now) {
  const stamp = stampOf(url);
  return stamp !== undefined && isRested(stamp, now);
}

/** Returns the text of a module that was kept before and the code to keep of it: with what was compiled in this start. */
function partsOf({ read }, ran) {
  if (read === undefined) return {};
  const { text, code } = read();
  return { text, code: ran === undefined ? code : ran.script.createCachedData() };
}

/** Returns a module to keep; `undefined` if its file was changed while it was read. */
function moduleOf(url, functionOf) {
  const stamp = stampOf(url);
  const source = fs.readFileSync(fileURLToPath(url), 'utf8');
  if (!isSameStamp(stamp, stampOf(url))) return undefined;
  const made = functionOf(source, url.endsWith('.ts'));
  if (made === undefined || made.needs.some((need) => isOfOthers(url, need))) {
    return { url, stamp, needs: [], atOnce: 0, isPlain: true };
  }
  const isPlain = /^[\0-\x7f]*$/.test(made.text);
  const needs = made.needs.map((need) => (need.startsWith('.') ? new URL(need, url).href : need));
  return { url, stamp, needs, atOnce: made.atOnce, isPlain, text: Buffer.from(made.text, 'utf8') };
}

/** Whether a module belongs to a package that Node is to load, as it finds and runs it. */
function isOfOthers(url, need) {
  return !/^(?:\.|node:)/.test(need) && !isOurs(pathToFileURL(createRequire(url).resolve(need)).href);
}

/** Returns what makes a function of a module, or `undefined` of one that stays a file; nothing where nobody knows. */
async function functions(root) {
  const tool = join(root, 'tools', 'module-function.ts');
  if (!fs.existsSync(tool)) return packedFunctions(join(root, 'dist', 'functions.json'));
  try {
    const { moduleFunction } = await import(pathToFileURL(tool).href);
    // Node says once that stripping types is young. It does so itself for every file it loads.
    process.removeAllListeners('warning');
    return (source, isTyped) => {
      const code = isTyped ? module.stripTypeScriptTypes(source) : source;
      return asText(code, moduleFunction(code));
    };
  } catch (error) {
    // The parser comes with the tools of development, which a clone can do without.
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}

function packedFunctions(file) {
  if (!fs.existsSync(file)) return undefined;
  const made = JSON.parse(fs.readFileSync(file, 'utf8'));
  const { hash } = createRequire(import.meta.url)('node:crypto');
  return (source) => asText(source, made[hash('sha256', source)]);
}

/** Returns the function's text: the code with some parts replaced, each by one that has as many lines. */
function asText(code, made) {
  if (made === undefined) return undefined;
  let text = made.head;
  let at = 0;
  for (const [start, end, replacement] of made.edits) {
    text += code.slice(at, start) + replacement;
    at = end;
  }
  return { needs: made.needs, atOnce: made.atOnce, text: text + code.slice(at) + made.tail };
}
