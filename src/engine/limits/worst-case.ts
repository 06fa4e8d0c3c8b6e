/**
 * Worst-case exposure: what could be held if, of all that works, just the wrong orders filled.
 *
 * Orders whose outcome is unknown work; an order that is being changed counts with the larger of its sizes. No sale that
 * has not filled makes room. Only orders that can do nothing but close are left out, and those of a package count leg by
 * leg.
 */
import type { GateView } from '../gate.ts';
import type { OrderIntent, Side } from '../order.ts';
import { quantityOf } from './exposure.ts';

/** Whose positions and orders are meant: one strategy's, or with −1 the account's. */
export type Whose = number;
export const ACCOUNT: Whose = -1;

/** Units that could be held on one side; negative when even then less is held than on the other. */
export function couldHold(instrument: number, side: Side, view: GateView, whose: Whose = ACCOUNT): number {
  const { ledger } = view;
  const held = whose < 0 ? ledger.netQuantity(instrument) : ledger.positions[whose][instrument].quantity;
  if (view.markets[instrument].count === 0) return held * side;
  const { quantityScale } = ledger.units[instrument];
  const working = view.working(instrument);
  let units = 0;
  for (let i = 0; i < working.length; i++) {
    const order = working[i];
    if (order.side !== side || order.reduceOnly || order.fraction === order.fraction) continue;
    if (whose < 0 || order.strategy === whose) units += order.remainingUnits;
  }
  return held * side + units / quantityScale;
}

/** What an intent, or the package it is the first leg of, adds on one side of an instrument. */
export function adds(intent: OrderIntent, view: GateView, instrument: number, side: Side): number {
  const { pack } = view;
  if (pack === undefined) {
    return intent.instrument === instrument && intent.side === side && !intent.reduceOnly
      ? quantityOf(intent, view)
      : 0;
  }
  let quantity = 0;
  for (let i = 0; i < pack.length; i++) {
    if (pack[i].instrument === instrument && pack[i].side === side) quantity += pack[i].quantity;
  }
  return quantity;
}

/** Whether the intent could make its side of a position larger than nought. */
export function grows(intent: OrderIntent, view: GateView, whose: Whose = ACCOUNT): boolean {
  if (view.pack !== undefined) return true;
  if (intent.reduceOnly) return false;
  return couldHold(intent.instrument, intent.side, view, whose) + quantityOf(intent, view) > 0;
}
