/** Code that comes with a sweep is run only when it is what its hash says, and written only where it belongs. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { CodeFolder } from '../../src/desk/exchange/shipped-code.ts';
import { codeFiles, codeHash, hashOfCode } from '../../src/desk/run/code-files.ts';

function placed(files: Readonly<Record<string, string>>, wanted?: string): void {
  const source = Object.entries(files);
  const code = new CodeFolder();
  try {
    code.place(source, wanted ?? hashOfCode(new Map(source)));
  } finally {
    code.end();
  }
}

test('a strategy with files above and below it is laid out as it was, with the same hash', () => {
  const code = new CodeFolder();
  const files = { 'my.ts': "import '../lib/a.ts'; import './b/c.ts';", '../lib/a.ts': 'a;', 'b/c.ts': 'c;' };
  const file = code.place(Object.entries(files), hashOfCode(new Map(Object.entries(files))));
  expect(readFileSync(join(dirname(file), '../lib/a.ts'), 'utf8')).toBe('a;');
  expect(Object.fromEntries(codeFiles(file))).toEqual(files);
  expect(codeHash(file)).toBe(hashOfCode(new Map(Object.entries(files))));
  expect(existsSync(join(dirname(dirname(dirname(file))), 'node_modules', 'tradedeck', 'package.json'))).toBe(true);
  code.end();
  expect(existsSync(file)).toBe(false);
});

test('code that was changed on the way is not written', () => {
  expect(() => placed({ 'my.ts': 'x;' }, 'f'.repeat(64))).toThrow(/its announcement says f{12}…/);
});

test('a path that leads out of the folder is not written', () => {
  expect(() => placed({ 'my.ts': 'x;', '/etc/passwd': 'x' })).toThrow(/outside of its folder/);
});
