/** Changing an order that has filled in part, at a broker of which nobody knows how its size counts then. */
import { describe, expect, test } from 'vitest';
import { Bench, books, OPEN, puppet } from './bench.ts';

/** A buy of ten at 95, of which four have filled. */
function partly(filled = 4) {
  const strategy = puppet();
  const options = { strategies: [strategy], cash: 100_000 };
  const bench = new Bench(options, OPEN, { replacesPartFilled: false }).begin();
  strategy.wishes.push(({ buy }) => void buy(10, { limit: 95, timeInForce: 'GTC' }));
  bench.quote();
  const { clientId } = bench.submissions[0];
  bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
  if (filled > 0) bench.fillOf(bench.submissions[0], 'x1', 95, filled);
  const update = (change: { limit?: number; quantity?: number }): void => {
    strategy.wishes.push(({ update: change_, assets: [{ orders }] }) => void change_(orders[0], change));
    bench.quote();
  };
  const canceled = (): void =>
    void bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled, averagePrice: 95 });
  return { bench, clientId, update, canceled };
}

describe('an order that has filled in part and is to be changed', () => {
  test('is canceled, and what is left is asked for anew once it has ended', () => {
    const { bench, clientId, update, canceled } = partly();
    update({ limit: 96 });
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'cancel', clientId });
    expect(bench.submissions).toHaveLength(1);
    canceled();
    expect(bench.submissions[1]).toMatchObject({ quantity: '6', limit: '96', clientId: `${clientId}.2` });
    bench.report({ kind: 'accepted', clientId: `${clientId}.2`, brokerId: 'b2' });
    expect([bench.order.status, bench.order.remainingUnits]).toEqual(['accepted', 6]);
    bench.fillOf(bench.submissions[1], 'x2', 96);
    expect([bench.held, bench.order.status]).toEqual([10, 'filled']);
  });

  test('counts what fills on the way, and asks for less', () => {
    const { bench, clientId, update } = partly();
    update({ quantity: 20 });
    bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled: 9, averagePrice: 95 });
    expect([bench.held, bench.submissions[1].quantity]).toEqual([9, '11']);
    bench.report({ kind: 'accepted', clientId: `${clientId}.2`, brokerId: 'b2' });
    bench.report(books(`${clientId}.2`, { brokerId: 'b2', quantity: 11, updatedAt: 5 }));
    expect([bench.held, bench.order.remainingUnits]).toEqual([9, 11]);
  });

  test('is filled when it fills whole before the cancel, and nothing more is asked for', () => {
    const { bench, clientId, update } = partly();
    update({ limit: 96 });
    bench.report({ kind: 'cancel-refused', clientId, reason: 'order is already in "filled" state' });
    bench.report(books(clientId, { status: 'filled', filled: 10, averagePrice: 95, updatedAt: 5 }));
    expect([bench.held, bench.order.status, bench.submissions.length]).toEqual([10, 'filled', 1]);
  });

  test('is filled when more fills before it ends than was wanted of it', () => {
    const { bench, clientId, update } = partly();
    update({ quantity: 6 });
    bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled: 8, averagePrice: 95 });
    expect([bench.held, bench.order.status, bench.submissions.length]).toEqual([8, 'filled', 1]);
  });

  test('is canceled for good when somebody wants that meanwhile', () => {
    const { bench, update, canceled } = partly();
    update({ limit: 96 });
    const command = { do: 'cancel', order: 'all' } as const;
    bench.take({ kind: 'command', at: bench.at, by: 'me', reason: 'test', command });
    canceled();
    expect([bench.order.status, bench.submissions.length]).toEqual(['canceled', 1]);
  });

  test('one that fills in part while it is changed, and is counted anew there, is cut back', () => {
    const { bench, clientId, update } = partly(0);
    update({ limit: 96 });
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'replace', quantity: '10' });
    bench.fillOf(bench.submissions[0], 'x1', 95, 3);
    bench.report({ kind: 'replaced', clientId, brokerId: 'b2', updatedAt: 2 });
    // Three have filled, and the one in its place is of ten.
    bench.report(books(clientId, { brokerId: 'b2', quantity: 13, filled: 0, limit: 96, updatedAt: 3 }));
    expect(bench.order.remainingUnits).toBe(10);
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'cancel', brokerId: 'b2' });
    bench.report({ kind: 'canceled', clientId, brokerId: 'b2', reason: 'canceled', filled: 0, averagePrice: 0 });
    expect(bench.submissions[1]).toMatchObject({ quantity: '7', limit: '96' });
  });

  test('goes on in the next session', () => {
    const { bench, clientId, update } = partly();
    update({ limit: 96 });
    const state = JSON.parse(JSON.stringify(bench.session.saveState())) as ReturnType<typeof bench.session.saveState>;
    const next = new Bench({ strategies: [puppet()], cash: 100_000, restore: state }, bench.at + 1e6, {
      replacesPartFilled: false,
    });
    next.snapshot([{ symbol: 'AAA', quantity: 4 }], {
      orders: [books(clientId, { status: 'canceled', filled: 4, averagePrice: 95, updatedAt: 9 })],
    });
    expect(next.submissions.at(-1)).toMatchObject({ quantity: '6', limit: '96', clientId: `${clientId}.2` });
  });
});
