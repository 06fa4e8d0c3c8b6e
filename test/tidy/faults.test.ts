/** Guards the table of faults: each of the fifty-two has a row, and each row a test that carries its number, or the reason why not. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const ALL = Array.from({ length: 52 }, (_, i) => `LF-${String(i + 1).padStart(2, '0')}`);

/** What is wrong with a table; `read` gives the text of a file, undefined where there is none. */
function wrongs(table: string, read: (file: string) => string | undefined): string[] {
  const rows = new Map(
    [...table.matchAll(/^\| (LF-\d\d) \| (.+) \| (.+) \|$/gm)].map(([, id, , where]) => [id, where] as const),
  );
  return ALL.flatMap((id) => {
    const where = rows.get(id);
    if (where === undefined) return [`${id} has no row`];
    if (/^\*open\*: \S+ \S+/.test(where)) return [];
    const files = [...where.matchAll(/`([^`]+)`/g)].map(([, file]) => file);
    if (files.length === 0) return [`${id} names no file and is not open`];
    return files.filter((file) => !names(read(file) ?? '', id)).map((file) => `${file} has no test named ${id}`);
  });
}

/** Whether a test, or a group of them, has the number in its name. */
function names(text: string, id: string): boolean {
  return new RegExp(`(?:^|[\\s(\\[])['"\`](?:LF-\\d\\d, )*${id}\\b`, 'm').test(text);
}

test('every fault has a test that carries its number, or says that it is open', () => {
  const read = (file: string): string | undefined => {
    const path = join(root, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  expect(wrongs(readFileSync(join(root, 'docs/reliability.md'), 'utf8'), read)).toEqual([]);
});

test('a row without a test, a test without the number, and a missing row are found', () => {
  const row = (id: string, where = '`a.test.ts`'): string => `| ${id} | something | ${where} |`;
  const table = ALL.filter((id) => id !== 'LF-07')
    .map((id) => row(id))
    .join('\n');
  const text = ALL.filter((id) => id !== 'LF-08' && id !== 'LF-09')
    .map((id) => `test('${id} holds', () => {});`)
    .join('\n');
  expect(wrongs(table, () => `${text}\n// LF-08 in a comment\ntest('LF-10, LF-09 two of them', () => {});`)).toEqual([
    'LF-07 has no row',
    'a.test.ts has no test named LF-08',
  ]);
  const open = table.replace(row('LF-08'), row('LF-08', '*open*: not yet there'));
  expect(wrongs(`${open}\n${row('LF-07', 'nowhere')}`, () => `${text}\ntest('LF-09 now', () => {});`)).toEqual([
    'LF-07 names no file and is not open',
  ]);
});

/** Invariants whose row names a file that does not know them. */
function unheld(table: string, read: (file: string) => string | undefined): string[] {
  const rows = new Map([...table.matchAll(/^\| (I\d+) \| .+ \| (.+) \|$/gm)].map(([, id, where]) => [id, where]));
  return Array.from({ length: 24 }, (_, i) => `I${i + 1}`).flatMap((id) => {
    const files = [...(rows.get(id) ?? '').matchAll(/`([^`]+)`/g)].map(([, file]) => file);
    if (files.length === 0) return [`${id} has no row with a file`];
    return files
      .filter((file) => !new RegExp(`\\b${id}\\b`).test(read(file) ?? ''))
      .map((file) => `${file} has no ${id}`);
  });
}

test('every invariant has a file that checks it by its number', () => {
  const read = (file: string): string | undefined => {
    const path = join(root, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  expect(unheld(readFileSync(join(root, 'docs/reliability.md'), 'utf8'), read)).toEqual([]);
  expect(unheld('| I1 | holds | `a.ts` |', () => 'nothing')).toHaveLength(24);
});

test('every hazard of the workstation in the guide has a test of its number', () => {
  const guide = readFileSync(join(root, 'docs/guide/brokers.md'), 'utf8');
  const tests = readFileSync(join(root, 'test/adapters/ib/link.process.test.ts'), 'utf8');
  const hazards = [...guide.matchAll(/^\| (hazard \d+) \| .+ \| .+ \|$/gm)].map(([, name]) => name);
  expect(hazards.length).toBeGreaterThan(4);
  expect(hazards.filter((name) => !new RegExp(`['"\\x60 ]${name}: `).test(tests))).toEqual([]);
});
