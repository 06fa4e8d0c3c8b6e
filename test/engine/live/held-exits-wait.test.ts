/** When an exit that is held here does not go, though it was reached. */
import { describe, expect, test } from 'vitest';
import { OPEN, SECOND } from './bench.ts';
import { ExitBench } from './exit-bench.ts';
import { BOTH, held, NONE, reach, SINGLE } from './held-bench.ts';

describe('an exit that is held here', () => {
  test('does not go while the account is halted, and a person is told; it goes when that is lifted', () => {
    const its = held(NONE);
    its.bench.take({ kind: 'command', at: its.bench.at, by: 'op', reason: 'look', command: { do: 'halt' } });
    reach(its, 94);
    expect(its.bench.submissions).toHaveLength(1);
    expect(its.bench.alerts.map(({ code }) => code)).toContain('exits.gone');
    its.bench.take({ kind: 'command', at: its.bench.at, by: 'op', reason: 'done', command: { do: 'clear' } });
    its.bench.at += SECOND;
    its.bench.quote(94, 94.02);
    expect(its.newest).toMatchObject({ type: 'market' });
  });

  test('LF-37 does not go while the exchange halts its symbol, nor for the wait after it', () => {
    const its = held(NONE, 10, BOTH, { limits: { haltWait: 60 } });
    const status = (state: 'halted' | 'trading') =>
      void its.bench.take({ kind: 'status', at: its.bench.at, symbol: 'AAA', state, reason: 'LULD' });
    status('halted');
    reach(its, 94);
    expect(its.bench.submissions).toHaveLength(1);
    expect(its.bench.alerts.map(({ code }) => code)).toContain('exits.gone');
    status('trading');
    its.bench.at += 59 * SECOND;
    its.bench.quote(94, 94.02);
    expect(its.bench.submissions).toHaveLength(1);
    its.bench.at += SECOND;
    its.bench.quote(94, 94.02);
    expect(its.newest).toMatchObject({ type: 'market' });
  });

  test('a target that may not go once its stop has ended gives way to it again', () => {
    const its = held();
    const stop = its.newest.clientId;
    reach(its, 105);
    expect(its.cancels).toEqual([stop]);
    its.bench.take({
      kind: 'command',
      at: its.bench.at,
      by: 'op',
      reason: 'look',
      command: { do: 'freeze', symbol: 'AAA' },
    });
    its.canceled(stop);
    expect(its.newest).toMatchObject({ type: 'stop', stop: '95', quantity: '10' });
    expect(its.newest.clientId).not.toBe(stop);
  });

  test('LF-37 goes when nobody listened to the end of the halt and the wait after that is over', () => {
    const its = held(NONE, 10, BOTH, { limits: { haltWait: 60 } });
    its.bench.take({ kind: 'status', at: its.bench.at, symbol: 'AAA', state: 'halted', reason: 'LULD' });
    its.bench.at += 30 * SECOND;
    its.bench.take({ kind: 'start', at: its.bench.at });
    its.bench.snapshot([{ symbol: 'AAA', quantity: 10 }], { at: its.bench.at });
    reach(its, 94);
    expect(its.bench.submissions).toHaveLength(1);
    its.bench.at += 60 * SECOND;
    its.bench.quote(94, 94.02);
    expect(its.newest).toMatchObject({ type: 'market' });
  });

  test('does not rest there before books are compared, whatever a person has let go', () => {
    const { bench, ...its } = new ExitBench(undefined, OPEN, SINGLE);
    const command = (what: 'halt' | 'clear') =>
      void bench.take({ kind: 'command', at: bench.at, by: 'op', reason: 'test', command: { do: what } });
    its.strategy.wishes.push(({ buy }) => void buy(10, BOTH));
    bench.quote();
    bench.report({ kind: 'accepted', clientId: bench.id, brokerId: 'b1' });
    command('halt');
    bench.fill('x1', 10);
    bench.take({ kind: 'start', at: bench.at });
    command('clear');
    bench.wait(3);
    expect(bench.submissions).toHaveLength(1);
    bench.snapshot([{ symbol: 'AAA', quantity: 10 }], { at: bench.at });
    expect(bench.submissions.slice(1)).toMatchObject([{ type: 'stop', stop: '95' }]);
  });
});
