/**
 * The market as the streams of prices tell it: one message for each event that a session has subscribed to.
 */
import type { BrokerEvent } from '../../fake-broker/core/broker-events.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import { quoteView as optionQuoteView } from './option-data-api.ts';
import { DOLLAR } from '../../fake-broker/core/amounts.ts';
import { stamp } from '../../fake-broker/core/random-ids.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { barView, quoteView, tradeView } from './stock-data-api.ts';
import type { Json } from './views.ts';

export const CHANNELS = [
  'trades',
  'quotes',
  'bars',
  'updatedBars',
  'dailyBars',
  'statuses',
  'lulds',
  'corrections',
  'cancelErrors',
] as const;
export type Channel = (typeof CHANNELS)[number];

export type Message = Json & { readonly T: string };
export type IsWanted = (channel: Channel, symbol: string) => boolean;
type MarketEvent = Exclude<BrokerEvent, { readonly kind: 'trade-update' | 'activity' }>;

/** Returns what a session of a kind is told about an event. */
export function dataMessages(
  state: BrokerState,
  event: MarketEvent,
  kind: 'stocks' | 'options',
  isWanted: IsWanted,
): Message[] {
  return kind === 'stocks' ? stockMessages(event, isWanted) : optionMessages(state, event, isWanted);
}

function stockMessages(event: MarketEvent, isWanted: IsWanted): Message[] {
  const { listing } = event;
  if (listing.option !== undefined) return [];
  const S = listing.symbol;
  switch (event.kind) {
    case 'quote':
      return isWanted('quotes', S) ? [{ T: 'q', S, ...quoteView(event.row) }] : [];
    case 'trade':
      return isWanted('trades', S) ? [{ T: 't', S, ...tradeView(event.row) }] : [];
    case 'bar': {
      const today = listing.bars?.daily.at(-1);
      return [
        ...(isWanted('bars', S) ? [{ T: 'b', S, ...barView(event.row) }] : []),
        ...(today !== undefined && isWanted('dailyBars', S) ? [{ T: 'd', S, ...barView(today) }] : []),
      ];
    }
    case 'updated-bar':
      return isWanted('updatedBars', S) ? [{ T: 'u', S, ...barView(event.row) }] : [];
    case 'corrected-trade':
      return correction(S, event, isWanted);
    case 'band': {
      if (!isWanted('lulds', S)) return [];
      return [{ T: 'l', S, u: event.up / DOLLAR, d: event.down / DOLLAR, i: 'B', t: stamp(event.at), z: 'C' }];
    }
    case 'status':
      if (!isWanted('statuses', S)) return [];
      return [
        {
          T: 's',
          S,
          sc: event.code,
          sm: event.message,
          rc: event.reason,
          rm: event.reasonMessage,
          t: stamp(event.at),
          z: 'C',
        },
      ];
  }
}

function correction(
  S: string,
  { at, before, after }: Extract<MarketEvent, { readonly kind: 'corrected-trade' }>,
  isWanted: IsWanted,
): Message[] {
  const { i, x, p, s, c, z } = tradeView(before);
  if (after === undefined) {
    return isWanted('cancelErrors', S) ? [{ T: 'x', S, i, x, p, s, a: 'C', t: stamp(at), z }] : [];
  }
  if (!isWanted('corrections', S)) return [];
  const { i: ci, p: cp, s: cs, c: cc } = tradeView(after);
  return [{ T: 'c', S, x, oi: i, op: p, os: s, oc: c, ci, cp, cs, cc, t: stamp(at), z }];
}

/** Contracts move with their share: each quote of it is a quote of every contract that a session watches. */
function optionMessages(state: BrokerState, event: MarketEvent, isWanted: IsWanted): Message[] {
  const { listing } = event;
  if (event.kind === 'trade' && listing.option !== undefined) {
    if (!isWanted('trades', listing.symbol)) return [];
    const { t, p, s } = tradeView(event.row);
    return [{ T: 't', S: listing.symbol, t, p, s, x: 'C', c: 'I' }];
  }
  if (event.kind !== 'quote') return [];
  const contracts = listing.option === undefined ? watchedContracts(state, listing, isWanted) : [listing];
  return contracts.flatMap((contract) => {
    if (!isWanted('quotes', contract.symbol)) return [];
    state.refresh(contract);
    return [{ T: 'q', S: contract.symbol, ...optionQuoteView(contract) }];
  });
}

function watchedContracts(state: BrokerState, underlying: Listing, isWanted: IsWanted): Listing[] {
  return state.knownContracts(underlying).filter(({ symbol, isModelled }) => isModelled && isWanted('quotes', symbol));
}
