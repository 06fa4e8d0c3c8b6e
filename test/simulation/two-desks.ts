/**
 * Worlds in which two desks want one account: each with a journal of its own, as two decks or two machines have, and the lease
 * between them. Whoever has it trades, until it ends, dies, or stands still for too long; then the other one begins, reads the
 * broker's books, and goes on from what it knew itself.
 */
import type { SimulatedBroker } from './broker.ts';
import type { SimulatedDesk } from './desk.ts';
import type { Faults } from './faults.ts';
import type { Occurrences } from './occurrences.ts';
import { checkEnd } from './settled.ts';
import { DeskLease, SharedLeases } from './shared-lease.ts';
import { SECOND, type World } from './world.ts';

export class TwoDesks {
  readonly shared = new SharedLeases();
  private readonly world: World;
  private readonly desks: readonly SimulatedDesk[];
  private readonly occurrences: Occurrences;
  private readonly fail: (text: string) => void;

  constructor(world: World, desks: readonly SimulatedDesk[], occurrences: Occurrences, fail: (text: string) => void) {
    this.occurrences = occurrences;
    this.fail = fail;
    this.world = world;
    this.desks = desks;
    this.shared.isOneMachine = world.of('twoDesks').below(2) === 0;
    for (const [index, desk] of desks.entries()) {
      desk.lease = new DeskLease(world, this.shared, desk, `desk ${index + 1}`, fail);
    }
  }

  /** The second one has troubles of its own, and somebody looks at both, and lets them go on. */
  start(faults: Faults): void {
    const { world, desks } = this;
    const chance = world.of('twoDesks');
    const trouble = (): void => {
      if (faults.isOn) {
        const desk = desks[chance.below(2)];
        const drawn = chance.below(60);
        if (drawn === 0) desk.crash();
        else if (drawn < 4) desk.pauseFor((5 + chance.below(55)) * SECOND);
        else if (drawn < 7) this.endInOrder(desk);
      }
      world.in(0.5 * SECOND, trouble);
    };
    const clear = (): void => {
      for (const desk of desks) {
        desk.take({ kind: 'command', at: desk.clock(), by: 'operator', reason: 'drill', command: { do: 'clear' } });
      }
      world.in(10 * SECOND, clear);
    };
    trouble();
    world.in(10 * SECOND, clear);
    const [, second] = desks;
    const look = (): void => {
      second.take({ kind: 'report', at: second.clock(), report: { kind: 'link', state: 'up', reason: 'look' } });
      world.in(60 * SECOND, look);
    };
    const tick = (): void => {
      second.take({ kind: 'tick', at: second.clock() });
      world.in(0.5 * SECOND, tick);
    };
    tick();
    look();
    second.start();
  }

  /** It cancels what works, and ends a few seconds later, when that is done; the account is given back after all else. */
  private endInOrder(desk: SimulatedDesk): void {
    const { world } = this;
    const { epoch } = desk;
    desk.take({
      kind: 'command',
      at: desk.clock(),
      by: 'desk',
      reason: 'drill',
      command: { do: 'cancel', order: 'all' },
    });
    world.in((1 + 3 * world.of('twoDesks').uniform()) * SECOND, () => {
      if (epoch === desk.epoch) desk.endSession();
    });
  }

  /** Whoever has the account is held against the broker's books, and then the other one, once it has it. */
  checkEnd(broker: SimulatedBroker, run: (lasts: number) => void): void {
    // The other one may have been gone since the first minute.
    broker.lookBack = 1000 * SECOND;
    const { desks, fail } = this;
    const [first, other] = desks[0].isUp ? desks : [desks[1], desks[0]];
    checkEnd(first, broker, false, fail);
    first.quit(true);
    run(200 * SECOND);
    checkEnd(other, broker, false, fail);
    this.occurrences.add('account taken by another desk', this.shared.handOvers);
    this.occurrences.add('lease lost by a process that lived', this.shared.lost);
  }
}
