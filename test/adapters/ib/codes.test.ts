/** What each of the vendor's codes means for an order, a line of prices, a farm or the connection. */
import { expect, test } from 'vitest';
import { farmNews, hintOf, lineNews, linkNews, orderNews } from '../../../src/adapters/ib/codes.ts';

// The vendor's list of message codes; 10349 is not in it, and its text says that the time in force was changed.
test.each([
  [103, 'duplicate'],
  [104, 'change-refused'],
  [105, 'change-refused'],
  [110, 'refused'],
  [135, 'cancel-refused'],
  [161, 'cancel-refused'],
  [200, 'refused'],
  [201, 'refused'],
  [202, 'canceled'],
  [203, 'refused'],
  [321, 'refused'],
  [322, 'refused'],
  [382, 'refused'],
  [383, 'refused'],
  [387, 'refused'],
  [388, 'refused'],
  [391, 'refused'],
  [399, 'note'],
  [404, 'note-for-people'],
  [434, 'refused'],
  [435, 'refused'],
  [451, 'refused'],
  [460, 'refused'],
  [2109, 'note'],
  [10_043, 'refused'],
  [10_147, 'cancel-refused'],
  [10_148, 'cancel-refused'],
  [10_243, 'refused'],
  [10_318, 'refused'],
  [10_349, 'note-for-people'],
  // What is not known proves nothing: the order stays unknown until the books show it.
  [320, 'unknown'],
  [9999, 'unknown'],
])('code %i says %s of an order', (code, news) => expect(orderNews(code)).toBe(news));

test.each([
  [100, 'too-fast'],
  [326, 'locked'],
  [502, 'none'],
  [503, 'locked'],
  [504, 'none'],
  [505, 'garbled'],
  [506, 'locked'],
  [507, 'garbled'],
  [508, 'garbled'],
  [1100, 'lost'],
  [1101, 'back-without-data'],
  [1102, 'back'],
  [1300, 'locked'],
  [2107, 'none'],
  [2108, 'none'],
  [2110, 'lost'],
  [2158, 'none'],
])('code %i says %s of the connection', (code, news) => expect(linkNews(code)).toBe(news));

test.each([
  [101, 'none'],
  [200, 'none'],
  [354, 'none'],
  [10_089, 'none'],
  [10_090, 'none'],
  [10_167, 'late'],
  [10_168, 'none'],
  [10_190, 'none'],
  [10_197, 'none'],
  [322, 'broken'],
])('code %i says %s of a line of prices', (code, news) => expect(lineNews(code)).toBe(news));

test('farms of prices and of history break and are well again', () => {
  expect([2103, 2104, 2105, 2106, 2107].map(farmNews)).toEqual([
    { farm: 'prices', isBroken: true },
    { farm: 'prices', isBroken: false },
    { farm: 'history', isBroken: true },
    { farm: 'history', isBroken: false },
    undefined,
  ]);
});

test('what comes from a setting says which, and what is the order’s own fault says none', () => {
  const text = "Error validating request.-'b8' : cause - The API interface is currently in Read-Only mode.";
  expect(hintOf(321, text)).toContain('Read-Only API');
  expect(hintOf(321, 'Invalid action')).toBeUndefined();
  for (const code of [326, 354, 383, 435, 451, 460, 10_089, 10_168, 10_197]) expect(hintOf(code, '')).toBeDefined();
  for (const code of [110, 201, 202]) expect(hintOf(code, '')).toBeUndefined();
});
