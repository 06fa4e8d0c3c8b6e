/**
 * Reads the body of an order: every field checked in itself, before account and market are asked.
 */
import { decimalsOf, DOLLAR, PRICE_DECIMALS, QUANTITY_DECIMALS, readUnits, SHARE, SHARES_MAX } from './amounts.ts';
import { invalid, Refusal, unprocessable } from './refusal.ts';
import type { OrderClass, OrderType, PositionIntent, Side, TimeInForce } from './order.ts';

export interface LegRequest {
  readonly symbol: string;
  readonly ratio: number;
  readonly side: Side | undefined;
  readonly intent: PositionIntent | undefined;
}

export interface OrderRequest {
  readonly symbol: string;
  /** In units of quantity; `undefined` for an order by notional amount. */
  readonly quantity: number | undefined;
  readonly notional: number | undefined;
  readonly side: Side | undefined;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  readonly limit: number | undefined;
  readonly stop: number | undefined;
  readonly trailPrice: number | undefined;
  readonly trailPercent: number | undefined;
  readonly extendedHours: boolean;
  readonly clientOrderId: string | undefined;
  readonly intent: PositionIntent | undefined;
  readonly takeProfit: { readonly limit: number } | undefined;
  readonly stopLoss: { readonly stop: number; readonly limit: number | undefined } | undefined;
  readonly legs: readonly LegRequest[];
}

const SIDES = ['buy', 'sell'] as const;
const TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'] as const;
const TIMES = ['day', 'gtc', 'opg', 'cls', 'ioc', 'fok'] as const;
const CLASSES = ['', 'simple', 'bracket', 'oco', 'oto', 'mleg'] as const;
const INTENTS = ['buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Reads a body; what is wrong with it is a `Refusal`. Fields that nobody knows are ignored, as the vendor does. */
export function readOrderRequest(body: unknown): OrderRequest {
  const fields = record(body, 'request body format is invalid');
  const orderClass = word(fields, 'order_class', CLASSES) ?? '';
  const isMultiLeg = orderClass === 'mleg';
  const type = word(fields, 'type', TYPES) ?? missing('type');
  const request: OrderRequest = {
    symbol: isMultiLeg ? '' : (text(fields, 'symbol') ?? missing('symbol')),
    quantity: amount(fields, 'qty', QUANTITY_DECIMALS),
    notional: amount(fields, 'notional', PRICE_DECIMALS),
    side: word(fields, 'side', SIDES),
    type,
    timeInForce: word(fields, 'time_in_force', TIMES) ?? missing('time_in_force'),
    orderClass,
    limit: isMultiLeg ? netPrice(fields, 'limit_price') : price(fields, 'limit_price'),
    stop: price(fields, 'stop_price'),
    trailPrice: price(fields, 'trail_price'),
    trailPercent: amount(fields, 'trail_percent', PRICE_DECIMALS),
    extendedHours: fields['extended_hours'] === true,
    clientOrderId: clientId(fields),
    intent: word(fields, 'position_intent', INTENTS),
    takeProfit: takeProfit(fields['take_profit']),
    stopLoss: stopLoss(fields['stop_loss']),
    legs: Array.isArray(fields['legs']) ? fields['legs'].map(leg) : [],
  };
  checkShape(request);
  return request;
}

function checkShape(request: OrderRequest): void {
  const { type, limit, stop, trailPrice, trailPercent, quantity, notional, orderClass, side } = request;
  if (quantity === undefined && notional === undefined) throw invalid('qty or notional is required');
  if (quantity !== undefined && notional !== undefined) throw invalid('only one of qty or notional is accepted');
  if (quantity !== undefined && !(quantity > 0)) throw invalid('qty must be > 0');
  if (quantity !== undefined && quantity > SHARES_MAX * SHARE) throw invalid(`qty must be <= ${SHARES_MAX}`);
  if (notional !== undefined && notional < DOLLAR) throw invalid('notional amount must be >= 1.00');
  if (orderClass !== 'mleg' && side === undefined) throw missing('side');
  const needsLimit = type === 'limit' || type === 'stop_limit';
  if (needsLimit && limit === undefined && orderClass !== 'oco') throw invalid(`${type} orders require limit_price`);
  if (!needsLimit && limit !== undefined) throw invalid(`${type} orders must not have limit_price`);
  const needsStop = type === 'stop' || type === 'stop_limit';
  if (needsStop && stop === undefined) throw invalid(`${type} orders require stop_price`);
  if (!needsStop && stop !== undefined) throw invalid(`${type} orders must not have stop_price`);
  if (type === 'trailing_stop' && (trailPrice === undefined) === (trailPercent === undefined)) {
    throw invalid('trailing stop orders must specify one of trail_price or trail_percent');
  }
  if (type !== 'trailing_stop' && (trailPrice ?? trailPercent) !== undefined) {
    throw invalid(`${type} orders must not have trail_price or trail_percent`);
  }
}

/** Reads a price and checks its increment: two decimals from one dollar up, four below. */
export function price(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  const units = readUnits(value, PRICE_DECIMALS) ?? readUnits(value, 12);
  if (units === undefined) throw invalid(`${name} must be a number`);
  if (units <= 0) throw invalid(`${name} must be > 0`);
  const decimals = decimalsOf(value);
  if (decimals > (Number(value) >= 1 ? 2 : 4)) {
    throw unprocessable(
      `invalid ${name} ${String(value)}. sub-penny increment does not fulfill minimum pricing criteria`,
    );
  }
  return readUnits(value, PRICE_DECIMALS);
}

/** The net price of several legs: above 0 is paid, below 0 is received. */
export function netPrice(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  const units = readUnits(value, 2);
  if (units === undefined) throw invalid(`${name} must be a number with at most 2 decimals`);
  return units * (DOLLAR / 100);
}

/** Reads a quantity or amount; more decimals than allowed are refused. */
export function amount(fields: Fields, name: string, decimals: number): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  const units = readUnits(value, decimals);
  if (units === undefined) throw invalid(`${name} must be a number with at most ${decimals} decimals`);
  return units;
}

/** Returns a word of a list; another word is refused. */
export function word<T extends string>(fields: Fields, name: string, words: readonly T[]): T | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const known = words.find((one) => one === value);
  if (known === undefined) throw invalid(`invalid ${name}: ${JSON.stringify(value)}`);
  return known;
}

export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function record(value: unknown, message: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal(400, 40010000, message);
  return value as Fields; // An object of JSON is a record of unknown values.
}

function clientId(fields: Fields): string | undefined {
  const id = text(fields, 'client_order_id');
  if (id !== undefined && id.length > 128) throw invalid('client_order_id must be no more than 128 characters');
  return id;
}

function takeProfit(value: unknown): OrderRequest['takeProfit'] {
  if (value === undefined || value === null) return undefined;
  const limit = price(record(value, 'take_profit must be an object'), 'limit_price');
  if (limit === undefined) throw invalid('take_profit.limit_price is required');
  return { limit };
}

function stopLoss(value: unknown): OrderRequest['stopLoss'] {
  if (value === undefined || value === null) return undefined;
  const fields = record(value, 'stop_loss must be an object');
  const stop = price(fields, 'stop_price');
  if (stop === undefined) throw invalid('stop_loss.stop_price is required');
  return { stop, limit: price(fields, 'limit_price') };
}

function leg(value: unknown): LegRequest {
  const fields = record(value, 'legs must be objects');
  const ratio = amount(fields, 'ratio_qty', 0);
  if (ratio === undefined || ratio < 1) throw invalid('ratio_qty must be a whole number > 0');
  return {
    symbol: text(fields, 'symbol') ?? missing('legs.symbol'),
    ratio,
    side: word(fields, 'side', SIDES),
    intent: word(fields, 'position_intent', INTENTS),
  };
}

function missing(name: string): never {
  throw invalid(`${name} is required`);
}
