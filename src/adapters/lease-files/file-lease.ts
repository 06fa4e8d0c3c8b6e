/**
 * The lease of an account as files of the machine's disk: one file for each number, made so that only one process can make it.
 */
import { hash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { isAlive } from '../processes/index.ts';
import { AccountLease, type LeaseClocks, type LeaseHolder, type LeaseStore } from './account-lease.ts';

const CLOCKS: LeaseClocks = { steady: () => performance.now(), wall: () => Date.now() };

/** Where leases of this user are: the same for all decks, wherever they are started. */
export function leaseHome(): string {
  return join(process.env['TRADEDECK_HOME'] ?? join(homedir(), '.tradedeck'), 'leases');
}

/** Number of the newest lease of an account, whether it is held or not; 0 where there was none. */
export function newestLease(home: string, account: string): number {
  const folder = folderOf(home, account);
  return existsSync(folder) ? new LeaseFiles(folder).newest() : 0;
}

export class FileLease extends AccountLease {
  /** Takes the lease of an account; a `Fault` tells who holds it. `account` names broker and number. */
  static take(home: string, account: string, deck: string, clocks: LeaseClocks = CLOCKS): FileLease {
    const folder = folderOf(home, account);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return FileLease.takeFrom(new LeaseFiles(folder), deck, clocks);
  }
}

class LeaseFiles implements LeaseStore {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  newest(): number {
    return Math.max(0, ...this.epochs());
  }

  has(epoch: number): boolean {
    return existsSync(this.nameOf(epoch));
  }

  holder(epoch: number): LeaseHolder | undefined {
    const text = readFileSync(this.nameOf(epoch), 'utf8');
    if (text === '') return undefined;
    try {
      return JSON.parse(text) as LeaseHolder;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      // A process that died while it wrote its name; its lease runs out like any other.
      return { epoch, pid: 0, host: '', deck: 'unknown', since: 'unknown' };
    }
  }

  touchedAt(epoch: number): number {
    return statSync(this.nameOf(epoch)).mtimeMs;
  }

  make(of: Pick<LeaseHolder, 'epoch' | 'deck' | 'since'>): boolean {
    try {
      const file = openSync(this.nameOf(of.epoch), 'wx', 0o600);
      const holder: LeaseHolder = {
        epoch: of.epoch,
        pid: process.pid,
        host: hostname(),
        deck: of.deck,
        since: of.since,
      };
      writeSync(file, JSON.stringify(holder));
      closeSync(file);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      return false;
    }
    // What is older than the one before is of no use to anybody.
    for (const old of this.epochs()) if (old < of.epoch - 1) rmSync(this.nameOf(old), { force: true });
    return true;
  }

  touch(epoch: number, wallMs: number): void {
    utimesSync(this.nameOf(epoch), wallMs / 1000, wallMs / 1000);
  }

  giveBack(epoch: number): void {
    closeSync(openSync(this.nameOf(epoch), 'w'));
  }

  /** A process of this machine that is no more. */
  isGone({ pid, host }: LeaseHolder): boolean {
    return host === hostname() && pid > 0 && !isAlive(pid);
  }

  private nameOf(epoch: number): string {
    return join(this.folder, `epoch-${epoch}.json`);
  }

  private epochs(): number[] {
    return readdirSync(this.folder).flatMap((name) => Number(/^epoch-(\d+)\.json$/.exec(name)?.[1] ?? []));
  }
}

function folderOf(home: string, account: string): string {
  // The number of an account is nothing for the names of files.
  return join(home, hash('sha256', account).slice(0, 24));
}
