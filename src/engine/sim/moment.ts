/**
 * What the venue is at: the time, the bar that is being matched, and the orders that woke in it.
 */
import type { Order } from '../orders/order.ts';
import type { BarView } from './match-bar.ts';

export class Moment {
  now = 0;
  /** Set while a bar is being matched: orders that wake then are matched in the same bar. */
  matching = false;
  woken: Order[] = [];
  /** Whether the fill that is being booked is one at the open of the bar. */
  atOpen = false;
  readonly bar: BarView = { open: 0, high: 0, low: 0, close: 0, late: false, first: true, last: true, stale: false };
  /** The same bar as an order sees it that expires before its end: the open is all that is known to come before. */
  readonly opening: BarView = { ...this.bar };
}
