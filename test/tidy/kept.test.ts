/** Every file of ours can be kept as a function between starts, which takes that no two import each other in a circle. */
import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { moduleFunction } from '../../tools/module-function.ts';
import { read, type Source } from './source.ts';

/** Files that start a process or a thread of their own, and wait while they load. */
const WAITING = ['src/desk/session/watchdog/watch.ts'];

interface Findings {
  /** Files that stay files. */
  readonly left: string[];
  /** Files that import each other, from the first to the first again. */
  readonly circles: string[];
}

function findings(sources: readonly Source[]): Findings {
  const left: string[] = [];
  const imported = new Map<string, string[]>();
  for (const { path, text } of sources) {
    const made = moduleFunction(stripTypeScriptTypes(text));
    if (made === undefined) left.push(path);
    else {
      // What is loaded later may well be a file that is on its way here.
      const needs = made.needs.filter((need, i) => need.startsWith('.') && made.head.includes(`$take(${i})`));
      imported.set(
        path,
        needs.map((need) => posix.join(posix.dirname(path), need)),
      );
    }
  }
  return { left, circles: circlesIn(imported) };
}

function circlesIn(imported: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]): void => {
    if (above.includes(path)) circles.push([...above.slice(above.indexOf(path)), path].join(' → '));
    else if (!done.has(path)) {
      for (const next of imported.get(path) ?? []) visit(next, [...above, path]);
      done.add(path);
    }
  };
  for (const path of imported.keys()) visit(path, []);
  return circles;
}

test('every file can be kept, but those that wait while they load, and none import each other in a circle', () => {
  const found = findings(read('src/**/*.ts'));
  expect(found).toEqual({ left: WAITING, circles: [] });
});

test('a planted circle is found, and so is an export that can change', () => {
  const found = findings([
    { path: 'src/a.ts', text: "import { b } from './b.ts';\nexport const a = (): number => b;\n" },
    { path: 'src/b.ts', text: "export { c as b } from './c.ts';\n" },
    { path: 'src/c.ts', text: "import { a } from './a.ts';\nexport const c = 1;\nexport const d = a;\n" },
    { path: 'src/e.ts', text: 'export let count = 0;\n' },
    { path: 'src/f.ts', text: 'let count = 0;\nexport { count };\n' },
  ]);
  expect(found).toEqual({
    left: ['src/e.ts', 'src/f.ts'],
    circles: ['src/a.ts → src/b.ts → src/c.ts → src/a.ts'],
  });
});
