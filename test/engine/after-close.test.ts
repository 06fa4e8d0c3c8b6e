/** Rows behind the last close of a tape belong to the session that they follow; before an open they are of the next one. */
import { expect, test } from 'vitest';
import { BarBuffer } from '../../src/market/bar-buffer.ts';
import { calendar } from '../../src/time/calendars.ts';
import { MINUTE } from '../../src/time/instant.ts';
import { bars, onBars, play, utc } from './play.ts';

/** Minutes that end at these times, each a dollar above the one before. */
function minutes(...ends: readonly string[]) {
  const buffer = new BarBuffer();
  ends.forEach((end, i) => buffer.add(utc(end), utc(end) - MINUTE, 100 + i, 100 + i, 100 + i, 100 + i, 1_000_000));
  return buffer.view();
}

const LATE = ['2024-01-02T20:59', '2024-01-02T21:00', '2024-01-02T21:01', '2024-01-02T21:03'];
const once = onBars({ 0: ({ buy }) => buy(10, { timeInForce: 'GTC' }) });

test.each([
  ['of one symbol', ['ABC']],
  ['of two', ['ABC', 'XYZ']],
])('bars after the last close make no session of their own: %s', (_what, symbols) => {
  const { result } = play({
    streams: symbols.map((symbol) => bars(minutes(...LATE), symbol, '1m')),
    calendarOf: calendar,
    setup: once,
  });
  expect([...result.sessions.time]).toEqual([utc('2024-01-02T21:03')]);
  expect(result.sessions.value.at(-1)).toBe(result.finalEquity);
  expect(result.finalEquity).toBeGreaterThan(result.startingCash);
});

test('the same bars in the middle of a tape begin the next session', () => {
  const columns = minutes(...LATE, '2024-01-03T14:31', '2024-01-03T14:32');
  const { result } = play({ streams: [bars(columns, 'ABC', '1m')], calendarOf: calendar, setup: once });
  expect([...result.sessions.time]).toEqual([utc('2024-01-02T21:00'), utc('2024-01-03T14:32')]);
});
