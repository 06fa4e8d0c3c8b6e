/** Orders that a change has made into others at the broker: what is theirs, and what is still asked of which. */
import { describe, expect, test } from 'vitest';
import { books, SECOND, working } from './bench.ts';

describe('an order that a change has made into another one at the broker', () => {
  /** Changed and in force: the broker's order is b2 now, and b1 is the one before it. */
  function changed() {
    const given = working();
    given.wishes.push(({ update, assets: [{ orders }] }) => void update(orders[0], { quantity: 25 }));
    given.bench.quote();
    given.bench.report({ kind: 'replaced', clientId: given.clientId, brokerId: 'b2', updatedAt: 2 });
    return given;
  }

  test('is canceled where it works, although the books list the one before it last and of the same instant', () => {
    const { bench, clientId, wishes } = changed();
    const after = books(clientId, { brokerId: 'b2', quantity: 25, updatedAt: 3 });
    const before = books(clientId, { brokerId: 'b1', status: 'replaced', updatedAt: 3 });
    bench.snapshot([], { orders: [after, before] });
    expect(bench.order.remainingUnits).toBe(25);
    wishes.push(({ cancel, assets: [{ orders }] }) => cancel(orders[0]));
    bench.quote();
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'cancel', clientId, brokerId: 'b2' });
  });

  test('a cancel that is refused again and again is asked for less and less often', () => {
    const { bench, clientId, wishes } = changed();
    wishes.push(({ cancel, assets: [{ orders }] }) => cancel(orders[0]));
    bench.quote();
    let cancels = 0;
    let answered = bench.asked.length - 1;
    for (let second = 0; second < 60; second++) {
      // The broker answers at once; what it is asked without end would never come to the next second.
      for (; answered < bench.asked.length && cancels < 100; answered++) {
        const { kind } = bench.asked[answered];
        if (kind === 'cancel') bench.report({ kind: 'cancel-refused', clientId, reason: 'not now' });
        if (kind === 'lookup') bench.report(books(clientId, { brokerId: 'b2', quantity: 25, updatedAt: 4 }));
        if (kind === 'cancel') cancels++;
      }
      bench.wait(1);
    }
    // Ten looks in a minute; each may be asked twice, because the broker here answers a second late.
    expect(cancels).toBeGreaterThan(3);
    expect(cancels).toBeLessThanOrEqual(20);
    expect(bench.order.status).not.toBe('canceled');
  });
});

describe('books that were read before the newest fill', () => {
  test('freeze nothing, and are asked for again', () => {
    const { bench, fill } = working();
    bench.wait(10);
    fill('x1', 10);
    bench.snapshot([], { at: bench.at - SECOND / 2 });
    expect(bench.alerts).toEqual([]);
    bench.wait(3);
    expect(bench.asked.at(-1)?.kind).toBe('snapshot');
    bench.snapshot([], { at: bench.at });
    expect(bench.alerts.map(({ code }) => code)).toEqual(['position.drift']);
  });
});
