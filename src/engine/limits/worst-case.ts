/**
 * Worst-case exposure: what could be held if, of all that works, just the wrong orders filled.
 *
 * Orders whose outcome is unknown work; an order that is being changed counts with the larger of its sizes. No sale that
 * has not filled makes room. Orders that only reduce count as well: at a broker two of them may fill where one was meant.
 * Those of a package count leg by leg.
 */
import type { GateView } from '../gate/gate.ts';
import type { OrderIntent, Side } from '../orders/order.ts';
import { quantityOf } from './exposure.ts';

/** Whose positions and orders are meant: one strategy's, or with −1 the account's. */
export type Whose = number;
export const ACCOUNT: Whose = -1;

/**
 * Units that could be held on one side; negative when even then less is held than on the other. With `added` more of
 * strategy `adder` at work.
 *
 * Over an account strategies are not netted: what one holds short makes no room for another's purchase, or its exit, which
 * nobody may keep from leaving, would take the account beyond its limit.
 */
export function couldHold(
  instrument: number,
  side: Side,
  view: GateView,
  whose: Whose = ACCOUNT,
  added = 0,
  adder = 0,
): number {
  const { positions } = view.ledger;
  if (whose >= 0) return couldOne(instrument, side, view, whose) + (adder === whose ? added : 0);
  if (positions.length === 1) return couldOne(instrument, side, view, 0) + added;
  let units = 0;
  for (let strategy = 0; strategy < positions.length; strategy++) {
    const own = couldOne(instrument, side, view, strategy) + (adder === strategy ? added : 0);
    if (own > 0) units += own;
  }
  return units;
}

function couldOne(instrument: number, side: Side, view: GateView, strategy: number): number {
  const { ledger } = view;
  const held = ledger.positions[strategy][instrument].quantity;
  if (view.markets[instrument].count === 0) return held * side;
  const working = view.working(instrument);
  let units = 0;
  for (let i = 0; i < working.length; i++) {
    const order = working[i];
    if (order.strategy !== strategy || order.fraction === order.fraction) continue;
    if (order.side === side) units += order.remainingUnits;
    // Of the exits that an entry will wake one is meant to fill, and all may.
    else if (order.children !== undefined) units += (order.children.length - 1) * order.remainingUnits;
  }
  return held * side + units / ledger.units[instrument].quantityScale;
}

/** What could be held on one side with an intent, or the package that it is the first leg of, at work too. */
export function couldHoldWith(
  intent: OrderIntent,
  view: GateView,
  instrument: number,
  side: Side,
  whose: Whose = ACCOUNT,
): number {
  return couldHold(instrument, side, view, whose, adds(intent, view, instrument, side), intent.strategy);
}

/** The most that could be held of the intent's instrument on a side that the intent, or exits of it, make larger. */
export function mostHeld(intent: OrderIntent, view: GateView): number {
  const { instrument, side } = intent;
  if (exitsBeyond(view) === 0) return couldHoldWith(intent, view, instrument, side);
  const closed = couldHoldWith(intent, view, instrument, side > 0 ? -1 : 1);
  if (view.pack === undefined && opened(intent, view) <= 0) return closed;
  const could = couldHoldWith(intent, view, instrument, side);
  return could > closed ? could : closed;
}

/** What an intent, or the package it is the first leg of, adds on one side of an instrument. */
function adds(intent: OrderIntent, view: GateView, instrument: number, side: Side): number {
  const { pack } = view;
  if (pack === undefined) {
    if (intent.instrument !== instrument) return 0;
    return intent.side === side ? quantityOf(intent, view) : exitsBeyond(view) * quantityOf(intent, view);
  }
  let quantity = 0;
  for (let i = 0; i < pack.length; i++) {
    if (pack[i].instrument === instrument && pack[i].side === side) quantity += pack[i].quantity;
  }
  return quantity;
}

/** Exits that an order will wake beyond the one that is meant to fill: all may. */
function exitsBeyond({ exits = 0 }: GateView): number {
  return exits > 1 ? exits - 1 : 0;
}

/**
 * Whether the intent could make its strategy's position larger than nought on its side, or its exits on the other: of an
 * order that closes what is held, two exits that both fill open it again, and more.
 */
export function grows(intent: OrderIntent, view: GateView): boolean {
  return view.pack !== undefined || exitsBeyond(view) > 0 || opened(intent, view) > 0;
}

/** Units of an intent that would open or grow its strategy's position, once all that works on its side has filled. */
export function opened(intent: OrderIntent, view: GateView): number {
  const quantity = quantityOf(intent, view);
  const could = couldOne(intent.instrument, intent.side, view, intent.strategy) + quantity;
  return could < quantity ? (could > 0 ? could : 0) : quantity;
}
