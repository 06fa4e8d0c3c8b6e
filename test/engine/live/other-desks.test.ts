/** LF-38 on two machines: no lease tells of the other desk, and the broker's books do. */
import { describe, expect, test } from 'vitest';
import type { OrderSnapshot } from '../../../src/engine/live/index.ts';
import { Bench, books, SECOND } from './bench.ts';

const THEIRS = 'td-7-0123456789abcdef0123';

function bookOf(bench: Bench, clientId: string, createdAt: number): OrderSnapshot {
  return { ...books(clientId, { status: 'working', side: 1, quantity: 3 }), createdAt, updatedAt: bench.at };
}

function begun(): Bench {
  const bench = new Bench();
  bench.snapshot([], { at: bench.at });
  bench.wait(20);
  return bench;
}

describe('LF-38 an order of another desk of ours', () => {
  test('that the broker took while we play stops new orders, and a person is told', () => {
    const bench = begun();
    bench.report(bookOf(bench, THEIRS, bench.at));
    expect(bench.alerts).toMatchObject([{ code: 'desk.second', priority: 1 }, { code: 'order.foreign' }]);
    expect(bench.session.states.account).toBe('halted');
    bench.quote();
    expect(bench.submissions).toEqual([]);
  });

  test('is found in the books too, where the stream was silent', () => {
    const bench = begun();
    bench.snapshot([], { at: bench.at, orders: [{ ...bookOf(bench, THEIRS, bench.at), status: 'filled' }] });
    expect(bench.alerts[0]).toMatchObject({ code: 'desk.second' });
  });

  test('from before is of a session that ended, and is only told', () => {
    const bench = begun();
    bench.report(bookOf(bench, THEIRS, bench.at - 3600 * SECOND));
    expect(bench.alerts).toMatchObject([{ code: 'order.foreign' }]);
    expect(bench.session.states.account).toBe('active');
  });

  test('with another shape is somebody’s hand, and is only told', () => {
    const bench = begun();
    bench.report(bookOf(bench, 'my-own-order', bench.at));
    expect(bench.alerts).toMatchObject([{ code: 'order.foreign' }]);
    expect(bench.session.states.account).toBe('active');
  });
});

test('LF-40 an order under our id that the broker had long before ours was decided is not ours', () => {
  const bench = new Bench().begin();
  bench.quote();
  bench.report({ kind: 'duplicate', clientId: bench.id });
  const theirs = books(bench.id, { status: 'filled', filled: 10, averagePrice: 90 });
  bench.report({ ...theirs, createdAt: bench.at - 7200 * SECOND });
  expect(bench.held).toBe(0);
  expect(bench.alerts).toMatchObject([{ code: 'order.foreign-id' }]);
  expect(bench.order.status).toBe('rejected');
});
