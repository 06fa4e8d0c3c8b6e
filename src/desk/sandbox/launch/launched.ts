/**
 * Starts what a launcher made, and ends it: in a group of its own, with nothing in its environment and no file open but the
 * pipes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Launch } from './launch.ts';

/** Starts it; `cwd` is where it starts, as far as its walls let it. */
export function launched({ command, args, filter }: Launch, cwd = '/'): ChildProcess {
  const options = { env: {}, cwd, detached: true } as const;
  if (filter === undefined) return spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  // The filter is read from a file that nobody else sees.
  const folder = mkdtempSync(join(tmpdir(), 'tradedeck-filter-'));
  const path = join(folder, 'filter');
  writeFileSync(path, filter, { mode: 0o600 });
  const file = openSync(path, 'r');
  try {
    return spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe', file] });
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

/** Ends it at once, with all that belongs to it; nothing where it has ended. */
export function endLaunched({ pid, exitCode, signalCode }: ChildProcess, { end }: Launch): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    // Its group: what is between us and it goes too.
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  if (end !== undefined) spawn(end[0], end.slice(1), { stdio: 'ignore', env: {} }).on('error', () => undefined);
}
