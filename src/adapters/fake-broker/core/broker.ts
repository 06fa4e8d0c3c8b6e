/**
 * The broker as a machine: prices and requests go in, answers and events come out, and time is a number that is handed in.
 *
 * It has no clock, timer, promise or I/O, so that a server can drive it by the wall clock and a simulation by the million.
 * The same configuration, prices and requests give the same answers and events to the byte.
 */
import { hash32, Random } from '../../../base/random.ts';
import type { CorporateAction } from '../../../market/actions.ts';
import { DAY } from '../../../time/instant.ts';
import { DOLLAR, SHARE } from './amounts.ts';
import type { BrokerEvent } from './broker-events.ts';
import { brokerConfig, type BrokerConfig } from './config.ts';
import { startDays } from './days.ts';
import type { BarRow } from './history.ts';
import type { Listing } from './listing.ts';
import { meetListing, meetOrder } from './matching.ts';
import { localDay, localInstant, uuid } from './random-ids.ts';
import { BrokerState } from './state.ts';

export class Broker {
  readonly state: BrokerState;
  /** The New York day of the latest trade: its midnight, and until when that is the same. */
  private dayStart = 0;
  private dayEnd = 0;

  constructor(options: Partial<BrokerConfig> & Pick<BrokerConfig, 'startAt' | 'symbols'>) {
    this.state = new BrokerState(brokerConfig(options));
    this.state.onWork = (order) => meetOrder(this.state, order);
    startDays(this.state);
  }

  get now(): number {
    return this.state.now;
  }

  /** When the broker has something to do next, if it has; between its instants only requests and prices change it. */
  get nextDue(): number | undefined {
    return this.state.nextDue;
  }

  /** Does everything that is due until an instant, and makes that the present. Time does not go back. */
  advance(to: number): void {
    this.state.advance(to);
  }

  listen(listener: (event: BrokerEvent) => void): () => void {
    return this.state.listen(listener);
  }

  /** A new best bid and offer, now. Prices in dollars, 0 for a side that is missing; sizes in shares. */
  quote(symbol: string, bid: number, ask: number, bidSize: number, askSize: number): void {
    const listing = this.state.listings.get(symbol) ?? this.state.listContract(symbol);
    if (listing !== undefined) this.quoteListing(listing, bid, ask, bidSize, askSize);
  }

  quoteListing(listing: Listing, bid: number, ask: number, bidSize: number, askSize: number): void {
    const { state } = this;
    listing.isModelled = false;
    listing.bid = Math.round(bid * DOLLAR);
    listing.ask = Math.round(ask * DOLLAR);
    listing.bidSize = bidSize;
    listing.askSize = askSize;
    listing.quoteAt = state.now;
    if (listing.bars !== undefined || state.isHeard) {
      const row = { at: state.now, bid: listing.bid, ask: listing.ask, bidSize, askSize };
      listing.bars?.addQuote(row);
      if (state.isHeard) state.tell({ kind: 'quote', at: state.now, listing, row });
    }
    meetListing(state, listing);
  }

  /** A trade of others, now. */
  trade(symbol: string, price: number, size: number): void {
    const listing = this.state.listings.get(symbol) ?? this.state.listContract(symbol);
    if (listing === undefined) return;
    const { state } = this;
    listing.last = Math.round(price * DOLLAR);
    listing.lastSize = size;
    listing.lastAt = state.now;
    listing.tradeCount++;
    if (listing.bars === undefined && !state.isHeard) return;
    const row = { at: state.now, price: listing.last, size, id: listing.tradeCount };
    const finished = listing.bars?.addTrade(row, this.dayOf(state.now));
    if (!state.isHeard) return;
    state.tell({ kind: 'trade', at: state.now, listing, row });
    if (finished !== undefined) state.tell({ kind: 'bar', at: state.now, listing, row: finished });
  }

  /** Lists the contracts that a tape has; their shares then have no others, and their quotes are the tape's. */
  listRecorded(symbols: Iterable<string>): void {
    for (const symbol of symbols) {
      const contract = this.state.listContract(symbol);
      if (contract?.option === undefined) continue;
      contract.isModelled = false;
      contract.option.underlying.hasRecordedChain = true;
    }
  }

  /** Bars of days before the broker began, oldest first; the last close becomes the price of reference. */
  addDailyBars(symbol: string, bars: readonly BarRow[]): void {
    const listing = this.state.listings.get(symbol);
    if (listing === undefined || bars.length === 0) return;
    for (const bar of bars) listing.bars?.daily.push(bar);
    listing.previousClose = bars.at(-1)!.close;
  }

  /** Bars within days before the broker began, oldest first. */
  addMinuteBars(symbol: string, bars: readonly BarRow[]): void {
    const minutes = this.state.listings.get(symbol)?.bars?.minutes;
    if (minutes !== undefined) for (const bar of bars) minutes.push(bar);
  }

  /** Announces a split, dividend, renaming or delisting, which takes effect on the morning of its day. */
  announce(action: CorporateAction): string {
    const id = uuid(new Random(hash32(JSON.stringify(action))));
    this.state.corporateActions.push({ ...action, id });
    return id;
  }

  /** Has a short option assigned tonight; it shows the next morning. Returns whether there is such a contract. */
  assign(symbol: string, contracts: number): boolean {
    const contract = this.state.find(symbol);
    if (contract?.option === undefined) return false;
    this.state.nightEvents.push({ contract, quantity: -contracts * SHARE, type: 'OPASN' });
    return true;
  }

  /** Stops trading in a symbol, or resumes it. */
  halt(symbol: string, isHalted: boolean, reason = 'T1', reasonMessage = 'Halt - News Pending'): void {
    const listing = this.state.listings.get(symbol);
    if (listing === undefined) return;
    listing.isHalted = isHalted;
    const [code, message] = isHalted ? ['H', 'Trading Halt'] : ['T', 'Trading Resumption'];
    this.state.tell({ kind: 'status', at: this.now, listing, code, message, reason, reasonMessage });
    if (!isHalted) meetListing(this.state, listing);
  }

  /** The midnight of New York that an instant belongs to. */
  private dayOf(at: number): number {
    if (at >= this.dayStart && at < this.dayEnd) return this.dayStart;
    const day = localDay(at);
    this.dayStart = localInstant(day, 0);
    this.dayEnd = this.dayStart + DAY - 3_600_000_000;
    return this.dayStart;
  }
}
