/**
 * The order state table: state × event → state. A missing cell is a fault of whoever sent the event.
 *
 * Odd cells carry their reason. `unknown` is what a live order becomes when a venue does not answer: neither accepted
 * nor refused, its risk stays reserved. Fills are taken in every state, because shares that moved have moved.
 */

export type OrderStatus =
  | 'submitted'
  | 'accepted'
  | 'pending-update'
  | 'pending-cancel'
  | 'triggered'
  | 'partially-filled'
  | 'unknown'
  | 'filled'
  | 'canceled'
  | 'expired'
  | 'rejected';

export type OrderEventKind =
  | 'accept'
  | 'reject'
  | 'trigger'
  | 'fill-part'
  | 'fill-rest'
  | 'cancel'
  | 'expire'
  | 'request-update'
  | 'update'
  | 'refuse-update'
  | 'request-cancel'
  | 'refuse-cancel'
  | 'lose-contact';

type Row = Partial<Record<OrderEventKind, OrderStatus>>;

const FILLS: Row = { 'fill-part': 'partially-filled', 'fill-rest': 'filled' };

export const ORDER_STATES: Record<OrderStatus, Row> = {
  submitted: {
    ...FILLS, // A fill can overtake the acceptance.
    accept: 'accepted',
    reject: 'rejected',
    cancel: 'canceled', // A venue may cancel instead of accepting (FOK, IOC).
    expire: 'expired',
    'lose-contact': 'unknown',
  },
  accepted: {
    ...FILLS,
    reject: 'rejected', // Some venues accept first and check after.
    trigger: 'triggered',
    cancel: 'canceled',
    expire: 'expired',
    'request-update': 'pending-update',
    update: 'accepted',
    'request-cancel': 'pending-cancel',
    'lose-contact': 'unknown',
  },
  'pending-update': {
    ...FILLS,
    update: 'accepted',
    'refuse-update': 'accepted',
    trigger: 'triggered',
    cancel: 'canceled',
    expire: 'expired',
    'request-cancel': 'pending-cancel',
    'lose-contact': 'unknown',
  },
  'pending-cancel': {
    ...FILLS,
    accept: 'pending-cancel', // The acceptance of the order, late.
    'refuse-cancel': 'accepted',
    trigger: 'pending-cancel',
    cancel: 'canceled',
    expire: 'expired',
    'lose-contact': 'unknown',
  },
  triggered: {
    ...FILLS,
    reject: 'rejected',
    cancel: 'canceled',
    expire: 'expired',
    'request-update': 'pending-update',
    update: 'triggered',
    'request-cancel': 'pending-cancel',
    'lose-contact': 'unknown',
  },
  'partially-filled': {
    ...FILLS,
    accept: 'partially-filled', // The acceptance came after the fill.
    cancel: 'canceled',
    expire: 'expired',
    trigger: 'partially-filled',
    'request-update': 'pending-update',
    update: 'partially-filled',
    'request-cancel': 'pending-cancel',
    'lose-contact': 'unknown',
  },
  unknown: {
    ...FILLS,
    accept: 'accepted',
    reject: 'rejected',
    cancel: 'canceled',
    expire: 'expired',
    trigger: 'triggered',
    'request-cancel': 'pending-cancel',
  },
  filled: {
    'fill-part': 'filled', // An overfill: more shares moved than were asked for. The ledger takes it, the desk raises it.
    'fill-rest': 'filled',
    'refuse-cancel': 'filled',
    accept: 'filled',
  },
  canceled: {
    'fill-part': 'canceled', // A fill that was on its way when the cancel was confirmed.
    'fill-rest': 'filled',
    accept: 'canceled',
    'refuse-cancel': 'canceled',
  },
  expired: { 'fill-part': 'expired', 'fill-rest': 'filled' },
  rejected: { 'fill-part': 'partially-filled', 'fill-rest': 'filled' },
};

/** States by the number that an order keeps: those in which it can still fill come first. */
export const STATES: readonly OrderStatus[] = [
  'submitted',
  'accepted',
  'pending-update',
  'pending-cancel',
  'triggered',
  'partially-filled',
  'unknown',
  'filled',
  'canceled',
  'expired',
  'rejected',
];

/** Number of the first state in which an order has ended. */
export const FIRST_FINAL = STATES.indexOf('filled');

export const FINAL_STATES: ReadonlySet<OrderStatus> = new Set(STATES.slice(FIRST_FINAL));

/** Events by number, in the order of the columns of the table. */
export const EVENT = {
  accept: 0,
  reject: 1,
  trigger: 2,
  'fill-part': 3,
  'fill-rest': 4,
  cancel: 5,
  expire: 6,
  'request-update': 7,
  update: 8,
  'refuse-update': 9,
  'request-cancel': 10,
  'refuse-cancel': 11,
  'lose-contact': 12,
} as const satisfies Record<OrderEventKind, number>;

const EVENTS = Object.keys(EVENT) as OrderEventKind[]; // The keys that were just written.

/** The table in numbers: every fill looks into it twice, and names would have to be looked up. */
const NEXT = Int8Array.from(
  STATES.flatMap((state) =>
    EVENTS.map((event) => {
      const next = ORDER_STATES[state][event];
      return next === undefined ? -1 : STATES.indexOf(next);
    }),
  ),
);

/** Returns the number of the state after an event, both by number; −1 when the table has no such cell. */
export function nextState(state: number, event: number): number {
  return NEXT[state * EVENTS.length + event];
}

/** Returns the state after `event`, or `undefined` when the table has no such cell. */
export function nextStatus(status: OrderStatus, event: OrderEventKind): OrderStatus | undefined {
  return ORDER_STATES[status][event];
}
