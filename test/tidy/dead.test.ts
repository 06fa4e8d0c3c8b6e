/** Guards against dead files: each is reached from a public door, the command, a test, a benchmark or a tool. */
import { expect, test } from 'vitest';
import { doors, imports, target, typescript, type Source } from './source.ts';

const STARTS = [
  /^src\/cli\/main\.ts$/, // Loaded by bin/tradedeck.js.
  /\.test(-d)?\.ts$/,
  /^test\/truth\/(run|sets\/[^/]+)\.ts$/,
  /^bench\/(run|peers\/run|[^/]+\.bench)\.ts$/,
  /^test\/simulation\/((disk|processes)\/)?run\.ts$/,
  /^test\/simulation\/processes\/desk\.ts$/, // A process of its own.
  /^tools\/[^/]+\.ts$/,
  /^(examples|recipes)\//,
];

function dead(sources: readonly Source[], exported: Readonly<Record<string, string>>): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const open = Object.values(exported).map(
    (path) =>
      new RegExp(
        `^${path
          .slice(2)
          .split('*')
          .map((part) => RegExp.escape(part))
          .join('.+')}$`,
      ),
  );
  const waiting = sources.filter(({ path }) => [...STARTS, ...open].some((start) => start.test(path)));
  const reached = new Set<string>();
  for (let source = waiting.pop(); source !== undefined; source = waiting.pop()) {
    if (reached.has(source.path)) continue;
    reached.add(source.path);
    for (const { specifier } of imports(source)) {
      const next = byPath.get(target(source, specifier, exported) ?? '');
      if (next !== undefined) waiting.push(next);
    }
  }
  return sources.map(({ path }) => path).filter((path) => !reached.has(path));
}

test('every file is reached from somewhere', () => {
  const sources = typescript();
  expect(sources.length).toBeGreaterThan(0);
  expect(dead(sources, doors())).toEqual([]);
});

test('a planted file that nothing reaches is found, and one behind a chain of every kind of import is not', () => {
  const sources = [
    { path: 'src/index.ts', text: "export * from './a.ts';" },
    { path: 'src/a.ts', text: "import type { B } from './b.ts'; await import('./c.ts');" },
    { path: 'src/b.ts', text: "new Worker(new URL('./d.ts', import.meta.url));" },
    { path: 'src/c.ts', text: '' },
    { path: 'src/d.ts', text: '' },
    { path: 'src/adapters/x/index.ts', text: '' },
    { path: 'src/e.ts', text: "import './f.ts';" },
    { path: 'src/f.ts', text: "import './e.ts';" },
  ];
  const open = { '.': './src/index.ts', './adapters/*': './src/adapters/*/index.ts' };
  expect(dead(sources, open)).toEqual(['src/e.ts', 'src/f.ts']);
});
