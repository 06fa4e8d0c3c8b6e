/** A customer who does everything at random for days: the broker's books must balance after every step, whatever happens. */
import { expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import type { Activity } from '../../../src/adapters/fake-broker/core/activities.ts';
import { requirement } from '../../../src/adapters/fake-broker/core/margin.ts';
import { isOpen, meetsMarket } from '../../../src/adapters/fake-broker/core/order.ts';
import { openDesk, type Body, type Desk } from './desk.ts';

const SEEDS = 12;
const STEPS = 120;

class Customer {
  readonly random: Random;
  readonly desk: Desk;
  readonly answers = new Map<string, number>();
  private price = 100;

  constructor(seed: number) {
    this.random = new Random(seed).fork('customer');
    this.desk = openDesk({
      seed,
      partialFills: 0.3,
      earlyAssignment: 0.5,
      paper: seed % 2 === 0,
      optionRules: seed % 3 === 0 ? 'wide' : 'strict',
      liquidity: seed % 5 === 0 ? 'displayed' : 'paper',
      keepHistory: false,
    });
  }

  pick<T>(items: readonly T[]): T {
    return items[this.random.below(items.length)];
  }

  act(): void {
    const { desk, random } = this;
    const acts: (() => void)[] = [
      () => this.place(this.shareOrder()),
      () => this.place(this.shareOrder()),
      () => this.place(this.optionOrder()),
      () => this.place(this.spread()),
      () => this.onOrder((id) => this.note('DELETE', desk.call('DELETE', `/v2/orders/${id}`).status)),
      () => this.onOrder((id) => this.note('PATCH', desk.call('PATCH', `/v2/orders/${id}`, this.change()).status)),
      () => this.changeResting(),
      () => this.onPosition((symbol) => this.note('close', desk.call('DELETE', `/v2/positions/${symbol}`).status)),
      () =>
        this.onPosition((symbol) =>
          this.note('exercise', desk.call('POST', `/v2/positions/${symbol}/exercise`).status),
        ),
      () => this.move(),
      () => this.move(),
      () => desk.wait(this.pick([0.01, 1, 30, 600, 3600])),
      () => desk.wait(this.pick([0.01, 1, 30])),
    ];
    if (random.uniform() < 0.03) desk.wait(20 * 3600);
    else if (random.uniform() < 0.02)
      this.note('close all', desk.call('DELETE', '/v2/positions', undefined, { cancel_orders: 'true' }).status);
    else if (random.uniform() < 0.01) this.announce();
    else this.pick(acts)();
  }

  private note(what: string, status: number): void {
    const key = `${what} ${status}`;
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
  }

  private place(order: Body): void {
    this.note('POST', this.desk.call('POST', '/v2/orders', order).status);
  }

  private shareOrder(): Body {
    const side = this.pick(['buy', 'sell']);
    const near = (this.price * (0.95 + 0.1 * this.random.uniform())).toFixed(2);
    const type = this.pick(['market', 'limit', 'limit', 'stop', 'stop_limit', 'trailing_stop']);
    const orderClass = this.pick(['', '', '', 'bracket', 'oco', 'oto']);
    const away = (share: number): string => (this.price * share).toFixed(2);
    const exits = {
      take_profit: { limit_price: away(side === 'buy' ? 1.05 : 0.95) },
      ...(orderClass === 'oto' ? {} : { stop_loss: { stop_price: away(side === 'buy' ? 0.93 : 1.07) } }),
    };
    const sold = { take_profit: { limit_price: away(1.05) }, stop_loss: { stop_price: away(0.95) } };
    return {
      symbol: 'AAPL',
      side,
      type: orderClass === '' ? type : 'limit',
      qty: String(1 + this.random.below(150)),
      time_in_force: this.pick(['day', 'gtc', 'day', 'ioc', 'fok', 'opg', 'cls']),
      ...(type.includes('limit') || orderClass !== '' ? { limit_price: near } : {}),
      ...(type.startsWith('stop') && orderClass === '' ? { stop_price: near } : {}),
      ...(type === 'trailing_stop' && orderClass === '' ? { trail_percent: '1' } : {}),
      ...(orderClass === '' ? {} : { order_class: orderClass, ...(orderClass === 'oco' ? sold : exits) }),
      extended_hours: type === 'limit' && this.random.uniform() < 0.1,
    };
  }

  private contract(): string {
    const { broker } = this.desk;
    const chain = broker.state.chainOf(broker.state.listings.get('AAPL')!);
    const near = chain.filter(({ option }) => Math.abs(option!.strike / 10_000 / this.price - 1) < 0.1);
    return near.length === 0 ? 'AAPL' : this.pick(near.slice(0, 60)).symbol;
  }

  private optionOrder(): Body {
    const type = this.pick(['market', 'limit']);
    return {
      symbol: this.contract(),
      side: this.pick(['buy', 'sell']),
      type,
      qty: String(1 + this.random.below(3)),
      time_in_force: 'day',
      ...(type === 'limit' ? { limit_price: this.pick(['0.05', '1.00', '4.00']) } : {}),
    };
  }

  private spread(): Body {
    const legs = Array.from({ length: 2 + this.random.below(3) }, () => ({
      symbol: this.contract(),
      ratio_qty: String(1 + this.random.below(2)),
      side: this.pick(['buy', 'sell']),
    }));
    const type = this.pick(['market', 'limit']);
    const limit = type === 'limit' ? { limit_price: this.pick(['-1.00', '0.50', '5.00']) } : {};
    return { order_class: 'mleg', qty: '1', type, time_in_force: 'day', legs, ...limit };
  }

  private change(): Body {
    return this.pick<Body>([
      { limit_price: (this.price * (0.97 + 0.06 * this.random.uniform())).toFixed(2) },
      { qty: String(1 + this.random.below(150)) },
      { stop_price: (this.price * 0.9).toFixed(2) },
      { trail: '2' },
    ]);
  }

  private onOrder(act: (id: string) => void): void {
    const { state } = this.desk.broker;
    const open = state.openOrders();
    if (open.length > 0 && this.random.uniform() < 0.7) act(this.pick(open).id);
    else if (state.orders.length > 0) act(this.pick(state.orders).id);
  }

  /** Most orders cannot be changed at the moment: one that can be gets another limit. */
  private changeResting(): void {
    const open = this.desk.broker.state.openOrders();
    const resting = open.filter(({ status, limit }) => status === 'new' && limit !== undefined);
    if (resting.length === 0) return;
    const limit = (this.price * (0.97 + 0.06 * this.random.uniform())).toFixed(2);
    const path = `/v2/orders/${this.pick(resting).id}`;
    this.note('PATCH', this.desk.call('PATCH', path, { limit_price: limit }).status);
  }

  private onPosition(act: (symbol: string) => void): void {
    const positions = this.desk.broker.state.holdings.list();
    if (positions.length > 0) act(this.pick(positions).listing.symbol);
  }

  private move(): void {
    this.price = Math.max(20, Math.round(this.price * (1 + 0.02 * this.random.normal()) * 100) / 100);
    this.desk.quote('AAPL', this.price, Math.round(this.price * 100 + 2) / 100);
    this.desk.broker.trade('AAPL', this.price, 100);
  }

  private announce(): void {
    const at = this.desk.broker.now as never;
    const ratio = this.pick([2, 3, 1.5, 0.1]);
    if (this.random.uniform() < 0.5) this.desk.broker.announce({ kind: 'dividend', symbol: 'AAPL', at, amount: 0.37 });
    else {
      this.desk.broker.announce({ kind: 'split', symbol: 'AAPL', at, ratio });
      this.price = Math.max(20, this.price / ratio);
    }
  }
}

function takesCover(activity: Activity): boolean {
  if (activity.kind === 'fill') return activity.order.parent !== undefined && !activity.order.parent.isMultiLeg;
  return ['OPEXC', 'OPASN', 'SPLIT', 'OPCA'].includes(activity.type);
}

/** What must be true of the books at every moment. */
function checkBooks({ broker }: Desk, startCash: bigint): void {
  const { state } = broker;
  let cash = startCash;
  const shares = new Map<string, number>();
  const add = (symbol: string, quantity: number): void => void shares.set(symbol, (shares.get(symbol) ?? 0) + quantity);
  for (const activity of state.activities) {
    if (activity.kind === 'fill') {
      const { listing, order, quantity, price } = activity;
      cash -= BigInt(order.sign * quantity) * BigInt(price * listing.multiplier);
      add(listing.symbol, order.sign * quantity);
    } else {
      cash += activity.netAmount;
      // Of a dividend the quantity is what is held and not what moves.
      if (activity.listing !== undefined && activity.type !== 'DIV')
        add(activity.listing.symbol, activity.quantity ?? 0);
    }
  }
  expect(state.holdings.cash).toBe(cash);
  const held = new Map(state.holdings.list().map(({ listing, quantity }) => [listing.symbol, quantity]));
  for (const [symbol, quantity] of shares) expect([symbol, held.get(symbol) ?? 0]).toEqual([symbol, quantity]);
  for (const symbol of held.keys()) expect(shares.has(symbol)).toBe(true);

  for (const order of state.orders) {
    expect([order.id, state.open.has(order)]).toEqual([order.id, isOpen(order)]);
    expect(order.filled).toBeLessThanOrEqual(order.quantity);
    expect(order.reserve).toBeGreaterThanOrEqual(0n);
    if (order.status === 'filled') expect(order.filled).toBe(order.quantity);
    if (!isOpen(order))
      for (const leg of order.legs) if (order.terms.orderClass === 'mleg') expect(isOpen(leg)).toBe(false);
  }
  // Exercise, splits and both exits of a pair can take cover away; orders alone cannot.
  if (!state.activities.some(takesCover)) {
    expect(requirement(state.holdings.positions.values(), 2).uncovered).toBe(0);
  }
  for (const listing of state.listings.values()) {
    for (const order of listing.working)
      expect([order.id, order.status, meetsMarket(order)]).toEqual([order.id, order.status, true]);
  }
}

test(`the books of ${SEEDS} random customers balance after every step`, () => {
  const answers = new Map<string, number>();
  for (let seed = 0; seed < SEEDS; seed++) {
    const customer = new Customer(seed);
    const { desk } = customer;
    const startCash = desk.broker.state.holdings.cash;
    for (let i = 0; i < STEPS; i++) {
      customer.act();
      if (i % 10 === 9) checkBooks(desk, startCash);
    }
    desk.wait(4 * 24 * 3600);
    checkBooks(desk, startCash);
    for (const [key, count] of customer.answers) answers.set(key, (answers.get(key) ?? 0) + count);
  }
  // A customer who is refused everything proves nothing.
  for (const key of [
    'POST 200',
    'POST 403',
    'POST 422',
    'DELETE 204',
    'DELETE 422',
    'PATCH 200',
    'PATCH 422',
    'close 200',
    'exercise 200',
    'close all 207',
  ]) {
    expect([key, (answers.get(key) ?? 0) > 1]).toEqual([key, true]);
  }
});
