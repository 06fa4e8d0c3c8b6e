/**
 * Our orders in Alpaca's words. What it has no word for is refused here, before anything is sent: nothing is sent as
 * something else.
 */
import type { ExitRules, ExitsRequest, SubmitRequest } from '../../engine/live/index.ts';
import { parseOcc } from '../../options/occ.ts';
import { calendar } from '../../time/calendars.ts';
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

const OPTION_TYPES: Readonly<Record<OptionOrders, ReadonlySet<string>>> = {
  strict: new Set(['market', 'limit']),
  wide: new Set(['market', 'limit', 'stop', 'stop-limit']),
};

const OPTION = /^[A-Z]{1,6}\d{6}[CP]\d{8}$/;

/**
 * What it takes of options: `strict` as its OpenAPI file has it, for the day, at the market or a limit; `wide` as a later page of
 * its documentation has it, GTC too, and stops of one contract.
 */
export type OptionOrders = 'strict' | 'wide';

/** Returns the body of the request, or why there is none. */
export function wordsFor(
  request: SubmitRequest,
  options: OptionOrders = 'strict',
  now = Number.NaN,
): PostOrder | { readonly unsupported: string } {
  if (request.timeInForce === 'GTD') {
    const { goodTill = Number.NaN, ...others } = request;
    // The session ends it at its instant. Sent for longer than the day it would work on where no session is there to do so.
    if (now === now && goodTill <= calendar('XNYS').nextClose(now))
      return wordsFor({ ...others, timeInForce: 'DAY' }, options);
    return {
      unsupported:
        'Alpaca has no orders that are good till an instant: one that ends after its day would be nobody’s to end',
    };
  }
  const { type, timeInForce, symbol, side, quantity, limit, stop, trail, trailIsFraction, clientId } = request;
  if (request.legs !== undefined) return packageWords(request, request.legs);
  if (!(type in TYPES)) return { unsupported: `Alpaca has no ${type} orders` };
  const isOption = OPTION.test(symbol);
  const isFraction = Number(quantity) % 1 !== 0;
  const isWide = options === 'wide';
  if (isOption && !OPTION_TYPES[options].has(type)) {
    const which = [...OPTION_TYPES[options]].join(', ');
    return { unsupported: `Alpaca takes ${which} orders for options, was ${type}` };
  }
  if (type === 'trailing-stop' && timeInForce !== 'DAY' && timeInForce !== 'GTC') {
    return { unsupported: `Alpaca takes trailing stops DAY or GTC, was ${timeInForce}` };
  }
  if (isFraction && type === 'trailing-stop')
    return { unsupported: 'Alpaca takes trailing stops in whole shares only' };
  // A market order fills or ends within its session, however long it may stand: that is no other order.
  const isForDay = isOption && !(isWide && timeInForce === 'GTC');
  if (isForDay && timeInForce !== 'DAY' && !(type === 'market' && timeInForce === 'GTC')) {
    const times = isWide ? 'DAY or GTC' : 'for the day only';
    return { unsupported: `Alpaca takes options ${times}, was ${timeInForce}` };
  }
  if (
    request.extended === true &&
    (isOption || request.exits !== undefined || timeInForce === 'IOC' || timeInForce === 'FOK')
  ) {
    const what = isOption ? 'options' : request.exits === undefined ? `orders ${timeInForce}` : 'orders with exits';
    return { unsupported: `Alpaca takes no ${what} before the open or after the close` };
  }
  if (isFraction && timeInForce !== 'DAY' && !(type === 'market' && timeInForce === 'GTC')) {
    return { unsupported: `Alpaca takes fractions of shares for the day only, was ${timeInForce}` };
  }
  const time =
    isForDay || isFraction
      ? 'day'
      : type.endsWith('on-open')
        ? 'opg'
        : type.endsWith('on-close')
          ? 'cls'
          : TIMES[timeInForce];
  if (request.exits !== undefined) return groupWords(request, request.exits);
  return {
    symbol,
    qty: quantity,
    side: side > 0 ? 'buy' : 'sell',
    type: TYPES[type as keyof typeof TYPES],
    timeInForce: time,
    clientOrderId: clientId,
    ...(request.extended === true ? { extendedHours: true } : {}),
    ...(limit === undefined ? {} : { limitPrice: limit }),
    ...(stop === undefined ? {} : { stopPrice: stop }),
    ...(trail === undefined ? {} : trailWords(trail, trailIsFraction === true)),
  };
}

/**
 * What of exits Alpaca keeps itself, and which it takes alone: an order that sells holds the shares, so that a second one of
 * the same is refused, and of options it takes no order that waits for a price beyond the market. A bracket must open a
 * position from nothing ("bracket orders must be entry orders"), and its stop must be a cent away from what it is reckoned
 * from.
 * Source: docs.alpaca.markets/docs/orders-at-alpaca, sections on bracket, OCO and OTO orders.
 */
export const EXIT_RULES: ExitRules = {
  entries: ['market', 'limit'],
  timesInForce: ['DAY', 'GTC'],
  mustOpen: true,
  stopDistance: 0.01,
  single: { kinds: ['equity', 'etf'], types: ['stop', 'stop-limit', 'trailing-stop', 'limit'] },
};

/** An order and the exits that go with it; the limit of an OCO is its target's. */
function groupWords(request: SubmitRequest, { kind, target, stop }: ExitsRequest): PostOrder {
  const { symbol, side, quantity, limit, type, timeInForce, clientId } = request;
  const isPair = kind === 'oco';
  const profit = isPair ? limit : target?.limit;
  return {
    symbol,
    qty: quantity,
    side: side > 0 ? 'buy' : 'sell',
    type: type === 'market' ? 'market' : 'limit',
    timeInForce: timeInForce === 'DAY' ? 'day' : 'gtc',
    orderClass: kind,
    clientOrderId: clientId,
    ...(limit === undefined || isPair ? {} : { limitPrice: limit }),
    ...(profit === undefined ? {} : { takeProfit: { limitPrice: profit } }),
    ...(stop === undefined
      ? {}
      : { stopLoss: { stopPrice: stop.stop, ...(stop.limit === undefined ? {} : { limitPrice: stop.limit }) } }),
  };
}

const LEGS_MAX = 4;

/** Several legs in one order: options only, at most four, for the day, in lowest terms; a credit has a limit below 0. */
function packageWords(
  { type, timeInForce, quantity, limit, clientId }: SubmitRequest,
  legs: NonNullable<SubmitRequest['legs']>,
): PostOrder | { readonly unsupported: string } {
  const share = legs.find(({ symbol }) => !OPTION.test(symbol));
  if (share !== undefined) return { unsupported: `Alpaca takes no shares in a package, ${share.symbol} is one` };
  if (legs.length > LEGS_MAX) return { unsupported: `Alpaca takes ${LEGS_MAX} legs, had ${legs.length}` };
  const common = legs.map(({ ratio }) => ratio).reduce(divisor);
  if (common !== 1)
    return { unsupported: `Alpaca takes proportions in lowest terms, all here are multiples of ${common}` };
  const bare = uncovered(legs);
  if (bare !== undefined)
    return { unsupported: `Alpaca takes packages that cover what they sell, and nothing bought here covers ${bare}` };
  if (timeInForce !== 'DAY' && !(type === 'market' && timeInForce === 'GTC')) {
    return { unsupported: `Alpaca takes packages for the day only, was ${timeInForce}` };
  }
  return {
    orderClass: 'mleg',
    qty: quantity,
    type: type === 'market' ? 'market' : 'limit',
    timeInForce: 'day',
    clientOrderId: clientId,
    ...(limit === undefined ? {} : { limitPrice: limit }),
    legs: legs.map(({ symbol, side, ratio, isOpening }) => ({
      symbol,
      ratioQty: String(ratio),
      side: side > 0 ? 'buy' : 'sell',
      positionIntent: `${side > 0 ? 'buy' : 'sell'}_to_${isOpening ? 'open' : 'close'}`,
    })),
  };
}

/**
 * A leg that is sold and that no leg of the same right, bought and as long, covers; of a package that only opens. What one that
 * also closes leaves behind depends on what is held, and the vendor says it.
 */
function uncovered(legs: NonNullable<SubmitRequest['legs']>): string | undefined {
  if (legs.some(({ isOpening }) => !isOpening)) return undefined;
  const named = legs.flatMap(({ symbol, side, ratio }) => {
    const occ = parseOcc(symbol);
    return occ.ok ? [{ symbol, side, ratio, right: occ.right, expiry: occ.expiry }] : [];
  });
  // The longest sold leg is the hardest to cover.
  const sold = named
    .filter(({ side }) => side < 0)
    .sort((a, b) => (a.expiry === b.expiry ? 0 : a.expiry < b.expiry ? 1 : -1));
  for (const { symbol, right, expiry } of sold) {
    const count = (side: number): number =>
      named
        .filter((leg) => leg.side === side && leg.right === right && leg.expiry >= expiry)
        .reduce((sum, { ratio }) => sum + ratio, 0);
    if (count(-1) > count(1)) return symbol;
  }
  return undefined;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function trailWords(trail: string, isFraction: boolean): { trailPercent: string } | { trailPrice: string } {
  return isFraction ? { trailPercent: String(Number(trail) * 100) } : { trailPrice: trail };
}
