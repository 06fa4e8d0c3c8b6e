/**
 * Exits of a position at a broker: they are tied to each other here, and the broker knows nothing of it.
 */
import { describe, expect, test } from 'vitest';
import type { SubmitRequest } from '../../../src/engine/live/index.ts';
import { Bench, puppet } from './bench.ts';

/** Ten that are bought with a stop and a target; `filled` of them have filled. */
function bracket(filled: number) {
  const strategy = puppet();
  const bench = new Bench({ strategies: [strategy], cash: 100_000 }).begin();
  strategy.wishes.push(({ buy }) => void buy(10, { limit: 100, stopLoss: 95, takeProfit: 105, timeInForce: 'GTC' }));
  bench.quote();
  const [entry] = bench.submissions;
  bench.report({ kind: 'accepted', clientId: entry.clientId, brokerId: 'b1' });
  bench.fillOf(entry, 'x1', 100, filled);
  const exit = (type: string): SubmitRequest => bench.submissions.find((each) => each.type === type)!;
  for (const { clientId } of bench.submissions.slice(1))
    bench.report({ kind: 'accepted', clientId, brokerId: clientId });
  return { bench, entry, stop: exit('stop'), target: exit('limit'), exit, wishes: strategy.wishes };
}

describe('exits at a broker', () => {
  test('are sent when the entry has filled, for as much as has', () => {
    const { bench } = bracket(4);
    expect(bench.submissions.slice(1).map(({ quantity, reduceOnly }) => [quantity, reduceOnly])).toEqual([
      ['4', true],
      ['4', true],
    ]);
  });

  test('LF-18 a fill whose price is corrected keeps its exits: what was bought is held throughout', () => {
    for (const isTwice of [false, true]) {
      const { bench, entry } = bracket(10);
      const asked = bench.asked.length;
      const fill = { kind: 'fill', clientId: entry.clientId, symbol: 'AAA', side: 1, quantity: 10, fee: 0 } as const;
      const bust = { kind: 'bust', executionId: 'x1', by: { ...fill, executionId: 'x2', price: 99 } } as const;
      bench.report(bust);
      if (isTwice) bench.report(bust);
      bench.report({ ...fill, executionId: 'x2', price: 99 });
      bench.report({ ...fill, executionId: 'x1', price: 100 });
      expect(bench.held).toBe(10);
      expect(bench.session.deck.ledger.cashValue()).toBe(100_000 - 990);
      expect(bench.session.deck.ledger.positions[0][0].averagePrice).toBe(99);
      expect(bench.asked).toHaveLength(asked);
      expect(bench.session.deck.markets[0].working.map((exit) => exit.remainingUnits)).toEqual([10, 10]);
      expect(bench.alerts.map(({ code }) => code)).toEqual(['fill.busted']);
    }
  });

  test('a fill that is corrected to fewer cuts its exits, and one corrected to more lets them grow', () => {
    for (const quantity of [8, 10]) {
      const { bench, entry } = bracket(9);
      const fill = { kind: 'fill', clientId: entry.clientId, symbol: 'AAA', side: 1, price: 100, fee: 0 } as const;
      bench.report({ kind: 'bust', executionId: 'x1', by: { ...fill, executionId: 'x2', quantity } });
      expect(bench.held).toBe(quantity);
      const changes = bench.asked.filter((request) => request.kind === 'replace');
      expect(changes.map((change) => change.quantity)).toEqual([String(quantity), String(quantity)]);
    }
  });

  test('a correction of what is not told yet lets exits grow once it is', () => {
    const { bench, entry } = bracket(4);
    const fill = { kind: 'fill', clientId: entry.clientId, symbol: 'AAA', side: 1, price: 99, fee: 0 } as const;
    const sizes = (): readonly number[] =>
      bench.session.deck.markets[0].working.filter(({ side }) => side < 0).map((exit) => exit.remainingUnits);
    bench.report({ kind: 'bust', executionId: 'x8', by: { ...fill, executionId: 'x9', quantity: 6 } });
    expect([bench.held, ...sizes()]).toEqual([4, 4, 4]);
    bench.report({ ...fill, executionId: 'x8', quantity: 6 });
    expect([bench.held, ...sizes()]).toEqual([10, 10, 10]);
  });

  test('the one that fills cancels the other', () => {
    const { bench } = bracket(10);
    const target = bench.submissions.find(({ limit, side }) => side < 0 && limit !== undefined)!;
    bench.fillOf(target, 'x2', 105);
    expect(bench.held).toBe(0);
    expect(bench.asked.filter(({ kind }) => kind === 'cancel')).toHaveLength(1);
    expect(bench.alerts).toEqual([]);
  });

  test('in a fast market both fill: the books say so, and a person is told', () => {
    const { bench, stop } = bracket(10);
    const target = bench.submissions.find(({ limit, side }) => side < 0 && limit !== undefined)!;
    bench.fillOf(target, 'x2', 105);
    bench.report({ kind: 'cancel-refused', clientId: stop.clientId, reason: 'order is already in "filled" state' });
    bench.fillOf(stop, 'x3', 95);
    expect(bench.held).toBe(-10);
    expect(bench.alerts).toMatchObject([{ code: 'order.beyond-flat', priority: 1 }]);
    expect(bench.alerts[0].message).toContain('AAA is now -10');
  });

  test('an entry that is cancelled half filled keeps exits for what it has', () => {
    const { bench, entry, wishes } = bracket(4);
    wishes.push(({ cancel, assets: [{ orders }] }) => cancel(orders.find(({ side }) => side > 0)!));
    bench.quote();
    bench.report({ kind: 'canceled', clientId: entry.clientId, reason: 'canceled', filled: 4, averagePrice: 100 });
    const working = bench.session.deck.markets[0].working.map((order) => [order.side, order.remainingUnits]);
    expect(working).toEqual([
      [-1, 4],
      [-1, 4],
    ]);
  });
});
