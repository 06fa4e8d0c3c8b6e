/** S18: what the launchers ask for, one argument at a time, and that real money is refused where a wall is missing. */
import process from 'node:process';
import { expect, test } from 'vitest';
import { lackingGuards, launchOf, type Launching } from '../../../src/desk/sandbox/launch/choose.ts';
import { launchDocker } from '../../../src/desk/sandbox/launch/docker.ts';
import type { Program } from '../../../src/desk/sandbox/launch/launch.ts';
import { toolPath } from '../../../src/desk/sandbox/launch/rlimits.ts';
import { callFilter } from '../../../src/desk/sandbox/launch/seccomp.ts';
import { hasBubblewrap } from './walls.ts';

const BOUNDS = { memoryMb: 512, cpus: 1, isTrusted: false } as const;
const IMAGE = `debian@sha256:${'0'.repeat(64)}`;
const PROGRAM: Program = {
  node: process.execPath,
  flags: ['--import=/package/bin/own-package.js'],
  args: ['/package/main.js', 'a b; rm -rf $HOME'],
  reads: ['/package', '/strategy/mine.ts'],
  writes: [],
  name: 'tradedeck-strategy-1',
  folder: '/',
};
const hasDocker = toolPath('docker') !== undefined;

test.runIf(hasDocker)('docker gets every wall of its own, and arguments one by one', () => {
  const { args, guards, end } = launchDocker(BOUNDS, PROGRAM, IMAGE);
  expect(lackingGuards('docker', guards)).toEqual([]);
  for (const wall of [
    '--network=none',
    '--read-only',
    '--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=64m',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    '--pids-limit=64',
    '--memory=512m',
    '--memory-swap=512m',
    '--cpus=1',
    '--ulimit=nofile=256',
    '--user=65534:65534',
    '--ipc=none',
    '--volume=/strategy/mine.ts:/strategy/mine.ts:ro',
  ]) {
    expect(args.slice(0, args.indexOf(IMAGE))).toContain(wall);
  }
  // What follows the image is the program's: nothing of it is read by docker, and nothing by a shell.
  expect(args.at(-1)).toBe('a b; rm -rf $HOME');
  expect(args.slice(args.indexOf(IMAGE))).toContain('--permission');
  const name = args.find((each) => each.startsWith('--name='))!.slice('--name='.length);
  expect(name).toMatch(/^tradedeck-strategy-1-[0-9a-f]{8}$/);
  expect(end?.slice(1)).toEqual(['rm', '--force', name]);
  // One that is started again does not wait until the daemon has removed the one before it.
  expect(launchDocker(BOUNDS, PROGRAM, IMAGE).end).not.toEqual(end);
});

test.runIf(hasBubblewrap)('bubblewrap gets every wall of its own', () => {
  const { guards, args, filter } = launchOf({ ...BOUNDS, launcher: 'bubblewrap' }, PROGRAM, 'live');
  expect(lackingGuards('bubblewrap', guards)).toEqual([]);
  expect(filter?.length).toBeGreaterThan(100);
  expect(args).toContain('--unshare-all');
  expect(args.at(-1)).toBe('a b; rm -rf $HOME');
  // Paths of this machine are nobody's business who reads the journal.
  expect(guards.join(' ')).not.toContain('/strategy');
});

test.each(['process', 'bubblewrap', 'docker'] as const)('a launch by %s that lacks a wall is found out', (launcher) => {
  expect(lackingGuards(launcher, []).length).toBeGreaterThan(3);
  expect(lackingGuards(launcher, [])).toContain('--permission');
});

const live = (launching: Partial<Launching>) => () =>
  launchOf({ ...BOUNDS, launcher: 'process', ...launching }, PROGRAM, 'live');

test('real money refuses a mere process unless the deck says that its author is trusted', () => {
  expect(live({})).toThrow('a mere process is a seat belt and no sandbox');
  if (toolPath('prlimit') !== undefined) expect(live({ isTrusted: true })).not.toThrow();
});

test.runIf(hasDocker)('real money refuses an image that can become another one', () => {
  expect(live({ launcher: 'docker', image: 'debian:stable' })).toThrow('by its digest');
  expect(live({ launcher: 'docker', image: IMAGE })).not.toThrow();
  expect(live({ launcher: 'docker' })).toThrow('docker needs an image');
});

/** Runs a filter as the kernel would, and returns what it answers. */
function answerOf(filter: Uint8Array, call: number, flags = 0, audit = 0xc000003e): number {
  const view = new DataView(filter.buffer);
  let value = 0;
  for (let at = 0; ; at++) {
    const [code, k] = [view.getUint16(at * 8, true), view.getUint32(at * 8 + 4, true)];
    if (code === 0x06) return k;
    if (code === 0x20) value = k === 0 ? call : k === 4 ? audit : flags;
    else {
      const isTrue = code === 0x15 ? value === k : code === 0x35 ? value >= k : (value & k) !== 0;
      at += view.getUint8(at * 8 + (isTrue ? 2 : 3));
    }
  }
}

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;

test.each([
  ['reads', 0, 0, ALLOW],
  ['writes', 1, 0, ALLOW],
  ['opens a socket', 41, 0, EPERM],
  ['makes a thread', 56, 0x003d0f00, ALLOW],
  ['makes a process', 56, 0x01200011, EPERM],
  ['forks', 57, 0, EPERM],
  ['asks by the newer call, which cannot be looked into', 435, 0, 0x00050026],
  ['uses the other numbers of the same calls', 0x40000000 + 41, 0, EPERM],
])('the filter of calls of x86-64: %s', (_, call, flags, answer) => {
  expect(answerOf(callFilter('x64')!, call, flags)).toBe(answer);
});

test('the filter ends a program of another machine, and there is one for arm64 too', () => {
  expect(answerOf(callFilter('x64')!, 0, 0, 0x40000003)).toBe(0x80000000);
  expect(answerOf(callFilter('arm64')!, 220, 0x01200011, 0xc00000b7)).toBe(EPERM);
  expect(callFilter('riscv64')).toBeUndefined();
});
