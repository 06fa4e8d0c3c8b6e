/** All that watches one session: the process beside it, and a watchdog on another host. */
import type { Beats } from '../../deadman/beats.ts';
import { beatsOf, takeLeave, type BeatsWorld } from '../../deadman/beats-of.ts';
import type { LiveWorld } from '../live-world.ts';
import { heldHere } from '../status.ts';
import { guardOf } from './guard-of.ts';
import type { Guard } from './guard.ts';

export class Watches {
  private readonly guard: Guard | undefined;
  private readonly beats: Beats | undefined;
  private readonly notice: LiveWorld['notice'];

  /** Begins to be watched, as the deck wants it. */
  constructor(about: BeatsWorld) {
    const { config, mode, world, found, folder, conductor } = about;
    this.guard = guardOf(config, mode, world, found, folder, () => heldHere(conductor.session));
    this.beats = beatsOf(about);
    this.notice = world.notice;
  }

  /** Takes leave of who watches: nothing is done about a session that ends as it should. */
  async end(): Promise<void> {
    this.guard?.end();
    await takeLeave(this.beats, this.notice);
  }

  /** Says nothing more: what hears of no farewell does what it is for. */
  close(): void {
    this.beats?.close();
  }
}
