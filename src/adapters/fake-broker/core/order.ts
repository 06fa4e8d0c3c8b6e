/**
 * An order at the broker and the table of its states: what may happen to an order in each, and what it is afterwards.
 *
 * A cell that is missing is a bug of the broker's, not of its customer's: customers are answered before it comes to that.
 */
import { assert } from '../../../base/assert.ts';
import type { Money } from './amounts.ts';
import type { Listing } from './listing.ts';

export type Side = 'buy' | 'sell';
export type OrderType = 'market' | 'limit' | 'stop' | 'stop_limit' | 'trailing_stop';
export type TimeInForce = 'day' | 'gtc' | 'opg' | 'cls' | 'ioc' | 'fok';
export type OrderClass = '' | 'simple' | 'bracket' | 'oco' | 'oto' | 'mleg';
export type PositionIntent = 'buy_to_open' | 'buy_to_close' | 'sell_to_open' | 'sell_to_close';

export type OrderStatus =
  | 'accepted'
  | 'pending_new'
  | 'held'
  | 'new'
  | 'partially_filled'
  | 'filled'
  | 'pending_cancel'
  | 'canceled'
  | 'pending_replace'
  | 'replaced'
  | 'expired'
  | 'rejected';

export type OrderEvent =
  | 'route'
  | 'work'
  | 'fill-part'
  | 'fill-all'
  | 'ask-cancel'
  | 'cancel'
  | 'ask-replace'
  | 'replace'
  | 'refuse-replace'
  | 'expire'
  | 'reject';

type Row = Partial<Record<OrderEvent, OrderStatus>>;

const WORKING: Row = {
  'fill-part': 'partially_filled',
  'fill-all': 'filled',
  'ask-cancel': 'pending_cancel',
  cancel: 'canceled',
  'ask-replace': 'pending_replace',
  expire: 'expired',
  reject: 'rejected',
};

/** A late fill moves shares, but an order that has ended stays ended unless it is filled to the last share. */
const ended = (status: OrderStatus): Row => ({ 'fill-part': status, 'fill-all': 'filled' });

const STATES: Record<OrderStatus, Row> = {
  accepted: { route: 'pending_new', work: 'new', cancel: 'canceled', expire: 'expired', reject: 'rejected' },
  pending_new: { work: 'new', cancel: 'canceled', expire: 'expired', reject: 'rejected' },
  held: { work: 'new', cancel: 'canceled', expire: 'expired', reject: 'rejected' },
  new: WORKING,
  partially_filled: WORKING,
  // Until the venue has confirmed a cancel or replacement, the order still meets the market.
  pending_cancel: { 'fill-part': 'pending_cancel', 'fill-all': 'filled', cancel: 'canceled', expire: 'expired' },
  pending_replace: {
    'fill-part': 'pending_replace',
    'fill-all': 'filled',
    replace: 'replaced',
    'refuse-replace': 'new',
    expire: 'expired',
  },
  // The shares of a bracket's parent, of a bust: an overfill is the fault that is injected on purpose.
  filled: { 'fill-part': 'filled', 'fill-all': 'filled' },
  canceled: ended('canceled'),
  replaced: ended('replaced'),
  expired: ended('expired'),
  rejected: {},
};

const OPEN: ReadonlySet<OrderStatus> = new Set([
  'accepted',
  'pending_new',
  'held',
  'new',
  'partially_filled',
  'pending_cancel',
  'pending_replace',
]);

const MATCHED: ReadonlySet<OrderStatus> = new Set(['new', 'partially_filled', 'pending_cancel', 'pending_replace']);

/** Whether an order may still change by itself. */
export function isOpen(order: Order): boolean {
  return OPEN.has(order.status);
}

/** Whether an order meets the market. */
export function meetsMarket(order: Order): boolean {
  return MATCHED.has(order.status);
}

export function canHappen(order: Order, event: OrderEvent): boolean {
  return STATES[order.status][event] !== undefined;
}

/** Moves an order to its next state; an event that its state does not know is a bug. */
export function happen(order: Order, event: OrderEvent, at: number): void {
  const next = STATES[order.status][event];
  assert(next !== undefined, () => `order ${order.id} is ${order.status}, and ${event} cannot happen to it`);
  order.status = next;
  order.updatedAt = at;
}

/** What a customer asked for, checked and in units. */
export interface OrderTerms {
  readonly listing: Listing | undefined;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  /** In units of quantity; of a notional order as much as it buys at the price that it was accepted at. */
  readonly quantity: number;
  readonly notional: string | undefined;
  readonly limit: number | undefined;
  readonly stop: number | undefined;
  readonly trailPrice: number | undefined;
  /** In units of a percent's ten-thousandth. */
  readonly trailPercent: number | undefined;
  readonly extendedHours: boolean;
  readonly intent: PositionIntent | undefined;
  readonly clientOrderId: string;
  /** Of a leg: contracts per unit of its parent. */
  readonly ratio: number;
  /** It sleeps until the market comes to `stop` from the better side: an order if touched. */
  readonly isTouch?: true;
  /** Of a trailing stop: how far its limit is from it, once it was touched. */
  readonly limitOffset?: number | undefined;
}

/** Whether an order sleeps until a price is reached. */
export function waitsForPrice({ type, isTouch }: OrderTerms): boolean {
  return type === 'stop' || type === 'stop_limit' || type === 'trailing_stop' || isTouch === true;
}

export class Order {
  readonly id: string;
  /** The order's number, in the order of arrival. */
  readonly ordinal: number;
  readonly terms: OrderTerms;
  readonly createdAt: number;
  status: OrderStatus;
  updatedAt: number;
  limit: number | undefined;
  stop: number | undefined;
  quantity: number;
  filled = 0;
  filledCost: Money = 0n;
  filledAt: number | undefined;
  endedAt: number | undefined;
  replaces: Order | undefined;
  replacedBy: Order | undefined;
  expiresAt: number | undefined;
  parent: Order | undefined;
  legs: Order[] = [];
  /** Highest price since a trailing stop began (lowest for a buy). */
  highWater: number | undefined;
  /** A stop that has been touched is a market or limit order from then on. */
  isTriggered = false;
  /** An immediate order that has met the market once. */
  hasMet = false;
  /** A market that was only partly willing: the rest waits until then. */
  restUntil = 0;
  /** Fills that have happened and are told later; until then it meets no market. */
  lateFills = 0;
  /** What the order that this one replaces had been filled when the replacement was asked for. */
  filledBefore = 0;
  /** Initial margin that the unfilled rest ties up. */
  reserve: Money = 0n;
  source: string | null = null;

  constructor(id: string, ordinal: number, terms: OrderTerms, at: number, status: OrderStatus) {
    this.id = id;
    this.ordinal = ordinal;
    this.terms = terms;
    this.createdAt = at;
    this.updatedAt = at;
    this.status = status;
    this.limit = terms.limit;
    this.stop = terms.stop;
    this.quantity = terms.quantity;
  }

  get listing(): Listing | undefined {
    return this.terms.listing;
  }

  get sign(): 1 | -1 {
    return this.terms.side === 'buy' ? 1 : -1;
  }

  get remaining(): number {
    return Math.max(0, this.quantity - this.filled);
  }

  get isMultiLeg(): boolean {
    return this.terms.orderClass === 'mleg' && this.parent === undefined;
  }
}
