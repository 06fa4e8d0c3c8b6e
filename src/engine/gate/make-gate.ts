/**
 * The gate of a deck: the controls that every order passes, those that the tape and the account make necessary, those of
 * `limits:`, and the user's own.
 */
import type { Deck } from '../deck.ts';
import type { DeckOptions } from '../deck-options.ts';
import { BarFeed } from '../feeds/feed.ts';
import { Gate } from './gate.ts';
import { collateralControl } from '../limits/collateral.ts';
import { limitAtCollar } from '../limits/collar.ts';
import { DayVolume } from '../limits/day-volume.ts';
import { tradable, warmedUp, wellFormed } from '../limits/format.ts';
import type { OrderIntent } from '../orders/order.ts';
import { collarOf, PreTrade } from '../limits/pre-trade.ts';
import { borrowControl } from '../sim/financing.ts';
import type { Treasury } from '../ledger/treasury.ts';
import type { Universe } from '../play/universe.ts';

export function makeGate(deck: Deck, treasury: Treasury, universe: Universe, options: DeckOptions): Gate {
  const { ledger, conventions } = deck;
  const { financing, margin } = conventions;
  const isScarce = ledger.instruments.some((each) => financing.borrowable(each) < Infinity);
  const collar = options.isForBroker === true ? collarOf(options.limits ?? {}) : undefined;
  const edge = ({ instrument, side }: OrderIntent, now: number): number =>
    limits?.bands?.edge(instrument, side, now) ?? Number.NaN;
  const reshape = collar === undefined ? undefined : limitAtCollar(collar, edge);
  const limits: PreTrade | undefined = preTradeOf(deck, options, reshape);
  const gate = new Gate([
    warmedUp,
    ...(options.first ?? []),
    ...(ledger.instruments.some(({ option, future }) => option !== undefined || (future?.expiry ?? '') !== '')
      ? [deck.endings.control]
      : []),
    tradable,
    // A quantity worked out without a rate is not a number: the missing rate is what must be said.
    ...(ledger.cash.length > 1 ? [treasury.control] : []),
    wellFormed,
    ...(universe.isDated ? [universe.control] : []),
    ...(limits?.first ?? []),
    ...(deck.options?.controls() ?? []),
    ...(ledger.options === undefined ? [] : [collateralControl(margin)]),
    ...(isScarce ? [borrowControl(financing)] : []),
    ...(limits?.last ?? []),
    ...(options.controls ?? []),
  ]);
  gate.limits = limits;
  gate.reshape = reshape;
  return gate;
}

function preTradeOf(deck: Deck, { limits }: DeckOptions, asSent: Gate['reshape']): PreTrade | undefined {
  if (limits === undefined) return undefined;
  const { ledger, journal, markets, hours, conventions, tape } = deck;
  const executing = new Map(
    deck.allFeeds.flatMap((feed) => (feed instanceof BarFeed && !feed.isDerived ? [[feed.market.index, feed]] : [])),
  );
  const volume = new DayVolume(markets.map(({ index }) => executing.get(index)));
  return new PreTrade(limits, {
    ledger,
    journal,
    markets,
    hours,
    margin: conventions.margin,
    asSent: asSent ?? ((intent) => intent),
    actions: tape.actions,
    averageVolume: (instrument, now) => volume.at(instrument, now),
    hands: {
      cancel: (order, code) => deck.venue.cancel(order, code),
      close: (strategy, instrument, reason, asked) => deck.orders.close(strategy, instrument, reason, asked),
    },
  });
}
