/** What must hold of what the desk closes itself, and of exits where a broker lets one of them hold all that there is to close. */
import type { LiveSession } from '../../src/engine/live/index.ts';
import type { BrokerVenue } from '../../src/engine/live/broker/broker-venue.ts';
import type { Order } from '../../src/engine/orders/order.ts';
import type { SimulatedBroker } from './broker.ts';

type Fail = (text: string) => void;

/** Of exits that are tied to each other none is sent while another one works there. */
export function checkAlone(clientId: string, { venue }: LiveSession, broker: SimulatedBroker, fail: Fail): void {
  if (!broker.holdsShares) return;
  for (const tied of venue!.tickets.get(clientId)?.order.siblings ?? []) {
    const other = venue!.ticketFor(tied)?.clientId;
    const booked = other === undefined ? undefined : broker.orders.get(other);
    if (booked !== undefined && broker.live.has(booked)) fail(`I25 ${clientId} is sent while ${other} works there`);
  }
}

/** What a person or a loss commands, and an exit that was reached here, leave on books that are known to be right. */
export function checkClosing(order: Order, { venue, states, deck }: LiveSession, posts: number, fail: Fail): void {
  const why = isOfDesk(order, venue!) ? states.frozenBecause(order.instrument) : undefined;
  if (why !== undefined) fail(`I2 order ${order.id} closes ${deck.markets[order.instrument].symbol}, frozen: ${why}`);
  if (posts === 1 || !order.reduceOnly) return;
  // Under the id of the first time it goes for as much as then, whatever has happened since.
  const { quantityUnits } = deck.ledger.positions[order.strategy][order.instrument];
  const beyond = order.remainingUnits + order.side * quantityUnits;
  if (beyond > 0) fail(`I9 order ${order.id} is sent again and closes ${beyond} units more than are held`);
}

/** What only closes is for no more than is held, or is to be once the broker has done what it was asked for. */
export function checkCut({ venue, deck }: LiveSession, uncut: ReadonlySet<string>, fail: Fail): void {
  for (const { working, index, symbol } of deck.markets) {
    for (const order of working) {
      const ticket = venue!.ticketFor(order);
      const closes = order.reduceOnly && order.type !== 'exercise';
      if (!closes || ticket === undefined || !venue!.isOut(order)) continue;
      // What is to end there, for good or to be asked for anew, is asked for no more than it is.
      if (ticket.cancelCode !== undefined || ticket.isRenewed || ticket.group?.isRenewed === true) continue;
      // Nor where nothing could take its place: that is tried again when the books are read.
      if (uncut.has(ticket.clientId) || !venue!.mayPost(order)) continue;
      const goal = (ticket.wanted ?? ticket.asked ?? order).units - order.filledUnits;
      const held = -order.side * deck.ledger.positions[order.strategy][index].quantityUnits;
      if (goal > Math.max(0, held))
        fail(`I9 order ${order.id} of ${symbol} only closes, for ${goal} units where ${held} are held`);
    }
  }
}

/** Whether the desk itself closes with an order, by command, after a loss, or because an exit that it holds was reached. */
export function isOfDesk(order: Order, venue: BrokerVenue): boolean {
  return venue.forced.has(order) || venue.ticketFor(order)?.as !== undefined;
}

/** Whether a broker lets an exit rest at all: no part of a share, and no stop that follows the price. */
function mayRest({ type, remainingUnits, instrument }: Order, { markets }: LiveSession['deck']): boolean {
  return !type.startsWith('trailing') && remainingUnits % markets[instrument].scale === 0;
}

/** Of exits that the broker takes one of, one is there, unless nothing may be sent or the broker would not have it. */
export function checkHeld({ venue, states, deck }: LiveSession, broker: SimulatedBroker, fail: Fail): void {
  const { held } = venue!;
  if (states.account === 'halted' || states.account === 'killed') return;
  for (const order of held.here) {
    const all = [order, ...(order.siblings ?? [])];
    const isThere = all.some((exit) => venue!.isOut(exit));
    const wasRefused = broker.secondExits.length > 0 || held.isUnwanted(order);
    if (states.frozenBecause(order.instrument) !== undefined || !all.every((exit) => mayRest(exit, deck))) continue;
    if (!isThere && !wasRefused)
      fail(`I25 nothing protects ${deck.markets[order.instrument].symbol}: order ${order.id} waits here`);
  }
}
