/**
 * The lease of an account: one account, one desk. Who holds it may send; who has lost it, or is not sure, may not.
 *
 * Each taking is a file with a number one higher than the last, made so that only one process can make it: the number is
 * the fencing token. A holder renews well before the lease runs out, and before it sends anything asks two clocks, of
 * which one does not stand still while the machine sleeps: after a pause longer than the lease it is not the holder until
 * it has proved that nobody else became it.
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
import { Fault } from '../../base/fault.ts';
import { isAlive } from '../processes/index.ts';

/** Who holds a lease, for whoever is refused. */
export interface LeaseHolder {
  readonly epoch: number;
  readonly pid: number;
  readonly host: string;
  /** What it plays. */
  readonly deck: string;
  /** When it began, ISO 8601. */
  readonly since: string;
}

/** A lease that is held. Files are one way; a store that machines share can be another. */
export interface Lease {
  readonly epoch: number;
  /** Whether this process may send now; asked before every request, so it is quick. */
  maySend(): boolean;
  /** Extends it; false, for good, when somebody else has taken it. */
  renew(): boolean;
  release(): void;
}

export interface LeaseClocks {
  /** Milliseconds that never go back. */
  readonly steady: () => number;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
}

/** Milliseconds that a lease lasts without being renewed. */
export const LEASE_MS = 15_000;

const CLOCKS: LeaseClocks = { steady: () => performance.now(), wall: () => Date.now() };

/** Where leases of this user are: the same for all decks, wherever they are started. */
export function leaseHome(): string {
  return join(process.env['TRADEDECK_HOME'] ?? join(homedir(), '.tradedeck'), 'leases');
}

/** Number of the newest lease of an account, whether it is held or not; 0 where there was none. */
export function newestLease(home: string, account: string): number {
  const folder = folderOf(home, account);
  return existsSync(folder) ? newestEpoch(folder) : 0;
}

export class FileLease implements Lease {
  readonly epoch: number;
  private readonly folder: string;
  private readonly clocks: LeaseClocks;
  private renewedSteady: number;
  private renewedWall: number;
  private isLost = false;

  private constructor(folder: string, epoch: number, clocks: LeaseClocks) {
    this.folder = folder;
    this.epoch = epoch;
    this.clocks = clocks;
    this.renewedSteady = clocks.steady();
    this.renewedWall = clocks.wall();
  }

  /** Takes the lease of an account; a `Fault` tells who holds it. `account` names broker and number. */
  static take(home: string, account: string, deck: string, clocks: LeaseClocks = CLOCKS): FileLease {
    const folder = folderOf(home, account);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const newest = newestEpoch(folder);
    if (newest > 0) {
      const holder = holderOf(folder, newest);
      if (holder !== undefined && isHeld(folder, newest, holder, clocks)) throw heldFault(holder);
    }
    const epoch = newest + 1;
    try {
      const file = openSync(nameOf(folder, epoch), 'wx', 0o600);
      const since = new Date(clocks.wall()).toISOString();
      const text: LeaseHolder = { epoch, pid: process.pid, host: hostname(), deck, since };
      writeSync(file, JSON.stringify(text));
      closeSync(file);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      throw heldFault(holderOf(folder, epoch));
    }
    const lease = new FileLease(folder, epoch, clocks);
    lease.touch();
    // What is older than the one before is of no use to anybody.
    for (const old of epochsIn(folder)) if (old < newest) rmSync(nameOf(folder, old), { force: true });
    return lease;
  }

  maySend(): boolean {
    const { clocks } = this;
    const age = Math.max(clocks.steady() - this.renewedSteady, Math.abs(clocks.wall() - this.renewedWall));
    // Others wait for the whole of it; we stop at half, so that no clock has to be right to the second.
    return !this.isLost && age <= LEASE_MS / 2 && !existsSync(nameOf(this.folder, this.epoch + 1));
  }

  renew(): boolean {
    if (this.isLost || newestEpoch(this.folder) !== this.epoch) this.isLost = true;
    else this.touch();
    return !this.isLost;
  }

  release(): void {
    // The number stays, as an empty file: the next one must be higher.
    if (newestEpoch(this.folder) === this.epoch) closeSync(openSync(nameOf(this.folder, this.epoch), 'w'));
    this.isLost = true;
  }

  private touch(): void {
    const { clocks } = this;
    const [steady, wall] = [clocks.steady(), clocks.wall()];
    utimesSync(nameOf(this.folder, this.epoch), wall / 1000, wall / 1000);
    this.renewedSteady = steady;
    this.renewedWall = wall;
  }
}

function folderOf(home: string, account: string): string {
  // The number of an account is nothing for the names of files.
  return join(home, hash('sha256', account).slice(0, 24));
}

function nameOf(folder: string, epoch: number): string {
  return join(folder, `epoch-${epoch}.json`);
}

function epochsIn(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => Number(/^epoch-(\d+)\.json$/.exec(name)?.[1] ?? []));
}

function newestEpoch(folder: string): number {
  return Math.max(0, ...epochsIn(folder));
}

/** Who took it; undefined where it was given back. */
function holderOf(folder: string, epoch: number): LeaseHolder | undefined {
  const text = readFileSync(nameOf(folder, epoch), 'utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as LeaseHolder;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A process that died while it wrote its name; its lease runs out like any other.
    return { epoch, pid: 0, host: '', deck: 'unknown', since: 'unknown' };
  }
}

/** Whether it still counts: a process of this machine that is no more holds nothing. */
function isHeld(folder: string, epoch: number, { pid, host }: LeaseHolder, { wall }: LeaseClocks): boolean {
  if (host === hostname() && pid > 0 && !isAlive(pid)) return false;
  return Math.abs(wall() - statSync(nameOf(folder, epoch)).mtimeMs) <= LEASE_MS;
}

function heldFault(holder: LeaseHolder | undefined): Fault {
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid} on ${holder.host}, playing ${holder.deck} since ${holder.since}`;
  const hint = 'one account, one desk: stop the other, or wait until it has ended';
  return new Fault('lease.held', `${who} holds this account`, {}, hint);
}
