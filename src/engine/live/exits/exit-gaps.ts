/**
 * How long a position is without its stop: between the fill of an entry and the broker's word that it has the exits, and
 * between the end of exits there and the word that it has what was asked for anew. Each such time is written down; one that
 * lasts, and a stop that the broker refused, wakes a person.
 */
import { ENTRY, type Journal } from '../../journal/journal.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Order } from '../../orders/order.ts';
import type { VenueParts } from '../../ports.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { Wakes } from '../../play/wakes.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';

/** Two answers take well under a second; what takes this long does not happen by itself. */
const RAISED_AFTER_US = 5_000_000;

/** What has no stop at the broker now. */
export interface Gap {
  readonly order: Order;
  readonly since: number;
}

export class ExitGaps {
  private readonly venue: BrokerVenue;
  private readonly journal: Journal;
  private readonly wakes: Wakes;
  private readonly ledger: Ledger;
  private readonly open = new Map<Order, number>();
  /** How many have ended, and how long they took, in microseconds. */
  readonly closed = { count: 0, totalUs: 0, longestUs: 0 };

  constructor(venue: BrokerVenue, { journal, wakes, ledger }: VenueParts) {
    this.venue = venue;
    this.journal = journal;
    this.wakes = wakes;
    this.ledger = ledger;
  }

  /** Stops that position has none of at the broker now, oldest first. */
  get now(): readonly Gap[] {
    return [...this.open].map(([order, since]) => ({ order, since }));
  }

  /** From here on nothing at the broker protects what the exit is for. */
  begin(order: Order, at: number): void {
    if (!protects(order) || this.open.has(order)) return;
    this.open.set(order, at);
    this.wakes.at(at + RAISED_AFTER_US, () => {
      if (this.open.get(order) !== at) return;
      if (isLive(order))
        this.raise(order, `has had no stop at the broker for ${RAISED_AFTER_US / 1e6} s`, this.venue.now);
      else this.open.delete(order);
    });
  }

  /** The broker has it. */
  end(order: Order, at: number): void {
    const since = this.open.get(order);
    if (since === undefined) return;
    this.open.delete(order);
    const tookUs = at - since;
    this.closed.count++;
    this.closed.totalUs += tookUs;
    this.closed.longestUs = Math.max(this.closed.longestUs, tookUs);
    const { id, instrument, strategy } = order;
    const text = `without a stop at the broker for ${(tookUs / 1e6).toFixed(3)} s`;
    this.journal.write(ENTRY.note, at, id, instrument, strategy, 0, Number.NaN, 0, 0, text);
  }

  /**
   * It has ended: what is held of a stop that the broker rejected has none. One that ended there although nobody here wanted
   * that is no news where the position ended, too, which may be told later, or another stop takes its place.
   */
  drop(order: Order, event: 'cancel' | 'expire' | 'reject', isWanted: boolean, at: number): void {
    const isKnown = this.open.delete(order);
    if (!protects(order) || (!isKnown && order.sequence === 0)) return;
    if (event === 'reject') this.raise(order, 'has no stop: the broker rejected it', at);
    else if (!isWanted) {
      this.wakes.at(at + RAISED_AFTER_US, (due) => {
        if (this.isBare(order))
          this.raise(order, 'has no stop: it ended at the broker, and nobody here wanted that', due);
      });
    }
  }

  /** Whether something is held that the exit was to close, and nothing else stops its loss. */
  private isBare({ strategy, instrument, side }: Order): boolean {
    const isHeld = side * this.ledger.positions[strategy][instrument].quantityUnits < 0;
    const others = this.venue.markets[instrument].working;
    return (
      isHeld &&
      !others.some((each) => each.strategy === strategy && each.side === side && protects(each) && isLive(each))
    );
  }

  /** It is held here because something else is to be at the broker: that is no gap. */
  hold(order: Order): void {
    this.open.delete(order);
  }

  /** The broker would not let it rest: it is held here. */
  refused(order: Order, why: string, at: number): void {
    this.raise(order, `has no stop at the broker, which refused it (${why}): it is held here`, at);
  }

  /** It is held here and was reached, and nothing may be sent. */
  stuck(order: Order, at: number): void {
    this.raise(order, 'has reached an exit that is held here, and nothing may be sent', at);
  }

  private raise({ id, instrument }: Order, what: string, at: number): void {
    const { symbol } = this.venue.markets[instrument];
    this.venue.alerts.raise('exits.gone', `${symbol} ${what} (order ${id})`, at);
  }
}

/** Whether an order is an exit that ends a loss. */
export function protects({ type, reduceOnly, parent, siblings }: Order): boolean {
  const isExit = reduceOnly && (parent !== undefined || siblings !== undefined);
  return isExit && (type === 'stop' || type === 'stop-limit' || type.startsWith('trailing'));
}
