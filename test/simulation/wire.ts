/**
 * The network between a desk and its broker, and back: requests and answers are lost, late, unreadable, or old.
 */
import type { BrokerReport, BrokerRequest } from '../../src/engine/live/index.ts';
import type { SimulatedBroker } from './broker.ts';
import type { Faults } from './faults.ts';
import { MILLI, SECOND, type World } from './world.ts';

const TIMEOUT = 5 * SECOND;

/** A process at this end of the wire; answers to one that has died are nobody's. */
export interface Caller {
  readonly epoch: number;
  take(report: BrokerReport): void;
  /** Asks again, from the beginning. */
  repeat(request: BrokerRequest): void;
}

export class Wire {
  /** Until when nobody answers, virtual time. */
  outUntil = -Infinity;
  private readonly world: World;
  private readonly faults: Faults;
  private readonly broker: SimulatedBroker;

  constructor(world: World, faults: Faults, broker: SimulatedBroker) {
    this.world = world;
    this.faults = faults;
    this.broker = broker;
  }

  send(request: BrokerRequest, caller: Caller): void {
    const { world, faults } = this;
    const { kind } = request;
    let isAnswered = false;
    const answer = (report: BrokerReport): void => {
      if (!isAnswered) caller.take(report);
      isAnswered = true;
    };
    const lost = (cause: string): void => {
      if (kind === 'snapshot') {
        // Who asks for the books goes on asking.
        if (!isAnswered) caller.repeat(request);
        isAnswered = true;
      } else answer({ kind: 'lost', clientId: request.clientId, request: kind, cause });
    };
    world.in(TIMEOUT, () => lost('timeout'));
    if (world.now < this.outUntil || faults.strikes('requestDropped')) return;
    if (faults.strikes('throttled')) {
      world.in(world.between(1, 50) * MILLI, () => lost('429'));
      return;
    }
    const out = faults.strikes('requestDelayed') ? world.between(0, 40) * SECOND : world.between(1, 50) * MILLI;
    world.in(out, () => {
      const report = this.broker.answer(request, caller.epoch);
      if (faults.strikes('responseDropped')) return;
      const unreadable = faults.strikes('responseUnreadable');
      const back = world.between(1, 50) * MILLI;
      if (unreadable) world.in(back, () => lost('502 <html>'));
      else if (report.kind === 'snapshot' && faults.strikes('booksStale')) {
        world.in(world.latest.below(4 * SECOND), () => answer(this.broker.partlyOf(report)));
      } else {
        const late = faults.strikes('answerDelayed') ? world.latest.below(5 * SECOND) : 0;
        world.in(back + late, () => answer(report));
      }
    });
  }
}
