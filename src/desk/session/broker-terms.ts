/**
 * What a session and its broker must know of each other: how orders are taken there, and of which shares to tell.
 */
import type { Instrument } from '../../market/instrument.ts';
import type { Broker } from '../wiring/brokers.ts';
import type { LiveTerms } from './options.ts';

/** What the order path must know of a broker. */
export function termsOf(broker: Broker): Pick<LiveTerms, keyof Broker & keyof LiveTerms> {
  const { hasUniqueIds, tellsBookings = true, exits, replacesPartFilled = true, changesPackages = false } = broker;
  const kept = exits === undefined ? {} : { exits };
  return { hasUniqueIds, tellsBookings, replacesPartFilled, changesPackages, ...kept };
}

/** The symbols of which the broker is asked whether they may be traded, and how. */
export function sharesOf(instruments: readonly Instrument[]): string[] {
  return instruments.filter(({ kind }) => kind === 'equity' || kind === 'etf').map(({ symbol }) => symbol);
}
