/** The examples are true: each is loaded and played, and each line that shows a result gives it. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { expect, test } from 'vitest';

const FILES = readdirSync('examples').filter((name) => name.endsWith('.ts'));

test('there are examples', () => {
  expect(FILES.length).toBeGreaterThan(0);
});

test.each(FILES.filter((name) => readFileSync(`examples/${name}`, 'utf8').includes('// =>')))(
  'examples/%s prints what it says',
  (name) => {
    const text = readFileSync(`examples/${name}`, 'utf8');
    const promised = [...text.matchAll(/\/\/ => (.*)$/gm)].map(([, value]) => value);
    const printed = execFileSync(process.execPath, [`examples/${name}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    expect(promised.length).toBeGreaterThan(0);
    expect(printed).toEqual(promised);
  },
);
