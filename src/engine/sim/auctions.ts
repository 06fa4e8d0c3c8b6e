/**
 * How late an order for the closing auction may come: exchanges need time to pair them off, and take none after it.
 */
import type { Instrument } from '../../market/instrument.ts';

export interface AuctionModel {
  readonly name: string;
  readonly sentence: string;
  /** Microseconds before the close from which on no order for the close is taken; 0 where the close itself ends it. */
  closeLead(instrument: Instrument): number;
}

const MINUTE = 60_000_000;

/** Sources: NYSE Rule 7.35B (15:50 New York time), Nasdaq Equity 4, Rule 4702 (15:55); early closes move with the close. */
const LEADS: Readonly<Record<string, number>> = { XNYS: 10 * MINUTE, XNAS: 5 * MINUTE };

/** The cut-offs of the exchanges that have one: shares and funds on XNYS and XNAS; elsewhere the close is the end. */
export const exchangeAuctions: AuctionModel = {
  name: 'exchange',
  sentence: 'Orders for the close must be in 10 minutes before it on XNYS, 5 minutes on XNAS; later ones are rejected.',
  closeLead: ({ kind, calendar }) => (kind === 'equity' || kind === 'etf' ? (LEADS[calendar] ?? 0) : 0),
};

/** The same cut-off for every instrument, in minutes before the close. */
export function auctionCutoff(minutes: number): AuctionModel {
  return {
    name: `cutoff(${minutes})`,
    sentence:
      minutes === 0
        ? 'Orders for the close are taken until the close.'
        : `Orders for the close must be in ${minutes} minutes before it; later ones are rejected.`,
    closeLead: () => minutes * MINUTE,
  };
}
