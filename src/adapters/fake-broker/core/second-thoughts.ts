/**
 * What an exchange says afterwards, or beside its prices: trades that come late, that are corrected or taken back, and the
 * bands between which a share may trade.
 */
import { MINUTE, SECOND } from '../../../time/instant.ts';
import { DOLLAR } from './amounts.ts';
import type { Listing } from './listing.ts';
import type { BrokerState } from './state.ts';

/**
 * A trade of a minute that is over, in dollars and shares: its bar is told again. False where there is no such minute.
 * `ago` are seconds since it happened.
 */
export function tellLate(state: BrokerState, symbol: string, price: number, size: number, ago: number): boolean {
  const listing = state.listings.get(symbol);
  if (listing?.bars === undefined) return false;
  listing.tradeCount++;
  const row = { at: state.now - ago * SECOND, price: Math.round(price * DOLLAR), size, id: listing.tradeCount };
  const minute = listing.bars.addLate(row);
  if (minute === undefined) return false;
  state.tell({ kind: 'trade', at: state.now, listing, row });
  state.tell({ kind: 'updated-bar', at: state.now, listing, row: minute });
  return true;
}

/** Corrects the trade `id`, the newest where it is left out; without `to` it is taken back. False where there is none. */
export function correctTrade(
  state: BrokerState,
  symbol: string,
  id: number | undefined,
  to: { readonly price: number; readonly size: number } | undefined,
): boolean {
  const listing = state.listings.get(symbol);
  const newest = listing?.bars?.trades.at(-1);
  if (listing?.bars === undefined || newest === undefined) return false;
  const by = to === undefined ? undefined : { price: Math.round(to.price * DOLLAR), size: to.size };
  const corrected = listing.bars.correct(id ?? newest.id, by);
  if (corrected === undefined) return false;
  const { before, after, minute, isOver } = corrected;
  if (before === newest) follow(listing);
  state.tell({ kind: 'corrected-trade', at: state.now, listing, before, after });
  if (minute !== undefined && isOver && before.at >= minute.at && before.at < minute.at + MINUTE) {
    state.tell({ kind: 'updated-bar', at: state.now, listing, row: minute });
  }
  return true;
}

/** Tells between which prices, in dollars, a share may trade from now on. */
export function tellBand(state: BrokerState, symbol: string, up: number, down: number): void {
  const listing = state.listings.get(symbol);
  if (listing === undefined) return;
  state.tell({ kind: 'band', at: state.now, listing, up: Math.round(up * DOLLAR), down: Math.round(down * DOLLAR) });
}

/** The last price is that of the newest trade that stands. */
function follow(listing: Listing): void {
  const last = listing.bars?.trades.at(-1);
  if (last !== undefined) {
    listing.last = last.price;
    listing.lastSize = last.size;
    listing.lastAt = last.at;
  }
}
