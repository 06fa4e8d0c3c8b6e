/** What a kill takes for an exit, from messages in whatever order they come. */
import { expect, test } from 'vitest';
import { KillBooks, type Held } from '../../../src/adapters/ib/kill-books.ts';

type News = Parameters<KillBooks['onOpenOrder']>;

/** An order that sells seven of contract 1, of which some have filled. */
function selling(filled: number): KillBooks {
  const books = new KillBooks(undefined);
  books.beginListing();
  const contract = { conId: 1, symbol: 'AAPL', secType: 'STK' };
  const order = { permId: 5, clientId: 11, action: 'SELL', totalQuantity: 7 };
  // The library's enums are these texts.
  books.onOpenOrder(3, contract as News[1], order as News[2], { status: 'Submitted' } as News[3]);
  books.onStatus({ permId: 5, filled });
  return books;
}

const held = (quantity: number): Held => new Map([[1, quantity]]);
const closes = (books: KillBooks, ...readings: Held[]): boolean => books.onlyCloses(books.working[0], readings);

test('what is left of an order counts, and not what it was placed for', () => {
  expect(closes(selling(3), held(4), held(4))).toBe(true);
  expect(closes(selling(2), held(4), held(4))).toBe(false);
});

test('an exit that fills after the list was told is one by what was held before', () => {
  expect(closes(selling(0), held(7), held(4))).toBe(true);
});

test('an exit that woke after the first reading is one by what is held afterwards', () => {
  expect(closes(selling(0), held(0), held(7))).toBe(true);
});

test('an older count of fills does not undo a newer one', () => {
  const books = selling(3);
  books.onStatus({ permId: 5, filled: 0 });
  expect(closes(books, held(4))).toBe(true);
});

test('what became of an order that no book tells of is unknown', () => {
  const books = selling(3);
  books.beginListing();
  expect(books.ended(new Set([5]))).toEqual([
    { id: '5', symbol: 'AAPL', side: 'sell', quantity: 7, filled: 3, how: 'unknown' },
  ]);
});
