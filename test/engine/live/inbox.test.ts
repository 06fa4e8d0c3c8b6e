/** The inbox of a live tape: each row once, none older than what its series has seen, never more than fits. */
import { describe, expect, test } from 'vitest';
import { Inbox, type BarRow, type MarketRow } from '../../../src/engine/live/index.ts';

const MINUTE = 60_000_000;
const bar = (minute: number, close = 100, symbol = 'SPY'): BarRow => [
  'bar', symbol, '1m', minute * MINUTE, 100, 101, 99, close, 1000,
]; // prettier-ignore
const quote = (bid: number, symbol = 'SPY'): MarketRow => ['quote', symbol, bid, bid + 0.02, 100, 100];

test('LF-35 a bar that comes twice is taken once, and an older one is not taken at all', () => {
  const inbox = new Inbox();
  expect(inbox.add(bar(1), 2 * MINUTE, 0)).toBe(true);
  expect(inbox.add(bar(1), 2 * MINUTE, 0)).toBe(false);
  expect(inbox.add(bar(0), MINUTE, 0)).toBe(false);
  expect(inbox.add(bar(2), 3 * MINUTE, 0)).toBe(true);
  expect(inbox.counts).toEqual({ taken: 2, duplicates: 1, late: 1, replaced: 0, amended: 0, bad: 0 });
  expect(inbox.take(4 * MINUTE)?.rows).toEqual([bar(1)]);
  expect(inbox.take(4 * MINUTE)?.rows).toEqual([bar(2)]);
  expect(inbox.take(4 * MINUTE)).toBeUndefined();
});

test('bars of one series that come together are instants of their own, with what came between them', () => {
  const inbox = new Inbox();
  for (const row of [bar(1), quote(10), bar(1, 50, 'QQQ'), bar(2), quote(11), bar(3)]) {
    inbox.add(row, row[0] === 'bar' ? row[3] : MINUTE, 0);
  }
  expect(inbox.take(4 * MINUTE)?.rows).toEqual([bar(1), quote(10), bar(1, 50, 'QQQ')]);
  expect(inbox.take(4 * MINUTE)?.rows).toEqual([bar(2), quote(11)]);
  expect(inbox.take(4 * MINUTE)?.rows).toEqual([bar(3)]);
  expect(inbox.waiting).toBe(0);
});

test('symbols and time frames are series of their own', () => {
  const inbox = new Inbox();
  expect(inbox.add(bar(5), 6 * MINUTE, 0)).toBe(true);
  expect(inbox.add(bar(1, 100, 'QQQ'), 2 * MINUTE, 0)).toBe(true);
  const daily: BarRow = ['bar', 'SPY', '1d', 0, 1, 1, 1, 1, 1];
  expect(inbox.add(daily, 1, 0)).toBe(true);
});

test('two quotes of one instant are two, the same quote again is one', () => {
  const inbox = new Inbox();
  expect(inbox.add(quote(10), 5, 0)).toBe(true);
  expect(inbox.add(quote(10), 5, 0)).toBe(false);
  expect(inbox.add(quote(10.01), 5, 0)).toBe(true);
  expect(inbox.add(quote(9), 4, 0)).toBe(false);
  expect(inbox.counts).toMatchObject({ duplicates: 1, late: 1 });
});

test('trades of one instant are told apart by their ids, and without one both count', () => {
  const inbox = new Inbox();
  const trade: MarketRow = ['trade', 'SPY', 100, 5];
  expect(inbox.add(trade, 5, 0, '1')).toBe(true);
  expect(inbox.add(trade, 5, 0, '2')).toBe(true);
  expect(inbox.add(trade, 5, 0, '1')).toBe(false);
  expect(inbox.add(trade, 5, 0)).toBe(true);
  expect(inbox.add(trade, 5, 0)).toBe(true);
});

test('I22 when more waits than fits, a newer quote takes the place of the one that waits; bars and trades all stay', () => {
  const inbox = new Inbox(2);
  inbox.add(quote(10), 1, 0);
  inbox.add(quote(20, 'QQQ'), 1, 0);
  inbox.add(bar(1), 2 * MINUTE, 0);
  inbox.add(quote(11), 2, 0);
  inbox.add(bar(2), 3 * MINUTE, 0);
  expect(inbox.take(3 * MINUTE)?.rows).toEqual([quote(11), quote(20, 'QQQ'), bar(1)]);
  expect(inbox.take(3 * MINUTE)?.rows).toEqual([bar(2)]);
  expect(inbox.counts.replaced).toBe(1);
});

test('what a journal has is not taken again', () => {
  const inbox = new Inbox();
  inbox.seen({ kind: 'market', at: 5 * MINUTE, rows: [bar(3), quote(10)] });
  expect(inbox.add(bar(3), 4 * MINUTE, 0)).toBe(false);
  expect(inbox.add(quote(11), 4 * MINUTE, 0)).toBe(false);
  expect(inbox.add(bar(4), 5 * MINUTE, 0)).toBe(true);
});

test('a bar that is told anew is changed while it waits, and told to the session when it was taken', () => {
  const inbox = new Inbox();
  inbox.add(bar(1), 2 * MINUTE, 0);
  expect(inbox.amend(bar(1, 100.5), 0)).toBe(false);
  expect(inbox.take(2 * MINUTE)?.rows).toEqual([bar(1, 100.5)]);
  expect(inbox.amend(bar(1, 101), 0)).toBe(true);
  // The same once more, and one that nobody has seen: the one is no news, the other a bar like any.
  expect(inbox.amend(bar(1, 101), 0)).toBe(false);
  expect(inbox.amend(bar(2), 0)).toBe(false);
  expect(inbox.take(3 * MINUTE)?.rows).toEqual([bar(2)]);
  expect(inbox.amend(bar(1, 99.5), 0)).toBe(true);
  expect(inbox.counts).toMatchObject({ taken: 2, duplicates: 1, amended: 3 });
});

test('a trade that is corrected while it waits is taken as it is, and one that is taken back not at all', () => {
  const inbox = new Inbox();
  const trade = (price: number): MarketRow => ['trade', 'SPY', price, 10];
  for (const price of [100, 140, 101]) inbox.add(trade(price), MINUTE, 0, String(price));
  inbox.add(quote(100), MINUTE, 0);
  expect(inbox.amend(['correction', 'SPY', 140, 10, null, 0], 0)).toBe(false);
  expect(inbox.amend(['correction', 'SPY', 101, 10, 100.1, 20], 0)).toBe(false);
  inbox.add(quote(100.5), MINUTE, 0);
  expect(inbox.take(MINUTE)?.rows).toEqual([trade(100), ['trade', 'SPY', 100.1, 20], quote(100), quote(100.5)]);
  expect(inbox.amend(['correction', 'SPY', 100, 10, 99, 10], 0)).toBe(true);
});

describe('LF-33 prices that are none', () => {
  const none = [Number.NaN, Number.POSITIVE_INFINITY, 0, -1];

  test.each(none)('%d: no trade and no bar of it is taken, nor told anew with it', (price) => {
    const inbox = new Inbox();
    expect(inbox.add(['trade', 'SPY', price, 10], MINUTE, 0)).toBe(false);
    for (const place of [4, 5, 6, 7]) {
      const row = bar(1).with(place, price) as unknown as BarRow; // The same row with another number.
      expect(inbox.add(row, 2 * MINUTE, 0)).toBe(false);
    }
    expect(inbox.amend(['correction', 'SPY', 100, 10, price, 10], 0)).toBe(false);
    expect(inbox.waiting).toBe(0);
    expect(inbox.counts.bad).toBe(6);
    // What comes after it is as if it had never been.
    expect(inbox.add(bar(1), 2 * MINUTE, 0)).toBe(true);
  });

  test.each(none)('%d: a quote is taken without that side, so that nothing is ordered on it', (price) => {
    const inbox = new Inbox();
    expect(inbox.add(['quote', 'SPY', price, 100.02, 10, Number.NaN], MINUTE, 0)).toBe(true);
    expect(inbox.take(MINUTE)?.rows).toEqual([['quote', 'SPY', null, 100.02, 10, 0]]);
    expect(inbox.counts.bad).toBe(1);
  });

  test('a bar whose high is below its low is none', () => {
    expect(new Inbox().add(['bar', 'SPY', '1m', 0, 100, 99, 101, 100, 1], MINUTE, 0)).toBe(false);
  });

  test('of futures a price may be nought or below, and still no NaN', () => {
    const inbox = new Inbox(undefined, new Set(['CLK20']));
    expect(inbox.add(['trade', 'CLK20', -37.63, 1], MINUTE, 0)).toBe(true);
    expect(inbox.add(['trade', 'CLK20', Number.NaN, 1], MINUTE, 0)).toBe(false);
  });
});
