/**
 * What a strategy reads beside the tape, found in its code: no shorter tape takes that away from it, so a check that
 * plays shorter tapes proves nothing about it.
 */
import { isBuiltin } from 'node:module';

export interface OutsideRead {
  /** Path from the folder of the strategy. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** What is reached for: a module, a data file, a global. */
  readonly what: string;
}

/** Modules of Node that compute and read nothing. */
const HARMLESS = new Set([
  'assert',
  'buffer',
  'events',
  'path',
  'punycode',
  'querystring',
  'string_decoder',
  'url',
  'util',
]);

const IMPORT = /(?:\bfrom|\bimport|\brequire|\bgetBuiltinModule)\s*\(?\s*['"]([^'"]+)['"]/g;
const GLOBAL = /(?<![.\w])(?:fetch\s*\(|XMLHttpRequest\b|WebSocket\b|EventSource\b|process\s*\.\s*env\b)/g;

/** Finds what code reads beside the tape; `files` are texts by path. What stands in comments is none of it. */
export function outsideReads(files: ReadonlyMap<string, string>): OutsideRead[] {
  const found: OutsideRead[] = [];
  for (const [file, text] of files) {
    const code = withoutComments(text);
    const lineOf = (index: number): number => code.slice(0, index).split('\n').length;
    for (const match of code.matchAll(IMPORT)) {
      const [, name] = match;
      if (isOutside(name)) found.push({ file, line: lineOf(match.index), what: name });
    }
    for (const match of code.matchAll(GLOBAL)) {
      found.push({ file, line: lineOf(match.index), what: match[0].replace(/\s*\($/, '') });
    }
  }
  return found;
}

function isOutside(name: string): boolean {
  if (isBuiltin(name)) return !HARMLESS.has(name.replace(/^node:/, '').split('/')[0]);
  return /^\.{0,2}\/.*\.(json|csv|txt|wasm|node)$/.test(name);
}

/** Comments become blanks of the same length, so that lines keep their numbers; texts are passed over as they are. */
function withoutComments(code: string): string {
  return code.replace(
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (part) => (part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part),
  );
}
