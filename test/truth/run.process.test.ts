/** The command that holds us against reference cases, as it is typed. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'run.ts'), ...args], { encoding: 'utf8' });

test('--help says what there is', () => {
  const { status, stdout, stderr } = run('--help');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('--set NAME');
});

test('a flag that is not there is answered with those that are, and without a stack', () => {
  const { status, stderr } = run('--nonsense');
  expect(status).toBe(2);
  expect(stderr).toContain('--nonsense');
  expect(stderr).toContain('--failures');
  expect(stderr).not.toMatch(/\n\s+at /);
});
