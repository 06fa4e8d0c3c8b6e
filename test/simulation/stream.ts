/** What a broker tells a desk without being asked: it is lost, told twice, late, or nobody listens. */
import type { BrokerReport } from '../../src/engine/live/index.ts';
import type { SimulatedDesk } from './desk.ts';
import type { Faults } from './faults.ts';
import { MILLI, SECOND, type World } from './world.ts';

export class Stream {
  private isUp = true;
  private readonly world: World;
  private readonly faults: Faults;
  private readonly desk: SimulatedDesk;

  constructor(world: World, faults: Faults, desk: SimulatedDesk) {
    this.world = world;
    this.faults = faults;
    this.desk = desk;
  }

  tell(report: BrokerReport): void {
    const { world, desk, faults } = this;
    if (faults.strikes('eventDropped') || !this.isUp) return;
    const { epoch } = desk;
    const deliver = (): void => {
      if (epoch === desk.epoch && this.isUp) desk.take({ kind: 'report', at: desk.clock(), report });
    };
    const delay = faults.strikes('eventDelayed') ? world.between(0, 20 * SECOND) : world.between(1, 50) * MILLI;
    world.in(delay, deliver);
    if (faults.strikes('eventDuplicated')) world.in(delay + world.between(0, SECOND), deliver);
  }

  break(lasts?: number): void {
    if (!this.isUp) return;
    const { world, desk } = this;
    this.isUp = false;
    desk.take({ kind: 'report', at: desk.clock(), report: { kind: 'link', state: 'down', reason: 'socket closed' } });
    world.in(lasts ?? world.between(1, 60) * SECOND, () => {
      this.isUp = true;
      desk.take({ kind: 'report', at: desk.clock(), report: { kind: 'link', state: 'up', reason: '' } });
    });
  }
}
