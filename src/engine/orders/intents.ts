/**
 * From the options a strategy gives to the intent that the gate checks: type, prices on the tick, exits of a bracket.
 */
import { toTick, type Instrument } from '../../market/instrument.ts';
import type { Order, OrderIntent, OrderType, Side } from './order.ts';
import type { OrderOptions } from '../strategy/strategy.ts';

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A market order without any options, to be filled in: the intent is only read while it is being submitted. */
export function plainMarket(instrument: number, strategy: number): Writable<OrderIntent> {
  return {
    instrument,
    strategy,
    side: 1,
    quantity: Number.NaN,
    fraction: Number.NaN,
    type: 'market',
    timeInForce: 'GTC',
    limit: Number.NaN,
    stop: Number.NaN,
    trail: Number.NaN,
    trailIsFraction: false,
    limitOffset: Number.NaN,
    goodTill: Number.NaN,
    reduceOnly: false,
    affordable: false,
    reason: '',
  };
}

/** What would have to be asked for to get `quantity` more of what an order is for, by its terms. */
export function intentLike(order: Order, quantity: number): Writable<OrderIntent> {
  return {
    instrument: order.instrument,
    strategy: order.strategy,
    side: order.side,
    quantity,
    fraction: order.fraction,
    type: order.type,
    timeInForce: order.timeInForce,
    limit: order.limit,
    stop: order.stop,
    trail: order.trail,
    trailIsFraction: order.trailIsFraction,
    limitOffset: order.limitOffset,
    goodTill: order.expireAt,
    reduceOnly: order.reduceOnly,
    affordable: order.affordable,
    reason: order.reason,
  };
}

export function intentOf(
  instrument: Instrument,
  index: number,
  strategy: number,
  side: Side,
  quantity: number,
  fraction: number,
  affordable: boolean,
  options: OrderOptions,
): OrderIntent {
  const { trail } = options;
  // Rounding a limit or stop to the tick goes the way that is worse for getting filled, never the other.
  const limit = options.limit === undefined ? Number.NaN : onTick(instrument, options.limit, side > 0 ? 'down' : 'up');
  const trigger = options.stop ?? options.touch;
  const stop = trigger === undefined ? Number.NaN : onTick(instrument, trigger, 'nearest');
  return {
    instrument: index,
    strategy,
    side,
    quantity,
    fraction,
    affordable,
    limit,
    stop,
    type: typeOf(options),
    timeInForce: options.timeInForce ?? (options.goodTill === undefined ? 'GTC' : 'GTD'),
    trail: trail === undefined ? Number.NaN : 'amount' in trail ? trail.amount : trail.percent,
    trailIsFraction: trail !== undefined && 'percent' in trail,
    limitOffset: options.limitOffset ?? Number.NaN,
    goodTill: options.goodTill ?? Number.NaN,
    reduceOnly: options.reduceOnly ?? false,
    reason: options.reason ?? '',
  };
}

function typeOf(options: OrderOptions): OrderType {
  const limited = options.limit !== undefined;
  if (options.trail !== undefined) return options.limitOffset === undefined ? 'trailing-stop' : 'trailing-stop-limit';
  if (options.at === 'open') return limited ? 'limit-on-open' : 'market-on-open';
  if (options.at === 'close') return limited ? 'limit-on-close' : 'market-on-close';
  if (options.stop !== undefined) return limited ? 'stop-limit' : 'stop';
  if (options.touch !== undefined) return limited ? 'limit-if-touched' : 'market-if-touched';
  return limited ? 'limit' : 'market';
}

/** The exits of a bracket: stop first, so that it is the first to be matched. */
export function exitsOf(instrument: Instrument, parent: OrderIntent, options: OrderOptions): OrderIntent[] | undefined {
  const { stopLoss, takeProfit, trailingStop } = options;
  if (stopLoss === undefined && takeProfit === undefined && trailingStop === undefined) return undefined;
  const side: Side = parent.side > 0 ? -1 : 1;
  const exit = (exitOptions: OrderOptions): OrderIntent => ({
    ...intentOf(
      instrument,
      parent.instrument,
      parent.strategy,
      side,
      parent.quantity || 1,
      Number.NaN,
      false,
      exitOptions,
    ),
    reduceOnly: true,
  });
  const exits: OrderIntent[] = [];
  if (stopLoss !== undefined) exits.push(exit({ stop: stopLoss, reason: 'stop loss' }));
  if (trailingStop !== undefined) exits.push(exit({ trail: trailingStop, reason: 'trailing stop' }));
  if (takeProfit !== undefined) exits.push(exit({ limit: takeProfit, reason: 'take profit' }));
  return exits;
}

function onTick(instrument: Instrument, price: number, direction: 'nearest' | 'down' | 'up'): number {
  return instrument.ticks.length === 0 || !Number.isFinite(price) ? price : toTick(instrument, price, direction);
}
