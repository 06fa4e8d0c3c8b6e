/** A clock that drifts is told from a second on, once, and when it is right again. */
import { expect, test } from 'vitest';
import { SkewWatch } from '../../../src/desk/session/skew.ts';
import type { BrokerReport } from '../../../src/engine/live/index.ts';
import { SECOND } from '../../../src/time/instant.ts';

const NOW = Date.UTC(2026, 10, 27, 15) * 1000;

/** Books that were made so many seconds before or after what this machine's clock says, one after the other. */
function told(...ahead: readonly number[]): readonly string[] {
  const lines: string[] = [];
  const watch = new SkewWatch({
    now: () => NOW,
    news: (code, message, isOver) => lines.push(`${isOver ? 'over ' : ''}${code}: ${message}`),
  });
  const account = { number: 'A1', cash: 0, equity: 0, buyingPower: 0, isBlocked: false };
  for (const seconds of ahead) {
    const at = NOW - seconds * SECOND;
    const books: BrokerReport = { kind: 'snapshot', at, happened: [], account, positions: [], orders: [] };
    watch.heard(books);
  }
  return lines;
}

test.each([
  [1.4, "clock.apart: this machine's clock is 1.4 s ahead of the broker's"],
  [-1.4, "clock.apart: this machine's clock is 1.4 s behind the broker's"],
])('a clock that is %d s off is told once, however long it stays so', (seconds, line) => {
  expect(told(seconds, seconds, seconds, 1.2)).toEqual([line]);
});

test('a second is none too many, and one answer that was slow is no wrong clock', () => {
  expect(told(1, 1, 0.9, 1.5, 0.1, 1.5, 0.1)).toEqual([]);
});

test('it is over with less than three quarters of a second, and told again when it comes again', () => {
  const line = "clock.apart: this machine's clock is 1.5 s ahead of the broker's";
  expect(told(1.5, 1.5, 0.9, 0.2, 0.2)).toEqual([line, `over ${line}`]);
  expect(told(1.5, 1.5, 0.2, 1.5, 1.5)).toEqual([line, `over ${line}`, line]);
});

test('books without a time say nothing', () => {
  const watch = new SkewWatch({ now: () => NOW, news: () => expect.fail('nobody is told') });
  const account = { number: 'A1', cash: 0, equity: 0, buyingPower: 0, isBlocked: false };
  for (let i = 0; i < 3; i++) watch.heard({ kind: 'snapshot', happened: [], account, positions: [], orders: [] });
});
