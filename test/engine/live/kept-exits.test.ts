/**
 * Exits that go with their entry to a broker that keeps them: followed by ids that only the broker knows, and asked for anew
 * where what it kept of them has ended.
 */
import { describe, expect, test } from 'vitest';
import type { OrderOptions } from '../../../src/engine/strategy/strategy.ts';
import { utc } from '../play.ts';
import { books } from './bench.ts';
import { BOTH, ExitBench } from './exit-bench.ts';

describe('an entry that takes its exits along', () => {
  test('is one request, and nothing more is sent when it fills', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    expect(entry.exits).toEqual({ kind: 'bracket', target: { limit: '105' }, stop: { stop: '95' } });
    its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    expect(its.bench.submissions).toHaveLength(1);
    expect(its.working).toEqual([
      { type: 'stop', status: 'accepted', left: 10, price: 95 },
      { type: 'limit', status: 'accepted', left: 10, price: 105 },
    ]);
  });

  test('with one exit is one request too', () => {
    const its = new ExitBench();
    expect(its.buy({ limit: 100, stopLoss: 95 }).exits).toEqual({ kind: 'oto', stop: { stop: '95' } });
  });

  test.each([
    ['stands for another time than its exits', { ...BOTH, timeInForce: 'DAY' }],
    ['is of a type that takes none', { stop: 101, stopLoss: 95, takeProfit: 105 }],
    ['trails', { limit: 100, trailingStop: { amount: 2 }, takeProfit: 105 }],
    ['has its stop on the wrong side', { limit: 100, stopLoss: 100, takeProfit: 105 }],
  ] satisfies [string, OrderOptions][])('goes alone where it %s', (_why, options) => {
    expect(new ExitBench().buy(options).exits).toBeUndefined();
  });

  test('goes alone where something is held, or at work', () => {
    const its = new ExitBench();
    its.buy({ limit: 90, timeInForce: 'GTC' });
    expect(its.buy(BOTH).exits).toBeUndefined();
  });

  test('one exit fills: the other is ended by the broker, unasked, and looked for where nobody tells', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.fill(target, 'x2', 10, 105);
    expect(its.bench.held).toBe(0);
    expect(its.cancels).toEqual([]);
    its.bench.wait(3);
    expect(its.bench.asked.at(-1)).toMatchObject({ kind: 'lookup', clientId: stop });
    its.shows(stop, 'canceled');
    expect(its.working).toEqual([]);
    expect(its.isQuiet).toBe(true);
  });

  test('one exit fills in part: the other is of the rest', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.fill(target, 'x2', 4, 105);
    its.shows(stop, 'working', { quantity: 6, stop: 95 });
    expect(its.working).toMatchObject([{ left: 6 }, { left: 6 }]);
    its.fill(stop, 'x3', 6, 95);
    expect(its.bench.held).toBe(0);
    expect(its.bench.asked.filter(({ kind }) => kind === 'replace')).toEqual([]);
  });

  test('both fill in a fast market: a person is told', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.fill(target, 'x2', 10, 105);
    its.fill(stop, 'x3', 10, 95);
    expect(its.bench.held).toBe(-10);
    expect(its.bench.alerts).toMatchObject([{ code: 'order.beyond-flat' }]);
  });

  test('an exit whose fill is told before that of its entry is booked, and nobody is woken', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target } = its.take(entry);
    its.fill(target, 'x2', 10, 105);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    expect(its.bench.held).toBe(0);
    expect(its.isQuiet).toBe(true);
  });

  test('canceled half filled: its exits go on for what it has, once the broker has ended all', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 4, 100, 1);
    its.canceled(stop);
    its.canceled(entry.clientId, 4);
    expect(its.bench.submissions).toHaveLength(1);
    its.canceled(target);
    expect(its.newest).toMatchObject({
      quantity: '4',
      type: 'limit',
      side: -1,
      limit: '105',
      exits: { kind: 'oco', stop: { stop: '95' } },
    });
    its.bench.report({ kind: 'accepted', clientId: its.newest.clientId, brokerId: 'b9' });
    its.shows(`${its.newest.clientId}/stop`, 'working', { quantity: 4, stop: 95 });
    its.fill(`${its.newest.clientId}/stop`, 'x5', 4, 95);
    expect(its.bench.held).toBe(0);
    expect(its.isQuiet).toBe(true);
  });

  test('canceled before it filled: its exits have ended with it', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { stop, target } = its.take(entry);
    its.canceled(stop);
    its.canceled(entry.clientId);
    its.canceled(target);
    expect(its.working).toEqual([]);
    expect(its.bench.submissions).toHaveLength(1);
  });

  test('refused: nothing of it is left', () => {
    const its = new ExitBench();
    const { clientId } = its.buy(BOTH);
    its.bench.report({ kind: 'refused', clientId, code: '42210000', message: 'bracket orders must be entry orders' });
    expect(its.bench.entries('rejected', 'canceled').map(({ text }) => text)).toEqual([
      '42210000: bracket orders must be entry orders',
      'parent-ended',
      'parent-ended',
    ]);
  });

  test('one of two exits is canceled by its strategy: the broker ends both, and the other is sent again alone', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.cancelOf('limit');
    expect(its.cancels).toEqual([target]);
    its.canceled(stop);
    expect(its.bench.submissions).toHaveLength(1);
    its.canceled(target);
    expect(its.newest).toMatchObject({ type: 'stop', stop: '95', quantity: '10' });
    expect(its.newest.exits).toBeUndefined();
    expect(its.working).toMatchObject([{ type: 'stop', left: 10 }]);
  });

  test('what is held less is asked for anew, and a change that came too late for what was there changes nothing of it', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.strategy.wishes.push(({ update, assets: [{ orders }] }) => {
      update(
        orders.find(({ type }) => type === 'limit')!,
        { limit: 106 },
      );
    });
    its.bench.quote();
    expect(its.bench.asked.at(-1)).toMatchObject({ kind: 'replace', clientId: target });
    its.strategy.wishes.push(({ sell }) => void sell(4));
    its.bench.quote();
    its.fill(its.newest.clientId, 'x2', 4, 100);
    its.canceled(target);
    its.canceled(stop);
    expect(its.newest).toMatchObject({ quantity: '6', limit: '106', exits: { kind: 'oco', stop: { stop: '95' } } });
    its.bench.report({ kind: 'replaced', clientId: target, updatedAt: its.bench.at });
    expect(its.working).toMatchObject([
      { type: 'stop', left: 6, price: 95 },
      { type: 'limit', left: 6, price: 106 },
    ]);
  });

  test('an exit that is canceled while its entry has not filled is canceled once it has', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target } = its.take(entry);
    its.fill(entry.clientId, 'x1', 4, 100, 1);
    its.cancelOf('limit');
    expect(its.cancels).toEqual([]);
    its.fill(entry.clientId, 'x2', 6, 100, 1);
    expect(its.cancels).toEqual([target]);
  });

  test('what somebody else ends at the broker has ended', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.canceled(target);
    its.canceled(stop);
    expect(its.working).toEqual([]);
    expect(its.bench.submissions).toHaveLength(1);
  });

  test('a stop that goes with its entry gets its new price by being sent anew', () => {
    const its = new ExitBench();
    const entry = its.buy({ limit: 100, stopLoss: 95 });
    const { stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.strategy.wishes.push(({ update, assets: [{ orders }] }) => void update(orders[0], { stop: 97 }));
    its.bench.quote();
    expect(its.cancels).toEqual([stop]);
    its.canceled(stop);
    expect(its.newest).toMatchObject({ type: 'stop', stop: '97', quantity: '10' });
  });

  test('prices of exits are changed there, and their size is not', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    let isTaken: unknown;
    its.strategy.wishes.push(({ update, assets: [{ orders }] }) => {
      isTaken = update(orders[0], { quantity: 5 });
      update(orders[0], { stop: 97 });
    });
    its.bench.quote();
    expect(isTaken).toBe(false);
    expect(its.bench.asked.at(-1)).toMatchObject({ kind: 'replace', clientId: stop, stop: '97', quantity: '10' });
    its.bench.report({ kind: 'replaced', clientId: stop, brokerId: 'b7', updatedAt: 50 });
    expect(its.working).toMatchObject([{ type: 'stop', price: 97 }, { type: 'limit' }]);
  });

  test('goes on with all it knows in the next session', () => {
    const its = new ExitBench();
    const entry = its.buy(BOTH);
    const { target, stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    const state = JSON.parse(JSON.stringify(its.bench.session.saveState())) as ReturnType<
      typeof its.bench.session.saveState
    >;
    const next = new ExitBench(state, utc('2026-11-02T15:01'));
    next.bench.snapshot([{ symbol: 'AAA', quantity: 10 }], {
      orders: [
        books(target, { side: -1, limit: 105, updatedAt: 60, brokerId: `of ${target}` }),
        books(stop, { side: -1, stop: 95, updatedAt: 60, brokerId: `of ${stop}` }),
      ],
    });
    next.fill(stop, 'x2', 10, 95);
    expect(next.bench.held).toBe(0);
    expect(next.cancels).toEqual([]);
    next.canceled(target);
    expect(next.working).toEqual([]);
  });
});
