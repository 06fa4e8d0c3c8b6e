/**
 * The broker's answers about orders and positions, as typed nouns.
 */
import {
  choose,
  decimal,
  flag,
  later,
  listOf,
  object,
  oneOf,
  optional,
  orEmpty,
  text,
  time,
  whole,
  type Codec,
  type ValueOf,
} from './codec.ts';

export const orderStatus = oneOf(
  'new',
  'partially_filled',
  'filled',
  'done_for_day',
  'canceled',
  'expired',
  'replaced',
  'pending_cancel',
  'pending_replace',
  'accepted',
  'pending_new',
  'accepted_for_bidding',
  'stopped',
  'rejected',
  'suspended',
  'calculated',
  'held',
);
export const side = oneOf('buy', 'sell');
export const assetClass = oneOf('us_equity', 'us_option', 'crypto', 'crypto_perp', 'ipo');
const orderType = oneOf('market', 'limit', 'stop', 'stop_limit', 'trailing_stop');
const timeInForce = oneOf('day', 'gtc', 'opg', 'cls', 'ioc', 'fok', 'gtd');
const orderClass = oneOf('simple', 'bracket', 'oco', 'oto', 'mleg');
const positionIntent = oneOf('buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close');

const orderFields = {
  id: ['id', text],
  clientOrderId: ['client_order_id', text],
  createdAt: ['created_at', time],
  updatedAt: ['updated_at', optional(time)],
  submittedAt: ['submitted_at', optional(time)],
  filledAt: ['filled_at', optional(time)],
  expiredAt: ['expired_at', optional(time)],
  expiresAt: ['expires_at', optional(time)],
  canceledAt: ['canceled_at', optional(time)],
  failedAt: ['failed_at', optional(time)],
  replacedAt: ['replaced_at', optional(time)],
  replacedBy: ['replaced_by', optional(text)],
  replaces: ['replaces', optional(text)],
  // Of an order of several legs asset, symbol, side and class are empty.
  assetId: ['asset_id', orEmpty(text)],
  symbol: ['symbol', orEmpty(text)],
  assetClass: ['asset_class', orEmpty(assetClass)],
  notional: ['notional', optional(decimal)],
  quantity: ['qty', optional(decimal)],
  filledQuantity: ['filled_qty', decimal],
  filledAveragePrice: ['filled_avg_price', optional(decimal)],
  orderClass: ['order_class', orEmpty(orderClass)],
  type: ['type', orEmpty(orderType)],
  side: ['side', orEmpty(side)],
  timeInForce: ['time_in_force', timeInForce],
  limitPrice: ['limit_price', optional(decimal)],
  stopPrice: ['stop_price', optional(decimal)],
  trailPercent: ['trail_percent', optional(decimal)],
  trailPrice: ['trail_price', optional(decimal)],
  // No decision hangs on it, so that it is kept as it came.
  highWaterMark: ['hwm', optional(text)],
  status: ['status', orderStatus],
  extendedHours: ['extended_hours', flag],
  positionIntent: ['position_intent', optional(positionIntent)],
  ratioQuantity: ['ratio_qty', optional(decimal)],
  commission: ['commission', optional(decimal)],
  source: ['source', optional(text)],
} as const;

type OrderFields = ValueOf<ReturnType<typeof object<typeof orderFields>>>;

/** An order; `legs` are its exits, or the legs of an order of several. */
export interface OrderPayload extends OrderFields {
  readonly legs: readonly OrderPayload[] | undefined;
}

export const order: Codec<OrderPayload> = object({
  ...orderFields,
  legs: ['legs', optional(listOf(later(() => order)))],
});

/** What the vendor says when it refuses; its code is a number, except of locates, which have words. */
export const refusal = object({
  code: [
    'code',
    optional(
      choose(
        (value) => typeof value === 'string' && !/^\d+$/.test(value),
        text,
        whole,
        (value): value is string => typeof value === 'string',
      ),
    ),
  ],
  message: ['message', text],
});

/** One line of the answer to cancelling all orders. */
export const cancelResult = object({
  id: ['id', text],
  status: ['status', whole],
  refusal: ['body', optional(refusal)],
});

const closed = object({ symbol: ['symbol', text], status: ['status', whole], order: ['body', optional(order)] });
const notClosed = object({ symbol: ['symbol', text], status: ['status', whole], refusal: ['body', optional(refusal)] });

/** One line of the answer to closing all positions: the order that closes it, or why there is none. */
export const closeResult = choose(
  (value) => typeof value === 'object' && value !== null && 'status' in value && Number(value.status) < 300,
  closed,
  notClosed,
  (value): value is ValueOf<typeof closed> => value.status < 300,
);

const values = {
  averageEntryPrice: ['avg_entry_price', decimal],
  marketValue: ['market_value', optional(decimal)],
  costBasis: ['cost_basis', decimal],
  unrealizedProfit: ['unrealized_pl', optional(decimal)],
  unrealizedProfitShare: ['unrealized_plpc', optional(decimal)],
  unrealizedDayProfit: ['unrealized_intraday_pl', optional(decimal)],
  unrealizedDayProfitShare: ['unrealized_intraday_plpc', optional(decimal)],
  currentPrice: ['current_price', optional(decimal)],
  priceYesterday: ['lastday_price', optional(decimal)],
  changeToday: ['change_today', optional(decimal)],
} as const;

/** A position. Whether `quantity` is below 0 for a short one is not documented: `side` says which it is. */
export const position = object({
  assetId: ['asset_id', text],
  symbol: ['symbol', text],
  exchange: ['exchange', text],
  assetClass: ['asset_class', assetClass],
  marginable: ['asset_marginable', optional(flag)],
  quantity: ['qty', decimal],
  availableQuantity: ['qty_available', optional(decimal)],
  side: ['side', oneOf('long', 'short')],
  ...values,
  inDollars: ['usd', optional(object(values))],
});

export type PositionPayload = ValueOf<typeof position>;
export type CancelResult = ValueOf<typeof cancelResult>;
export type CloseResult = ValueOf<typeof closeResult>;
export type RefusalPayload = ValueOf<typeof refusal>;
