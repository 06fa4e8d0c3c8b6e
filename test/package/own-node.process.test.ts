/** What the command takes of Node's own modules: all that is there without loading more, and nothing that loads more. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

test.each(['fs', 'util', 'crypto'])(
  'our node:%s has every export of Node’s but those that are made when read',
  async (name) => {
    const own = (await import(join(root, 'bin', 'node', `${name}.js`))) as Record<string, unknown>; // A namespace.
    const builtin = process.getBuiltinModule(`node:${name}`) as unknown as Record<string, unknown>; // Its exports by name.
    const there = Object.entries(Object.getOwnPropertyDescriptors(builtin))
      .filter(([, property]) => 'value' in property && property.enumerable === true)
      .map(([key]) => key);
    expect(Object.keys(own).sort()).toEqual([...there, 'default'].sort());
    for (const key of there) expect(own[key]).toBe(builtin[key]);
    expect(own.default).toBe(builtin);
  },
);

test('of the process our files import the default export, which is all that theirs has', () => {
  const imports = globSync('src/**/*.ts', { cwd: root }).flatMap((file) => [
    ...readFileSync(join(root, file), 'utf8').matchAll(/^import (.*) from 'node:process'/gm),
  ]);
  expect(imports.length).toBeGreaterThan(20);
  expect(new Set(imports.map(([, what]) => what))).toEqual(new Set(['process']));
});

const LIST = `process.on('exit', () => process.stderr.write(process.moduleLoadList.join('\\n')))`;

test('a start of the command loads no promises of files, no web cryptography and no reader of lines', () => {
  const list = ['--import', `data:text/javascript,${encodeURIComponent(LIST)}`];
  const { stderr } = spawnSync(process.execPath, [...list, join(root, 'bin', 'tradedeck.js'), '--help'], {
    encoding: 'utf8',
  });
  const loaded = stderr.split('\n');
  // The reader of the command line starts other programs with it, so it is loaded: the list is one of this process.
  expect(loaded).toContain('NativeModule child_process');
  for (const name of ['internal/fs/promises', 'internal/crypto/webcrypto', 'internal/readline/interface']) {
    expect(loaded).not.toContain(`NativeModule ${name}`);
  }
});
