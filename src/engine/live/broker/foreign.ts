/**
 * Tells an order of somebody else from ours, where both have the same id: another tool may use our ids, and what it
 * ordered is never adopted.
 */
import type { Market } from '../../sim/market.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { OrderReport, OrderSnapshot } from './reports.ts';
import type { Ticket } from './ticket.ts';

/** More than the clocks of desk and broker may differ. */
const OLDER_US = 60_000_000;

/**
 * Returns what is wrong with an order under our id, in words; `undefined` where it is ours. Sizes only tell before the
 * broker was ever known to have it: later they may have been changed, by us or by a split.
 */
export function foreignBecause(report: OrderSnapshot, ticket: Ticket, market: Market): string | undefined {
  const { order, seenAt, inForce } = ticket;
  const { symbol, side, quantity, clientId, createdAt } = report;
  const isNew = seenAt === -Infinity && (order.status === 'submitted' || order.status === 'unknown');
  // An exit that sleeps there is of all that its entry may fill, here of what it has; one that was asked for while its entry
  // filled on is here of all, and there of what it was asked for.
  const isExit = ticket.group !== undefined && (ticket.group.kind === 'oco' || ticket.group.leader !== ticket);
  const units = Math.round(quantity * market.scale) + ticket.before.units;
  const hasOtherSize = isNew && !isExit && inForce === undefined && units !== order.units;
  const isSame = symbol === market.symbol && side === order.side && !hasOtherSize;
  // What the broker had before it was decided is somebody's whose ids are the same.
  const isOlder = isNew && createdAt !== undefined && createdAt < order.submittedAt - OLDER_US;
  if (isOlder) return `the broker had order ${clientId} before ours was decided: somebody else uses our ids`;
  if (isSame) return undefined;
  const ours = `${(order.side * order.units) / market.scale} ${market.symbol}`;
  return `the broker's order ${clientId} is of ${side * quantity} ${symbol}, ours of ${ours}: somebody else uses our ids`;
}

/** Reports of orders that this desk never made. */
export function tellForeign(report: OrderReport, venue: Pick<BrokerVenue, 'activities' | 'alerts'>, at: number): void {
  if (report.kind === 'fill') venue.activities?.external(report, at);
  else if (report.kind === 'order' && report.status === 'working') {
    venue.alerts.raise('order.foreign', `${report.symbol}: an order ${report.clientId} that is not ours`, at);
  }
}
