/**
 * An order: what was asked for, how far it got, and in which state it is.
 *
 * Quantities are whole units of 10^-quantityDecimals of the instrument; prices that an order waits for are floats,
 * compared with the tape's floats; the price it fills at becomes exact in the ledger. Words are those of FIX.
 */
import { STATES, type OrderStatus } from './order-state.ts';
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
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly reason: string;
  readonly reduceOnly: boolean;
  readonly affordable: boolean;
  readonly fraction: number;
  trail: number;
  readonly trailIsFraction: boolean;
  limitOffset: number;
  /** When the strategy decided (an Instant). */
  readonly submittedAt: number;
  /** From when the venue can fill it: `submittedAt` plus latency. */
  activeAt: number;
  /** When it expires, or Infinity. */
  expireAt: number;
  /** Number of its state, see `STATES`; `status` says it in words. */
  state = 0;
  /** Quantity asked for, in whole units. */
  units: number;
  filledUnits = 0;
  limit: number;
  stop: number;
  /** A stop that was hit, a touch that was touched. */
  triggered = false;
  /** Σ price · quantity over the fills, for the average price. */
  filledValue = 0;
  /** Orders that this one wakes when it fills (OTO), asleep until then. */
  children: Order[] | undefined = undefined;
  /** The order that woke this one. */
  parent: Order | undefined = undefined;
  /** Orders of which only one may fill (OCO): a fill of one cancels the others. */
  siblings: Order[] | undefined = undefined;
  /** The package of which it is a leg. */
  pack: Package | undefined = undefined;
  /** How its parent was entered inside the bar in which this order woke: see `sim/match-bar.ts`. */
  wokenBy: 'open' | 'falling' | 'rising' | undefined = undefined;
  /** At which price its parent filled then. */
  wokenPrice = Number.NaN;
  /** End of the bar in which it woke, or NaN. */
  wokenAt = Number.NaN;
  /** Whether a quote or trade has met it since it came or was changed: from then on it rests. */
  rested = false;
  /** Units of others that are served before it at its price, NaN while it stands in no queue: see `sim/queue-models.ts`. */
  ahead = Number.NaN;
  /** What the newest quote took off `ahead`: a trade that follows may be the same shares. */
  aheadCut = 0;
  /** Decides ties between venues' queues; set when the venue takes it. */
  sequence = 0;

  constructor(id: number, intent: OrderIntent, units: number, now: number) {
    this.id = id;
    this.instrument = intent.instrument;
    this.strategy = intent.strategy;
    this.side = intent.side;
    this.type = intent.type;
    this.timeInForce = intent.timeInForce;
    this.reason = intent.reason;
    this.reduceOnly = intent.reduceOnly;
    this.affordable = intent.affordable;
    this.fraction = intent.fraction;
    this.trail = intent.trail;
    this.trailIsFraction = intent.trailIsFraction;
    this.limitOffset = intent.limitOffset;
    this.submittedAt = now;
    this.activeAt = now;
    this.expireAt = intent.timeInForce === 'GTD' ? intent.goodTill : Infinity;
    this.units = units;
    this.limit = intent.limit;
    this.stop = intent.stop;
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
}
