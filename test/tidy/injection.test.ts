/** Guards against text that becomes code: nothing is evaluated, no shell is asked, and what is loaded by a name has its place. */
import { expect, test } from 'vitest';
import { read, type Source } from './source.ts';

/** Where a file is loaded whose name somebody gave: strategies, and what hands over to another file of ours. */
const LOADS: ReadonlySet<string> = new Set([
  'src/desk/sweep/worker.ts',
  'src/desk/run/strategy-file.ts',
  'bin/start/start.js',
  'bin/start/modules.js',
  'bin/start/keep.js',
]);

const FORBIDDEN: readonly (readonly [what: RegExp, words: string])[] = [
  [/(?<![.\w])eval\s*\(/, 'evaluates text'],
  [/\bnew\s+Function\s*\(|(?<![.\w])Function\s*\(\s*['"`]/, 'makes a function of text'],
  [/['"](?:node:)?vm['"]/, 'runs text'],
  [/\beval:\s*true/, 'starts a worker of text'],
  [/\bset(?:Timeout|Interval)\s*\(\s*['"`]/, 'runs text later'],
  [/(?<![.\w])exec(?:Sync)?\s*\(/, 'asks a shell'],
  [/\bshell:\s*true/, 'asks a shell'],
];

/** Where our own text is run: compiled code that was kept, and a call that a library keeps to itself. */
const RUNS: ReadonlySet<string> = new Set(['bin/start/modules.js', 'src/adapters/duckdb/release.ts']);

function findings(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const code = text.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
    const found = FORBIDDEN.filter(([what]) => what.test(code))
      .map(([, words]) => `${path} ${words}`)
      .filter((finding) => !(RUNS.has(path) && finding.endsWith(' runs text')));
    const isLoading = /(?<![.\w])(?:import|require)\s*\(\s*(?!['"]|`[^`$]*`)/.test(code) && !LOADS.has(path);
    return isLoading ? [...found, `${path} loads what somebody named`] : found;
  });
}

const ours = (): Source[] => read('{src,bin,tools}/**/*.{ts,js}');

test('no text becomes code, and no shell is asked', () => {
  const sources = ours();
  expect(sources.length).toBeGreaterThan(500);
  expect(findings(sources)).toEqual([]);
});

test('each place that loads by a name does', () => {
  const paths = new Set(ours().map(({ path }) => path));
  expect([...LOADS].filter((path) => !paths.has(path))).toEqual([]);
});

test.each([
  ['eval(text)', 'evaluates text'],
  ["new Function('a', text)", 'makes a function of text'],
  ["import vm from 'node:vm'", 'runs text'],
  ['new Worker(text, { eval: true })', 'starts a worker of text'],
  ["setTimeout('f()', 1)", 'runs text later'],
  ['execSync(`ls ${name}`)', 'asks a shell'],
  ['spawn(name, { shell: true })', 'asks a shell'],
  ['await import(name)', 'loads what somebody named'],
  ['require(`${name}.js`)', 'loads what somebody named'],
])('planted, this is found: %s', (text, words) => {
  expect(findings([{ path: 'src/x.ts', text }])).toEqual([`src/x.ts ${words}`]);
});

test.each(['/a/.exec(text)', "import('./a.ts')", '// eval(text)', 'execFileSync(name, args)', 'retrieval(text)'])(
  'this is fine: %s',
  (text) => {
    expect(findings([{ path: 'src/x.ts', text }])).toEqual([]);
  },
);
