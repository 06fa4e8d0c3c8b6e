/**
 * How fills get into the books: each execution once, in whatever order and state it comes.
 *
 * Where the broker's books say that more was filled than executions were seen, the difference is booked at the price
 * that makes the average right. The executions that come later first take the place of what was inferred, so that the
 * two never count together.
 */
import { fromUnits, toUnits } from '../../../base/fixed.ts';
import { ENTRY } from '../../journal/journal.ts';
import { FINAL_STATES } from '../../orders/order-state.ts';
import type { Order } from '../../orders/order.ts';
import type { VenueParts } from '../../ports.ts';
import { Filling } from '../../sim/filling.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { BrokerVenue } from './broker-venue.ts';
import { Corrections, type SavedCorrections } from './corrections.ts';
import type { Bust, Ended, Fill } from './reports.ts';
import type { SavedVenue } from '../saved.ts';
import type { Ticket } from './ticket.ts';

export class Executions {
  /** Executions that were told more than once. */
  duplicates = 0;
  /** Strategies whose orders the broker treats otherwise than it was asked, and why: they are to send no more. */
  readonly wronged = new Map<number, string>();
  private readonly venue: BrokerVenue;
  private readonly parts: VenueParts;
  private readonly filling: Filling;
  private readonly owners = new Map<string, Ticket>();
  /** What was taken back, and what takes its place. */
  readonly corrections: Corrections;
  /** What executions cost that were not told yet. */
  private readonly early = new Map<string, number>();
  /** When each instrument filled last. */
  readonly filledAt = new Map<number, number>();
  /** Fee of the fill that is being booked: the broker's, not a model's. */
  private fee = 0;

  constructor(venue: BrokerVenue, parts: VenueParts) {
    this.venue = venue;
    this.corrections = new Corrections(venue);
    this.parts = parts;
    const { instruments, ledger, journal, listener, hours } = parts;
    const conventions = {
      ...parts.conventions,
      settlementDays: 0,
      fees: { name: 'broker', sentence: 'Fees are those that the broker charges.', fee: () => this.fee },
    };
    this.filling = new Filling(instruments, conventions, ledger, journal, listener, venue.orders, hours);
  }

  save(): SavedCorrections & Pick<SavedVenue, 'early'> {
    return { ...this.corrections.save(), early: [...this.early] };
  }

  restore(saved: SavedVenue, tickets: readonly Ticket[]): void {
    const { early } = saved;
    this.corrections.restore(saved);
    for (const [id, fee] of early) this.early.set(id, fee);
    for (const ticket of tickets) for (const id of ticket.executions.keys()) this.owners.set(id, ticket);
  }

  fill(ticket: Ticket, { executionId, quantity, price, fee }: Fill, at: number): void {
    const { order } = ticket;
    const { scale } = this.venue.markets[order.instrument];
    const units = Math.round(quantity * scale);
    if (this.corrections.isOver(executionId)) {
      ticket.wasBusted = true;
      const by = this.corrections.takeSuccessor(executionId, at);
      if (by !== undefined) this.venue.report(by, at);
      // It came after its bust, and may be in what was inferred.
      else if (this.corrections.mayBeInferred(executionId)) {
        this.undoInferred(ticket, units, price, executionId, at);
      }
      return;
    }
    if (this.corrections.isWaiting(executionId)) {
      this.duplicates++;
      if (fee !== 0) this.commission(executionId, fee, at);
      return;
    }
    const known = ticket.executions.get(executionId);
    if (known !== undefined) {
      this.duplicates++;
      if (fee !== 0) this.commission(executionId, fee, at);
      if (known.units !== units || known.price !== price) {
        const rule = `execution ${executionId} was told twice, as ${known.units} at ${known.price} and ${units} at ${price}`;
        this.venue.alerts.raise('fill.conflict', rule, at);
      }
      return;
    }
    const charged = this.early.get(executionId) ?? fee;
    this.early.delete(executionId);
    ticket.executions.set(executionId, { units, price, fee: charged });
    this.owners.set(executionId, ticket);
    const covered = Math.min(ticket.inferredUnits, units);
    if (covered > 0) this.cover(ticket, covered, price, charged, at);
    if (units > covered) this.book(ticket, units - covered, price, covered > 0 ? 0 : charged, at);
  }

  /** What an execution costs, told beside it, before or after: the difference to what was booked is booked, once. */
  commission(executionId: string, fee: number, at: number): void {
    const ticket = this.owners.get(executionId);
    const execution = ticket?.executions.get(executionId);
    if (ticket === undefined || execution === undefined) {
      if (!this.corrections.isOver(executionId)) this.early.set(executionId, fee);
      return;
    }
    const rest = Math.round((fee - execution.fee) * 1e9) / 1e9;
    if (rest === 0) return;
    ticket.executions.set(executionId, { ...execution, fee });
    this.charge(ticket.order, rest, `commission of ${executionId}`, at);
  }

  /** Books at a price what the broker has settled without a trade: an expiry, a delivery. */
  settle(order: Order, price: number, at: number): void {
    const market = this.venue.markets[order.instrument];
    order.sequence = ++this.venue.orders.sequence;
    this.filling.withoutBar(market);
    this.filling.book(order, market, order.units, price, at, false, true);
  }

  /**
   * Books what the broker's books have beyond the executions that were seen. Books that are newer than those from which a
   * fill was inferred, and have less of it, take it back: what they knew before was busted since. The report of an end says
   * no time; books in which the order has ended are no older.
   */
  upTo(
    ticket: Ticket,
    filled: number | undefined,
    averagePrice: number | undefined,
    at: number,
    updatedAt = Number.NaN,
    hasEnded = false,
  ): void {
    if (filled === undefined || averagePrice === undefined) return;
    const { order } = ticket;
    const theirs = Math.round(filled * this.venue.markets[order.instrument].scale);
    const units = theirs - ticket.countedUnits;
    const isNewer = updatedAt > ticket.inferredAt || (hasEnded && ticket.inferredAt !== ticket.inferredAt);
    if (units < 0 && isNewer && ticket.inferredUnits > 0) {
      const undone = Math.min(-units, ticket.inferredUnits);
      // What the two counts differ by is what went; where executions went too, which is not told apart, the average must do.
      const theirValue = theirs === 0 ? 0 : averagePrice * theirs;
      const price =
        undone === -units ? (ticket.countedValue - theirValue) / undone : ticket.inferredValue / ticket.inferredUnits;
      this.undoInferred(ticket, undone, price, 'that the books lost', at);
    }
    // Fewer than we know of is old news.
    if (units <= 0) return;
    const price = (averagePrice * theirs - ticket.countedValue) / units;
    this.bookAverage(ticket, units, price, at);
    ticket.inferredUnits += units;
    ticket.inferredValue += units * price;
    ticket.inferredAt = updatedAt;
  }

  /**
   * Books what was filled by the end of an order. The report of an end says not when its count was made: of an order that
   * had a bust, a larger one than ours may be from before it, and the books are asked instead: until they
   * have answered, its symbol takes no new orders.
   */
  untilEnd(ticket: Ticket, { filled, averagePrice }: Ended, at: number): void {
    const { order, wasBusted } = ticket;
    const theirs = Math.round((filled ?? 0) * this.venue.markets[order.instrument].scale);
    if (wasBusted && theirs > ticket.countedUnits) this.corrections.askCount(ticket);
    else this.upTo(ticket, filled, averagePrice, at);
  }

  /**
   * Takes a fill back: the entry that was made stays, and another undoes it. What corrects it is booked with it, because
   * between the two nothing was sold, and what protects it stays.
   */
  bust(bust: Bust, at: number): void {
    const chain = [bust.executionId, ...(bust.before ?? [])];
    const executionId = chain.find((id) => this.owners.has(id)) ?? bust.executionId;
    const ticket = this.owners.get(executionId);
    const execution = ticket?.executions.get(executionId);
    if (ticket === undefined || execution === undefined) {
      this.corrections.note(bust, at);
      return;
    }
    const by = this.corrections.standing(bust.by, at);
    for (const id of chain) this.corrections.end(id);
    ticket.executions.delete(executionId);
    this.owners.delete(executionId);
    ticket.wasBusted = true;
    this.undo(ticket, execution.units, execution.price, executionId, at);
    if (by !== undefined) this.correct(ticket, execution.units, by, executionId, at);
    const { order } = ticket;
    const market = this.venue.markets[order.instrument];
    const was = `${(order.side * execution.units) / market.scale} ${market.symbol} at ${execution.price}`;
    const rule = `order ${order.id}: ${was} was taken back, execution ${executionId}`;
    this.venue.alerts.raise('fill.busted', rule, at);
    this.venue.closers.sizes.fit(order.strategy, order.instrument, at);
    // What does not stand costs nothing; a broker that keeps its fee books it as an activity.
    if (execution.fee !== 0) this.charge(ticket.order, -execution.fee, `commission of ${executionId}`, at);
  }

  /**
   * Books what takes the place of `units` that were undone. Nobody is told of a fill, and exits do not grow: they are there.
   * What it is larger by is a fill like any other.
   */
  private correct(ticket: Ticket, units: number, fill: Fill, executionId: string, at: number): void {
    // It was told before its bust, and has counted.
    if (ticket.executions.has(fill.executionId)) return;
    const { order } = ticket;
    const { price, fee } = fill;
    const { scale } = this.venue.markets[order.instrument];
    const all = Math.round(fill.quantity * scale);
    const again = Math.min(units, all);
    const charged = this.early.get(fill.executionId) ?? fee;
    this.early.delete(fill.executionId);
    ticket.executions.set(fill.executionId, { units: all, price, fee: charged });
    this.owners.set(fill.executionId, ticket);
    this.change(ticket, again, price, `corrects ${executionId}`, at);
    if (charged !== 0) this.charge(order, charged, `commission of ${fill.executionId}`, at);
    if (all > again) this.book(ticket, all - again, price, 0, at);
  }

  private undoInferred(ticket: Ticket, units: number, price: number, executionId: string, at: number): void {
    const undone = Math.min(units, ticket.inferredUnits);
    if (undone === 0) return;
    ticket.inferredUnits -= undone;
    ticket.inferredValue -= undone * price;
    const { order } = ticket;
    const booked = this.asPrice(order, price);
    this.undo(ticket, undone, booked, executionId, at);
    order.filledValue -= undone * (price - booked);
    this.count(ticket, 0, -undone * (price - booked));
    this.move(order, order.side * undone * (price - booked), at);
    this.clearRest(ticket, at);
    this.venue.closers.sizes.fit(order.strategy, order.instrument, at);
  }

  private undo(ticket: Ticket, units: number, price: number, executionId: string, at: number): void {
    this.change(ticket, -units, price, `bust ${executionId}`, at);
  }

  /** Books what an order filled more, or less where `units` are below 0, and tells nobody. */
  private change(ticket: Ticket, units: number, price: number, text: string, at: number): void {
    const { order } = ticket;
    const { ledger, journal } = this.parts;
    const { id, instrument, strategy } = order;
    const signed = order.side * units;
    ledger.fill(strategy, instrument, signed, price, 0, at, id);
    order.filledUnits += units;
    order.filledValue += units * price;
    this.count(ticket, units, units * price);
    const after = ledger.positions[strategy][instrument].quantityUnits;
    journal.write(ENTRY.filled, at, id, instrument, strategy, signed, price, 0, after, text);
  }

  private book(ticket: Ticket, units: number, price: number, fee: number, at: number): void {
    const { order } = ticket;
    const market = this.venue.markets[order.instrument];
    if (FINAL_STATES.has(order.status) && order.status !== 'filled') {
      this.venue.alerts.raise('fill.after-end', `order ${order.id} filled after it was ${order.status}`, at);
    }
    this.fee = fee;
    this.filling.withoutBar(market);
    this.count(ticket, units, units * price);
    this.filledAt.set(order.instrument, at);
    const wasLive = isLive(order);
    this.filling.book(order, market, units, price, at, false);
    // What was rejected and fills in part works after all, and the rest of it is reserved for.
    if (!wasLive && isLive(order)) this.venue.orders.enter(order, market);
    const after = this.parts.ledger.positions[order.strategy][order.instrument].quantityUnits;
    this.venue.closers.sizes.fit(order.strategy, order.instrument, at);
    // The broker wakes exits only when their entry has filled: what it filled may be told after them.
    const isEarly = ticket.group !== undefined && isLive(ticket.group.leader.order) && order.parent !== undefined;
    if (order.reduceOnly && after * order.side > 0 && !isEarly) {
      // Exits are tied here, not at the broker: in a fast market both may fill before one can be canceled.
      const rule = `order ${order.id}, an exit, filled beyond flat: ${market.symbol} is now ${after / market.scale}`;
      this.venue.alerts.raise('order.beyond-flat', rule, at);
    }
    if (order.filledUnits > order.units) {
      const rule = `order ${order.id} filled more than it was for`;
      this.venue.alerts.raise('order.overfill', rule, at);
      this.wronged.set(order.strategy, rule);
    }
  }

  /** Keeps what filled under tickets that have lost their place apart from what fills under the one in it. */
  private count(ticket: Ticket, units: number, value: number): void {
    if (!ticket.isFormer) return;
    const now = this.venue.ticketFor(ticket.order)!;
    ticket.own = { units: ticket.own.units + units, value: ticket.own.value + value };
    if (now !== ticket) now.before = { units: now.before.units + units, value: now.before.value + value };
  }

  /** An average has more digits than a price: what they are worth is booked beside it. */
  private bookAverage(ticket: Ticket, units: number, price: number, at: number): void {
    const { order } = ticket;
    const booked = this.asPrice(order, price);
    this.book(ticket, units, booked, 0, at);
    order.filledValue += units * (price - booked);
    this.count(ticket, 0, units * (price - booked));
    this.move(order, order.side * units * (booked - price), at);
  }

  private asPrice({ instrument }: Order, average: number): number {
    const { priceDecimals } = this.venue.markets[instrument].instrument;
    return fromUnits(toUnits(average, priceDecimals), priceDecimals);
  }

  /** An execution takes the place of what was inferred. */
  private cover(ticket: Ticket, units: number, price: number, fee: number, at: number): void {
    ticket.inferredUnits -= units;
    ticket.inferredValue -= units * price;
    this.clearRest(ticket, at, fee);
  }

  /** What is left of the value once nothing is left of the units: the average had hidden it. */
  private clearRest(ticket: Ticket, at: number, fee = 0): void {
    const { order } = ticket;
    const rest = ticket.inferredUnits === 0 ? ticket.inferredValue : 0;
    ticket.inferredValue -= rest;
    order.filledValue -= rest;
    this.count(ticket, 0, -rest);
    this.move(order, order.side * rest, at, fee);
  }

  /** Moves the money that `value`, in units times price, is worth, less a fee. */
  private move(order: Order, value: number, at: number, fee = 0): void {
    const { ledger, journal } = this.parts;
    const { instrument, scale } = this.venue.markets[order.instrument];
    if (fee !== 0) this.charge(order, fee, 'fee of an inferred fill', at);
    const money = (value * instrument.multiplier) / scale;
    if (money === 0) return;
    const account = ledger.currencyOf[order.instrument];
    const booked = ledger.move(account, money, 'other');
    const balance = ledger.cash[account].amount;
    const text = 'fill corrected';
    const { id, strategy } = order;
    journal.write(ENTRY.cash, at, id, order.instrument, strategy, 0, Number.NaN, booked, balance, text);
  }

  /** Takes a fee that was not booked with its fill; a negative one is given back. */
  private charge({ id, instrument, strategy }: Order, fee: number, text: string, at: number): void {
    const { ledger, journal } = this.parts;
    const account = ledger.currencyOf[instrument];
    const booked = ledger.move(account, -fee, 'fee');
    const balance = ledger.cash[account].amount;
    journal.write(ENTRY.cash, at, id, instrument, strategy, 0, Number.NaN, booked, balance, text);
  }
}
