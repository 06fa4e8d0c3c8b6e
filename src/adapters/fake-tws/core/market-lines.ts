/**
 * Lines of market data: what a client subscribed to, and the ticks that it is told as bid, ask and last move.
 */
import { DOLLAR } from '../../fake-broker/core/amounts.ts';
import { modelQuote } from '../../fake-broker/core/contracts.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import type { Message, Token } from './protocol.ts';

/** Ticks by number; those of delayed data are others. */
const TICKS = {
  live: { bidSize: 0, bid: 1, ask: 2, askSize: 3, last: 4, close: 9 },
  delayed: { bidSize: 69, bid: 66, ask: 67, askSize: 70, last: 68, close: 75 },
} as const;
const MODEL_TICK = 13;
const HALTED_TICK = 49;

type Tell = (message: Message, fields: readonly Token[]) => void;

export interface Line {
  readonly reqId: number;
  readonly listing: Listing;
  readonly isDelayed: boolean;
  readonly tell: Tell;
}

/** Tells a line what the market shows now. */
export function tellAll(line: Line, state: BrokerState): void {
  const { listing, isDelayed, reqId, tell } = line;
  const ticks = isDelayed ? TICKS.delayed : TICKS.live;
  tellQuote(line, state);
  if (listing.last > 0) tellLast(line);
  if (listing.previousClose > 0) tell('tickPrice', [6, reqId, ticks.close, listing.previousClose / DOLLAR, '', 0]);
  tell('tickGeneric', [6, reqId, HALTED_TICK, listing.isHalted ? 1 : 0]);
}

export function tellQuote({ reqId, listing, isDelayed, tell }: Line, state: BrokerState): void {
  state.refresh(listing);
  const ticks = isDelayed ? TICKS.delayed : TICKS.live;
  // A side that is missing is told as −1.
  const price = (units: number): number => (units > 0 ? units / DOLLAR : -1);
  tell('tickPrice', [6, reqId, ticks.bid, price(listing.bid), listing.bidSize, 0]);
  tell('tickSize', [6, reqId, ticks.bidSize, listing.bidSize]);
  tell('tickPrice', [6, reqId, ticks.ask, price(listing.ask), listing.askSize, 0]);
  tell('tickSize', [6, reqId, ticks.askSize, listing.askSize]);
  if (listing.option !== undefined) tellModel({ reqId, listing, isDelayed, tell }, state);
}

export function tellLast({ reqId, listing, isDelayed, tell }: Line): void {
  const ticks = isDelayed ? TICKS.delayed : TICKS.live;
  tell('tickPrice', [6, reqId, ticks.last, listing.last / DOLLAR, listing.lastSize, 0]);
}

export function tellHalt({ reqId, listing, tell }: Line): void {
  tell('tickGeneric', [6, reqId, HALTED_TICK, listing.isHalted ? 1 : 0]);
}

function tellModel({ reqId, listing, tell }: Line, state: BrokerState): void {
  const { underlying } = listing.option!;
  const spot = underlying.hasQuote() ? (underlying.bid + underlying.ask) / 2 : underlying.mark;
  if (!(spot > 0)) return;
  const { vol, greeks } = modelQuote(listing, spot, state.now, state.config.chain);
  const { value, delta, gamma, vega, theta } = greeks;
  tell('tickOption', [reqId, MODEL_TICK, 0, vol, delta, value, 0, gamma, vega / 100, theta / 365, spot / DOLLAR]);
}
