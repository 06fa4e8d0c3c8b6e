/** Guards the names of vendors: each appears only in its own adapter and where the desk wires adapters together. */
import { expect, test } from 'vitest';
import { imports, lineAt, nameOf, read, target, visit, type Source } from './source.ts';

const VENDORS: ReadonlySet<string> = new Set(
  (
    'alpaca ibkr tws yahoo duckdb mongo mongodb gcs postgres postgresql bigquery redis bullmq polygon tiingo finnhub ' +
    'telegram discord vault onnx loki'
  ).split(' '),
);
/** Vendors whose names are also words of the field; only a folder or a package of that name is meant. */
const AMBIGUOUS: ReadonlySet<string> = new Set('ib slack massive fred pg'.split(' '));
/** The set-up names what can be wired, and the wiring wires it. */
const WIRING = /^src\/desk\/(wiring|config)(\/|\.ts$)/;

function vendors(sources: readonly Source[]): string[] {
  const findings = new Set<string>();
  for (const source of sources) {
    if (WIRING.test(source.path)) continue;
    const own = source.path.startsWith('src/adapters/') ? new Set(wordsOf(source.path)) : new Set<string>();
    // The line is asked for only where a name is found: to count lines for each identifier took half a minute.
    const check = (text: string, line: () => number, known: (word: string) => boolean): void => {
      for (const word of wordsOf(text)) {
        if (known(word) && !own.has(word)) findings.add(`${source.path}:${line()}: names ${word}`);
      }
    };
    for (const { specifier, line } of imports(source)) {
      const path = target(source, specifier, {}) ?? specifier;
      check(
        path,
        () => line,
        (word) => VENDORS.has(word) || AMBIGUOUS.has(word),
      );
    }
    visit(source, (node) => {
      const text = node.type === 'Identifier' ? nameOf(node) : textOf(node['value']);
      if (text === undefined) return;
      check(
        text,
        () => lineAt(source, node.start),
        (word) => VENDORS.has(word),
      );
    });
  }
  return [...findings];
}

/** Returns the text of a literal; a template's part holds it as `cooked`. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('cooked' in value)) return undefined;
  return typeof value.cooked === 'string' ? value.cooked : undefined;
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)].map(([word]) => word.toLowerCase());
}

// It reads every word of the sources: on a machine that is shared this may take a while.
test('a vendor is named only in its adapter and in the wiring', { timeout: 120_000 }, () => {
  const sources = read('src/**/*.ts');
  expect(sources.length).toBeGreaterThan(0);
  expect(vendors(sources)).toEqual([]);
});

test('a planted name is found', () => {
  const plant = (path: string, text: string): number => vendors([{ path, text }]).length;
  expect(plant('src/engine/x.ts', "import { AlpacaVenue } from '../adapters/alpaca/venue.ts';")).toBe(1);
  expect(plant('src/cli/x.ts', "if (source === 'yahoo') fetchDaily();")).toBe(1);
  expect(plant('src/cli/x.ts', 'const where = `${home}/duckdb/catalog`;')).toBe(1);
  expect(plant('src/desk/x.ts', 'export class MongoWriter {}')).toBe(1);
  expect(plant('src/desk/x.ts', "import { send } from '../adapters/slack/send.ts';")).toBe(1);
  expect(plant('src/adapters/alpaca/x.ts', "import { y } from '../yahoo/y.ts';")).toBe(1);
});

test('an adapter, the wiring, a comment and a word of the field are fine', () => {
  const plant = (path: string, text: string): string[] => vendors([{ path, text }]);
  expect(plant('src/adapters/alpaca/x.ts', "export class AlpacaVenue { name = 'alpaca'; }")).toEqual([]);
  expect(plant('src/adapters/csv/yahoo-dialect.ts', "export const yahoo = 'Adj Close';")).toEqual([]);
  expect(plant('src/desk/wiring.ts', "import { AlpacaVenue } from '../adapters/alpaca/venue.ts';")).toEqual([]);
  expect(plant('src/stats/x.ts', '/** Yahoo publishes this series adjusted. */ const slack = 1;')).toEqual([]);
});
