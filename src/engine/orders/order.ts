/**
 * An order: what was asked for, how far it got, and in which state it is.
 *
 * Quantities are whole units of 10^-quantityDecimals of the instrument; prices that an order waits for are floats,
 * compared with the tape's floats; the price it fills at becomes exact in the ledger. Words are those of FIX.
 *
 * Every order is an object of its own, which a strategy may keep. So it has few fields itself; what only some orders have
 * lies beside it, and is read and set here as if it were its own: see `order-particulars.ts`.
 */
import { STATES, type OrderStatus } from './order-state.ts';
import { ownParticulars, particularsOf, type Particulars, PLAIN } from './order-particulars.ts';
import type { Package } from './package.ts';

/** +1 buys, −1 sells. */
export type Side = 1 | -1;

export type OrderType =
  | 'market'
  | 'limit'
  | 'stop'
  | 'stop-limit'
  | 'trailing-stop'
  | 'trailing-stop-limit'
  | 'market-if-touched'
  | 'limit-if-touched'
  | 'market-on-open'
  | 'limit-on-open'
  | 'market-on-close'
  | 'limit-on-close'
  | 'combo'
  | 'exercise';

/** Order types and times in force by the numbers that journals keep. */
export const ORDER_TYPES: readonly OrderType[] = [
  'market',
  'limit',
  'stop',
  'stop-limit',
  'trailing-stop',
  'trailing-stop-limit',
  'market-if-touched',
  'limit-if-touched',
  'market-on-open',
  'limit-on-open',
  'market-on-close',
  'limit-on-close',
  'combo',
  'exercise',
];

/** Number of an order type in `ORDER_TYPES`; most orders are of the first. */
export function orderTypeCode(type: OrderType): number {
  return type === 'market' ? 0 : ORDER_TYPES.indexOf(type);
}

export type TimeInForce = 'DAY' | 'GTC' | 'GTD' | 'IOC' | 'FOK';

export const TIMES_IN_FORCE: readonly TimeInForce[] = ['DAY', 'GTC', 'GTD', 'IOC', 'FOK'];

/** Number of a time in force in `TIMES_IN_FORCE`; most orders are good till canceled. */
export function timeInForceCode(timeInForce: TimeInForce): number {
  return timeInForce === 'GTC' ? 1 : TIMES_IN_FORCE.indexOf(timeInForce);
}

/** What a strategy asks for. Prices and quantities are in plain numbers; the gate makes them exact. */
export interface OrderIntent {
  /** Index of the instrument on the deck. */
  readonly instrument: number;
  /** Index of the strategy on the deck. */
  readonly strategy: number;
  readonly side: Side;
  /** In units of the instrument (shares, contracts, coins); positive. Ignored when `fraction` is given. */
  readonly quantity: number;
  /** Share of the free margin to use, turned into a quantity when it fills; NaN for a plain quantity. */
  readonly fraction: number;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** NaN where the type has none. */
  readonly limit: number;
  /** The price that triggers a stop or touch order; NaN where the type has none. */
  readonly stop: number;
  /** Trailing distance in money, or as a fraction of the price when `trailIsFraction`; NaN when it does not trail. */
  readonly trail: number;
  readonly trailIsFraction: boolean;
  /** Distance of the limit from the trailing stop, in money; NaN when none. */
  readonly limitOffset: number;
  /** For GTD: the instant at which it expires; NaN otherwise. */
  readonly goodTill: number;
  /** Never opens or grows a position; the part that would is not filled. */
  readonly reduceOnly: boolean;
  /** Cut to what the account can pay for when it fills, instead of being rejected: for orders toward a target. */
  readonly affordable: boolean;
  /** Why the strategy wants it, in its own words. */
  readonly reason: string;
}

export class Order {
  readonly id: number;
  readonly instrument: number;
  readonly strategy: number;
  readonly side: Side;
  readonly reason: string;
  readonly affordable: boolean;
  /** When the strategy decided (an Instant). */
  readonly submittedAt: number;
  /** Number of its state, see `STATES`; `status` says it in words. */
  state = 0;
  /** Quantity asked for, in whole units. */
  units: number;
  filledUnits = 0;
  /** Σ price · quantity over the fills, for the average price. */
  filledValue = 0;
  /** Decides ties between venues' queues; set when the venue takes it. */
  sequence = 0;
  /** Shared by plain orders: to be read only. */
  particulars: Particulars;

  constructor(id: number, intent: OrderIntent, units: number, now: number) {
    this.id = id;
    this.instrument = intent.instrument;
    this.strategy = intent.strategy;
    this.side = intent.side;
    this.reason = intent.reason;
    this.affordable = intent.affordable;
    this.submittedAt = now;
    this.units = units;
    this.particulars = particularsOf(intent);
  }

  get status(): OrderStatus {
    return STATES[this.state];
  }
  set status(status: OrderStatus) {
    this.state = STATES.indexOf(status);
  }

  get remainingUnits(): number {
    return this.units - this.filledUnits;
  }

  /** Average price of its fills, NaN before the first. */
  get averagePrice(): number {
    return this.filledUnits === 0 ? Number.NaN : this.filledValue / this.filledUnits;
  }

  /** Whether it is a market order good till canceled, for a quantity, free to open, tied to nothing. */
  get isPlain(): boolean {
    return this.particulars === PLAIN;
  }

  get type(): OrderType {
    return this.particulars.type;
  }
  get timeInForce(): TimeInForce {
    return this.particulars.timeInForce;
  }
  get reduceOnly(): boolean {
    return this.particulars.reduceOnly;
  }
  get fraction(): number {
    return this.particulars.fraction;
  }
  get trailIsFraction(): boolean {
    return this.particulars.trailIsFraction;
  }

  /** From when the venue can fill it: `submittedAt` plus latency. */
  get activeAt(): number {
    const { activeAt } = this.particulars;
    return activeAt === activeAt ? activeAt : this.submittedAt;
  }
  set activeAt(at: number) {
    if (at !== this.activeAt) this.own.activeAt = at;
  }

  get limit(): number {
    return this.particulars.limit;
  }
  set limit(value: number) {
    this.own.limit = value;
  }

  get stop(): number {
    return this.particulars.stop;
  }
  set stop(value: number) {
    this.own.stop = value;
  }

  get trail(): number {
    return this.particulars.trail;
  }
  set trail(value: number) {
    this.own.trail = value;
  }

  get limitOffset(): number {
    return this.particulars.limitOffset;
  }
  set limitOffset(value: number) {
    this.own.limitOffset = value;
  }

  get expireAt(): number {
    return this.particulars.expireAt;
  }
  set expireAt(value: number) {
    this.own.expireAt = value;
  }

  get triggered(): boolean {
    return this.particulars.triggered;
  }
  set triggered(value: boolean) {
    this.own.triggered = value;
  }

  get children(): Order[] | undefined {
    return this.particulars.children;
  }
  set children(value: Order[] | undefined) {
    this.own.children = value;
  }

  get parent(): Order | undefined {
    return this.particulars.parent;
  }
  set parent(value: Order | undefined) {
    this.own.parent = value;
  }

  get siblings(): Order[] | undefined {
    return this.particulars.siblings;
  }
  set siblings(value: Order[] | undefined) {
    this.own.siblings = value;
  }

  get pack(): Package | undefined {
    return this.particulars.pack;
  }
  set pack(value: Package | undefined) {
    this.own.pack = value;
  }

  get wokenBy(): Particulars['wokenBy'] {
    return this.particulars.wokenBy;
  }
  set wokenBy(value: Particulars['wokenBy']) {
    this.own.wokenBy = value;
  }

  get wokenPrice(): number {
    return this.particulars.wokenPrice;
  }
  set wokenPrice(value: number) {
    this.own.wokenPrice = value;
  }

  get wokenAt(): number {
    return this.particulars.wokenAt;
  }
  set wokenAt(value: number) {
    this.own.wokenAt = value;
  }

  get rested(): boolean {
    return this.particulars.rested;
  }
  set rested(value: boolean) {
    this.own.rested = value;
  }

  get ahead(): number {
    return this.particulars.ahead;
  }
  set ahead(value: number) {
    this.own.ahead = value;
  }

  get aheadCut(): number {
    return this.particulars.aheadCut;
  }
  set aheadCut(value: number) {
    this.own.aheadCut = value;
  }

  /** Its particulars to be written to. */
  private get own(): Particulars {
    return (this.particulars = ownParticulars(this.particulars));
  }
}
