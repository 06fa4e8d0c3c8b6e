/** What a shadow calls unexplained: what two readings of an account differ by beyond what was executed and booked. */
import { describe, expect, test } from 'vitest';
import { compare, compareJournal, remember, standing } from '../../../src/desk/session/shadow.ts';
import type { AccountBooks, Activity, BookedFill } from '../../../src/engine/live/index.ts';

function books(more: Partial<AccountBooks> = {}): AccountBooks {
  const positions = more.positions ?? [{ symbol: 'AAPL', quantity: 10, value: 1000 }];
  const cash = more.cash ?? 9000;
  const equity = cash + positions.reduce((sum, { value }) => sum + value, 0);
  return { at: 0, number: 'PA1', cash, equity, positions, orders: [], fills: [], bookings: [], ...more };
}

const fill = (more: Partial<BookedFill> = {}): BookedFill => ({
  id: 'f1', orderId: 'o1', symbol: 'AAPL', quantity: 5, money: -500, ...more,
}); // prettier-ignore
const booking = (more: Partial<Activity>): Activity => ({
  kind: 'activity', id: 'b1', activity: 'dividend', name: 'DIV', symbol: '', quantity: 0, price: 0, money: 0, ...more,
}); // prettier-ignore
const before = remember(books({ orders: [{ id: 'o1', symbol: 'AAPL', status: 'new', isOpen: true, filled: 0 }] }), 'x');
const worked = { id: 'o1', symbol: 'AAPL', status: 'partially_filled', isOpen: true, filled: 5 };
const told = (now: AccountBooks, then: typeof before | undefined = before) => compare(then, now).unexplained;

describe('explained', () => {
  test('nothing moved', () => {
    expect(told(books({ orders: [{ ...worked, filled: 0 }] }))).toEqual([]);
  });

  test('the first reading has nothing before it', () => {
    expect(compare(undefined, books({ fills: [fill()] }))).toEqual({ unexplained: [], fills: 0, bookings: 0 });
  });

  test('fills move positions, cash and what their order says', () => {
    const now = books({
      cash: 8500,
      positions: [{ symbol: 'AAPL', quantity: 15, value: 1500 }],
      orders: [worked],
      fills: [fill()],
    });
    expect(compare(before, now)).toEqual({ unexplained: [], fills: 1, bookings: 0 });
    // Counted once: in the next reading it is still there, and moves nothing.
    expect(told({ ...now, orders: [worked] }, remember(now, 'x'))).toEqual([]);
  });

  test('a dividend moves cash, and not the units that it was paid for', () => {
    const bookings = [booking({ symbol: 'AAPL', quantity: 10, money: 2.5 })];
    expect(told(books({ cash: 9002.5, orders: [{ ...worked, filled: 0 }], bookings }))).toEqual([]);
  });

  test('an assignment takes the contract and brings the shares', () => {
    const put = remember(books({ positions: [{ symbol: 'AAPL261218P00100000', quantity: -1, value: -200 }] }), 'x');
    const bookings = [
      booking({ id: '1', activity: 'assignment', symbol: 'AAPL261218P00100000', quantity: 1 }),
      booking({ id: '2', activity: 'delivery', symbol: 'AAPL', quantity: 100, money: -10_000 }),
    ];
    const now = books({ cash: -1000, positions: [{ symbol: 'AAPL', quantity: 100, value: 10_000 }], bookings });
    expect(told(now, put)).toEqual([]);
  });
});

describe('not explained', () => {
  const orders = [{ ...worked, filled: 0 }];
  test.each<[string, AccountBooks, object]>([
    ['shares that came from nowhere', books({ orders, positions: [{ symbol: 'AAPL', quantity: 11, value: 1100 }] }), { what: 'position', about: 'AAPL', expected: 10, found: 11 }],
    ['a position that is gone', books({ orders, positions: [] }), { what: 'position', about: 'AAPL', expected: 10, found: 0 }],
    ['a cent too many', books({ orders, cash: 9000.02 }), { what: 'cash', about: '', expected: 9000, found: 9000.02 }],
    ['an order that is nowhere', books(), { what: 'order', about: 'o1', expected: 'in the books', found: 'nowhere' }],
    ['an order that says more than was executed', books({ orders: [worked] }), { what: 'order', about: 'o1', expected: 0, found: 5 }],
    ['a list that is empty by mistake', books({ orders, positions: [], equity: 10_000 }), { what: 'equity', about: '', expected: 9000, found: 10_000 }],
  ])('%s', (_, now, found) => {
    expect(told(now)).toContainEqual(found);
  }); // prettier-ignore

  test('a fill that moved nothing', () => {
    const now = books({ orders: [worked], fills: [fill()] });
    expect(told(now).map(({ what }) => what)).toEqual(['position', 'cash']);
  });

  test('what only one of two readings has moved between its answers', () => {
    const position = { what: 'position', about: 'AAPL', expected: 10, found: 11 } as const;
    const cash = { what: 'cash', about: '', expected: 1, found: 2 } as const;
    expect(standing([position, cash], [{ ...position, found: 12 }])).toEqual([{ ...position, found: 12 }]);
  });

  test('a journal that holds something else', () => {
    expect(compareJournal(new Map([['AAPL', 10], ['MSFT', 0]]), books())).toEqual([]);
    expect(compareJournal(new Map([['AAPL', 9]]), books())).toEqual([
      { what: 'journal', about: 'AAPL', expected: 9, found: 10 },
    ]);
  }); // prettier-ignore
});
