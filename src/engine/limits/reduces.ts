/**
 * Whether an order can only make a position smaller: such orders pass the controls that keep positions from growing.
 */
import type { Ledger } from '../ledger.ts';
import type { OrderIntent } from '../order.ts';

/** True for reduce-only orders and for plain ones of no more than is held on the other side. */
export function onlyReduces(intent: OrderIntent, ledger: Ledger): boolean {
  if (intent.reduceOnly) return true;
  const held = ledger.positions[intent.strategy][intent.instrument].quantity;
  const isPlain = intent.fraction !== intent.fraction;
  return isPlain && held * intent.side < 0 && intent.quantity <= Math.abs(held) * (1 + 1e-12);
}
