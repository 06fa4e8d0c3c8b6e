/**
 * Assignments, exercises and expiries at a broker that tells of none: read from positions where one reading explains them
 * all, and otherwise said and frozen.
 */
import { describe, expect, test } from 'vitest';
import { regT } from '../../../src/engine/sim/margin.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { plain, utc } from '../play.ts';
import { Bench, deckOf, puppet } from './bench.ts';

const P100 = 'ABC240119P00100000';
const P95 = 'ABC240119P00095000';
const C105 = 'ABC240119C00105000';
const LATER = 'ABC240216P00100000';
const OPENED = utc('2024-01-16T15:00');
const CLOSE = utc('2024-01-19T20:59');
const MORNING_AFTER = utc('2024-01-20T12:00');

const wide = { ...plain, margin: regT };

/** A session that holds contracts, the share last seen at `spot` in the last minute of their last day. */
function holding(lots: Readonly<Record<string, number>>, spot = 100, tellsBookings = false) {
  const { definition, wishes } = puppet();
  const instruments = [
    defineInstrument({ symbol: 'ABC', tick: 0.01, calendar: 'XNYS' }),
    ...Object.keys(lots).map((symbol) => occInstrument(symbol)),
  ];
  const bench = new Bench(
    {
      tape: { ...deckOf().tape, instruments },
      strategies: [{ definition }],
      cash: 1_000_000,
      conventions: wide,
      calendarOf: calendar,
    },
    OPENED,
    { tellsBookings },
  ).begin();
  bench.quote(99.99, 100.01, 'ABC');
  for (const [i, [symbol, quantity]] of Object.entries(lots).entries()) {
    const side = quantity > 0 ? 'buy' : 'sell';
    wishes.push(({ asset }) => void asset(symbol)[side](Math.abs(quantity), { limit: 2, timeInForce: 'DAY' }));
    bench.quote(2, 2.1, symbol);
    bench.fillOf(bench.submissions[i], `x${i}`, 2);
  }
  bench.at = CLOSE;
  bench.quote(spot - 0.01, spot + 0.01, 'ABC');
  bench.at = MORNING_AFTER;
  return { bench, wishes };
}

const held = (bench: Bench): Record<string, number> => {
  const { deck } = bench.session;
  return Object.fromEntries(
    deck.markets
      .map(({ symbol, index }) => [symbol, deck.ledger.netQuantity(index)])
      .filter(([, units]) => units !== 0),
  ) as Record<string, number>;
};

const texts = (bench: Bench, kind: string): string[] => bench.entries(kind).map(({ text }) => text);

describe('positions tell what a broker does not', () => {
  test.each([
    ['LF-47 a sold put that was assigned', { [P100]: -2 }, 97, [['ABC', 200]], 'assigned at expiry'],
    ['a sold call that was assigned', { [C105]: -1 }, 108, [['ABC', -100]], 'assigned at expiry'],
    ['LF-48 a bought put that was exercised', { [P100]: 1 }, 97, [['ABC', -100]], 'exercised at expiry'],
    ['a bought call that was exercised', { [C105]: 1 }, 108, [['ABC', 100]], 'exercised at expiry'],
  ] as const)('%s brings its shares at its strike', (_, lots, spot, positions, text) => {
    const { bench } = holding(lots, spot);
    bench.snapshot(positions.map(([symbol, quantity]) => ({ symbol, quantity })));
    expect(held(bench)).toEqual(Object.fromEntries(positions));
    expect([...texts(bench, 'assigned'), ...texts(bench, 'exercised')]).toEqual([text]);
    expect(bench.session.differences).toEqual([]);
    expect(bench.session.states.frozenBecause(0)).toBeUndefined();
  });

  test('contracts that expired worthless end, and a second look changes nothing', () => {
    const { bench } = holding({ [P95]: -1, [C105]: -1 });
    bench.snapshot([]);
    bench.snapshot([]);
    expect(held(bench)).toEqual({});
    expect(texts(bench, 'lapsed')).toHaveLength(2);
    expect(bench.session.differences).toEqual([]);
  });

  test('of three contracts two were assigned and one was not: the shares say it', () => {
    const { bench } = holding({ [P100]: -3 }, 100);
    bench.snapshot([{ symbol: 'ABC', quantity: 200 }]);
    expect(held(bench)).toEqual({ ABC: 200 });
    expect(texts(bench, 'lapsed')).toHaveLength(1);
  });

  test('an early assignment of a part is read before the contract has ended', () => {
    const { bench } = holding({ [LATER]: -3 }, 80);
    bench.snapshot([
      { symbol: 'ABC', quantity: 100 },
      { symbol: LATER, quantity: -2 },
    ]);
    expect(held(bench)).toEqual({ ABC: 100, [LATER]: -2 });
    expect(texts(bench, 'assigned')).toEqual(['assigned early']);
  });

  test.each([
    ['above both strikes neither leg was used', 101, 'lapsed', 2],
    ['below both strikes both were', 93, 'exercised', 1],
  ])('a put spread is gone and no share came: %s', (_, spot, kind, count) => {
    const { bench } = holding({ [P100]: -1, [P95]: 1 }, spot);
    bench.snapshot([]);
    expect(held(bench)).toEqual({});
    expect(texts(bench, kind)).toHaveLength(count);
  });

  test('of a spread that the market says nothing of, nothing is booked: it is said, and frozen', () => {
    const { bench } = holding({ [P100]: -1, [P95]: 1 }, 101);
    // The last price is of the next morning.
    bench.at = MORNING_AFTER;
    bench.quote(93, 93.02, 'ABC');
    bench.snapshot([]);
    expect(held(bench)).toEqual({ [P100]: -1, [P95]: 1 });
    expect(bench.alerts.map(({ message }) => message).join()).toContain('more than one thing, explains both');
    expect(bench.session.states.frozenBecause(1)).toContain('positions differ');
  });

  test.each([
    ['shares that no strike explains', { [P100]: -1 }, [{ symbol: 'ABC', quantity: 70 }], 'nothing, or more than one'],
    ['contracts that are gone before their end without shares', { [LATER]: -1 }, [], 'has not expired'],
  ])('%s are said, and frozen', (_, lots, positions, text) => {
    const { bench } = holding(lots);
    bench.snapshot(positions);
    expect(held(bench)).toEqual(lots);
    expect(bench.alerts.map(({ message }) => message).join()).toContain(text);
    expect(bench.session.states.frozenBecause(1)).toContain('positions differ');
  });

  test('while an order of ours is at work that may have moved them, nothing is read from positions', () => {
    const { bench, wishes } = holding({ [P100]: -1 }, 100);
    bench.at = CLOSE;
    wishes.push(({ asset }) => void asset(P100).buy(1, { limit: 0.5, timeInForce: 'GTC' }));
    bench.quote(0.4, 0.6, P100);
    bench.report({ kind: 'accepted', clientId: bench.submissions[1].clientId, brokerId: 'b9' });
    bench.at = MORNING_AFTER;
    bench.snapshot([]);
    expect(held(bench)).toEqual({ [P100]: -1 });
    expect(bench.alerts.map(({ message }) => message).join()).toContain('may have closed it');
  });

  test('a broker that tells its bookings is taken at its word alone', () => {
    const { bench } = holding({ [P100]: -1 }, 97, true);
    bench.snapshot([{ symbol: 'ABC', quantity: 100 }]);
    expect(held(bench)).toEqual({ [P100]: -1 });
  });
});
