/** What the first page says that a command prints, it prints. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { typed } from './typed.ts';

const home = mkdtempSync(join(tmpdir(), 'tradedeck-readme-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('the proof of parity prints what the first page shows', () => {
  const [, shown] = /^\$ npx tradedeck verify runs\/<session>\n([^`]+)```/m.exec(readFileSync('README.md', 'utf8'))!;
  expect(typed(home, ['init', 'my-strategy']).code).toBe(0);
  expect(typed(home, ['paper', 'my-strategy/deck.yaml', '--quiet']).code).toBe(0);
  const [session] = readdirSync(join(home, 'runs')).filter((name) => name.startsWith('my-strategy-'));
  expect(typed(home, ['verify', join('runs', session)])).toEqual({ code: 0, out: shown, error: '' });
});
