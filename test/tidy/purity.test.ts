/** Guards the pure rooms: no clock, chance, network, disk, environment or place, and no package that has them. */
import { expect, test } from 'vitest';
import { isPure } from './rooms.ts';
import { doors, imports, lineAt, nameOf, read, target, visit, type Node, type Source } from './source.ts';

const PACKAGES: ReadonlySet<string> = new Set(['zod']);
const GLOBALS: ReadonlySet<string> = new Set(
  (
    'process console fetch performance setTimeout setInterval setImmediate require Buffer globalThis crypto eval ' +
    'navigator WebSocket Worker SharedWorker XMLHttpRequest BroadcastChannel MessageChannel'
  ).split(' '),
);
const CALLS: ReadonlySet<string> = new Set(['Date.now', 'Math.random']);

function purity(sources: readonly Source[]): string[] {
  const open = doors();
  const findings: string[] = [];
  for (const source of sources.filter(({ path }) => isPure(path))) {
    for (const { specifier, line } of imports(source)) {
      const path = target(source, specifier, open);
      const pure = path === undefined ? PACKAGES.has(specifier.split('/')[0]) : isPure(path);
      if (!pure) findings.push(`${source.path}:${line}: a pure room imports ${specifier}`);
    }
    const declared = declaredNames(source);
    visit(source, (node, parent) => {
      const what = worldly(node, parent, declared);
      if (what !== undefined) findings.push(`${source.path}:${lineAt(source, node.start)}: a pure room uses ${what}`);
    });
  }
  return findings;
}

/** Returns what of the world `node` reaches for, if anything. */
function worldly(node: Node, parent: Node | undefined, declared: ReadonlySet<string>): string | undefined {
  switch (node.type) {
    case 'Identifier': {
      const name = nameOf(node)!;
      return GLOBALS.has(name) && !declared.has(name) && !isLabel(node, parent) ? name : undefined;
    }
    case 'MemberExpression': {
      const name = nameOf(node) ?? '';
      const property = nameOf(node['property']) ?? '';
      if (CALLS.has(name) || name === 'Temporal.Now') return name;
      return /^toLocale(Date|Time)?String$/.test(property) ? property : undefined;
    }
    case 'MetaProperty':
      return nameOf(node['property']) === 'meta' ? 'import.meta' : undefined;
    case 'NewExpression':
    case 'CallExpression': {
      const name = nameOf(node['callee']) ?? '';
      const [first] = node['arguments'] as Node[]; // A call's arguments are a list of nodes.
      if (name === 'Date' && (first === undefined || node.type === 'CallExpression'))
        return 'the time of day, by Date()';
      const here = first === undefined || nameOf(first) === 'undefined';
      return name.startsWith('Intl.') && here ? `the locale of the machine, by ${name}()` : undefined;
    }
    default:
      return undefined;
  }
}

/** An identifier that names a field or a member, not a value. */
function isLabel(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type === 'MemberExpression') return parent['property'] === node && parent['computed'] !== true;
  return parent['key'] === node && parent['computed'] !== true && parent['shorthand'] !== true;
}

/** The names that the file itself declares, such as a parameter called `process`. */
function declaredNames(source: Source): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (value: unknown): void => {
    const name = nameOf(value);
    if (name !== undefined) names.add(name);
  };
  visit(source, (node) => {
    if (node.type === 'VariableDeclarator' || /^(Function|Class)(Declaration|Expression)$/.test(node.type))
      add(node['id']);
    if (node.type === 'ImportSpecifier') add(node['local']);
    if (Array.isArray(node['params'])) for (const parameter of node['params']) add(parameter);
  });
  return names;
}

test('no pure room touches the world', () => {
  const sources = read('src/**/*.ts').filter(({ path }) => isPure(path));
  expect(sources.length).toBeGreaterThan(0);
  expect(purity(sources)).toEqual([]);
});

test.each([
  "import { readFileSync } from 'node:fs';",
  "import { parse } from 'yaml';",
  "export { x } from '../adapters/http.ts';",
  'const at = Date.now();',
  'const at = new Date();',
  'const at = Date();',
  'const at = Temporal.Now.instant();',
  'const x = Math.random();',
  'const start = performance.now();',
  "if (process.env['DEBUG']) x();",
  "console.log('here');",
  'const reply = await fetch(url);',
  'setTimeout(go, 10);',
  'const text = (5).toLocaleString();',
  'const format = new Intl.NumberFormat();',
  'const folder = import.meta.dirname;',
  "const clock = globalThis['Date'];",
])('planted in a pure room, this is found: %s', (text) => {
  expect(purity([{ path: 'src/engine/planted.ts', text }])).toHaveLength(1);
});

test.each([
  "import { z } from 'zod';",
  'const at = new Date(0);',
  'const noon = Date.UTC(2024, 0, 2);',
  'function run(process: Process) { return process.next(); }',
  'const row = { console: 1, fetch: 2 };',
  "const format = new Intl.NumberFormat('en-US');",
  '// Date.now() would be wrong here.',
])('in a pure room, this is fine: %s', (text) => {
  expect(purity([{ path: 'src/engine/planted.ts', text }])).toEqual([]);
});

test('a pure folder of a worldly room is pure', () => {
  const plant = (path: string): number => purity([{ path, text: "import 'node:fs'; Date.now();" }]).length;
  expect(plant('src/adapters/fake-alpaca/core/planted.ts')).toBe(2);
  expect(plant('src/adapters/fake-alpaca/planted.ts')).toBe(0);
});

test('a worldly room may touch the world', () => {
  expect(purity([{ path: 'src/cli/planted.ts', text: "import 'node:fs'; Date.now();" }])).toEqual([]);
});
