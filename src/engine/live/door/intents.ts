/**
 * From what a strategy behind a door asks for to what the deck's own order entry takes: the same intents that a strategy
 * on the deck makes, so that gate, limits and journal see the same orders.
 */
import { plainMarket, type Writable } from '../../orders/intents.ts';
import type { OrderIntent, Side } from '../../orders/order.ts';
import type { PackageIntent } from '../../orders/package.ts';
import type { ExitsRequest, SubmitRequest } from '../broker/requests.ts';

/** The order itself; of a package see `packageOf`. */
export function intentOf(request: SubmitRequest, instrument: number, strategy: number): OrderIntent {
  const { side, quantity, type, timeInForce, goodTill, reduceOnly, fraction, affordable, reason } = request;
  const intent: Writable<OrderIntent> = plainMarket(instrument, strategy);
  intent.side = side;
  intent.quantity = Number(quantity);
  intent.fraction = fraction ?? Number.NaN;
  intent.type = type;
  intent.timeInForce = timeInForce;
  intent.limit = numberOf(request.limit);
  intent.stop = numberOf(request.stop);
  intent.trail = numberOf(request.trail);
  intent.trailIsFraction = request.trailIsFraction === true;
  intent.limitOffset = numberOf(request.limitOffset);
  intent.goodTill = timeInForce === 'GTD' ? (goodTill ?? Number.NaN) : Number.NaN;
  intent.reduceOnly = reduceOnly;
  intent.affordable = affordable === true;
  intent.reason = reason ?? '';
  return intent;
}

/** The exits that go along with an entry, in the order in which a strategy on the deck sends them, with their roles. */
export function exitsOf(
  { stop, trail, target }: ExitsRequest,
  entry: OrderIntent,
): readonly { readonly role: 'stop' | 'trail' | 'target'; readonly intent: OrderIntent }[] {
  const side: Side = entry.side > 0 ? -1 : 1;
  const base = {
    ...plainMarket(entry.instrument, entry.strategy),
    side,
    quantity: entry.quantity || 1,
    reduceOnly: true,
  };
  const exits: { role: 'stop' | 'trail' | 'target'; intent: OrderIntent }[] = [];
  if (stop !== undefined) {
    const limit = numberOf(stop.limit);
    const type = stop.limit === undefined ? 'stop' : 'stop-limit';
    const intent: OrderIntent = { ...base, type, stop: Number(stop.stop), limit, reason: 'stop loss' };
    exits.push({ role: 'stop', intent });
  }
  if (trail !== undefined) {
    const { isFraction: trailIsFraction } = trail;
    const intent: OrderIntent = {
      ...base,
      type: 'trailing-stop',
      trail: Number(trail.trail),
      trailIsFraction,
      reason: 'trailing stop',
    };
    exits.push({ role: 'trail', intent });
  }
  if (target !== undefined) {
    const intent: OrderIntent = { ...base, type: 'limit', limit: Number(target.limit), reason: 'take profit' };
    exits.push({ role: 'target', intent });
  }
  return exits;
}

/** Several legs for one net price. `indexOf` finds an instrument by the symbol it trades under. */
export function packageOf(
  request: SubmitRequest,
  strategy: number,
  indexOf: (symbol: string) => number,
): PackageIntent {
  const { legs = [], timeInForce, goodTill, reason = '', name = 'package' } = request;
  const quantity = Number(request.quantity);
  return {
    legs: legs.map(({ symbol, side, ratio }) => ({
      ...plainMarket(indexOf(symbol), strategy),
      side,
      quantity: ratio * quantity,
      type: 'combo',
      timeInForce,
      goodTill: timeInForce === 'GTD' ? (goodTill ?? Number.NaN) : Number.NaN,
      reason,
    })),
    ratios: legs.map(({ ratio }) => ratio),
    quantity,
    limit: numberOf(request.limit),
    timeInForce,
    name,
    reason,
  };
}

function numberOf(text: string | undefined): number {
  return text === undefined ? Number.NaN : Number(text);
}
