/**
 * The order path to a broker, case by case: what is asked, what is answered, and what is in the books then.
 */
import { describe, expect, test } from 'vitest';
import { LiveSession, type BrokerReport } from '../../../src/engine/live/index.ts';
import { asked, Bench, books, deckOf, OPEN, SECOND } from './bench.ts';

describe('the order path to a broker', () => {
  test('nothing is sent before the books agree with the broker’s', () => {
    const bench = new Bench().begin();
    expect(bench.session.states.account).toBe('active');
    const fresh = new LiveSession({ deck: deckOf(), broker: { genesis: 't', prefix: 'td', decisionLifeUs: SECOND } });
    fresh.take({ kind: 'start', at: OPEN });
    const { requests } = fresh.take({ kind: 'market', at: OPEN, rows: [['quote', 'AAA', 99.99, 100.01, 1, 1]] });
    expect(requests).toEqual([]);
    expect([...fresh.deck.journal.entries()].map(({ text }) => text).join()).toContain('state.recovering');
  });

  test('LF-01 a submission whose answer is lost is looked up and adopted, and stays reserved meanwhile', () => {
    const bench = asked();
    const reserved = (): boolean =>
      bench.session.deck.markets[0].working.includes(bench.order) && bench.order.remainingUnits === 10;
    bench.report({ kind: 'lost', clientId: bench.id, request: 'submit', cause: 'timeout' });
    expect(bench.order.status).toBe('unknown');
    // The broker answers the fourth look, seven and a half seconds later: never for a moment it counts as nothing.
    let looks = 0;
    for (let i = 0; i < 60 && bench.order.status === 'unknown'; i++) {
      expect(reserved()).toBe(true);
      bench.wait(1);
      expect(reserved()).toBe(true);
      if (bench.asked.at(-1)?.kind !== 'lookup') continue;
      looks++;
      if (looks < 4) bench.report({ kind: 'absent', clientId: bench.id });
      else bench.report(books(bench.id));
    }
    expect(looks).toBe(4);
    expect(bench.order.status).toBe('accepted');
    expect(reserved()).toBe(true);
    expect(bench.submissions).toHaveLength(1);
  });

  test('LF-02 a submission that never arrived is sent again under the same id while its decision is fresh', () => {
    const bench = asked();
    bench.report({ kind: 'lost', clientId: bench.id, request: 'submit', cause: 'timeout' });
    for (let i = 0; i < 40; i++) {
      bench.wait(1);
      if (bench.asked.at(-1)?.kind === 'lookup') bench.report({ kind: 'absent', clientId: bench.id });
    }
    expect(bench.submissions.map(({ clientId, posts }) => [clientId, posts])).toEqual([
      [bench.id, 1],
      [bench.id, 2],
    ]);
  });

  test('LF-02 with its time run out it becomes a tombstone, keeps its reservation, and is raised once', () => {
    const bench = asked();
    bench.at += 59 * SECOND;
    bench.report({ kind: 'lost', clientId: bench.id, request: 'submit', cause: 'timeout' });
    let alerts = 0;
    for (let i = 0; i < 60; i++) {
      bench.at += SECOND;
      const outcome = bench.session.take({ kind: 'tick', at: bench.at });
      for (const { kind } of outcome.requests) {
        if (kind !== 'lookup') continue;
        const report = { kind: 'absent', clientId: bench.id } as const;
        const after = bench.session.take({ kind: 'report', at: bench.at, report });
        alerts += after.alerts.filter(({ code }) => code === 'order.tombstone').length;
        expect(after.requests.filter((request) => request.kind === 'submit')).toEqual([]);
      }
    }
    expect(alerts).toBe(1);
    expect(bench.order.status).toBe('unknown');
    expect(bench.session.deck.markets[0].working).toContain(bench.order);
  });

  test('LF-03, LF-13 an order that was given up and then works is canceled at once, and its fill counts', () => {
    const bench = asked();
    bench.at += 59 * SECOND;
    bench.report({ kind: 'lost', clientId: bench.id, request: 'submit', cause: 'timeout' });
    for (let i = 0; i < 60; i++) {
      bench.wait(1);
      if (bench.asked.at(-1)?.kind === 'lookup') bench.report({ kind: 'absent', clientId: bench.id });
    }
    expect(bench.session.venue!.tickets.get(bench.id)!.isTombstone).toBe(true);
    // In the very step in which it is seen, once, and people hear of it.
    const { requests, alerts } = bench.report({ kind: 'accepted', clientId: bench.id, brokerId: 'b1' });
    expect(requests).toMatchObject([{ kind: 'cancel', clientId: bench.id, brokerId: 'b1' }]);
    expect(alerts.at(-1)).toMatchObject({ code: 'order.zombie', priority: 1 });
    bench.fill('x1', 4);
    expect(bench.held).toBe(4);
    bench.report({ kind: 'canceled', clientId: bench.id, reason: 'as asked' });
    expect(bench.asked.filter(({ kind }) => kind === 'cancel')).toHaveLength(1);
    // There was one order at the broker, and its strategy sends no more until a person has looked.
    expect(bench.submissions).toHaveLength(1);
    expect(bench.session.states.isPaused(0)).toBe(true);
  });

  test('LF-06 a refusal keeps the broker’s code, and nothing is sent again', () => {
    const bench = asked();
    bench.report({ kind: 'refused', clientId: bench.id, code: '40310000', message: 'insufficient buying power' });
    bench.wait(60);
    expect(bench.order.status).toBe('rejected');
    expect(bench.submissions).toHaveLength(1);
    expect([...bench.session.deck.journal.entries()].at(-1)).toMatchObject({
      kind: 'rejected',
      text: '40310000: insufficient buying power',
    });
  });

  test('LF-09 a fill that overtakes the acceptance is booked', () => {
    const bench = asked();
    bench.fill('x1', 10);
    bench.report({ kind: 'accepted', clientId: bench.id, brokerId: 'b1' });
    expect([bench.held, bench.order.status]).toEqual([10, 'filled']);
  });

  test('LF-10 an execution that is told twice counts once', () => {
    const bench = asked();
    for (let i = 0; i < 5; i++) bench.fill('x1', 4);
    expect(bench.held).toBe(4);
    expect(bench.session.venue!.executions.duplicates).toBe(4);
    expect(bench.entries('filled')).toHaveLength(1);
    expect(bench.cash).toBe(10_000 - 4 * 100);
  });

  test('LF-11 in whatever order they come, the same events leave the same books', () => {
    const order = { kind: 'order', symbol: 'AAA', side: 1, quantity: 10 } as const;
    const fill = { kind: 'fill', symbol: 'AAA', side: 1, fee: 0 } as const;
    const eventsOf = (clientId: string): BrokerReport[] => [
      { kind: 'accepted', clientId, brokerId: 'b1' },
      { ...fill, clientId, executionId: 'x1', quantity: 4, price: 99.98 },
      { ...fill, clientId, executionId: 'x2', quantity: 6, price: 100 },
      { ...fill, clientId, executionId: 'x1', quantity: 4, price: 99.98 },
      { ...order, clientId, status: 'working', filled: 4, averagePrice: 99.98, updatedAt: 1 },
      { ...order, clientId, status: 'filled', filled: 10, averagePrice: 99.992, updatedAt: 2 },
    ];
    let count = 0;
    for (const permutation of permutations([0, 1, 2, 3, 4, 5])) {
      const bench = asked();
      const events = eventsOf(bench.id);
      for (const index of permutation) bench.report(events[index]);
      const { ledger } = bench.session.deck;
      const books = [bench.held, bench.order.status, ledger.cashValue().toFixed(6)];
      expect(books, permutation.join()).toEqual([10, 'filled', '9000.080000']);
      count++;
    }
    expect(count).toBe(720);
  });

  test('LF-12 a fill that shows only in the books is inferred, and its execution takes its place', () => {
    const bench = asked();
    const books = { kind: 'order', clientId: bench.id, symbol: 'AAA', side: 1, quantity: 10 } as const;
    bench.report({ ...books, status: 'working', filled: 6, averagePrice: 99.995, updatedAt: 1 });
    expect(bench.held).toBe(6);
    expect(bench.session.deck.ledger.cashValue()).toBeCloseTo(10_000 - 6 * 99.995, 9);
    bench.fill('x1', 3, 99.99, 0.01);
    bench.fill('x2', 3, 100, 0.01);
    expect(bench.held).toBe(6);
    expect(bench.session.deck.ledger.cashValue()).toBeCloseTo(10_000 - 3 * 99.99 - 3 * 100 - 0.02, 9);
  });

  test('LF-13 a fill after a cancel is accepted, because shares that moved have moved', () => {
    const bench = asked();
    bench.report({ kind: 'accepted', clientId: bench.id, brokerId: 'b1' });
    bench.report({ kind: 'canceled', clientId: bench.id, reason: 'by the broker' });
    bench.fill('x1', 10);
    expect(bench.held).toBe(10);
  });

  test('LF-17 more fills than were asked for are taken as true, and raised', () => {
    const bench = asked();
    bench.fill('x1', 10);
    const report = { kind: 'fill', clientId: bench.id, executionId: 'x2', symbol: 'AAA', side: 1 } as const;
    const { alerts } = bench.session.take({
      kind: 'report',
      at: bench.at,
      report: { ...report, quantity: 5, price: 100, fee: 0 },
    });
    expect(bench.held).toBe(15);
    expect(alerts.map(({ code }) => code)).toContain('order.overfill');
    // In the same step its strategy is stopped.
    expect(bench.session.states.isPaused(0)).toBe(true);
  });

  test('LF-18 a bust is an entry that undoes another', () => {
    const bench = asked();
    bench.fill('x1', 10, 99.5);
    bench.report({ kind: 'bust', executionId: 'x1' });
    bench.report({ kind: 'bust', executionId: 'x1' });
    expect(bench.held).toBe(0);
    expect(bench.session.deck.ledger.cashValue()).toBe(10_000);
  });

  test('LF-18 an end that was told before a bust and comes after it counts no fill twice', () => {
    for (const isBustFirst of [false, true]) {
      const bench = asked();
      const { id } = bench;
      if (isBustFirst) bench.report({ kind: 'bust', executionId: 'x1' });
      bench.fill('x1', 4, 99.5);
      if (!isBustFirst) bench.report({ kind: 'bust', executionId: 'x1' });
      const lookUps = () => bench.asked.filter(({ kind }) => kind === 'lookup').length;
      bench.report({ kind: 'canceled', clientId: id, reason: 'canceled', filled: 4, averagePrice: 99.5 });
      expect(bench.held).toBe(0);
      expect(bench.order.status).toBe('canceled');
      expect(lookUps()).toBe(1);
      // The books know whether that was the fill of before, or another.
      const books = { kind: 'order', clientId: id, symbol: 'AAA', side: 1, quantity: 10, status: 'canceled' } as const;
      bench.report({ ...books, filled: 3, averagePrice: 99, updatedAt: 2 });
      expect(bench.held).toBe(3);
      expect(bench.cash).toBe(10_000 - 3 * 99);
      bench.wait(60);
      expect(lookUps()).toBe(1);
    }
  });

  test('an order that has ended is neither sent again nor given up when the broker does not find it', () => {
    const bench = asked();
    bench.fill('x1', 4, 99.5);
    bench.report({ kind: 'bust', executionId: 'x1' });
    bench.report({ kind: 'canceled', clientId: bench.id, reason: 'canceled', filled: 4, averagePrice: 99.5 });
    for (let i = 0; i < 50; i++) {
      bench.wait(1);
      bench.report({ kind: 'absent', clientId: bench.id });
    }
    expect(bench.submissions).toHaveLength(1);
    expect(bench.order.status).toBe('canceled');
    expect(bench.session.venue!.tickets.get(bench.id)!.isTombstone).toBe(false);
  });

  test('LF-43 a position that differs freezes its symbol until the books agree again', () => {
    const bench = new Bench().begin();
    bench.snapshot([{ symbol: 'AAA', quantity: 5, averagePrice: 90 }]);
    expect(bench.session.differences).toEqual([{ symbol: 'AAA', ours: 0, theirs: 5 }]);
    bench.quote();
    expect(bench.submissions).toEqual([]);
    bench.snapshot([]);
    expect(bench.session.states.frozenBecause(0)).toBeUndefined();
  });

  test('LF-41 a halt survives a restart, and only a command lifts it', () => {
    const bench = new Bench().begin();
    bench.take({ kind: 'command', at: bench.at, by: 'test', reason: 'drill', command: { do: 'halt' } });
    bench.take({ kind: 'start', at: bench.at });
    bench.snapshot([]);
    bench.quote();
    expect(bench.submissions).toEqual([]);
    bench.take({ kind: 'command', at: bench.at, by: 'test', reason: 'over', command: { do: 'clear' } });
    expect(bench.session.states.account).toBe('active');
  });
});

function* permutations(items: readonly number[]): Generator<readonly number[]> {
  if (items.length === 0) yield [];
  for (const item of items) {
    for (const rest of permutations(items.filter((other) => other !== item))) yield [item, ...rest];
  }
}
