/**
 * The account's activities: one line per fill and per booking, in order, as the vendor's history lists them.
 */
import type { Money } from './amounts.ts';
import type { Listing } from './listing.ts';
import type { Order, OrderStatus } from './order.ts';
import { activityPrefix, uuid } from './random-ids.ts';
import type { BrokerState } from './state.ts';

export interface FillActivity {
  readonly kind: 'fill';
  readonly id: string;
  readonly at: number;
  readonly executionId: string;
  readonly order: Order;
  readonly listing: Listing;
  readonly quantity: number;
  readonly price: number;
  readonly cumulative: number;
  readonly leaves: number;
  readonly status: OrderStatus;
  /** What the execution was, and whether a bust or correction speaks of an earlier one. */
  readonly execution: 'fill' | 'trade_bust' | 'trade_correct';
  readonly eventId: string;
}

export type BookingType = 'DIV' | 'OPASN' | 'OPEXP' | 'OPEXC' | 'OPTRD' | 'SPLIT' | 'NC' | 'JNLC' | 'FEE';

export interface BookingActivity {
  readonly kind: 'booking';
  readonly id: string;
  readonly at: number;
  readonly type: BookingType;
  readonly subType: string;
  readonly day: number;
  readonly listing: Listing | undefined;
  /** Signed, in units. */
  readonly quantity: number | undefined;
  readonly price: number | undefined;
  readonly perShare: number | undefined;
  readonly netAmount: Money;
  readonly groupId: string | undefined;
  readonly eventId: string;
}

export type Activity = FillActivity | BookingActivity;

export type NewFill = Omit<FillActivity, 'kind' | 'id' | 'at' | 'eventId'>;
export type NewBooking = Pick<BookingActivity, 'type' | 'day' | 'netAmount'> &
  Partial<Omit<BookingActivity, 'kind' | 'id' | 'at' | 'eventId'>>;

/** Notes a fill. */
export function noteFill(state: BrokerState, fill: NewFill): void {
  const id = `${activityPrefix(state.now)}::${fill.executionId}`;
  note(state, { ...fill, kind: 'fill', id, at: state.now, eventId: state.nextEventId() });
}

/** Notes what was booked outside the market. */
export function noteBooking(state: BrokerState, booking: NewBooking): void {
  note(state, {
    kind: 'booking',
    id: `${activityPrefix(state.now)}::${uuid(state.chance.ids)}`,
    at: state.now,
    eventId: state.nextEventId(),
    subType: '',
    listing: undefined,
    quantity: undefined,
    price: undefined,
    perShare: undefined,
    groupId: undefined,
    ...booking,
  });
}

function note(state: BrokerState, activity: Activity): void {
  state.activities.push(activity);
  state.tell({ kind: 'activity', at: state.now, activity });
}
