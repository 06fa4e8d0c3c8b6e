/**
 * Which sessions of this user run on this machine, whatever folder they were started in: one small file each in the desk's
 * home, so that what is said to all reaches all.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import { isAlive } from '../../adapters/processes/index.ts';

export interface RunningSession {
  readonly folder: string;
  readonly pid: number;
}

/** Says that a session runs; the returned function takes it back. */
export function sayRunning(folder: string): () => void {
  const home = runningHome();
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const file = join(home, `${name}.json`);
  writeFileSync(file, JSON.stringify({ folder, pid: process.pid } satisfies RunningSession), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** Sessions whose process is there. Those of processes that were killed are left out, and their files taken away. */
export function runningSessions(): readonly RunningSession[] {
  const home = runningHome();
  if (!existsSync(home)) return [];
  return readdirSync(home).flatMap((name) => {
    const file = join(home, name);
    const session = read(file);
    if (session !== undefined && isAlive(session.pid)) return [session];
    rmSync(file, { force: true });
    return [];
  });
}

function runningHome(): string {
  return join(dirname(leaseHome()), 'running');
}

function read(file: string): RunningSession | undefined {
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Partial<RunningSession> | null;
    const isWhole = typeof found?.folder === 'string' && typeof found.pid === 'number';
    return isWhole ? (found as RunningSession) : undefined;
  } catch {
    // It went away, or was half written: its session says it again when it begins again.
    return undefined;
  }
}
