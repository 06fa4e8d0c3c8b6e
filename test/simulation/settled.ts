/**
 * What must hold at the end of a simulated run, when all faults are over and everything had time to settle.
 */
import type { LiveSession } from '../../src/engine/live/index.ts';
import { FINAL_STATES, FIRST_FINAL } from '../../src/engine/orders/order-state.ts';
import type { SimulatedBroker } from './broker.ts';
import { leaderId } from './counted.ts';
import { mayCover } from './coverage.ts';
import type { SimulatedDesk } from './desk.ts';
import { checkHeld } from './held-exits.ts';
import { CASH } from './make-desk.ts';

type Fail = (text: string) => void;

/** After quiet, the books of a desk are those of the broker, or of two desks their sum is, and nothing is open that does not rest. */
export function checkEnd(
  desk: SimulatedDesk,
  broker: SimulatedBroker,
  isAlone: boolean,
  fail: (text: string) => void,
): void {
  const session = desk.conductor?.session;
  if (session === undefined) {
    fail('I23 the desk is not up');
    return;
  }
  if (isAlone) checkBooks(desk, session, broker, fail);
  else checkShare(desk, session, broker, fail);
  for (const ticket of session.venue!.tickets.values()) {
    const { clientId, order, isFormer, isOver } = ticket;
    // Another one has taken its place, or it sleeps and its entry stands for it.
    const isHere = isOver && session.venue!.held.isHere(order);
    if (isFormer || isHere || (order.sequence === 0 && !FINAL_STATES.has(order.status))) continue;
    const { isTombstone } = session.venue!.ticketFor(order.pack?.legs[0] ?? order) ?? ticket;
    const isLeg = order.pack !== undefined && order.pack.legs[0] !== order;
    const booked = broker.orders.get(isLeg ? leaderId(clientId) : clientId);
    const isOpen = !FINAL_STATES.has(order.status);
    if (isOpen && booked === undefined && !isTombstone) fail(`I23 ${clientId} is ${order.status}, the broker has none`);
    if (isOpen && booked !== undefined && booked.status !== 'working') {
      fail(`I23 ${clientId} is ${order.status}, the broker has it ${booked.status}`);
    }
    if (!isOpen && booked?.status === 'working') fail(`I23 ${clientId} is ${order.status}, and works at the broker`);
    if (isOpen && (order.status === 'unknown' || order.status.startsWith('pending')) && !isTombstone) {
      fail(`I23 ${clientId} is still ${order.status}`);
    }
  }
  for (const { clientId, isForeign } of broker.orders.values()) {
    const isOwn = !isForeign && (isAlone || desk.sure.ids.has(clientId));
    if (isOwn && !session.venue!.tickets.has(clientId)) fail(`I3 nobody here knows the broker's ${clientId}`);
  }
  const givenUp = [...session.venue!.tickets.values()].filter(({ isTombstone }) => isTombstone);
  const unsure = new Set(
    givenUp
      .flatMap(({ order }) => order.pack?.legs ?? [order])
      .map(({ instrument }) => session.deck.markets[instrument].symbol),
  );
  for (const { working, symbol } of session.deck.markets) {
    const isHeldUp = unsure.has(symbol);
    for (const order of working) {
      const { id, sequence, parent, state } = order;
      const wasNeverSent = sequence === 0 && parent === undefined && state < FIRST_FINAL;
      // What covers a call waits for it, and options trade no more today.
      const quantity = order.remainingUnits / session.deck.ledger.units[order.instrument].quantityScale;
      const isForced = session.venue!.forced.has(order) && order.side < 0;
      const isCover = isForced && mayCover(broker, symbol, quantity, unsure);
      if (wasNeverSent && !isHeldUp && !isCover && !session.venue!.closers.isEarly(order))
        fail(`I23 order ${id} of ${symbol} is at work here and was never sent`);
    }
  }
  checkHeld(session, broker, fail);
  desk.clocks?.checkEnd();
  desk.behind?.checkEnd(session);
  const differs = desk.replayDiffers();
  if (differs !== undefined) fail(`I10 the journal, replayed, is not what is in memory: ${differs}`);
}

/** Positions and cash are the broker's, but for what somebody traded by hand. */
function checkBooks(desk: SimulatedDesk, { deck }: LiveSession, broker: SimulatedBroker, fail: Fail): void {
  const foreign = new Map<string, number>();
  for (const { order, quantity } of broker.fills) {
    if (order.isForeign) foreign.set(order.symbol, (foreign.get(order.symbol) ?? 0) + order.side * quantity);
  }
  for (const { index, symbol } of deck.markets) {
    const ours = deck.ledger.netQuantity(index);
    const theirs = (broker.positions.get(symbol) ?? 0) - (foreign.get(symbol) ?? 0);
    if (Math.abs(ours - theirs) > 1e-6) fail(`I2 ${symbol}: ours ${ours}, the broker's ${theirs}`);
  }
  const foreignCash = broker.fills.reduce(
    (sum, { order, quantity, price }) => (order.isForeign ? sum - order.side * quantity * price : sum),
    0,
  );
  const cash = deck.ledger.cashValue();
  // What was booked before the broker's books were read for the first time is history.
  const theirs = broker.cash - foreignCash - broker.bookedUntil(desk.sure.readAt);
  if (Math.abs(cash - theirs) > 1e-4) fail(`I1 cash ${cash}, the broker's ${theirs}`);
}

/** Of two desks each has what its own orders filled, and not a share of the other's. */
function checkShare(desk: SimulatedDesk, { deck }: LiveSession, broker: SimulatedBroker, fail: Fail): void {
  const held = new Map<string, number>();
  let cash = CASH;
  for (const { order, quantity, price, executionId } of broker.fills) {
    const id = order.clientId.split('/')[0];
    if (order.isForeign || !desk.sure.ids.has(id)) continue;
    held.set(order.symbol, (held.get(order.symbol) ?? 0) + order.side * quantity);
    cash -= order.side * quantity * price + (broker.commissions.get(executionId) ?? 0);
  }
  for (const { index, symbol } of deck.markets) {
    const [ours, theirs] = [deck.ledger.netQuantity(index), held.get(symbol) ?? 0];
    if (Math.abs(ours - theirs) > 1e-6) fail(`I2 ${symbol}: ours ${ours}, by our orders ${theirs}`);
  }
  if (Math.abs(deck.ledger.cashValue() - cash) > 1e-4) {
    fail(`I1 cash ${deck.ledger.cashValue()}, by our orders ${cash}`);
  }
}
