/**
 * What the stream of account activities says of trades: fills, and what an exchange took back or corrected since.
 * Source: Trading API 2.0.1, schemas ActivityEventV2CommonFields and ActivityV2DetailTRD.
 */
import { decimal, object, oneOf, optional, text, type ValueOf } from './codec.ts';

/** The fields that every event has; of a trade its details are `tradeEvent`'s. */
export const activityEvent = object({
  id: ['event_id', text],
  activityType: ['activity_type', text],
  /** Of a trade, its execution. */
  reference: ['ref_id', text],
  /** The execution that this one corrects or takes back. */
  previous: ['previous_id', optional(text)],
});

export const tradeEvent = object({
  quantity: ['qty', decimal],
  price: ['price', decimal],
  details: [
    'details',
    object({
      orderId: ['order_id', text],
      clientOrderId: ['client_order_id', optional(text)],
      symbol: ['symbol', text],
      side: ['side', oneOf('buy', 'sell')],
      execution: ['execution_type', oneOf('fill', 'trade_correct', 'trade_bust')],
      commission: ['commission', optional(decimal)],
    }),
  ],
});

export type TradeEvent = ValueOf<typeof activityEvent> & ValueOf<typeof tradeEvent>;
