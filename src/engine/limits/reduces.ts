/**
 * Whether an order can only make a position smaller: such orders pass the controls that keep positions from growing.
 */
import type { GateView } from '../gate/gate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OrderIntent } from '../orders/order.ts';

/** True for reduce-only orders and for plain ones of no more than is held on the other side. */
export function onlyReduces(intent: OrderIntent, ledger: Ledger): boolean {
  if (intent.reduceOnly) return true;
  const held = ledger.positions[intent.strategy][intent.instrument].quantity;
  const isPlain = intent.fraction !== intent.fraction;
  return isPlain && held * intent.side < 0 && intent.quantity <= Math.abs(held) * (1 + 1e-12);
}

/** Whether the order, and what works on its side already, together close no more than is held: no mix of fills opens. */
export function reducesAtWorst({ instrument, strategy, side, fraction }: OrderIntent, view: GateView): boolean {
  const held = view.ledger.positions[strategy][instrument].quantityUnits;
  if (fraction === fraction || held * side >= 0) return false;
  let closing = view.units;
  const working = view.working(instrument);
  for (let i = 0; i < working.length; i++) {
    const order = working[i];
    if (order.strategy === strategy && order.side === side) closing += order.remainingUnits;
  }
  return closing <= Math.abs(held);
}
