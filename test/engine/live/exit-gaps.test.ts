/** How long a position is without its stop at the broker: written down, and raised where it lasts. */
import { describe, expect, test } from 'vitest';
import { ExitBench } from './exit-bench.ts';

const PAIR = { stop: 101, stopLoss: 95, takeProfit: 105, timeInForce: 'GTC' } as const;

function notes(its: ExitBench): string[] {
  const { journal } = its.bench.session.deck;
  return [...journal.entries()].flatMap(({ kind, text }) =>
    kind === 'note' && text.includes('without') ? [text] : [],
  );
}

function gapsOf(its: ExitBench) {
  return its.bench.session.venue!.gaps;
}

/** A stop entry fills, and its exits are asked for. */
function filled(): ExitBench {
  const its = new ExitBench();
  const entry = its.buy(PAIR);
  its.bench.report({ kind: 'accepted', clientId: entry.clientId, brokerId: 'b1' });
  its.fill(entry.clientId, 'x1', 10, 101, 1);
  return its;
}

function taken(its: ExitBench): void {
  const { clientId } = its.newest;
  its.bench.report({ kind: 'accepted', clientId, brokerId: `of ${clientId}` });
  its.shows(`${clientId}/stop`, 'working', { quantity: 10, stop: 95 });
}

describe('a position without its stop at the broker', () => {
  test('is one from the fill of the entry until the broker has the exits, and that time is written down', () => {
    const its = filled();
    expect(gapsOf(its).now).toMatchObject([{ order: { type: 'stop' } }]);
    its.bench.wait(2);
    taken(its);
    expect(notes(its)).toEqual(['without a stop at the broker for 2.000 s']);
    expect(gapsOf(its).now).toEqual([]);
    expect(its.isQuiet).toBe(true);
  });

  test('is one again from the end of a pair until what is asked for anew is there', () => {
    const its = filled();
    taken(its);
    its.cancelOf('limit');
    const pair = its.newest.clientId;
    its.canceled(`${pair}/stop`);
    expect(gapsOf(its).now).toHaveLength(1);
    its.bench.wait(1);
    its.canceled(pair);
    const { clientId } = its.newest;
    expect(its.newest).toMatchObject({ type: 'stop', stop: '95' });
    its.bench.report({ kind: 'accepted', clientId, brokerId: 'b9' });
    expect(notes(its).at(-1)).toBe('without a stop at the broker for 1.000 s');
    expect(gapsOf(its).closed).toMatchObject({ count: 2, longestUs: 1_000_000 });
  });

  test('wakes a person after five seconds, once', () => {
    const its = filled();
    its.bench.wait(20);
    expect(its.bench.alerts.filter(({ code }) => code === 'exits.gone')).toHaveLength(1);
  });

  test('wakes a person at once where the broker rejected the stop', () => {
    const its = filled();
    taken(its);
    const { clientId } = its.newest;
    its.bench.report({ kind: 'rejected', clientId: `${clientId}/stop`, reason: 'no borrow' });
    expect(its.bench.alerts).toMatchObject([{ code: 'exits.gone', priority: 1 }]);
  });

  test('wakes a person where the stop ended at the broker and nobody here wanted that', () => {
    const its = new ExitBench();
    const entry = its.buy({ limit: 100, stopLoss: 95, timeInForce: 'GTC' });
    const { stop } = its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.canceled(stop);
    expect(its.isQuiet).toBe(true);
    its.bench.wait(6);
    const message = 'AAA has no stop: it ended at the broker, and nobody here wanted that (order 2)';
    expect(its.bench.alerts).toMatchObject([{ code: 'exits.gone', priority: 1, message }]);
  });

  test('wakes nobody where it ended because the position did, told later', () => {
    const its = new ExitBench();
    const { clientId } = its.buy({ limit: 100, stopLoss: 95, takeProfit: 105, timeInForce: 'GTC' });
    const { target, stop } = its.take(its.newest);
    its.fill(clientId, 'x1', 10, 100, 1);
    its.canceled(stop);
    its.bench.wait(3);
    its.fill(target, 'x2', 10, 105);
    its.bench.wait(3);
    expect(its.bench.alerts.map(({ code }) => code)).not.toContain('exits.gone');
  });

  test('is none where exits go along with their entry', () => {
    const its = new ExitBench();
    const entry = its.buy({ limit: 100, stopLoss: 95, takeProfit: 105, timeInForce: 'GTC' });
    its.take(entry);
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    expect(gapsOf(its).now).toEqual([]);
    expect(notes(its)).toEqual([]);
  });
});
