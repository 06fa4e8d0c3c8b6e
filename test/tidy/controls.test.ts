/** Guards the page of controls: each has its row, and each row a test that is there by its words, or says that there is nothing to test. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const numbered = (letter: string, from: number, to: number, width: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${letter}${String(from + i).padStart(width, '0')}`);
/** Those of strategies are on a page of their own. */
const ALL = [...numbered('P', 1, 19, 1), ...numbered('S', 1, 15, 2), ...numbered('S', 24, 36, 2)];
/** Where there is nothing to try, for there is no such thing. */
const ABSENT: ReadonlySet<string> = new Set(['S09', 'S13']);

/** What is wrong with a page; `read` gives the text of a file, undefined where there is none. */
function wrongs(page: string, read: (file: string) => string | undefined): string[] {
  const rows = new Map([...page.matchAll(/^\| ([PS]\d+) \| .+ \| (.+) \|$/gm)].map(([, id, where]) => [id, where]));
  return ALL.flatMap((id) => {
    const where = rows.get(id);
    if (where === undefined) return [`${id} has no row`];
    if (where === '—') return ABSENT.has(id) ? [] : [`${id} names no test`];
    const named = [...where.matchAll(/`([^`]+)`: \*([^*]+)\*/g)];
    if (named.length === 0) return [`${id} names no test`];
    return named.flatMap(([, file, words]) =>
      read(file)?.includes(words) === true ? [] : [`${id}: ${file} has no "${words}"`],
    );
  });
}

test('each control has a test that is there', () => {
  const read = (file: string): string | undefined => {
    const path = join(root, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  expect(wrongs(readFileSync(join(root, 'docs/guide/controls.md'), 'utf8'), read)).toEqual([]);
});

test('a row that is missing, one without a test, and a test that is not there are found', () => {
  const row = (id: string, where: string): string => `| ${id} | asked | held | ${where} |`;
  const page = ALL.filter((id) => id !== 'P2')
    .map((id) => row(id, id === 'S24' ? '—' : id === 'S30' ? '`b.test.ts`: *it holds*' : '`a.test.ts`: *it holds*'))
    .join('\n');
  const read = (file: string) => (file === 'a.test.ts' ? "test('it holds', () => {});" : undefined);
  expect(wrongs(page, read)).toEqual(['P2 has no row', 'S24 names no test', 'S30: b.test.ts has no "it holds"']);
});
