/** The command as a person types it in a folder, and what came of it. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import process from 'node:process';

export const COMMAND = resolve('bin/tradedeck.js');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export function typed(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env,
  });
  return { code: status, out: stdout, error: stderr };
}
