/** Very many orders in one market: what an event touches is found by price, and is what asking every order would find. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { LimitIndex } from '../../src/engine/sim/limit-index.ts';
import { Market } from '../../src/engine/sim/market.ts';
import { Order, type OrderType, type Side } from '../../src/engine/orders/order.ts';
import { plainMarket } from '../../src/engine/orders/intents.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import { fillsOf, onQuotes, play, quotes, type QuoteRow } from './play.ts';

const INSTRUMENT = defineInstrument({ symbol: 'ABC', tick: 0.01 });

function orderOf(id: number, type: OrderType, side: Side, price: number, expireAt = Infinity): Order {
  const limit = type === 'limit' ? price : Number.NaN;
  const stop = type === 'stop' ? price : Number.NaN;
  const order = new Order(id, { ...plainMarket(0, 0), type, side, quantity: 1, limit, stop }, 1, 0);
  order.expireAt = expireAt;
  return order;
}

describe('a market with thousands of orders', () => {
  it('tells of an event the orders that it reaches, first come first, and no other limits', () => {
    const random = new Random(3);
    const market = new Market(0, INSTRUMENT);
    const all: Order[] = [];
    for (let step = 0; step < 4000; step++) {
      const kind = random.below(10);
      if (kind < 6 || all.length === 0) {
        const side = random.below(2) === 0 ? 1 : -1;
        const price = 100 - side * random.below(50);
        const type = random.below(40) === 0 ? 'stop' : 'limit';
        const order = orderOf(step, type, side, price, random.below(5) === 0 ? step + random.below(500) : Infinity);
        market.add(order);
        all.push(order);
      } else if (kind < 8) {
        const [gone] = all.splice(random.below(all.length), 1);
        expect(market.remove(gone)).toBe(true);
        expect(market.remove(gone)).toBe(false);
      } else if (kind === 8) {
        const order = all[random.below(all.length)];
        if (order.type === 'limit') order.limit += random.below(5) - 2;
        market.changed(order);
      }
      if (step % 50 !== 0) continue;
      const [low, high] = [60 + random.below(40), 100 + random.below(40)];
      const isReached = ({ type, side, limit }: Order): boolean =>
        type === 'limit' && (side > 0 ? limit >= low : limit <= high);
      expect(market.touched(low, high).filter(({ type }) => type === 'limit' && market.count > 64)).toEqual(
        market.count > 64 ? all.filter(isReached) : [],
      );
      expect(market.touched(low, high).filter(isReached)).toEqual(all.filter(isReached));
      expect(market.expiring(step).filter(({ expireAt }) => expireAt <= step)).toEqual(
        all.filter(({ expireAt }) => expireAt <= step),
      );
      expect(market.nextExpiry).toBe(Math.min(Infinity, ...all.map(({ expireAt }) => expireAt)));
      expect(market.working).toEqual(all);
      const buys = all.filter(({ type, side }) => type === 'limit' && side > 0).map(({ limit }) => limit);
      const stops = all.filter(({ type, side }) => type === 'stop' && side < 0).map(({ stop }) => stop);
      expect(market.fallTo).toBe(Math.max(-Infinity, ...buys, ...stops));
    }
    expect(market.count).toBe(all.length);
    expect(all.length).toBeGreaterThan(500);
  });

  it('becomes a market with few when its orders go', () => {
    const market = new Market(0, INSTRUMENT);
    const orders = Array.from({ length: 200 }, (_, id) => orderOf(id, 'limit', 1, 50 + id));
    for (const order of orders) market.add(order);
    for (const order of orders.slice(0, 195)) market.remove(order);
    expect(market.working).toEqual(orders.slice(195));
    expect(market.touched(247, 300)).toEqual(orders.slice(195));
    expect(market.fallTo).toBe(249);
  });

  it('fills the limits that a falling quote reaches in the order in which they came, while its size lasts', () => {
    const rows: QuoteRow[] = [
      [0, 99, 101, 1000, 1000],
      [1, 94, 95, 1000, 25],
      [2, 94, 96, 1000, 1000],
      [3, 93, 94, 1000, 1000],
    ];
    const played = play({
      streams: [quotes(rows)],
      setup: onQuotes({
        0: ({ buy }) => {
          for (let i = 0; i < 200; i++) buy(10, { limit: 90 + (i % 10) * 0.6 });
        },
      }),
    });
    const fills = fillsOf(played);
    // 95.4 is the highest limit; twenty orders have it, and the quote has 25 shares for the first that came.
    expect(fills.slice(0, 3)).toEqual(['+10 @ 95.4', '+10 @ 95.4', '+5 @ 95.4']);
    const filled = new Map<string, number>();
    for (const fill of fills) {
      const [quantity, price] = fill.split(' @ ') as [string, string];
      filled.set(price, (filled.get(price) ?? 0) + Number(quantity));
    }
    expect(Object.fromEntries(filled)).toEqual({ '95.4': 200, '94.8': 200, '94.2': 200 });
  });
});

describe('the index of limits', () => {
  it('files an order as a plain limit once it has met a quote', () => {
    const resting = new Set<Order>();
    const index = new LimitIndex((order) => resting.has(order));
    const order = orderOf(1, 'limit', 1, 90);
    index.add(order, 0);
    expect(index.touched(100, 110)).toEqual([order]);
    resting.add(order);
    expect([...index.rest()]).toEqual([]);
    expect(index.touched(100, 110)).toEqual([]);
    expect(index.touched(90, 110)).toEqual([order]);
    expect(index.highestBuy).toBe(90);
  });
});
