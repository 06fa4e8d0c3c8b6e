/**
 * Limits of the kernel on one process, set by `prlimit` and `setpriv` of util-linux before anything of it runs. A process that may start
 * no others is held by them as a whole.
 */
import { existsSync } from 'node:fs';
import type { Bounds, Program } from './launch.ts';

/**
 * Memory that Node sets aside to write to and does not use, in MB: room for compiled code, above all. What a strategy
 * takes counts on top of it.
 */
const NODE_SETS_ASIDE_MB = 640;
const FILES_MAX = 256;
/** Largest file of a run, in bytes, where it may write one. */
const FILE_BYTES = 4 * 2 ** 30;
/** How far the strategy stands back where others want the processor too. */
const NICENESS = 5;

/** It gains no rights by what it starts, and does not outlive the desk, whatever it is doing. */
const PRIVILEGES = ['--no-new-privs', '--pdeathsig=KILL'] as const;

const FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin', '/sbin', '/opt/homebrew/bin'] as const;

/** The absolute path of a tool where such tools lie; undefined where it is not installed. The search path plays no part. */
export function toolPath(name: string): string | undefined {
  return FOLDERS.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}

/** Returns the limits as arguments of `prlimit`. */
export function limitArgs({ memoryMb }: Bounds, { writes }: Program): string[] {
  return [
    `--data=${(memoryMb + NODE_SETS_ASIDE_MB) * 2 ** 20}`,
    `--fsize=${writes.length === 0 ? 0 : FILE_BYTES}`,
    `--nofile=${FILES_MAX}`,
    '--core=0',
    '--memlock=0',
    '--msgqueue=0',
  ];
}

/** What is put before a command so that it runs within limits, and with them; nothing where the machine has no such tools. */
export function withLimits(bounds: Bounds, program: Program): { readonly before: string[]; readonly guards: string[] } {
  const prlimit = toolPath('prlimit');
  const nice = toolPath('nice');
  const setpriv = toolPath('setpriv');
  if (prlimit === undefined || nice === undefined || setpriv === undefined) return { before: [], guards: [] };
  const limits = limitArgs(bounds, program);
  const back = ['-n', String(NICENESS)];
  return {
    before: [nice, ...back, prlimit, ...limits, '--', setpriv, ...PRIVILEGES, '--'],
    guards: ['nice', ...back, 'prlimit', ...limits, 'setpriv', ...PRIVILEGES],
  };
}
