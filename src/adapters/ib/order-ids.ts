/**
 * The numbers of orders: each is used once, above all that were used before, also by a process that died.
 *
 * A number is on the disk before it leaves, so that the next process begins above it whatever the vendor remembers.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../../base/fault.ts';

export class OrderIds {
  private last: number;
  private readonly path: string | undefined;

  /** `path` is where the last number is kept; without one it is kept in memory, for rehearsals. */
  constructor(path?: string) {
    this.path = path;
    this.last = path === undefined ? 0 : lastOf(path);
  }

  /** Numbers up to this one are used by others, or were. */
  raise(used: number): void {
    this.last = Math.max(this.last, used);
  }

  /** Returns a number that was never used. */
  take(): number {
    const next = this.last + 1;
    if (this.path !== undefined) {
      mkdirSync(dirname(this.path), { recursive: true });
      writeFileSync(`${this.path}.new`, `${next}\n`, { flush: true });
      renameSync(`${this.path}.new`, this.path);
    }
    this.last = next;
    return next;
  }
}

function lastOf(path: string): number {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
  const last = Number(text.trim());
  if (!Number.isSafeInteger(last) || last < 0) {
    throw new Fault('ib.order-ids', `the last order number must be a whole number, was ${text.trim()}`, { file: path });
  }
  return last;
}
