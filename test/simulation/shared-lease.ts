/**
 * The lease of an account that two simulated desks want: the real rules over a store in memory, as files of a disk that both
 * machines share would be.
 */
import {
  AccountLease,
  type LeaseClocks,
  type LeaseHolder,
  type LeaseStore,
} from '../../src/adapters/lease-files/account-lease.ts';
import { Fault } from '../../src/base/fault.ts';
import type { SimulatedDesk } from './desk.ts';
import { MILLI, SECOND, type World } from './world.ts';

/** How often a holder renews, as the conducting loop does. */
const RENEWED_EVERY = 3 * SECOND;

/** What both machines see. */
export class SharedLeases {
  readonly epochs: { readonly holder: LeaseHolder; touchedAt: number; isBack: boolean }[] = [];
  /** Processes that live, by their numbers. */
  readonly alive = new Set<number>();
  /** Whether both desks are on one machine, where a process that died is known to be gone. */
  isOneMachine = false;
  /** How often another desk than before took the account, and how often a process found that it had lost it. */
  handOvers = 0;
  lost = 0;
  /** Epoch of the newest request that left. */
  sentBy = 0;
}

export class DeskLease implements LeaseStore {
  /** The one that this desk's process holds, or held last. */
  lease: AccountLease | undefined = undefined;
  private readonly world: World;
  private readonly shared: SharedLeases;
  private readonly desk: SimulatedDesk;
  private readonly name: string;
  private readonly fail: (text: string) => void;

  constructor(world: World, shared: SharedLeases, desk: SimulatedDesk, name: string, fail: (text: string) => void) {
    this.world = world;
    this.shared = shared;
    this.desk = desk;
    this.name = name;
    this.fail = fail;
  }

  /** A process wants to begin: whether it has the account. */
  take(): boolean {
    try {
      this.lease = AccountLease.takeFrom(this, this.name, this.clocks);
    } catch (error) {
      if (error instanceof Fault) return false;
      throw error;
    }
    this.renewAfter(RENEWED_EVERY, this.lease);
    return true;
  }

  /** The process is gone, and has given nothing back. */
  died(): void {
    if (this.lease !== undefined) this.shared.alive.delete(this.lease.epoch);
    this.lease = undefined;
  }

  /** The process ends in order: the account is given back after all else. */
  end(): void {
    this.lease?.release();
    this.died();
  }

  maySend(): boolean {
    return this.lease?.maySend() === true;
  }

  /** A request leaves: whoever sent last has the highest number (I12). Questions change nothing. */
  sent(what: string): void {
    if (what === 'snapshot' || what === 'lookup') return;
    const { epoch } = this.lease!;
    if (epoch < this.shared.sentBy) {
      this.fail(`I12 ${what} is sent by ${this.name}, lease ${epoch}, after lease ${this.shared.sentBy} had sent`);
    }
    this.shared.sentBy = Math.max(this.shared.sentBy, epoch);
  }

  private readonly clocks: LeaseClocks = {
    steady: () => (this.desk.clocks?.steady() ?? this.world.now) / MILLI,
    wall: () => (this.desk.clocks?.wall() ?? this.world.now) / MILLI,
  };

  private renewAfter(delay: number, lease: AccountLease): void {
    this.world.in(delay, () => {
      if (this.lease !== lease) return;
      const paused = this.desk.pausedFor;
      // Who stood still looks at what came meanwhile first, and at its lease a moment later.
      if (paused > 0) this.renewAfter(paused + this.world.of('twoDesks').below(3 * SECOND), lease);
      else if (lease.renew()) this.renewAfter(RENEWED_EVERY, lease);
      else {
        this.shared.lost++;
        this.desk.quit(false);
      }
    });
  }

  newest(): number {
    return this.shared.epochs.length;
  }

  has(epoch: number): boolean {
    return epoch <= this.shared.epochs.length;
  }

  holder(epoch: number): LeaseHolder | undefined {
    const { isBack, holder } = this.shared.epochs[epoch - 1];
    return isBack ? undefined : holder;
  }

  touchedAt(epoch: number): number {
    return this.shared.epochs[epoch - 1].touchedAt;
  }

  make({ epoch, deck, since }: Pick<LeaseHolder, 'epoch' | 'deck' | 'since'>): boolean {
    const holder = { epoch, pid: epoch, host: this.shared.isOneMachine ? 'one' : this.name, deck, since };
    const before = this.shared.epochs.at(-1);
    if (before !== undefined && before.holder.deck !== deck) this.shared.handOvers++;
    this.shared.epochs.push({ holder, touchedAt: -Infinity, isBack: false });
    this.shared.alive.add(epoch);
    return true;
  }

  touch(epoch: number, wallMs: number): void {
    this.shared.epochs[epoch - 1].touchedAt = wallMs;
  }

  giveBack(epoch: number): void {
    this.shared.epochs[epoch - 1].isBack = true;
  }

  isGone({ pid, host }: LeaseHolder): boolean {
    return (this.shared.isOneMachine || host === this.name) && !this.shared.alive.has(pid);
  }
}
