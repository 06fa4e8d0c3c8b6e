/**
 * What a broker says beside the point: it moves no order, and somebody who asks why one rests, or ended early, must find it.
 */
import { ENTRY } from '../../journal/journal.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { Remark } from './reports.ts';

/** Notes it with its order, and tells people where it is for them. */
export function remarked({ clientId, text, isForPeople }: Remark, venue: BrokerVenue, at: number): void {
  const order = clientId === undefined ? undefined : venue.tickets.get(clientId)?.order;
  const words = `broker.remark: ${text}`;
  if (order === undefined) venue.journal.write(ENTRY.note, at, 0, -1, 0, 0, Number.NaN, 0, 0, words);
  else venue.journal.write(ENTRY.note, at, order.id, order.instrument, order.strategy, 0, Number.NaN, 0, 0, words);
  if (!isForPeople) return;
  const symbol = order === undefined ? '' : `${venue.markets[order.instrument].symbol}: `;
  venue.alerts.raise('broker.remark', `${symbol}${text}`, at);
}
