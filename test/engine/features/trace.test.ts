/**
 * A trace of a window of time says what the strategy saw and why it did nothing.
 */
import { describe, expect, it } from 'vitest';
import { sma } from '../../../src/indicators/index.ts';
import type { Context, Handlers } from '../../../src/engine/strategy/strategy.ts';
import { playDays, utc, type Row } from '../play.ts';

const closes = [10, 9, 8, 9, 11, 12, 11, 8, 7];
const rows: Row[] = closes.map((close) => [close, close + 1, close - 1, close] as const);

function setup({ use, buy, sell, bars, schedule, note }: Context): Handlers {
  const fast = use(sma, 1);
  const slow = use(sma, 2);
  schedule('every friday, at close', () => note('friday'));
  return {
    onBar() {
      if (fast.crossedAbove(slow)) buy(1, { reason: 'up', limit: 5 });
      else if (bars.close.crossedBelow(8.5)) sell(1, 'down');
    },
  };
}

describe('a trace', () => {
  const trace = { from: utc('2024-01-04'), to: utc('2024-01-10') };
  const traced = playDays(rows, {}, { setup, trace });

  it('has each crossing that was asked about, with its numbers', () => {
    expect(
      traced.result.trace!.filter(({ call }) => call === 'bar').map(({ tests }) => tests.map(({ text }) => text)),
    ).toEqual([
      ['sma(1) 8 vs sma(2) 8.5: below, not above', 'close 8 vs 8.5: below, and was above before'],
      ['sma(1) 9 vs sma(2) 8.5: above, and was below before'],
      ['sma(1) 11 vs sma(2) 10: above, but was not below before', 'close 11 vs 8.5: above, not below'],
      ['sma(1) 12 vs sma(2) 11.5: above, but was not below before', 'close 12 vs 8.5: above, not below'],
    ]);
  });

  it('has the values of lines, positions, working orders, and the entries of each call', () => {
    const [first, second, timer, third] = traced.result.trace!;
    expect([first.call, second.call, timer.call, third.call]).toEqual(['bar', 'bar', 'timer', 'bar']);
    expect(first.lines.map(({ symbol, timeFrame, name, value }) => `${symbol} ${timeFrame} ${name} ${value}`)).toEqual([
      'ABC 1d sma(1) 8',
      'ABC 1d sma(2) 8.5',
    ]);
    expect([first.positions, first.orders]).toEqual([[], []]);
    expect(third.positions).toEqual([{ symbol: 'ABC', quantity: -1 }]);
    expect(third.orders.map(({ type, side, quantity, limit }) => [type, side, quantity, limit])).toEqual([
      ['limit', 1, 1, 5],
    ]);
    const [from, to] = second.entries;
    expect(traced.entries.slice(from, to).map(({ kind, text }) => `${kind} ${text}`)).toContain('submitted up');
    const [noteFrom, noteTo] = timer.entries;
    expect(traced.entries.slice(noteFrom, noteTo).map(({ text }) => text)).toEqual(['friday']);
  });

  it('changes nothing in the run, and is not there when it was not asked for', () => {
    const without = playDays(rows, {}, { setup });
    expect(without.result.trace).toBe(undefined);
    expect(without.entries).toEqual(traced.entries);
    const { trace: _trace, ...same } = traced.result;
    expect(same).toEqual(without.result);
  });
});
