/**
 * S16, S17, S18: a program that looks for keys and for ways out is run by each launcher. First it is run without walls,
 * where it finds what it looks for: what it does not find behind them is not there.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchOf, type Launching } from '../../../src/desk/sandbox/launch/choose.ts';
import { dockerImage } from './docker-image.ts';
import type { Launch, Program } from '../../../src/desk/sandbox/launch/launch.ts';
import { hasBubblewrap } from './walls.ts';

const CANARY = 'canary-4f1b0f4c7d';
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tradedeck-walls-')));
const probe = join(import.meta.dirname, 'probe.js');
const BOUNDS = { memoryMb: 512, cpus: 1, isTrusted: false } as const;
const LINUX = process.platform === 'linux';
const image = dockerImage();

let server: Server;
let port = 0;

beforeAll(async () => {
  process.env['TRADEDECK_TEST_KEY'] = CANARY;
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ key: CANARY }), { mode: 0o600 });
  server = createServer((socket) => socket.end());
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  port = (server.address() as { port: number }).port;
});

afterAll(() => {
  delete process.env['TRADEDECK_TEST_KEY'];
  server.close();
  rmSync(folder, { recursive: true });
});

interface Found {
  readonly found: readonly string[];
  readonly [what: string]: unknown;
}

const TOOL = '/bin/true';

function programOf(): Program {
  const args = [probe, [...CANARY].toReversed().join(''), String(port), folder, TOOL];
  return { node: process.execPath, flags: [], args, reads: [probe], writes: [], name: 'probe', folder: '/' };
}

/** Runs the probe; `env` is its environment, none unless told. */
function run({ command, args, filter }: Launch, env: Record<string, string> = {}): Promise<Found> {
  const path = join(folder, 'filter');
  writeFileSync(path, filter ?? '');
  const file = openSync(path, 'r');
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe', file] });
  closeSync(file);
  let said = '';
  let told = '';
  child.stdout!.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr!.on('data', (part: Buffer) => (told += part.toString()));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done(JSON.parse(said) as Found);
      else fail(new Error(`the probe ended with ${code}: ${told}`));
    });
  });
}

const launch = (launcher: Launching['launcher']): Launch =>
  launchOf({ ...BOUNDS, launcher, image }, programOf(), 'paper');

/** The same without what Node itself forbids: what is left is held by the walls around it. */
function withoutNode({ args, ...rest }: Launch): Launch {
  return { ...rest, args: args.filter((each) => each !== '--permission' && !each.startsWith('--allow-fs')) };
}

test.runIf(LINUX)('without walls the probe finds what it looks for, so that it is one', async () => {
  const [, ...args] = [process.execPath, ...programOf().args];
  const open = await run({ command: process.execPath, args, guards: [] }, { TRADEDECK_TEST_KEY: CANARY });
  expect(open.found).toContain('environment');
  expect(open.found).toContain(join(folder, 'keys.json'));
  expect(open.found.some((place) => place.startsWith('/proc/'))).toBe(true);
  expect(open).toMatchObject({ loopback: 'connected', udp: 'sent', writesFolder: 'undefined', spawns: 'ran' });
});

test('S16 S17 S18 Node’s permissions keep a mere process from keys, network, files and programs', async () => {
  const found = await run(launch('process'));
  expect(found).toMatchObject({
    found: [],
    parentMemory: 'ERR_ACCESS_DENIED',
    lookup: 'ERR_ACCESS_DENIED',
    resolve: 'ERR_ACCESS_DENIED',
    loopback: 'ERR_ACCESS_DENIED',
    metadata: 'ERR_ACCESS_DENIED',
    udp: 'ERR_ACCESS_DENIED',
    writesRoot: 'ERR_ACCESS_DENIED',
    writesTmp: 'ERR_ACCESS_DENIED',
    writesFolder: 'ERR_ACCESS_DENIED',
    spawns: 'ERR_ACCESS_DENIED',
    root: 'ERR_ACCESS_DENIED',
  });
});

test.runIf(LINUX)(
  'what gets around Node’s permissions in a mere process finds the keys: it is a seat belt',
  async () => {
    const found = await run(withoutNode(launch('process')));
    expect(found.found).toContain(join(folder, 'keys.json'));
    expect(found).toMatchObject({ loopback: 'connected' });
  },
);

test.runIf(hasBubblewrap)('S16 S17 S18 bubblewrap keeps it from all of that twice over', async () => {
  const found = await run(launch('bubblewrap'));
  expect(found).toMatchObject({ found: [], loopback: 'ERR_ACCESS_DENIED', spawns: 'ERR_ACCESS_DENIED', uid: 65_534 });
});

test.runIf(hasBubblewrap)('S16 what gets around Node’s permissions in bubblewrap finds no key anywhere', async () => {
  const found = await run(withoutNode(launch('bubblewrap')));
  expect(found.found).toEqual([]);
  expect(found).toMatchObject({ parentMemory: 'ENOENT', parent: 1 });
});

test.runIf(hasBubblewrap)('S17 … and reaches no name, no address, no neighbour', async () => {
  const found = await run(withoutNode(launch('bubblewrap')));
  expect(found).toMatchObject({ loopback: 'EPERM', metadata: 'EPERM', udp: 'EPERM' });
  expect(found['lookup']).not.toBe('found');
  expect(found['resolve']).not.toBe('found');
});

test.runIf(hasBubblewrap)('S17 without the filter of calls too: there is no network to reach', async () => {
  const { args, ...rest } = withoutNode(launch('bubblewrap'));
  const at = args.indexOf('--seccomp');
  const found = await run({ ...rest, args: args.toSpliced(at, 2) });
  expect(found).toMatchObject({ loopback: 'ECONNREFUSED', metadata: 'ENETUNREACH' });
  expect(found['lookup']).not.toBe('found');
});

test.runIf(hasBubblewrap)('S18 … and has nothing to write to, to start, or to be: no root, no capability', async () => {
  const found = await run(withoutNode(launch('bubblewrap')));
  expect(found).toMatchObject({ writesRoot: 'EROFS', spawns: 'EPERM', uid: 65_534, isPrivileged: false });
  expect(['EROFS', 'ENOENT']).toContain(found['writesTmp']);
  expect(['EROFS', 'ENOENT']).toContain(found['writesFolder']);
});

test.runIf(image !== undefined)('S16 S17 S18 a container keeps it from all of that twice over', async () => {
  const found = await run(launch('docker'));
  expect(found).toMatchObject({ found: [], loopback: 'ERR_ACCESS_DENIED', spawns: 'ERR_ACCESS_DENIED', uid: 65_534 });
});

test.runIf(image !== undefined)(
  'S16 S17 S18 what gets around Node’s permissions in a container has nothing',
  async () => {
    const found = await run(withoutNode(launch('docker')));
    expect(found).toMatchObject({
      found: [],
      loopback: 'ECONNREFUSED',
      metadata: 'ENETUNREACH',
      writesRoot: 'EROFS',
      spawns: 'ENOENT',
      uid: 65_534,
      isPrivileged: false,
    });
    expect(found['lookup']).not.toBe('found');
    expect(found['resolve']).not.toBe('found');
  },
);
