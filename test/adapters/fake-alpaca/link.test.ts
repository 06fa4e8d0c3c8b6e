/** The way between a customer and the broker in a simulation: that it repeats to the byte, and what its faults leave. */
import { expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import { sha256 } from '../../../src/base/sha256.ts';
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { Faults, swarm, type FaultRule } from '../../../src/adapters/fake-alpaca/core/faults.ts';
import { ledgerView } from '../../../src/adapters/fake-alpaca/core/ledger.ts';
import { Link } from '../../../src/adapters/fake-alpaca/core/link.ts';
import { MILLISECOND } from '../../../src/time/instant.ts';
import { openDesk, type Desk } from './desk.ts';

function connect(
  desk: Desk,
  rules: readonly FaultRule[] = [],
  seed = 1,
): { link: Link; faults: Faults; post: (id: string) => number } {
  const faults = new Faults(new Random(seed).fork('faults'));
  for (const rule of rules) faults.add(rule);
  const link = new Link(desk.broker.state, desk.api, faults, new Random(seed).fork('link'), [
    MILLISECOND,
    20 * MILLISECOND,
  ]);
  const post = (id: string): number =>
    link.send({
      method: 'POST',
      path: '/v2/orders',
      query: {},
      body: {
        symbol: 'AAPL',
        qty: '1',
        side: 'buy',
        type: 'limit',
        limit_price: '90',
        time_in_force: 'day',
        client_order_id: id,
      },
      keyId: DEFAULTS.keyId,
      secret: DEFAULTS.secret,
    });
  return { link, faults, post };
}

test.each<[FaultRule['fault']['kind'], object, number, string | undefined]>([
  ['drop-request', {}, 0, undefined],
  ['drop-response', {}, 1, undefined],
  ['reset', { acted: false }, 0, 'reset'],
  ['reset', { acted: true }, 1, 'reset'],
  ['answer', { status: 502, html: true, acted: true }, 1, 'garbage'],
  ['answer', { status: 500, html: false, acted: false }, 0, 'answer'],
  ['truncate', {}, 1, 'garbage'],
  ['too-many', { headers: true }, 0, 'answer'],
])('%s %o leaves %i orders at the broker and %s with the customer', (kind, more, orders, kindOfDelivery) => {
  const desk = openDesk();
  const { link, post } = connect(desk, [{ on: 'request', fault: { kind, ...more } as never }]);
  post('a');
  desk.wait(1);
  expect(desk.broker.state.orders).toHaveLength(orders);
  expect(link.inbox.map((delivery) => delivery.kind)).toEqual(kindOfDelivery === undefined ? [] : [kindOfDelivery]);
});

test('a delayed request reaches the book after a later one', () => {
  const desk = openDesk();
  const { link, post } = connect(desk, [{ on: 'request', fault: { kind: 'delay', millis: 500, part: 'request' } }]);
  const [first, second] = [post('late'), post('early')];
  desk.wait(1);
  expect(link.inbox.map(({ request }) => request)).toEqual([second, first]);
  expect(desk.broker.state.orders.map(({ terms }) => terms.clientOrderId)).toEqual(['early', 'late']);
});

test('the same seed gives the same books to the byte, under a swarm of faults too; another seed gives others', () => {
  const run = (seed: number): [string, number] => {
    const desk = openDesk({ seed, partialFills: 0.3 });
    const { link, faults, post } = connect(desk, swarm(seed, 0.3), seed);
    const market = new Random(seed).fork('market');
    for (let i = 0; i < 300; i++) {
      post(`order ${i}`);
      const price = 88 + 4 * market.uniform();
      desk.quote('AAPL', Math.round(price * 100) / 100, Math.round(price * 100 + 2) / 100);
      desk.wait(1 + market.below(20));
    }
    const fired = [...faults.fired.values()].reduce((sum, count) => sum + count, 0);
    return [sha256(JSON.stringify([ledgerView(desk.broker.state), link.inbox])), fired];
  };
  const seeds = [1, 2, 3, 4];
  const runs = seeds.map(run);
  expect(runs.reduce((sum, [, fired]) => sum + fired, 0)).toBeGreaterThan(0);
  expect(seeds.map(run)).toEqual(runs);
  expect(new Set(runs.map(([hash]) => hash)).size).toBe(seeds.length);
});

test('a swarm has each kind of fault on in some seeds and off in others', () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 200; seed++) {
    for (const kind of new Set(swarm(seed, 0.1).map(({ fault }) => fault.kind)))
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  expect(counts.size).toBe(9);
  for (const [kind, count] of counts) expect([kind, count > 50 && count < 200]).toEqual([kind, true]);
});

test('cash and positions are the sum of all fills, exactly, after ten thousand of them', () => {
  const desk = openDesk({ cash: 10_000_000, keepHistory: false, partialFills: 0.3 });
  const market = new Random(7);
  for (let i = 0; i < 10_000; i++) {
    const bid = Math.round(9000 + 2000 * market.uniform()) / 100;
    desk.broker.quote('AAPL', bid, Math.round(bid * 100 + 3) / 100, 5, 5);
    const held = desk.broker.state.holdings.quantityOf(desk.broker.state.listings.get('AAPL')!);
    const side = held > 0 && market.uniform() < 0.5 ? 'sell' : 'buy';
    const qty = side === 'sell' ? '1' : String(1 + market.below(5));
    desk.api.handle({
      method: 'POST',
      path: '/v2/orders',
      query: {},
      keyId: DEFAULTS.keyId,
      secret: DEFAULTS.secret,
      body: { symbol: 'AAPL', qty, side, type: 'market', time_in_force: 'day' },
    });
    desk.wait(0.2);
  }
  const { state } = desk.broker;
  let [cash, shares] = [100_000_000_000_000_000_000n, 0n];
  for (const activity of state.activities) {
    if (activity.kind !== 'fill') continue;
    const sign = activity.order.terms.side === 'buy' ? 1n : -1n;
    cash -= sign * BigInt(activity.quantity) * BigInt(activity.price);
    shares += sign * BigInt(activity.quantity);
  }
  expect(state.activities.length).toBeGreaterThan(5000);
  expect(state.holdings.cash).toBe(cash);
  expect(BigInt(state.holdings.quantityOf(state.listings.get('AAPL')!))).toBe(shares);
});
