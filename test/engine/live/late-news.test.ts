/** What the simulator found: news that is late, repeated or rounded, and what it must not undo. */
import { describe, expect, test } from 'vitest';
import { asked, Bench, books, working } from './bench.ts';

/** Lost, not found for as long as it is looked for, and sent again. */
function sentAgain(): Bench {
  const bench = asked();
  bench.report({ kind: 'lost', clientId: bench.id, request: 'submit', cause: 'timeout' });
  for (let i = 0; i < 40; i++) {
    bench.wait(1);
    if (bench.asked.at(-1)?.kind === 'lookup') bench.report({ kind: 'absent', clientId: bench.id });
  }
  expect(bench.submissions).toHaveLength(2);
  return bench;
}

describe('late news', () => {
  test('a repeated submission that is refused says nothing of the first one, which may yet arrive', () => {
    const bench = sentAgain();
    bench.report({ kind: 'refused', clientId: bench.id, code: '40310000', message: 'insufficient buying power' });
    expect(bench.order.status).toBe('unknown');
    expect(bench.session.deck.markets[0].working).toContain(bench.order);
    bench.fill('x1', 10);
    expect(bench.held).toBe(10);
    expect(bench.order.status).toBe('filled');
  });

  test('an order that was rejected and fills in part works after all, with the rest of it reserved', () => {
    const bench = asked();
    bench.report({ kind: 'refused', clientId: bench.id, code: '1', message: 'no' });
    expect(bench.order.status).toBe('rejected');
    bench.fill('x1', 4);
    expect(bench.order.status).toBe('partially-filled');
    expect(bench.session.deck.markets[0].working).toContain(bench.order);
    bench.fill('x2', 6);
    expect(bench.session.deck.markets[0].working).toEqual([]);
  });

  test('a change of price alone is not in force because the size is what it was', () => {
    const { bench, clientId, wishes } = working();
    wishes.push(({ update, assets: [{ orders }] }) => void update(orders[0], { limit: 96 }));
    bench.quote();
    bench.report({ kind: 'lost', clientId, request: 'replace', cause: 'timeout' });
    bench.report(books(clientId, { updatedAt: 2 }));
    expect(bench.order.status).toBe('pending-update');
    bench.report(books(clientId, { updatedAt: 3, limit: 95 }));
    expect(bench.order.status).toBe('pending-update');
    bench.report(books(clientId, { updatedAt: 4, limit: 96 }));
    expect(bench.order.status).toBe('accepted');
    expect(bench.order.limit).toBe(96);
  });

  test('of a fill that was inferred, the books say at which price a part of it went', () => {
    const bench = asked();
    bench.report(books(bench.id, { filled: 4, averagePrice: 99.875, updatedAt: 1 }));
    // Three at 99.88 and one at 99.86, which was busted since.
    bench.report(books(bench.id, { filled: 3, averagePrice: 99.88, updatedAt: 2 }));
    expect(bench.cash).toBeCloseTo(10_000 - 3 * 99.88, 9);
    bench.fill('x1', 3, 99.88);
    expect(bench.cash).toBeCloseTo(10_000 - 3 * 99.88, 9);
  });

  test('half of a fill that was inferred at an average of more digits than a price has is taken back to the cent', () => {
    const bench = asked();
    bench.report(books(bench.id, { filled: 10, averagePrice: 99.985, status: 'filled', updatedAt: 1 }));
    expect(bench.cash).toBeCloseTo(10_000 - 10 * 99.985, 9);
    // One of two executions, five at 99.98 and five at 99.99, was busted since.
    bench.report(books(bench.id, { filled: 5, averagePrice: 99.98, status: 'canceled', updatedAt: 2 }));
    bench.fill('x1', 5, 99.98);
    expect(bench.held).toBe(5);
    expect(bench.cash).toBeCloseTo(10_000 - 5 * 99.98, 9);
  });
});
