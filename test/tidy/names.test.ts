/** Guards names: none that puts off deciding what a thing is, and no file grown past reading. */
import { expect, test } from 'vitest';
import { exportedNames, typescript, type Source } from './source.ts';

const UNDECIDED: ReadonlySet<string> = new Set(
  'util utils utility utilities helper helpers common manager managers service services misc stuff'.split(' '),
);
/** Of these, the words that tell nothing in a longer name either; a "common sense ratio" is a ratio. */
const UNDECIDED_ANYWHERE = new Set([...UNDECIDED].filter((word) => !['common', 'utility', 'service'].includes(word)));
const LINES_MAX = 400;

function names(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => [
    ...[...new Set(wordsOf(source.path))]
      .filter((word) => UNDECIDED.has(word))
      .map((word) => `${source.path}: "${word}" in a path says nothing`),
    ...exportedNames(source)
      .filter((name) => wordsOf(name).some((word) => UNDECIDED_ANYWHERE.has(word)))
      .map((name) => `${source.path}: the name ${name} says nothing`),
  ]);
}

function lengths(sources: readonly Source[]): string[] {
  return sources
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ path, lines }) => `${path}: ${lines} lines, more than ${LINES_MAX}`);
}

function wordsOf(name: string): string[] {
  return [...name.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)].map(([word]) => word.toLowerCase());
}

test('no name puts off deciding what a thing is', () => {
  expect(names(typescript())).toEqual([]);
});

test('no file has grown past reading', () => {
  expect(lengths(typescript())).toEqual([]);
});

test('a planted path or exported name is found', () => {
  const plant = (path: string, text = ''): number => names([{ path, text }]).length;
  expect(plant('src/engine/utils.ts')).toBe(1);
  expect(plant('src/engine/common/x.ts')).toBe(1);
  expect(plant('src/engine/order-manager.ts')).toBe(1);
  expect(plant('src/engine/x.ts', 'export class OrderManager {}')).toBe(1);
  expect(plant('src/engine/x.ts', 'export const dateUtils = {};')).toBe(1);
  expect(plant('src/stats/x.ts', 'export const commonSenseRatio = 1;')).toBe(0);
  expect(plant('src/engine/x.ts', 'export const commonality = 1; const helper = 2;')).toBe(0);
});

test('a planted long file is found', () => {
  expect(lengths([{ path: 'src/x.ts', text: 'x;\n'.repeat(LINES_MAX + 1) }])).toHaveLength(1);
  expect(lengths([{ path: 'src/x.ts', text: 'x;\n'.repeat(LINES_MAX) }])).toEqual([]);
});
