/**
 * What only some orders have: prices they wait for, orders they are tied to, what a venue keeps in mind while they rest.
 *
 * Most orders of most runs are plain: at the market, good till canceled, for a quantity. They all share one blank, which
 * nobody writes to; an order gets particulars of its own when it asks for any, or the first time one is set. An order
 * with all of this inside is five hundred bytes, most of it boxes around NaN, and a sweep makes a million orders.
 */
import type { Order, OrderIntent, OrderType, TimeInForce } from './order.ts';
import type { Package } from './package.ts';

export class Particulars {
  type: OrderType = 'market';
  timeInForce: TimeInForce = 'GTC';
  reduceOnly = false;
  /** Share of the free margin to use, turned into a quantity when it fills; NaN for a plain quantity. */
  fraction = Number.NaN;
  limit = Number.NaN;
  stop = Number.NaN;
  trail = Number.NaN;
  trailIsFraction = false;
  /** Distance of the limit from the trailing stop. */
  limitOffset = Number.NaN;
  /** From when the venue can fill it; NaN when that is when it was submitted. */
  activeAt = Number.NaN;
  /** When it expires, or Infinity. */
  expireAt = Infinity;
  /** A stop that was hit, a touch that was touched. */
  triggered = false;
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
}

/** The blank that plain orders share. */
export const PLAIN = new Particulars();

/** Returns what an intent asks for beyond a plain order: the shared blank where that is nothing. */
export function particularsOf(intent: OrderIntent): Particulars {
  if (isPlain(intent)) return PLAIN;
  const own = new Particulars();
  own.type = intent.type;
  own.timeInForce = intent.timeInForce;
  own.reduceOnly = intent.reduceOnly;
  own.fraction = intent.fraction;
  own.limit = intent.limit;
  own.stop = intent.stop;
  own.trail = intent.trail;
  own.trailIsFraction = intent.trailIsFraction;
  own.limitOffset = intent.limitOffset;
  if (intent.timeInForce === 'GTD') own.expireAt = intent.goodTill;
  return own;
}

/** Returns particulars that may be written to: new ones in place of the shared blank. */
export function ownParticulars(particulars: Particulars): Particulars {
  return particulars === PLAIN ? new Particulars() : particulars;
}

function isPlain(intent: OrderIntent): boolean {
  const { fraction, limit, stop, trail, limitOffset } = intent;
  return (
    intent.type === 'market' &&
    intent.timeInForce === 'GTC' &&
    !intent.reduceOnly &&
    !intent.trailIsFraction &&
    fraction !== fraction &&
    limit !== limit &&
    stop !== stop &&
    trail !== trail &&
    limitOffset !== limitOffset
  );
}
