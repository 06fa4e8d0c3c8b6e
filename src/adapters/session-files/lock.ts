/**
 * One session, one process: a file that names who plays it. It is taken over only from a process that is no more.
 */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Fault } from '../../base/fault.ts';
import { isAlive } from '../processes/index.ts';

export class SessionLock {
  private readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Takes the lock of a folder; a `Fault` names the process that has it. */
  static take(folder: string): SessionLock {
    const path = join(folder, 'session.lock');
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const file = openSync(path, 'wx');
        writeSync(file, String(process.pid));
        closeSync(file);
        return new SessionLock(path);
      } catch (error) {
        if (!isCode(error, 'EEXIST')) throw error;
      }
      const holder = Number(readFileSync(path, 'utf8'));
      if (isAlive(holder)) {
        throw new Fault('session.running', `process ${holder} plays this session already`, { file: folder });
      }
      rmSync(path, { force: true });
    }
    throw new Fault('session.running', 'another process took this session', { file: folder });
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
