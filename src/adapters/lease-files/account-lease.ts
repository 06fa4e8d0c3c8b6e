/**
 * The rules of an account's lease, whatever it is kept in: who may take it, how long it lasts, and who may send.
 *
 * Each taking is a number one higher than the last, of which the store lets only one process make it: the number is the
 * fencing token. A holder renews well before the lease runs out, and before it sends anything asks two clocks, of which one
 * does not stand still while the machine sleeps: after a pause longer than half of the lease it is not the holder until it has
 * proved that nobody else became it.
 */
import { Fault } from '../../base/fault.ts';

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

/** Where the leases of one account are kept: numbers, each with who took it and when it was touched last. */
export interface LeaseStore {
  /** The highest number; 0 where there was none. */
  newest(): number;
  has(epoch: number): boolean;
  /** Who took a number; `undefined` where it was given back. */
  holder(epoch: number): LeaseHolder | undefined;
  /** Milliseconds since 1970. */
  touchedAt(epoch: number): number;
  /** Makes a number for a process; false where somebody else has just made it. */
  make(holder: Pick<LeaseHolder, 'epoch' | 'deck' | 'since'>): boolean;
  touch(epoch: number, wallMs: number): void;
  /** The number stays, and nobody holds it. */
  giveBack(epoch: number): void;
  /** Whether a holder is known to be no more, so that nobody has to wait. */
  isGone(holder: LeaseHolder): boolean;
}

/** Milliseconds that a lease lasts without being renewed. */
export const LEASE_MS = 15_000;

export class AccountLease implements Lease {
  readonly epoch: number;
  private readonly store: LeaseStore;
  private readonly clocks: LeaseClocks;
  private renewedSteady: number;
  private renewedWall: number;
  private isLost = false;

  protected constructor(store: LeaseStore, epoch: number, clocks: LeaseClocks) {
    this.store = store;
    this.epoch = epoch;
    this.clocks = clocks;
    this.renewedSteady = clocks.steady();
    this.renewedWall = clocks.wall();
  }

  /** Takes the lease; a `Fault` tells who holds it. */
  static takeFrom(store: LeaseStore, deck: string, clocks: LeaseClocks): AccountLease {
    const newest = store.newest();
    const before = newest > 0 ? store.holder(newest) : undefined;
    if (before !== undefined && !store.isGone(before)) {
      // By whose clock it has run out does not matter: who is off by more than the lease is not the holder either.
      const age = Math.abs(clocks.wall() - store.touchedAt(newest));
      if (age <= LEASE_MS) throw heldFault(before);
    }
    const epoch = newest + 1;
    const since = new Date(clocks.wall()).toISOString();
    if (!store.make({ epoch, deck, since })) throw heldFault(store.holder(epoch));
    const lease = new AccountLease(store, epoch, clocks);
    lease.touch();
    return lease;
  }

  maySend(): boolean {
    const { clocks } = this;
    const age = Math.max(clocks.steady() - this.renewedSteady, Math.abs(clocks.wall() - this.renewedWall));
    // Others wait for the whole of it; we stop at half, so that no clock has to be right to the second.
    return !this.isLost && age <= LEASE_MS / 2 && !this.store.has(this.epoch + 1);
  }

  renew(): boolean {
    if (this.isLost || this.store.newest() !== this.epoch) this.isLost = true;
    else this.touch();
    return !this.isLost;
  }

  release(): void {
    // The number stays: the next one must be higher.
    if (this.store.newest() === this.epoch) this.store.giveBack(this.epoch);
    this.isLost = true;
  }

  private touch(): void {
    const { clocks } = this;
    const [steady, wall] = [clocks.steady(), clocks.wall()];
    this.store.touch(this.epoch, wall);
    this.renewedSteady = steady;
    this.renewedWall = wall;
  }
}

function heldFault(holder: LeaseHolder | undefined): Fault {
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid} on ${holder.host}, playing ${holder.deck} since ${holder.since}`;
  const hint = 'one account, one desk: stop the other, or wait until it has ended';
  return new Fault('lease.held', `${who} holds this account`, {}, hint);
}
