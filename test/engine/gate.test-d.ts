/**
 * What must not compile: an order that goes around the gate. Each line with an expected error is one; the compiler
 * complains here when one of them starts to compile.
 */
import type { Approved, Gate, GateView } from '../../src/engine/gate/gate.ts';
import { Order, type OrderIntent } from '../../src/engine/orders/order.ts';
import type { Venue } from '../../src/engine/ports.ts';
import type { SimulatedVenue } from '../../src/engine/sim/venue.ts';

export function aroundTheGate(venue: Venue, simulated: SimulatedVenue, intent: OrderIntent): void {
  const order = new Order(1, intent, 1, 0);
  // @ts-expect-error an order that nobody approved
  venue.send(order);
  // @ts-expect-error nor does the simulated venue take it
  simulated.send(order);
  // @ts-expect-error nor to be filled at once
  simulated.forceFill(order, 1, 0);
  // @ts-expect-error nor an intent
  venue.send(intent);
  // @ts-expect-error nor something that looks like an order
  venue.send({ ...order });
  // @ts-expect-error an approval cannot be declared
  const forged: Approved = order;
  venue.send(forged);
}

export function throughTheGate(venue: Venue, gate: Gate, intent: OrderIntent, view: GateView): void {
  const approved = gate.approve(intent, view);
  // @ts-expect-error a refusal is not an order: whoever sends must have looked
  venue.send(approved);
  if (approved instanceof Order) venue.send(approved);
}
