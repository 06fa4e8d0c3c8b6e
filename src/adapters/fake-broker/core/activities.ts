/**
 * The account's activities: one line per fill and per booking, in order, as the vendor's history lists them.
 */
import type { Money } from './amounts.ts';
import type { Listing } from './listing.ts';
import type { Order, OrderStatus } from './order.ts';
import { activityPrefix, ulid, uuid } from './random-ids.ts';
import type { BrokerState } from './state.ts';

export interface FillActivity {
  readonly kind: 'fill';
  readonly at: number;
  /** The event's number, from which its id is made. */
  readonly ordinal: number;
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
  /** The earlier execution then. */
  readonly previous?: string;
}

export type BookingType = 'DIV' | 'OPASN' | 'OPEXP' | 'OPEXC' | 'OPTRD' | 'SPLIT' | 'NC' | 'JNLC' | 'FEE' | 'OPCA';

export interface BookingActivity {
  readonly kind: 'booking';
  readonly at: number;
  readonly ordinal: number;
  readonly reference: string;
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
}

export type Activity = FillActivity | BookingActivity;

export type NewFill = Omit<FillActivity, 'kind' | 'at' | 'ordinal'>;
export type NewBooking = Pick<BookingActivity, 'type' | 'day' | 'netAmount'> &
  Partial<Omit<BookingActivity, 'kind' | 'at' | 'ordinal' | 'reference'>>;

/** Notes a fill. */
export function noteFill(state: BrokerState, fill: NewFill): void {
  note(state, { ...fill, kind: 'fill', at: state.now, ordinal: state.nextEvent() });
}

/** Notes what was booked outside the market. */
export function noteBooking(state: BrokerState, booking: NewBooking): void {
  note(state, {
    kind: 'booking',
    at: state.now,
    ordinal: state.nextEvent(),
    reference: uuid(state.chance.ids),
    subType: '',
    listing: undefined,
    quantity: undefined,
    price: undefined,
    perShare: undefined,
    groupId: undefined,
    ...booking,
  });
}

/** The activity's id in the list: New York's wall clock and what it is about. */
export function activityId(activity: Activity): string {
  return `${activityPrefix(activity.at)}::${activity.kind === 'fill' ? activity.executionId : activity.reference}`;
}

/** Its id on the stream of events, which sorts by time. */
export function eventIdOf({ at, ordinal }: Activity): string {
  return ulid(at, ordinal);
}

function note(state: BrokerState, activity: Activity): void {
  state.activities.push(activity);
  state.tell({ kind: 'activity', at: state.now, activity });
}
