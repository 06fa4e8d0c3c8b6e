/** Reads the tree and parses its TypeScript, so that each rule of the house is a small function over files. */
import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'oxc-parser';

/** One file. Rules take these instead of reading the disk, so that a test can plant a faulty one in memory. */
export interface Source {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** A node of the syntax tree, as far as the rules look into it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

export const root = join(import.meta.dirname, '..', '..');

const SKIPPED = new Set(['node_modules', 'dist', 'runs', 'coverage']);
const SHOWN = new Set(['.ci', '.github', '.vscode']);

/** Returns the files below the repository's root that match `pattern`; what git ignores and hidden drafts are left out. */
export function read(pattern: string): Source[] {
  const skip = (name: string): boolean =>
    SKIPPED.has(name) || (name.startsWith('.') && name.length > 1 && !SHOWN.has(name));
  return globSync(pattern, { cwd: root, withFileTypes: true, exclude: (entry) => skip(entry.name) })
    .filter((entry) => entry.isFile() && !skip(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: posix.relative(root, file), text: readFileSync(file, 'utf8') }));
}

/** Returns all TypeScript of the repository. */
export function typescript(): Source[] {
  return read('{src,test,bench,tools,examples,recipes,web}/**/*.ts');
}

const parsed = new Map<string, ReturnType<typeof parseSync>>();

function parse(source: Source): ReturnType<typeof parseSync> {
  const known = parsed.get(source.text);
  if (known !== undefined) return known;
  const result = parseSync(source.path, source.text);
  parsed.set(source.text, result);
  return result;
}

/** Returns everything `source` imports, re-exports, loads lazily, or starts by `new URL(…, import.meta.url)`. */
export function imports(source: Source): Import[] {
  const { module } = parse(source);
  const found: Import[] = [];
  const add = (specifier: string, offset: number): void => {
    found.push({ specifier, line: lineAt(source, offset) });
  };
  for (const one of module.staticImports) add(one.moduleRequest.value, one.start);
  for (const one of module.staticExports) {
    for (const entry of one.entries) if (entry.moduleRequest) add(entry.moduleRequest.value, one.start);
  }
  for (const one of module.dynamicImports) {
    const text = source.text.slice(one.moduleRequest.start, one.moduleRequest.end);
    const literal = /^(['"`])([^$]*)\1$/.exec(text);
    if (literal) add(literal[2], one.start);
  }
  // Walking through every node takes most of the time of these rules, and few files have what is looked for.
  if (!/\bnew\s+URL\b|\bimport\s*\(/.test(source.text)) return found;
  visit(source, (node) => {
    if (node.type === 'NewExpression' && nameOf(node['callee']) === 'URL') {
      const [first] = node['arguments'] as Node[]; // A call's arguments are a list of nodes.
      if (first?.type === 'Literal' && typeof first['value'] === 'string' && first['value'].startsWith('.')) {
        add(first['value'], node.start);
      }
    }
    if (node.type === 'TSImportType') {
      const inner = node['source'] as Node | undefined; // The parser gives the module's name as a literal.
      if (typeof inner?.['value'] === 'string') add(inner['value'], node.start);
    }
  });
  return found;
}

export function comments(source: Source): readonly { value: string; start: number; type: 'Line' | 'Block' }[] {
  return parse(source).comments;
}

/** Returns the names that `source` exports. */
export function exportedNames(source: Source): string[] {
  return parse(source).module.staticExports.flatMap((one) =>
    one.entries.flatMap((entry) => (typeof entry.exportName.name === 'string' ? [entry.exportName.name] : [])),
  );
}

/** Calls `look` with every node of the syntax tree and the node it lies in. */
export function visit(source: Source, look: (node: Node, parent: Node | undefined) => void): void {
  const walk = (value: unknown, parent: Node | undefined): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, parent);
    else if (isNode(value)) {
      look(value, parent);
      for (const field of Object.values(value)) if (typeof field === 'object' && field !== null) walk(field, value);
    }
  };
  walk(parse(source).program, undefined);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Returns the name of an identifier, `a.b` of a member of one, and `undefined` of anything else. */
export function nameOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Identifier') return String(value['name']);
  if (value.type !== 'MemberExpression' || value['computed'] === true) return undefined;
  const object = nameOf(value['object']);
  return object === undefined ? undefined : `${object}.${nameOf(value['property'])}`;
}

export function lineAt(source: Source, offset: number): number {
  let line = 1;
  for (let i = source.text.indexOf('\n'); i >= 0 && i < offset; i = source.text.indexOf('\n', i + 1)) line++;
  return line;
}

/** Returns the path in the repository that `specifier` means inside `source`, or `undefined` for a package. */
export function target(source: Source, specifier: string, doors: Readonly<Record<string, string>>): string | undefined {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(source.path), specifier));
  if (specifier !== 'tradedeck' && !specifier.startsWith('tradedeck/')) return undefined;
  const door = `.${specifier.slice('tradedeck'.length)}`;
  if (doors[door] !== undefined) return posix.normalize(doors[door]);
  for (const [pattern, path] of Object.entries(doors)) {
    const [before, after] = pattern.split('*');
    if (after === undefined || !door.startsWith(before)) continue;
    return posix.normalize(path.replace('*', door.slice(before.length)));
  }
  return undefined;
}

/** Returns the public doors of the package: the `exports` of its manifest. */
export function doors(): Readonly<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, string> };
  return manifest.exports;
}
