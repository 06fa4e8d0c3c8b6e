/**
 * A shadow: who only looks at an account, and says what nothing explains.
 *
 * What is held and the cash there must be what they were at the reading before, with all that was executed and booked since,
 * and what an order says of its fills must be the sum of them. Beside a session its journal must hold the same. What differs
 * once may have moved between two answers: it counts when it still stands in another reading.
 */
import type { AccountBooks, BookedFill } from '../../engine/live/index.ts';

/** What a shadow remembers of a reading: plain data, kept between two runs. */
export interface Remembered {
  readonly at: number;
  /** Of which account, as a digest. */
  readonly account: string;
  readonly cash: number;
  readonly positions: Readonly<Record<string, number>>;
  /** What orders had filled that worked then. */
  readonly open: Readonly<Record<string, number>>;
  /** Executions and bookings that were counted by then. */
  readonly counted: readonly string[];
}

/** Something that nothing explains; what is no number is a text. */
export interface Unexplained {
  readonly what: 'position' | 'cash' | 'order' | 'equity' | 'journal';
  /** A symbol, or the number of an order; empty where it is the account. */
  readonly about: string;
  readonly expected: number | string;
  readonly found: number | string;
}

export interface Compared {
  readonly unexplained: readonly Unexplained[];
  /** What was new and explains the rest. */
  readonly fills: number;
  readonly bookings: number;
}

/** Units and money are told with so many digits at most. */
const UNIT = 1e-6;
const CENT = 0.01;
/** Prices move between two answers: so much of what is held may lie between equity and its parts, and a dollar. */
const PRICES = 0.01;
/** Of what is booked these move units; of a dividend the units are those that it was paid for. */
const MOVING: ReadonlySet<string> = new Set([
  'assignment',
  'exercise',
  'expiry',
  'delivery',
  'split',
  'rename',
  'other',
]);

/** Compares a reading with the one before; without one there is nothing to compare but the reading with itself. */
export function compare(before: Remembered | undefined, books: AccountBooks): Compared {
  const known = new Set(before?.counted);
  const fills = books.fills.filter(({ id }) => !known.has(id));
  const bookings = books.bookings.filter(({ id }) => !known.has(id));
  const unexplained: Unexplained[] = [...equityOf(books)];
  if (before === undefined) return { unexplained, fills: 0, bookings: 0 };
  const expected = new Map(Object.entries(before.positions));
  const add = (symbol: string, quantity: number): void =>
    void expected.set(symbol, (expected.get(symbol) ?? 0) + quantity);
  let { cash } = before;
  for (const { symbol, quantity, money } of fills) {
    add(symbol, quantity);
    cash += money;
  }
  for (const { symbol, quantity, money, activity } of bookings) {
    if (symbol !== '' && MOVING.has(activity)) add(symbol, quantity);
    cash += money;
  }
  const held = positionsOf(books);
  for (const symbol of [...new Set([...expected.keys(), ...Object.keys(held)])].sort()) {
    const [was, is] = [expected.get(symbol) ?? 0, held[symbol] ?? 0];
    if (Math.abs(was - is) > UNIT)
      unexplained.push({ what: 'position', about: symbol, expected: rounded(was), found: is });
  }
  const slack = CENT * (1 + fills.length + bookings.length);
  if (Math.abs(cash - books.cash) > slack) {
    unexplained.push({ what: 'cash', about: '', expected: rounded(cash), found: books.cash });
  }
  return {
    unexplained: [...unexplained, ...ordersOf(before, books, fills)],
    fills: fills.length,
    bookings: bookings.length,
  };
}

/** What a session's own ledger says against what the broker holds. */
export function compareJournal(ours: ReadonlyMap<string, number>, books: AccountBooks): Unexplained[] {
  const held = positionsOf(books);
  return [...new Set([...ours.keys(), ...Object.keys(held)])].sort().flatMap((symbol): Unexplained[] => {
    const [expected, found] = [ours.get(symbol) ?? 0, held[symbol] ?? 0];
    return Math.abs(expected - found) > UNIT
      ? [{ what: 'journal', about: symbol, expected: rounded(expected), found }]
      : [];
  });
}

/** What is remembered of a reading. `account` is the digest of its number. */
export function remember(books: AccountBooks, account: string): Remembered {
  return {
    at: books.at,
    account,
    cash: books.cash,
    positions: positionsOf(books),
    open: Object.fromEntries(books.orders.filter(({ isOpen }) => isOpen).map(({ id, filled }) => [id, filled])),
    counted: [...books.fills, ...books.bookings].map(({ id }) => id),
  };
}

/** Both what is unexplained in two readings of the same moment: what only one has moved between its answers. */
export function standing(first: readonly Unexplained[], second: readonly Unexplained[]): readonly Unexplained[] {
  return second.filter((each) => first.some(({ what, about }) => what === each.what && about === each.about));
}

function positionsOf({ positions }: AccountBooks): Record<string, number> {
  return Object.fromEntries(
    positions.filter(({ quantity }) => quantity !== 0).map(({ symbol, quantity }) => [symbol, quantity]),
  );
}

/** Orders that worked must be there still, and have filled what was executed of them. */
function ordersOf(before: Remembered, books: AccountBooks, fills: readonly BookedFill[]): Unexplained[] {
  const executed = new Map<string, number>();
  for (const { orderId, quantity } of fills) executed.set(orderId, (executed.get(orderId) ?? 0) + Math.abs(quantity));
  const orders = new Map(books.orders.map((order) => [order.id, order]));
  const found: Unexplained[] = [];
  for (const id of Object.keys(before.open)) {
    if (!orders.has(id)) found.push({ what: 'order', about: id, expected: 'in the books', found: 'nowhere' });
  }
  for (const [id, quantity] of executed) {
    const order = orders.get(id);
    if (order === undefined) continue;
    const expected = (before.open[id] ?? 0) + quantity;
    if (Math.abs(expected - order.filled) > UNIT) {
      found.push({ what: 'order', about: id, expected: rounded(expected), found: order.filled });
    }
  }
  for (const [id, filled] of Object.entries(before.open)) {
    const order = orders.get(id);
    if (order !== undefined && !executed.has(id) && Math.abs(order.filled - filled) > UNIT) {
      found.push({ what: 'order', about: id, expected: filled, found: order.filled });
    }
  }
  return found;
}

/** An answer that is empty by mistake is no flat account: its equity says otherwise. */
function equityOf({ cash, equity, positions }: AccountBooks): Unexplained[] {
  const worth = positions.reduce((sum, { value }) => sum + value, 0);
  const gross = positions.reduce((sum, { value }) => sum + Math.abs(value), 0);
  if (Math.abs(equity - cash - worth) <= 1 + PRICES * gross) return [];
  return [{ what: 'equity', about: '', expected: rounded(cash + worth), found: equity }];
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
