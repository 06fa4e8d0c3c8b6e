/**
 * What strategies are told about their orders: after the data of the instant, before they act on it.
 */
import type { Booking } from '../ledger/booking.ts';
import type { Host } from '../strategy/context.ts';
import type { Deck } from '../deck.ts';
import type { Order } from '../orders/order.ts';
import type { ContractEvent } from '../strategy/strategy.ts';

export class Notices {
  readonly pending: { host: Host; fill: () => void }[] = [];
  /**
   * Told of a target that is worth less than one lot, in base currency: it comes to nothing, and no order follows that a
   * refusal could explain. Set by whoever tells people.
   */
  belowOne: ((strategy: number, instrument: number, value: number) => void) | undefined = undefined;
  private readonly deck: Deck;

  constructor(deck: Deck) {
    this.deck = deck;
  }

  filled(order: Order, booking: Booking): void {
    const { deck } = this;
    const { price, fee, at } = booking;
    const units = Math.abs(booking.units);
    deck.optionsSeen.filled(order.id, order.instrument, at);
    if (order.filledUnits >= order.units) deck.orders.counts.filled++;
    deck.orders.gate.memory?.filled(order, units, price, at);
    const host = deck.hosts[order.strategy];
    const { onFill } = host.handlers;
    if (onFill === undefined) return;
    const { symbol } = deck.markets[order.instrument];
    const quantity = units / deck.ledger.units[order.instrument].quantityScale;
    this.pending.push({
      host,
      fill: () => onFill.call(host.handlers, { symbol, order, side: order.side, quantity, price, fee, time: at }),
    });
  }

  ended(order: Order, code: string, at: number): void {
    const { counts, gate } = this.deck.orders;
    gate.memory?.ended(order, code, at);
    const { status } = order;
    if (status === 'canceled') counts.canceled++;
    else if (status === 'expired') counts.expired++;
    else if (status === 'rejected') counts.rejected++;
    const host = this.deck.hosts[order.strategy];
    const handler = host?.handlers.onOrderEnd;
    if (host === undefined || handler === undefined) return;
    this.pending.push({ host, fill: () => handler.call(host.handlers, order, code) });
  }

  /** A contract came to its end. */
  contract(strategy: number, instrument: number, event: Omit<ContractEvent, 'asset'>): void {
    const host = this.deck.hosts[strategy];
    const handler = host?.handlers.onContract;
    if (host === undefined || handler === undefined) return;
    this.pending.push({ host, fill: () => handler.call(host.handlers, { ...event, asset: host.assets[instrument] }) });
  }

  deliver(): void {
    const { pending } = this;
    // Mostly there is one, and taking the last off costs a tenth of taking the first.
    while (pending.length > 0) (pending.length === 1 ? pending.pop()! : pending.shift()!).fill();
  }
}
