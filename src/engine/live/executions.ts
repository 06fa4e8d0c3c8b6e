/**
 * How fills get into the books: each execution once, in whatever order and state it comes.
 *
 * Where the broker's books say that more was filled than executions were seen, the difference is booked at the price
 * that makes the average right. The executions that come later first take the place of what was inferred, so that the
 * two never count together.
 */
import { ENTRY } from '../journal.ts';
import { FINAL_STATES } from '../order-state.ts';
import type { Order } from '../order.ts';
import type { VenueParts } from '../ports.ts';
import { Filling } from '../sim/filling.ts';
import type { BrokerVenue } from './broker-venue.ts';
import type { Fill } from './reports.ts';
import type { Ticket } from './ticket.ts';

export class Executions {
  /** Executions that were told more than once. */
  duplicates = 0;
  private readonly venue: BrokerVenue;
  private readonly parts: VenueParts;
  private readonly filling: Filling;
  private readonly owners = new Map<string, Ticket>();
  /** Fee of the fill that is being booked: the broker's, not a model's. */
  private fee = 0;

  constructor(venue: BrokerVenue, parts: VenueParts) {
    this.venue = venue;
    this.parts = parts;
    const { instruments, ledger, journal, listener, hours } = parts;
    const conventions = {
      ...parts.conventions,
      settlementDays: 0,
      fees: { name: 'broker', sentence: 'Fees are those that the broker charges.', fee: () => this.fee },
    };
    this.filling = new Filling(instruments, conventions, ledger, journal, listener, venue.orders, hours);
  }

  fill(ticket: Ticket, { executionId, quantity, price, fee }: Fill, at: number): void {
    const { order } = ticket;
    const { scale } = this.venue.markets[order.instrument];
    const units = Math.round(quantity * scale);
    const known = ticket.executions.get(executionId);
    if (known !== undefined) {
      this.duplicates++;
      if (known.units !== units || known.price !== price) {
        const rule = `execution ${executionId} was told twice, as ${known.units} at ${known.price} and ${units} at ${price}`;
        this.venue.alerts.raise('fill.conflict', rule, at);
      }
      return;
    }
    ticket.executions.set(executionId, { units, price });
    this.owners.set(executionId, ticket);
    const covered = Math.min(ticket.inferredUnits, units);
    ticket.inferredUnits -= covered;
    if (covered > 0) this.correct(order, covered, ticket.inferredPrice, price, fee, at);
    if (units > covered) this.book(ticket, units - covered, price, covered > 0 ? 0 : fee, at);
  }

  /** Books what the broker's books have beyond the executions that were seen. */
  upTo(ticket: Ticket, filled: number | undefined, averagePrice: number | undefined, at: number): void {
    if (filled === undefined || averagePrice === undefined || !(filled > 0)) return;
    const { order } = ticket;
    const { scale } = this.venue.markets[order.instrument];
    const units = Math.round(filled * scale) - order.filledUnits;
    // Fewer than we know of is old news.
    if (units <= 0) return;
    const price = (averagePrice * Math.round(filled * scale) - order.filledValue) / units;
    this.book(ticket, units, price, 0, at);
    ticket.inferredPrice =
      (ticket.inferredUnits === 0 ? 0 : ticket.inferredPrice * ticket.inferredUnits) + price * units;
    ticket.inferredUnits += units;
    ticket.inferredPrice /= ticket.inferredUnits;
  }

  /** Takes a fill back: the entry that was made stays, and another undoes it. */
  bust(executionId: string, at: number): void {
    const ticket = this.owners.get(executionId);
    const execution = ticket?.executions.get(executionId);
    if (ticket === undefined || execution === undefined) return;
    ticket.executions.delete(executionId);
    this.owners.delete(executionId);
    const { order } = ticket;
    const { ledger, journal } = this.parts;
    const signed = -order.side * execution.units;
    ledger.fill(order.strategy, order.instrument, signed, execution.price, 0, at, order.id);
    order.filledUnits -= execution.units;
    order.filledValue -= execution.units * execution.price;
    const after = ledger.positions[order.strategy][order.instrument].quantityUnits;
    const text = `bust ${executionId}`;
    const { id, instrument, strategy } = order;
    journal.write(ENTRY.filled, at, id, instrument, strategy, signed, execution.price, 0, after, text);
  }

  private book(ticket: Ticket, units: number, price: number, fee: number, at: number): void {
    const { order } = ticket;
    const market = this.venue.markets[order.instrument];
    if (FINAL_STATES.has(order.status) && order.status !== 'filled') {
      this.venue.alerts.raise('fill.after-end', `order ${order.id} filled after it was ${order.status}`, at);
    }
    this.fee = fee;
    this.filling.withoutBar(market);
    this.filling.book(order, market, units, price, at, false);
    if (order.filledUnits > order.units) {
      this.venue.alerts.raise('order.overfill', `order ${order.id} filled more than it was for`, at);
    }
  }

  /** An inferred fill turned out to have had another price, or a fee. */
  private correct(order: Order, units: number, inferred: number, price: number, fee: number, at: number): void {
    const { ledger, journal } = this.parts;
    const { instrument, scale } = this.venue.markets[order.instrument];
    const money = (order.side * units * (inferred - price) * instrument.multiplier) / scale - fee;
    order.filledValue += units * (price - inferred);
    if (money === 0) return;
    const account = ledger.currencyOf[order.instrument];
    const booked = ledger.move(account, money, 'other');
    const balance = ledger.cash[account].amount;
    const text = 'fill corrected';
    const { id, strategy } = order;
    journal.write(ENTRY.cash, at, id, order.instrument, strategy, 0, Number.NaN, booked, balance, text);
  }
}
