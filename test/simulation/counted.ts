/**
 * Nothing counts twice: of no order more counts as filled here than the broker ever filled of it. Looked at with every
 * report, for what counts twice for a moment is what the gate reckons with in that moment.
 */
import type { BrokerVenue } from '../../src/engine/live/broker/broker-venue.ts';
import type { Input, LiveSession, Ticket } from '../../src/engine/live/index.ts';
import type { SimulatedBroker } from './broker.ts';
import type { Faults } from './faults.ts';

export class CountedFills {
  private readonly broker: SimulatedBroker;
  private readonly faults: Faults;
  private readonly fail: (text: string) => void;

  constructor(broker: SimulatedBroker, faults: Faults, fail: (text: string) => void) {
    this.broker = broker;
    this.faults = faults;
    this.fail = fail;
  }

  /** A session took an input. */
  taken({ venue }: LiveSession, input: Input): void {
    // Of a fill that was taken back the desk may be told long after it filled again.
    if (input.kind !== 'report' || venue === undefined || this.faults.tookBack) return;
    const { report } = input;
    if (report.kind === 'snapshot') for (const ticket of venue.tickets.values()) this.look(ticket, venue);
    const order = report.kind === 'bust' ? report.by : report;
    const ticket = order !== undefined && 'clientId' in order ? venue.tickets.get(order.clientId) : undefined;
    if (ticket !== undefined) this.look(ticket, venue);
  }

  private look({ clientId, countedUnits, order }: Ticket, { markets }: BrokerVenue): void {
    const { orders } = this.broker;
    const leg = Number(clientId.slice(clientId.indexOf('/') + 1)) - 1;
    const booked = orders.get(clientId) ?? orders.get(leaderId(clientId));
    const filled = booked?.legs?.[leg > 0 ? leg : 0].filled ?? booked?.filled ?? 0;
    const counted = countedUnits / markets[order.instrument].scale;
    if (counted > filled + 1e-9) this.fail(`I5 ${clientId} counts ${counted} as filled, the broker filled ${filled}`);
  }
}

/** The id of the package that a leg is of: legs but the first have a number behind it. */
export function leaderId(clientId: string): string {
  return clientId.split('/')[0];
}
