/**
 * A file system whose n-th call fails: it returns an error, has no room for the second half of what it writes, or ends the
 * process in the middle of it.
 */
import * as real from 'node:fs';
import process from 'node:process';
import type { FileSystem } from '../../../src/adapters/session-files/index.ts';

export type Failure = 'EIO' | 'ENOSPC' | 'crash';

export class FailingFileSystem implements FileSystem {
  /** Calls so far. */
  calls = 0;
  /** Whether the call came. */
  hasFailed = false;
  private readonly at: number;
  private readonly failure: Failure;

  constructor(at: number, failure: Failure) {
    this.at = at;
    this.failure = failure;
  }

  readonly openSync = ((...args: Parameters<typeof real.openSync>) => {
    this.maybe();
    return real.openSync(...args);
  }) as FileSystem['openSync'];

  readonly closeSync: FileSystem['closeSync'] = (file) => {
    this.maybe();
    real.closeSync(file);
  };

  readonly fsyncSync: FileSystem['fsyncSync'] = (file) => {
    this.maybe();
    real.fsyncSync(file);
  };

  readonly ftruncateSync: FileSystem['ftruncateSync'] = (file, length) => {
    this.maybe();
    real.ftruncateSync(file, length);
  };

  readonly writeSync = ((file: number, bytes: Uint8Array, offset?: number) => {
    const from = offset ?? 0;
    // Half of it gets there.
    this.maybe(() => real.writeSync(file, bytes, offset, (bytes.length - from) >> 1));
    return real.writeSync(file, bytes, offset);
  }) as FileSystem['writeSync'];

  readonly fdatasync = ((file: number, done: (error: Error | null) => void) => {
    try {
      this.maybe();
    } catch (error) {
      setImmediate(() => done(error as Error));
      return;
    }
    real.fdatasync(file, done);
  }) as FileSystem['fdatasync'];

  private maybe(half?: () => void): void {
    if (++this.calls !== this.at) return;
    this.hasFailed = true;
    if (this.failure !== 'EIO') half?.();
    if (this.failure === 'crash') process.kill(process.pid, 'SIGKILL');
    throw Object.assign(new Error(`${this.failure}: planted at call ${this.at}`), { code: this.failure });
  }
}
