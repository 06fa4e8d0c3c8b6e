/**
 * Whether another desk trades the same account. A lease holds off a second one on the same machine; on another machine
 * nothing does, and the broker alone has seen both.
 *
 * Orders of any Tradedeck have our prefix and a hash. One that we never made, and that the broker took after our books were
 * read, is somebody else's who plays now: nothing new is sent until a person has looked. Older ones are of sessions before.
 */
import type { BrokerVenue } from './broker-venue.ts';
import type { BrokerReport, OrderSnapshot } from './reports.ts';
import type { TradingStates } from '../trading-state.ts';

/** What was on its way when the books were read first may have been made a little after. */
const SLACK_US = 5_000_000;

export class OtherDesks {
  private readonly venue: BrokerVenue;
  private readonly states: TradingStates;
  private readonly shape: RegExp;
  /** When the books were read first, by the broker's clock; NaN before. */
  private since = Number.NaN;

  constructor(venue: BrokerVenue, states: TradingStates) {
    this.venue = venue;
    this.states = states;
    this.shape = new RegExp(`^${venue.options.prefix}-\\d+-[0-9a-f]{20}(\\.\\d+)?$`);
  }

  /** Looks at what the broker says, before it is taken. */
  look(report: BrokerReport, at: number): void {
    if (report.kind === 'order') this.lookAt(report, at);
    if (report.kind !== 'snapshot') return;
    if (this.since !== this.since) this.since = report.at ?? at;
    for (const order of report.orders) this.lookAt(order, at);
  }

  private lookAt({ clientId, symbol, createdAt }: OrderSnapshot, at: number): void {
    if (!((createdAt ?? -Infinity) > this.since + SLACK_US)) return;
    if (this.venue.tickets.has(clientId) || !this.shape.test(clientId)) return;
    const rule = `another desk trades this account: ${symbol}, its order ${clientId}`;
    this.venue.alerts.raise('desk.second', rule, at);
    const { account } = this.states;
    if (account !== 'halted' && account !== 'killed') this.states.set('halted', rule, at);
  }
}
