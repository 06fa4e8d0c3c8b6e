/**
 * What only closes is, at a broker, for no more than is held: it fills what it is asked for, and would open the other side.
 */
import { describe, expect, test } from 'vitest';
import type { SubmitRequest } from '../../../src/engine/live/index.ts';
import type { OrderOptions } from '../../../src/engine/strategy/strategy.ts';
import { Bench, books, puppet } from './bench.ts';

/** A strategy whose every order the broker takes, and fills when the test says so. */
class Closing {
  readonly strategy = puppet('closer');
  readonly bench = new Bench({ strategies: [this.strategy], cash: 100_000 }).begin();
  private count = 0;

  order(side: 'buy' | 'sell', quantity: number, options: OrderOptions = {}): SubmitRequest | undefined {
    const before = this.bench.submissions.length;
    this.strategy.wishes.push((context) => void context[side](quantity, options));
    this.bench.quote();
    const sent = this.bench.submissions[before];
    if (sent !== undefined) this.accept(sent);
    return sent;
  }

  accept({ clientId }: SubmitRequest): void {
    this.bench.report({ kind: 'accepted', clientId, brokerId: `b-${clientId}` });
  }

  fill(order: SubmitRequest, quantity = Number(order.quantity)): void {
    this.bench.fillOf(order, `x${++this.count}`, 100, quantity);
  }

  /** Ten are bought, or sold short where `quantity` is below nought. */
  holding(quantity: number): this {
    this.fill(this.order(quantity > 0 ? 'buy' : 'sell', Math.abs(quantity))!);
    expect(this.bench.held).toBe(quantity);
    return this;
  }

  get changes(): readonly (readonly [string, string])[] {
    return this.bench.asked.flatMap((each) =>
      each.kind === 'replace' ? [[each.clientId, each.quantity] as const] : [],
    );
  }

  get cancels(): readonly string[] {
    return this.bench.asked.flatMap((each) => (each.kind === 'cancel' ? [each.clientId] : []));
  }

  get ends(): readonly string[] {
    return this.bench.entries('canceled').map(({ text }) => text);
  }
}

describe('an order that only closes leaves for no more than is held', () => {
  test('it is cut to what is held, and that is written down', () => {
    const its = new Closing().holding(10);
    expect(its.order('sell', 100, { reduceOnly: true, limit: 99 })).toMatchObject({ quantity: '10' });
    expect(its.bench.entries('updated').map(({ quantity, text }) => [quantity, text])).toEqual([
      [-10, 'cut to what is held'],
    ]);
  });

  test.each([
    ['nothing is held', 0, 'sell'],
    ['it would make what is held more', 10, 'buy'],
  ] as const)('it ends and is not sent where %s', (_, held, side) => {
    const its = new Closing();
    if (held !== 0) its.holding(held);
    expect(its.order(side, 5, { reduceOnly: true, limit: 99 })).toBeUndefined();
    expect(its.order(side, 5, { reduceOnly: true })).toBeUndefined();
    expect(its.ends).toEqual(['nothing-to-reduce', 'nothing-to-reduce']);
  });

  test('a change makes it no larger than what is held', () => {
    const its = new Closing().holding(10);
    const close = its.order('sell', 4, { reduceOnly: true, limit: 105 })!;
    its.strategy.wishes.push(({ assets: [{ orders }], update }) => void update(orders[0], { quantity: 50 }));
    its.bench.quote();
    expect(its.changes).toEqual([[close.clientId, '10']]);
  });

  test('a change of its price alone keeps a size that is on its way', () => {
    const its = new Closing().holding(10);
    const close = its.order('sell', 10, { reduceOnly: true, limit: 105 })!;
    its.fill(its.order('sell', 4)!);
    its.strategy.wishes.push(({ assets: [{ orders }], update }) => void update(orders[0], { limit: 106 }));
    its.bench.quote();
    its.bench.report({ kind: 'replaced', clientId: close.clientId, updatedAt: its.bench.at });
    expect(its.changes.map(([, quantity]) => quantity)).toEqual(['6', '6']);
  });
});

describe('when less is held than orders would close they are cut', () => {
  test('the newest first, and what closes nothing more ends', () => {
    const its = new Closing().holding(10);
    const first = its.order('sell', 6, { reduceOnly: true, limit: 105 })!;
    const second = its.order('sell', 4, { reduceOnly: true, limit: 106 })!;
    its.fill(its.order('sell', 2)!);
    expect(its.changes).toEqual([[second.clientId, '2']]);
    its.bench.report({ kind: 'replaced', clientId: second.clientId, updatedAt: its.bench.at });
    its.fill(its.order('sell', 3)!);
    expect(its.changes.slice(1)).toEqual([[first.clientId, '5']]);
    expect(its.cancels).toEqual([second.clientId]);
  });

  test('and grow again with it, up to what they were for', () => {
    const its = new Closing().holding(10);
    const close = its.order('sell', 8, { reduceOnly: true, limit: 105 })!;
    const replaced = (): void =>
      void its.bench.report({ kind: 'replaced', clientId: close.clientId, updatedAt: its.bench.at });
    its.fill(its.order('sell', 6)!);
    replaced();
    its.strategy.wishes.push(({ assets: [{ orders }], update }) => void update(orders[0], { limit: 106 }));
    its.bench.quote();
    replaced();
    its.fill(its.order('buy', 9)!);
    replaced();
    expect(its.changes.map(([, quantity]) => quantity)).toEqual(['4', '4', '8']);
    its.strategy.wishes.push(({ assets: [{ orders }], update }) => void update(orders[0], { quantity: 5 }));
    its.bench.quote();
    replaced();
    its.fill(its.order('buy', 5)!);
    expect(its.changes.map(([, quantity]) => quantity)).toEqual(['4', '4', '8', '5']);
  });

  test('but not at the cost of another, and stops before targets', () => {
    const its = new Closing().holding(10);
    const target = its.order('sell', 10, { reduceOnly: true, limit: 105 })!;
    its.fill(its.order('sell', 8)!);
    its.bench.report({ kind: 'replaced', clientId: target.clientId, updatedAt: its.bench.at });
    its.fill(its.order('buy', 6, { stopLoss: 95 })!);
    const stop = its.bench.submissions.at(-1)!;
    expect(stop).toMatchObject({ quantity: '6', stop: '95' });
    its.accept(stop);
    its.fill(its.order('sell', 5)!);
    expect(its.changes).toEqual([
      [target.clientId, '2'],
      [stop.clientId, '1'],
    ]);
    its.bench.report({ kind: 'replaced', clientId: stop.clientId, updatedAt: its.bench.at });
    its.fill(its.order('buy', 6)!);
    expect(its.changes.slice(2)).toEqual([
      [stop.clientId, '6'],
      [target.clientId, '3'],
    ]);
  });

  test('all end when a sale turns the position, though it is never flat', () => {
    const its = new Closing().holding(6);
    const stop = its.order('sell', 6, { reduceOnly: true, stop: 95 })!;
    its.fill(its.order('sell', 12)!);
    expect(its.bench.held).toBe(-6);
    expect(its.cancels).toEqual([stop.clientId]);
  });

  test('a change that the broker refuses is followed by a cancel, and by an order of the right size', () => {
    const its = new Closing().holding(10);
    const close = its.order('sell', 10, { reduceOnly: true, limit: 105 })!;
    its.fill(its.order('sell', 4)!);
    its.bench.report({ kind: 'replace-refused', clientId: close.clientId, reason: 'not now' });
    expect(its.cancels).toEqual([close.clientId]);
    its.bench.report({ kind: 'canceled', clientId: close.clientId, reason: 'canceled', filled: 0, averagePrice: 0 });
    expect(its.bench.submissions.at(-1)).toMatchObject({ side: -1, quantity: '6', limit: '105', reduceOnly: true });
  });

  test('a fill that is taken back cuts what closed it, whichever order it was of', () => {
    const its = new Closing().holding(-10);
    its.fill(its.order('sell', 4)!);
    const close = its.order('buy', 14, { reduceOnly: true, limit: 95 })!;
    its.bench.report({ kind: 'bust', executionId: 'x2' });
    expect(its.bench.held).toBe(-10);
    expect(its.changes).toEqual([[close.clientId, '10']]);
  });

  test('what the books said was bought, and say no longer, cuts the exits of it at once', () => {
    const its = new Closing();
    const entry = its.order('buy', 10, { limit: 100, stopLoss: 95 })!;
    its.bench.report(books(entry.clientId, { filled: 10, averagePrice: 100, updatedAt: 1 }));
    const stop = its.bench.submissions[1];
    expect(stop).toMatchObject({ side: -1, quantity: '10' });
    its.accept(stop);
    its.bench.report(books(entry.clientId, { filled: 4, averagePrice: 100, updatedAt: 2 }));
    expect(its.bench.held).toBe(4);
    expect(its.changes).toEqual([[stop.clientId, '4']]);
  });

  test('nothing of it touches what another strategy holds', () => {
    const [one, other] = [puppet('one'), puppet('other')];
    const bench = new Bench({ strategies: [one, other], cash: 100_000 }).begin();
    for (const { wishes } of [one, other]) wishes.push(({ buy }) => void buy(10));
    bench.quote();
    for (const [index, order] of bench.submissions.slice().entries()) bench.fillOf(order, `x${index}`, 100, 10);
    one.wishes.push(({ sell }) => void sell(10, { reduceOnly: true, limit: 105 }));
    bench.quote();
    other.wishes.push(({ sell }) => void sell(10));
    bench.quote();
    bench.fillOf(bench.submissions.at(-1)!, 'y', 100, 10);
    expect(bench.asked.filter(({ kind }) => kind === 'cancel' || kind === 'replace')).toEqual([]);
  });
});

describe('what is to protect a purchase that has not filled', () => {
  const protection = { reduceOnly: true, stop: 95, timeInForce: 'GTC' } as const;

  test('waits here, however long, and leaves with the fill as fresh as an exit', () => {
    const its = new Closing();
    const entry = its.order('buy', 10, { limit: 98 })!;
    expect(its.order('sell', 10, protection)).toBeUndefined();
    its.bench.wait(3600);
    expect(its.bench.submissions).toHaveLength(1);
    its.fill(entry);
    const { quantity, sendBy } = its.bench.submissions[1];
    expect(quantity).toBe('10');
    expect(sendBy).toBeGreaterThan(its.bench.at);
  });

  test('leaves for what was bought, and grows with it', () => {
    const its = new Closing();
    const entry = its.order('buy', 10, { limit: 98 })!;
    its.order('sell', 10, protection);
    its.fill(entry, 4);
    const [, stop] = its.bench.submissions;
    expect(stop).toMatchObject({ side: -1, quantity: '4' });
    its.accept(stop);
    its.fill(entry, 6);
    expect(its.changes).toEqual([[stop.clientId, '10']]);
  });

  test('beside what is held protects that at once, and grows no larger than it was to be', () => {
    const its = new Closing().holding(4);
    const entry = its.order('buy', 10, { limit: 98 })!;
    const stop = its.order('sell', 12, protection)!;
    expect(stop).toMatchObject({ quantity: '4' });
    its.fill(entry);
    expect(its.changes).toEqual([[stop.clientId, '12']]);
  });

  test('where the broker lets it not grow it stays as it is', () => {
    const its = new Closing().holding(4);
    const entry = its.order('buy', 10, { limit: 98 })!;
    const stop = its.order('sell', 12, protection)!;
    its.fill(entry, 3);
    its.bench.report({ kind: 'replace-refused', clientId: stop.clientId, reason: 'not now' });
    its.fill(entry, 7);
    expect(its.changes).toEqual([[stop.clientId, '7']]);
    expect(its.cancels).toEqual([]);
  });

  test('ends with an entry that bought nothing', () => {
    const its = new Closing();
    const entry = its.order('buy', 10, { limit: 98 })!;
    its.order('sell', 10, protection);
    its.bench.report({ kind: 'canceled', clientId: entry.clientId, reason: 'canceled', filled: 0, averagePrice: 0 });
    expect(its.bench.submissions).toHaveLength(1);
    expect(its.ends).toContain('nothing-to-reduce');
  });

  test('at the market it does not wait: there is nothing to close', () => {
    const its = new Closing();
    its.order('buy', 10, { limit: 98 });
    expect(its.order('sell', 10, { reduceOnly: true })).toBeUndefined();
    expect(its.ends).toEqual(['nothing-to-reduce']);
  });
});

describe('exits of an entry that closes what is held on the other side', () => {
  test('are for what it has opened beyond that', () => {
    const its = new Closing().holding(-4);
    const entry = its.order('buy', 10, { limit: 100, stopLoss: 95 })!;
    its.fill(entry, 3);
    expect(its.bench.submissions).toHaveLength(2);
    its.fill(entry, 3);
    expect(its.bench.submissions[2]).toMatchObject({ side: -1, quantity: '2', stop: '95' });
    its.accept(its.bench.submissions[2]);
    its.fill(entry, 4);
    expect(its.changes).toEqual([[its.bench.submissions[2].clientId, '6']]);
  });

  test('end unsent where it is canceled, or made smaller, before it has opened anything', () => {
    const canceled = new Closing().holding(-10);
    const entry = canceled.order('buy', 20, { limit: 100, stopLoss: 95 })!;
    canceled.fill(entry, 10);
    const { clientId } = entry;
    canceled.bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled: 10, averagePrice: 100 });
    expect(canceled.ends).toEqual(['canceled', 'parent-ended']);
    const smaller = new Closing().holding(-10);
    const other = smaller.order('buy', 20, { limit: 100, stopLoss: 95 })!;
    smaller.strategy.wishes.push(({ assets: [{ orders }], update }) => void update(orders[0], { quantity: 6 }));
    smaller.bench.quote();
    smaller.fill(other, 6);
    smaller.bench.report({ kind: 'replaced', clientId: other.clientId, updatedAt: smaller.bench.at });
    expect(smaller.ends).toEqual(['nothing-to-reduce']);
    expect(smaller.bench.submissions).toHaveLength(2);
  });

  test('end unsent where it opens nothing', () => {
    const its = new Closing().holding(-10);
    its.fill(its.order('buy', 10, { limit: 100, stopLoss: 95, takeProfit: 105 })!);
    expect(its.bench.submissions).toHaveLength(2);
    expect(its.ends).toEqual(['nothing-to-reduce', 'nothing-to-reduce']);
  });
});
