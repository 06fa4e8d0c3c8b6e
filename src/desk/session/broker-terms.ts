/**
 * What a session and its broker must know of each other: how orders are taken there.
 */
import type { Broker } from '../wiring/brokers.ts';
import type { LiveTerms } from './options.ts';

/** What the order path must know of a broker. */
export function termsOf(broker: Broker): Pick<LiveTerms, keyof Broker & keyof LiveTerms> {
  const { hasUniqueIds, tellsBookings = true, exits, replacesPartFilled = true } = broker;
  const { changesPackages = false, endsGoodTill = true } = broker;
  const kept = exits === undefined ? {} : { exits };
  return { hasUniqueIds, tellsBookings, replacesPartFilled, changesPackages, endsGoodTill, ...kept };
}
