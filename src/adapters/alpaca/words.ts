/**
 * Our orders in Alpaca's words. What it has no word for is refused here, before anything is sent: nothing is sent as
 * something else.
 */
import type { SubmitRequest } from '../../engine/live/index.ts';
import type { PostOrder } from './vendor-types.ts';

const TIMES = { DAY: 'day', GTC: 'gtc', IOC: 'ioc', FOK: 'fok' } as const;
const TYPES = {
  market: 'market',
  limit: 'limit',
  stop: 'stop',
  'stop-limit': 'stop_limit',
  'trailing-stop': 'trailing_stop',
  'market-on-open': 'market',
  'limit-on-open': 'limit',
  'market-on-close': 'market',
  'limit-on-close': 'limit',
} as const;

/** Returns the body of the request, or why there is none. */
export function wordsFor(request: SubmitRequest): PostOrder | { readonly unsupported: string } {
  const { type, timeInForce, symbol, side, quantity, limit, stop, trail, trailIsFraction, clientId } = request;
  if (!(type in TYPES)) return { unsupported: `Alpaca has no ${type} orders` };
  if (timeInForce === 'GTD') return { unsupported: 'Alpaca has no orders that are good till a date' };
  const isOption = /^[A-Z]{1,6}\d{6}[CP]\d{8}$/.test(symbol);
  // A market order fills or ends within its session, however long it may stand: that is no other order.
  if (isOption && timeInForce !== 'DAY' && !(type === 'market' && timeInForce === 'GTC')) {
    return { unsupported: `Alpaca takes options for the day only, was ${timeInForce}` };
  }
  const time = isOption
    ? 'day'
    : type.endsWith('on-open')
      ? 'opg'
      : type.endsWith('on-close')
        ? 'cls'
        : TIMES[timeInForce];
  return {
    symbol,
    qty: quantity,
    side: side > 0 ? 'buy' : 'sell',
    type: TYPES[type as keyof typeof TYPES],
    timeInForce: time,
    clientOrderId: clientId,
    ...(limit === undefined ? {} : { limitPrice: limit }),
    ...(stop === undefined ? {} : { stopPrice: stop }),
    ...(trail === undefined ? {} : trailWords(trail, trailIsFraction === true)),
  };
}

function trailWords(trail: string, isFraction: boolean): { trailPercent: string } | { trailPrice: string } {
  return isFraction ? { trailPercent: String(Number(trail) * 100) } : { trailPrice: trail };
}
