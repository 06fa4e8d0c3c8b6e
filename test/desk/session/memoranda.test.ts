/** B.6 A memorandum of each order: terms, instants, market, limits, and all that became of it with who said so. */
import { describe, expect, test } from 'vitest';
import { memorandaOf, type Memorandum } from '../../../src/desk/session/memoranda.ts';
import { MEMORANDUM_FIELDS, memorandumRows } from '../../../src/desk/session/memorandum-rows.ts';
import { headText, SESSION_JOURNAL, SESSION_VERSION, type SessionHead } from '../../../src/engine/live/index.ts';
import { Bench } from '../../engine/live/told-bench.ts';

function read(bench: Bench, more: Partial<SessionHead> = {}) {
  const { instruments } = bench.session.deck.tape;
  // Of a head only these are read.
  const head = {
    journal: SESSION_JOURNAL,
    version: SESSION_VERSION,
    mode: 'live',
    deck: { name: 'd' },
    strategies: [
      { name: 'one', parameters: {} },
      { name: 'two', parameters: {} },
    ],
    tape: { source: 'alpaca', instruments },
    lineage: 'l',
    code: { strategy: 's', engine: 'e' },
    limits: { orderShare: 0.1 },
    restored: null,
    ...more,
  } as unknown as SessionHead;
  return memorandaOf([headText(head), ...bench.records], 'journal');
}

const events = ({ events: all }: Memorandum): string[] => all.map(({ what, source }) => `${what} (${source})`);
const at = (bench: Bench): string => new Date(bench.at / 1000).toISOString().replace('.000Z', 'Z');

describe('B.6 a memorandum', () => {
  test('has the terms, the market and the account of the decision, and when it was asked for, taken and filled', () => {
    const bench = new Bench({});
    bench.wait(1);
    bench.act(({ buy }) => buy(20, { limit: 100, reason: 'cheap' }));
    const decided = at(bench);
    const [submission] = bench.submissions;
    bench.wait(1);
    bench.accept(submission);
    const taken = at(bench);
    bench.wait(1);
    bench.fill(submission, 5, 99.9);
    bench.fill(submission, 15, 100);
    const { orders, account, feed, code } = read(bench);
    expect({ account, feed, code }).toEqual({
      account: '…0001',
      feed: 'alpaca',
      code: { strategy: 's', engine: 'e' },
    });
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({
      order: 1,
      intent: submission.clientId,
      brokerId: 'b',
      strategy: 'one',
      requestedBy: null,
      symbol: 'AAA',
      quantity: 20,
      type: 'limit',
      limit: 100,
      stop: null,
      reduceOnly: false,
      reason: 'cheap',
      decidedAt: decided,
      decision: 'approved',
      market: { kind: 'quote', at: decided, bid: 99.99, ask: 100.01, bidSize: 100, askSize: 100 },
      account: { equity: 100_000, buyingPower: 100_000 },
      limitsSince: 'the beginning',
      askedAt: [decided],
      acknowledgedAt: taken,
      fills: [
        { quantity: 5, price: 99.9, at: at(bench) },
        { quantity: 15, price: 100 },
      ],
      canceledBy: null,
    });
    expect(events(orders[0])).toEqual(['submitted (desk)', 'accepted (broker)', 'filled (broker)', 'filled (broker)']);
    const [row] = memorandumRows(read(bench));
    expect(row).toMatchObject({ filled: 20, averagePrice: 99.975, state: 'filled', askedAt: decided, bid: 99.99 });
    expect(MEMORANDUM_FIELDS.filter((field) => row[field] === undefined)).toEqual([]);
  });

  test('is made of an order that was refused too, with rule, value and limit', () => {
    const bench = new Bench({ orderQuantity: { shares: 10, options: 1 } });
    bench.act(({ sell }) => sell(11, { limit: 101 }));
    const { orders } = read(bench);
    expect(orders).toMatchObject([
      {
        order: null,
        intent: null,
        decision: 'refused',
        refusal: 'order.quantity: order quantity 11 is above the limit of 10',
        quantity: -11,
        limit: 101,
        market: { bid: 99.99 },
        askedAt: [],
      },
    ]);
  });

  test('names who had it canceled, changed or asked for, and whose process decided', () => {
    const bench = new Bench({});
    bench.take({ kind: 'start', at: bench.at, by: 'ann' });
    bench.snapshot(100_000);
    bench.act(({ buy }) => buy(20, { limit: 100 }));
    bench.accept(bench.submissions[0]);
    bench.fill(bench.submissions[0], 5, 100);
    bench.command({ do: 'cancel', order: 'all' });
    bench.command({ do: 'flatten', symbol: 'all' });
    const { orders } = read(bench);
    expect(orders[0]).toMatchObject({ owner: 'ann', requestedBy: null });
    expect(events(orders[0])).toContain('asked to cancel (operator)');
    expect(orders[1]).toMatchObject({ owner: 'ann', requestedBy: 'operator', quantity: -5 });
  });

  test('says against which limits it was held, after they were changed', () => {
    const bench = new Bench({ orderShare: 0.1 });
    bench.command({ do: 'limit', limit: 'orderShare', value: 0.05 });
    bench.act(({ buy }) => buy(51, { limit: 100 }));
    const { orders, limits } = read(bench);
    expect(limits.map(({ limits: { orderShare } }) => orderShare)).toEqual([0.1, 0.05]);
    expect(orders[0]).toMatchObject({ decision: 'refused', limitsSince: limits[1].since });
  });

  test('of each leg of a package has the one request of all, its net price and what the broker said of it', () => {
    const bench = new Bench({});
    const at0 = bench.at;
    const leg = (order: number, instrument: number, quantity: number) => ({
      sequence: order,
      kind: 'submitted',
      at: at0,
      order,
      instrument,
      strategy: 0,
      quantity,
      amount: 12,
      text: 'spread',
    });
    const legs = [
      { symbol: 'AAA', side: -1, ratio: 1, isOpening: true },
      { symbol: 'BBB', side: 1, ratio: 1, isOpening: true },
    ];
    const ask = { kind: 'submit', clientId: 'td-1', order: 1, posts: 1, limit: '-0.6', reduceOnly: false, legs };
    const records = [
      { in: { kind: 'tick', at: at0 }, out: [leg(1, 0, -2), leg(2, 1, 2)], ask: [ask] },
      { in: { kind: 'report', at: at0, report: { kind: 'accepted', clientId: 'td-1', brokerId: 'b' } } },
    ];
    const packed = Object.assign(Object.create(bench) as Bench, {
      records: records.map((each) => JSON.stringify(each)),
    });
    const { orders } = read(packed);
    expect(orders.map(({ symbol, quantity }) => [symbol, quantity])).toEqual([
      ['AAA', -2],
      ['BBB', 2],
    ]);
    for (const order of orders) {
      expect(order).toMatchObject({ intent: 'td-1', brokerId: 'b', limit: -0.6, legs, type: 'combo' });
      expect(order.askedAt).toHaveLength(1);
      expect(order.acknowledgedAt).not.toBeNull();
    }
  });

  test('of an order of the session before says that it was carried over, and goes on', () => {
    const before = new Bench({});
    before.act(({ buy }) => buy(20, { limit: 100, reason: 'cheap' }));
    before.accept(before.submissions[0]);
    const restored = before.session.saveState();
    const records = [
      { in: { kind: 'report', at: before.at, report: { kind: 'link', state: 'up', reason: '' } } },
      {
        in: { kind: 'tick', at: before.at },
        out: [
          { sequence: 0, kind: 'filled', at: before.at, order: 1, instrument: 0, strategy: 0, quantity: 20, price: 99 },
        ],
      },
    ];
    const after = Object.assign(Object.create(before) as Bench, {
      records: records.map((each) => JSON.stringify(each)),
    });
    const [order] = read(after, { restored: JSON.parse(JSON.stringify(restored)) as SessionHead['restored'] }).orders;
    expect(order).toMatchObject({ order: 1, quantity: 20, type: 'limit', limit: 100, reason: 'cheap' });
    expect(events(order)).toEqual(['carried over (desk)', 'filled (desk)']);
    expect(order.fills).toMatchObject([{ quantity: 20, price: 99 }]);
  });
});
