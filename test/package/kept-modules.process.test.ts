/** What a start keeps of its modules for the next: the same outcome, never code of yesterday, and nothing where it cannot. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { moduleFunction } from '../../tools/module-function.ts';

const root = join(import.meta.dirname, '..', '..');

/** Stands for the command. A module that Node has loaded says so by its tag. */
const MAIN = `
import { pathToFileURL } from 'node:url';
import * as parts from './parts.js';
import { word } from './parts.js';

export async function main([task, file]) {
  if (task === 'fail') parts.fail();
  const mine = file === undefined ? undefined : (await import(pathToFileURL(file).href)).default;
  const isKept = !(Symbol.toStringTag in parts);
  console.log(JSON.stringify({ isKept, word, names: Object.keys(parts), isOurs: mine instanceof parts.Thing }));
  return 0;
}
`;
const PARTS = `
export const word = 'before';
export class Thing {}
export function fail() {
  throw new Error('it failed');
}
`;

let scratch: string;
let home: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tradedeck-kept-'));
  home = join(scratch, 'node_modules', 'tradedeck');
  mkdirSync(join(home, 'dist', 'cli'), { recursive: true });
  cpSync(join(root, 'bin'), join(home, 'bin'), { recursive: true });
  writeFileSync(
    join(home, 'package.json'),
    JSON.stringify({ name: 'tradedeck', type: 'module', exports: { '.': './dist/index.js' } }),
  );
  writeFileSync(join(home, 'dist', 'index.js'), "export { Thing } from './cli/parts.js';\n");
  writeFileSync(join(home, 'dist', 'cli', 'main.js'), MAIN);
  writeFileSync(join(home, 'dist', 'cli', 'parts.js'), PARTS);
  const made = [MAIN, PARTS].map((code) => [hash('sha256', code), moduleFunction(code)]);
  writeFileSync(join(home, 'dist', 'functions.json'), JSON.stringify(Object.fromEntries(made)));
  writeFileSync(
    join(scratch, 'mine.ts'),
    "import { Thing } from 'tradedeck';\nconst mine: Thing = new Thing();\nexport default mine;\n",
  );
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const environment = { PATH: '/usr/bin:/bin' };

function start(...args: string[]) {
  const command = join(home, 'bin', 'tradedeck.js');
  return spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', env: environment });
}

function said(...args: string[]): Record<string, unknown> {
  const { stdout, stderr, status } = start(...args);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  // The stand-in prints one object.
  return JSON.parse(stdout) as Record<string, unknown>;
}

const keptFiles = (): string[] => globSync('.cache/start/*', { cwd: home }).map((path) => join(home, path));

/** Starts the command until it runs from what was kept: its files must have rested for some seconds. */
async function untilKept(): Promise<void> {
  await expect.poll(() => said()['isKept']).toBe(true);
  // Once more for what V8 has compiled in the start that was the first without files.
  said();
}

test('a later start runs from what was kept, with the same names and the same classes for a user', async () => {
  const first = said('play', join(scratch, 'mine.ts'));
  expect(first).toEqual({ isKept: false, word: 'before', names: ['Thing', 'fail', 'word'], isOurs: true });
  await untilKept();
  expect(said('play', join(scratch, 'mine.ts'))).toEqual({ ...first, isKept: true });
  expect(keptFiles()).toHaveLength(1);
});

test('a changed file runs as it is, even with the size and the times it had', async () => {
  await untilKept();
  const file = join(home, 'dist', 'cli', 'parts.js');
  const { atime, mtime } = statSync(file);
  writeFileSync(file, PARTS.replace('before', 'after!'));
  utimesSync(file, atime, mtime);
  expect(said()).toMatchObject({ isKept: false, word: 'after!' });
});

test('a kept module runs from its file where one that it imports was changed, however it is reached', async () => {
  const shared = "export const text = 'before';\n";
  const parts = `import { text } from './shared.js';\n${PARTS.replace("'before'", 'text')}`;
  // It reaches the shared one before the one that would be kept.
  const main = `import './shared.js';\n${MAIN}`;
  const files = { 'main.js': main, 'parts.js': parts, 'shared.js': shared };
  for (const [name, code] of Object.entries(files)) writeFileSync(join(home, 'dist', 'cli', name), code);
  const made = Object.values(files).map((code) => [hash('sha256', code), moduleFunction(code)]);
  writeFileSync(join(home, 'dist', 'functions.json'), JSON.stringify(Object.fromEntries(made)));
  await untilKept();
  writeFileSync(join(home, 'dist', 'cli', 'shared.js'), shared.replace('before', 'after!'));
  writeFileSync(join(home, 'dist', 'cli', 'main.js'), `${main}// changed\n`);
  expect(said()).toMatchObject({ isKept: false, word: 'after!' });
});

test('an export that is gone is an error, as it is without anything kept', async () => {
  await untilKept();
  writeFileSync(join(home, 'dist', 'cli', 'parts.js'), 'export const other = 1;\n');
  expect(start().stderr).toContain("does not provide an export named 'word'");
});

test('an error names the line of the file it comes from', async () => {
  const places = (stderr: string): string[] => stderr.match(/dist\/cli\/\w+\.js:\d+:\d+/g) ?? [];
  const before = places(start('fail').stderr);
  expect(before.slice(-2)).toEqual(['dist/cli/parts.js:5:9', 'dist/cli/main.js:7:30']);
  await untilKept();
  expect(places(start('fail').stderr).slice(-2)).toEqual(before.slice(-2));
});

test('what is cut short, was written by others or could be is not used', async () => {
  await untilKept();
  const [file] = keptFiles();
  chmodSync(file, 0o666);
  expect(said()['isKept']).toBe(false);
  chmodSync(file, 0o644);
  expect(said()['isKept']).toBe(true);
  truncateSync(file, statSync(file).size - 8);
  expect(said()['isKept']).toBe(false);
  // The lengths are right, the rest is not.
  const bytes = readFileSync(file).fill('x', 8);
  bytes.writeUInt32LE(bytes.length, 4);
  writeFileSync(file, bytes);
  expect(said()['isKept']).toBe(false);
});

test('another launcher does not use what was kept', async () => {
  await untilKept();
  const own = join(home, 'bin', 'own-package.js');
  writeFileSync(own, `${readFileSync(own, 'utf8')}\n`);
  expect(said()['isKept']).toBe(false);
});

test('where nothing can be written, and where nothing is to be, it runs from files', () => {
  writeFileSync(join(home, '.cache'), '');
  expect(said()['isKept']).toBe(false);
  rmSync(join(home, '.cache'));
  const command = join(home, 'bin', 'tradedeck.js');
  const env = { ...environment, NODE_DISABLE_COMPILE_CACHE: '1' };
  expect(spawnSync(process.execPath, [command], { env }).status).toBe(0);
  expect(existsSync(join(home, '.cache'))).toBe(false);
});

test('many starts at once all run, and leave one file behind', async () => {
  const command = join(home, 'bin', 'tradedeck.js');
  await expect
    .poll(async () => {
      const all = Array.from({ length: 4 }, () => spawn(process.execPath, [command], { env: environment }));
      const outputs = await Promise.all(all.map(({ stdout }) => text(stdout)));
      const codes = await Promise.all(
        all.map(async (child) => child.exitCode ?? ((await once(child, 'exit')) as [number])[0]),
      );
      expect(codes).toEqual([0, 0, 0, 0]);
      return outputs.every((output) => output.includes('"isKept":true'));
    })
    .toBe(true);
  expect(keptFiles()).toHaveLength(1);
});

test('a run from kept modules leaves the same bytes as one from files', async () => {
  const command = join(root, 'bin', 'tradedeck.js');
  const play = (env: NodeJS.ProcessEnv): Map<string, string> => {
    const runs = join(scratch, 'played');
    rmSync(runs, { recursive: true, force: true });
    mkdirSync(runs);
    const args = ['backtest', join(root, 'decks', 'sma-cross.yaml'), '--runs', 'runs', '--json'];
    const { stdout, status } = spawnSync(process.execPath, [command, ...args], { cwd: runs, encoding: 'utf8', env });
    expect(status).toBe(0);
    const written = globSync('runs/**/*.*', { cwd: runs }).sort();
    // Times of the clock, and what was tried when.
    const compared = written.filter((path) => !/(?:timings\.json|trials\.jsonl)$/.test(path));
    return new Map([
      ['', stdout],
      ...compared.map((path) => [path, readFileSync(join(runs, path), 'latin1')] as const),
    ]);
  };
  const isKept = (): boolean =>
    globSync('.cache/start/*.kept', { cwd: root }).some((path) =>
      readFileSync(join(root, path), 'latin1').includes('src/cli/backtest.ts'),
    );
  const fromFiles = play({ ...environment, NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(fromFiles.size).toBeGreaterThan(5);
  await expect.poll(() => play(environment) && isKept()).toBe(true);
  expect(play(environment)).toEqual(fromFiles);
});
