/**
 * The fake broker as a simulation drives it: quotes and orders in, fills and events out, by its REST interface, without
 * a wire. Every order's shares must be there at the end.
 */
import { Api, Broker, DEFAULTS } from '../src/adapters/fake-alpaca/index.ts';
import { assert } from '../src/base/assert.ts';
import { HOUR, MILLISECOND } from '../src/time/instant.ts';
import { zone } from '../src/time/zone.ts';
import { parseDay } from '../src/time/civil.ts';
import { atLeast, medianSeconds, type BenchRow } from './bench.ts';

const QUOTES = 200_000;
/** One quote in so many comes with an order. */
const PER_ORDER = 10;

export function bench(): BenchRow[] {
  let events = 0;
  const seconds = medianSeconds(() => {
    events = play();
  });
  return [atLeast('quotes, orders and fills through the broker', events / seconds, 'events/s', 500_000)];
}

/** Plays half a session and returns how many quotes, orders, fills and messages there were. */
function play(): number {
  const startAt = zone('America/New_York').instantAt(parseDay('2026-11-18'), 10 * HOUR);
  const broker = new Broker({
    startAt,
    symbols: [{ symbol: 'AAPL', price: 100 }],
    keepHistory: false,
    requestsPerMinute: Number.POSITIVE_INFINITY,
    cash: 100_000_000,
    partialFills: 0,
  });
  const api = new Api(broker.state);
  let messages = 0;
  broker.listen(({ kind }) => {
    if (kind === 'trade-update') messages++;
  });
  const order = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'limit', limit_price: '101.5', time_in_force: 'day' };
  const request = {
    method: 'POST',
    path: '/v2/orders',
    query: {},
    body: order,
    keyId: DEFAULTS.keyId,
    secret: DEFAULTS.secret,
  };
  for (let i = 0; i < QUOTES; i++) {
    broker.advance(broker.now + 50 * MILLISECOND);
    const bid = 100 + ((i * 7919) % 200) / 100;
    broker.quote('AAPL', bid, bid + 0.02, 5, 5);
    if (i % PER_ORDER === 0) assert(api.handle(request).status === 200, 'every order is taken');
  }
  broker.advance(broker.now + 10_000 * MILLISECOND);
  const fills = broker.state.activities.length;
  assert(fills > 0.99 * (QUOTES / PER_ORDER), () => `${fills} of ${QUOTES / PER_ORDER} orders were filled`);
  return QUOTES + QUOTES / PER_ORDER + fills + messages;
}
