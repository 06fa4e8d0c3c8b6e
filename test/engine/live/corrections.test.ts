/**
 * Executions that a broker corrects more than once, heard of in any order: nothing counts twice, and until the chain is
 * whole the symbol takes no new orders.
 */
import { describe, expect, test } from 'vitest';
import type { Bust, Fill } from '../../../src/engine/live/index.ts';
import type { DeckState } from '../../../src/engine/state/state.ts';
import { Bench, books, puppet } from './bench.ts';

/** A buy of ten at the broker; `fill` and `correction` are what it may tell of it. */
function bought(restore?: DeckState) {
  const strategy = puppet();
  const bench = new Bench({ strategies: [strategy], cash: 10_000, ...(restore === undefined ? {} : { restore }) });
  bench.snapshot(restore === undefined ? [] : [{ symbol: 'AAA', quantity: 5 }]);
  if (restore === undefined) strategy.wishes.push(({ buy }) => void buy(10, { limit: 105, timeInForce: 'GTC' }));
  bench.quote();
  const [clientId] = bench.session.venue!.tickets.keys();
  const fill = (executionId: string, quantity: number, price: number): Fill => ({
    kind: 'fill',
    clientId,
    executionId,
    symbol: 'AAA',
    side: 1,
    quantity,
    price,
    fee: 0,
  });
  const correction = (executionId: string, by: Fill): Bust => ({ kind: 'bust', executionId, by });
  if (restore === undefined) bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
  /** What becomes of an order for one more. */
  const another = (): readonly string[] => {
    strategy.wishes.push(({ buy }) => void buy(1, { limit: 90 }));
    bench.quote();
    return bench.entries('refused').map(({ text }) => text);
  };
  return { bench, clientId, fill, correction, another };
}

const UNPLACED = 'AAA: execution x2 was corrected, and nobody here knows it';

describe('LF-18 a correction of a correction that was not told', () => {
  test('counts no fill twice, and in the end stands for the first', () => {
    const { bench, fill, correction } = bought();
    bench.report(fill('x1', 5, 100));
    bench.report(correction('x2', fill('x3', 5, 102)));
    expect([bench.held, bench.cash]).toEqual([5, 10_000 - 500]);
    bench.report(correction('x1', fill('x2', 5, 101)));
    expect([bench.held, bench.cash]).toEqual([5, 10_000 - 510]);
    expect(bench.order.remainingUnits).toBe(5);
  });

  test('counts nothing while it waits, however often and in whatever words it is told', () => {
    const { bench, fill, correction } = bought();
    bench.report(fill('x1', 5, 100));
    bench.report(correction('x2', fill('x3', 5, 102)));
    const last = correction('x3', fill('x4', 5, 103));
    for (const again of [last, last, fill('x4', 5, 103)]) {
      bench.report(again);
      expect([bench.held, bench.cash]).toEqual([5, 10_000 - 500]);
    }
    bench.report(correction('x1', fill('x2', 5, 101)));
    expect([bench.held, bench.cash]).toEqual([5, 10_000 - 515]);
    expect(bench.session.states.frozenBecause(0)).toBeUndefined();
  });

  test('keeps new orders of its symbol back until the chain is whole, says so, and asks for the books', () => {
    const { bench, fill, correction, another } = bought();
    bench.report(fill('x1', 5, 100));
    const before = bench.asked.length;
    bench.report(correction('x2', fill('x3', 5, 102)));
    expect(another()).toEqual([`state.frozen: AAA is frozen: ${UNPLACED}`]);
    expect(bench.session.states.all.frozen.get(0)).toBe(UNPLACED);
    expect(bench.asked.slice(before).map(({ kind }) => kind)).toEqual(['snapshot']);
    bench.report(correction('x1', fill('x2', 5, 101)));
    expect(bench.session.states.frozenBecause(0)).toBeUndefined();
    another();
    expect(bench.submissions).toHaveLength(2);
    const told = bench.alerts.filter(({ code }) => code === 'fill.unplaced');
    expect(told.map(({ message, isOver }) => [message, isOver])).toEqual([
      [UNPLACED, undefined],
      [UNPLACED, true],
    ]);
  });

  test('five pieces of news in all 120 orders, each told twice or after every other once more, leave the same books and no doubt', () => {
    const news = ({ fill, correction }: ReturnType<typeof bought>): readonly (Fill | Bust)[] => [
      fill('x1', 5, 100),
      fill('y1', 5, 100),
      correction('x1', fill('x2', 5, 101)),
      correction('x2', fill('x3', 4, 102)),
      correction('y1', fill('y2', 5, 103)),
    ];
    for (const order of permutations([0, 1, 2, 3, 4])) {
      for (const copies of [[], [0], [0, 1, 2, 3, 4]]) {
        const its = bought();
        const { bench } = its;
        const all = news(its);
        for (const [place, which] of order.entries()) {
          bench.report(all[which]);
          for (const back of copies) if (back <= place) bench.report(all[order[place - back]]);
          expect(bench.held).toBeLessThanOrEqual(10);
        }
        const { frozen } = bench.session.states.all;
        expect([order, bench.held, bench.cash, frozen.size]).toEqual([order, 9, 10_000 - 408 - 515, 0]);
        expect(bench.order.remainingUnits).toBe(1);
      }
    }
  });

  test('of a chain that ends in a bust nothing stands, in whatever order it is told', () => {
    for (const order of permutations([0, 1, 2, 3])) {
      const { bench, fill, correction } = bought();
      const news = [
        fill('x1', 5, 100),
        correction('x1', fill('x2', 5, 101)),
        correction('x2', fill('x3', 5, 102)),
        { kind: 'bust', executionId: 'x3' } as const,
      ];
      for (const which of order) bench.report(news[which]);
      expect([order, bench.held, bench.cash, bench.session.states.all.frozen.size]).toEqual([order, 0, 10_000, 0]);
    }
  });

  test('what the books have beyond is inferred once, and stays when the chain is told', () => {
    const { bench, clientId, fill, correction } = bought();
    bench.report(fill('x1', 4, 100));
    bench.report(correction('y1', fill('y2', 6, 102)));
    bench.report(books(clientId, { status: 'filled', filled: 10, averagePrice: 101.2, updatedAt: 5 }));
    expect([bench.held, bench.cash]).toEqual([10, 10_000 - 1012]);
    bench.report(fill('y1', 6, 101));
    expect([bench.held, bench.cash]).toEqual([10, 10_000 - 1012]);
    expect(bench.session.states.frozenBecause(0)).toBeUndefined();
  });

  test('of an order of which no execution is known it is what the books have, once they were read whole', () => {
    const { bench, clientId, fill, correction } = bought();
    bench.report(correction('x2', fill('x3', 5, 102)));
    expect([bench.held, bench.order.remainingUnits]).toEqual([0, 10]);
    const order = books(clientId, { filled: 5, averagePrice: 102, updatedAt: bench.at });
    bench.report(order);
    expect(bench.session.states.frozenBecause(0)).toBe(UNPLACED);
    bench.snapshot([{ symbol: 'AAA', quantity: 5 }], { orders: [order], at: bench.at });
    expect([bench.held, bench.cash]).toEqual([5, 10_000 - 510]);
    expect(bench.session.states.frozenBecause(0)).toBeUndefined();
    bench.report(fill('x3', 5, 102));
    expect(bench.held).toBe(5);
  });

  test('waits over a night', () => {
    const { bench: yesterday, fill, correction } = bought();
    yesterday.report(fill('x1', 5, 100));
    yesterday.report(correction('x2', fill('x3', 5, 102)));
    const { bench } = bought(JSON.parse(JSON.stringify(yesterday.session.saveState())) as DeckState);
    expect(bench.session.states.frozenBecause(0)).toBe(UNPLACED);
    bench.report(correction('x1', fill('x2', 5, 101)));
    expect([bench.held, bench.cash]).toEqual([5, 10_000 - 510]);
    expect(bench.session.states.frozenBecause(0)).toBeUndefined();
  });

  test('a person may lift it, and what is told later is still put in its place', () => {
    const { bench, fill, correction } = bought();
    bench.report(fill('x1', 5, 100));
    bench.report(correction('x2', fill('x3', 5, 102)));
    const command = { do: 'unfreeze', symbol: 'AAA' } as const;
    bench.take({ kind: 'command', at: bench.at, by: 'test', reason: 'looked at', command });
    expect(bench.session.states.frozenBecause(0)).toBeUndefined();
    bench.report(correction('x1', fill('x2', 5, 101)));
    expect([bench.held, bench.cash]).toEqual([5, 10_000 - 510]);
  });
});

describe('LF-18 a broker whose ids say the whole chain', () => {
  test('of several the one that counts is replaced, and nothing waits', () => {
    for (const known of ['x1', 'x2', 'x3']) {
      const { bench, fill } = bought();
      bench.report(fill('y1', 5, 100));
      bench.report(fill(known, 5, 100));
      bench.report({ kind: 'bust', executionId: 'x3', before: ['x2', 'x1'], by: fill('x4', 5, 102) });
      expect([bench.held, bench.cash]).toEqual([10, 10_000 - 500 - 510]);
      expect(bench.session.states.all.frozen.size).toBe(0);
      for (const late of ['x1', 'x2', 'x3']) bench.report(fill(late, 5, 100));
      expect([bench.held, bench.cash]).toEqual([10, 10_000 - 500 - 510]);
    }
  });

  test('where none of them counts it is a fill', () => {
    const { bench, fill } = bought();
    bench.report(fill('y1', 5, 100));
    bench.report({ kind: 'bust', executionId: 'x2', before: ['x1'], by: fill('x3', 5, 102) });
    expect([bench.held, bench.cash]).toEqual([10, 10_000 - 500 - 510]);
  });
});

test('LF-18 an order that ends with more than is known, and had a correction, keeps its symbol back until the books show it', () => {
  const { bench, clientId, fill, correction, another } = bought();
  bench.report(fill('x1', 5, 100));
  bench.report(correction('x1', fill('x2', 5, 101)));
  bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled: 10, averagePrice: 101 });
  expect([bench.held, bench.order.status]).toEqual([5, 'canceled']);
  expect(another()).toEqual(['state.frozen: AAA is frozen: what order 1 filled by its end is asked']);
  bench.report(books(clientId, { status: 'canceled', filled: 10, averagePrice: 101, updatedAt: 5 }));
  expect([bench.held, bench.cash]).toEqual([10, 10_000 - 1010]);
  expect(bench.session.states.frozenBecause(0)).toBeUndefined();
});

test('LF-18 what was inferred from the report of an end is taken back where the books have less of it since', () => {
  const { bench, clientId, fill, correction } = bought();
  bench.report(fill('x2', 3, 100));
  bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled: 9, averagePrice: 100 });
  expect(bench.held).toBe(9);
  // Six more had filled, of which the broker made four before they were told.
  bench.report(correction('x1', fill('x3', 4, 100)));
  bench.report(fill('x1', 6, 100));
  bench.report(books(clientId, { filled: 3, averagePrice: 100, updatedAt: 5 }));
  expect(bench.held).toBe(9);
  bench.report(books(clientId, { status: 'canceled', filled: 7, averagePrice: 100, updatedAt: 9 }));
  expect([bench.held, bench.cash]).toEqual([7, 10_000 - 700]);
});

test('LF-18 a bust of what nobody here knows asks for the books, for it may be the correction of what counts', () => {
  const { bench, fill } = bought();
  bench.report(fill('x1', 5, 100));
  const before = bench.asked.length;
  for (let i = 0; i < 3; i++) bench.report({ kind: 'bust', executionId: 'x2' });
  bench.wait(1);
  expect(bench.asked.slice(before).map(({ kind }) => kind)).toEqual(['snapshot']);
});

function permutations<T>(of: readonly T[]): readonly (readonly T[])[] {
  if (of.length < 2) return [of];
  return of.flatMap((first, i) => permutations(of.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}
