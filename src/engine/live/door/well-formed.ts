/**
 * Whether what came through a door has a meaning on a deck at all. What a strategy on the deck cannot say, because its types do
 * not let it, a process may: an order at the market with a limit, a price that is no number, an id of somebody else's kind.
 * What has a meaning the gate judges.
 */
import { ORDER_TYPES, TIMES_IN_FORCE, type OrderType } from '../../orders/order.ts';
import type { ReplaceRequest, SubmitRequest } from '../broker/requests.ts';

type Price = 'limit' | 'stop' | 'trail' | 'limitOffset';

/** The prices that each type has. */
const PRICES: Readonly<Record<OrderType, readonly Price[]>> = {
  market: [],
  limit: ['limit'],
  stop: ['stop'],
  'stop-limit': ['limit', 'stop'],
  'trailing-stop': ['trail'],
  'trailing-stop-limit': ['trail', 'limitOffset'],
  'market-if-touched': ['stop'],
  'limit-if-touched': ['limit', 'stop'],
  'market-on-open': [],
  'limit-on-open': ['limit'],
  'market-on-close': [],
  'limit-on-close': ['limit'],
  combo: [],
  exercise: [],
};

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** What of a submission has no meaning, in words; `undefined` where all has. */
export function malformed(request: SubmitRequest): string | undefined {
  const { clientId, side, type, timeInForce, legs, quantity, exits } = request;
  if (clientId.includes('/') || clientId.startsWith('desk-'))
    return `id must neither have a / nor begin with desk-, was ${clientId}`;
  if (side !== 1 && side !== -1) return `side must be 1 or -1, was ${String(side)}`;
  if (!ORDER_TYPES.includes(type)) return `type must be one of ${ORDER_TYPES.join(', ')}, was ${String(type)}`;
  if (type === 'combo') return 'a package is asked for with its legs';
  if (!TIMES_IN_FORCE.includes(timeInForce)) {
    return `timeInForce must be one of ${TIMES_IN_FORCE.join(', ')}, was ${String(timeInForce)}`;
  }
  if (!DECIMAL.test(quantity)) return `quantity must be a decimal number, was ${quantity}`;
  for (const price of ['limit', 'stop', 'trail', 'limitOffset'] as const) {
    const text = request[price];
    if (text === undefined) continue;
    if (!PRICES[type].includes(price)) return `an order of type ${type} has no ${price}, was ${text}`;
    if (!DECIMAL.test(text)) return `${price} must be a decimal number, was ${text}`;
  }
  if (legs !== undefined && exits !== undefined) return 'a package takes no exits along';
  return (
    (legs === undefined ? undefined : ofLegs(legs)) ?? (exits === undefined ? undefined : ofExits(exits, request.limit))
  );
}

/** The same of a change. */
export function malformedChange({ quantity, limit, stop }: ReplaceRequest): string | undefined {
  const wrong = Object.entries({ quantity, limit, stop }).find(([, text]) => text !== undefined && !DECIMAL.test(text));
  return wrong === undefined ? undefined : `${wrong[0]} must be a decimal number, was ${wrong[1]}`;
}

function ofLegs(legs: NonNullable<SubmitRequest['legs']>): string | undefined {
  if (legs.length < 2) return `a package has at least 2 legs, had ${legs.length}`;
  const wrong = legs.find(({ side }) => side !== 1 && side !== -1);
  return wrong === undefined ? undefined : `side of a leg must be 1 or -1, was ${String(wrong.side)}`;
}

function ofExits(
  { kind, target, stop, trail }: NonNullable<SubmitRequest['exits']>,
  limit: string | undefined,
): string | undefined {
  const texts = [target?.limit, stop?.stop, stop?.limit, trail?.trail];
  const wrong = texts.find((text) => text !== undefined && !DECIMAL.test(text));
  if (wrong !== undefined) return `prices of exits must be decimal numbers, was ${wrong}`;
  const others = [stop, trail].filter((each) => each !== undefined).length;
  if (kind !== 'oco') return others === 0 && target === undefined ? 'an order with exits has at least one' : undefined;
  const isTarget = target === undefined || target.limit === limit;
  return others === 1 && isTarget ? undefined : 'of two exits one is the order, and the other a stop';
}
