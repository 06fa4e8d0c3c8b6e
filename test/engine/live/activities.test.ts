/**
 * What a broker books on options without an order: the entries are those of a backtest of the same.
 */
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../src/engine/journal/journal.ts';
import { LiveSession } from '../../../src/engine/live/index.ts';
import { recordText, verifySession } from '../../../src/engine/live/record.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { optionsOfDeck } from '../../../src/report/options/input.ts';
import { onBars, plain, utc } from '../play.ts';
import { playChain } from '../options/chain.ts';
import { Bench, deckOf, puppet, SECOND } from './bench.ts';

const PUT = 'ABC240119P00100000';
const CALL = 'ABC240119C00100000';
const conventions = { ...plain, margin: regT };
const MORNING_AFTER = utc('2024-01-20T12:00');

/** A session that holds `quantity` of a contract, bought or sold at `price`, the share at `spot`. */
function holding(symbol: string, quantity: number, price: number, spot: number) {
  const { definition, wishes } = puppet();
  const instruments = [defineInstrument({ symbol: 'ABC', tick: 0.01, calendar: 'XNYS' }), occInstrument(symbol)];
  const tape = deckOf().tape;
  const bench = new Bench(
    { tape: { ...tape, instruments }, strategies: [{ definition }], cash: 100_000, conventions, calendarOf: calendar },
    utc('2024-01-16T15:00'),
  ).begin();
  bench.quote(spot - 0.01, spot + 0.01, 'ABC');
  const side = quantity > 0 ? 'buy' : 'sell';
  wishes.push(({ asset }) => void asset(symbol)[side](Math.abs(quantity), { limit: price, timeInForce: 'DAY' }));
  bench.quote(price, price + 0.1, symbol);
  bench.fillOf(bench.submissions[0], 'x1', price);
  bench.at = MORNING_AFTER;
  return bench;
}

/** What of entries a backtest must have too: not their instants and numbers. */
function shape(entries: readonly Entry[]): string[] {
  const kinds = new Set(['filled', 'assigned', 'exercised', 'lapsed', 'cash']);
  return entries
    .filter(({ kind }) => kinds.has(kind))
    .map(({ kind, instrument, quantity, price, amount, balance, text }) =>
      [kind, instrument, quantity, price, amount, balance, text].join(' '),
    );
}

/** The same in a backtest: sold or bought on Tuesday, the share at `last` on Friday. */
function backtest(symbol: string, side: 'buy' | 'sell', last: number) {
  return playChain({
    closes: [100, 100, 100, last, last],
    quotes: { [symbol]: [[2, 2.2], [2, 2.2], [2, 2.2], undefined, undefined] },
    setup: onBars({ 0: ({ asset }) => void asset(symbol)[side](1) }),
  });
}

describe('options at a broker', () => {
  test.each([
    ['LF-47 a sold put that is assigned', PUT, -1, 2, 97, 'sell', 'assignment', 1, 100],
    ['LF-47 a sold call that is assigned', CALL, -1, 2, 103, 'sell', 'assignment', 1, -100],
    ['LF-48 a bought call that is exercised', CALL, 1, 2.2, 103, 'buy', 'exercise', -1, 100],
    ['LF-48 a bought put that is exercised', PUT, 1, 2.2, 97, 'buy', 'exercise', -1, -100],
  ] as const)('%s leaves the entries of a backtest', (_, symbol, held, price, spot, side, activity, closed, shares) => {
    const bench = holding(symbol, held, price, spot);
    bench.activity({ id: 'a1', activity, group: 'g1', symbol, quantity: closed, name: 'OPASN' });
    bench.activity({
      id: 'a2',
      activity: 'delivery',
      group: 'g1',
      symbol: 'ABC',
      quantity: shares,
      price: 100,
      money: -shares * 100,
    });
    bench.snapshot([{ symbol: 'ABC', quantity: shares }]);
    expect(bench.session.differences).toEqual([]);
    const played = backtest(symbol, side, spot);
    const ours = shape([...bench.session.deck.journal.entries()]);
    // In the session the shares are quoted one cent around the price at which the backtest has them.
    expect(ours).toEqual(shape(played.entries));
    expect(bench.cash).toBe(played.result.finalCash);
    expect(bench.alerts).toEqual([]);
  });

  test('LF-48 a contract that expires worthless leaves the entries of a backtest', () => {
    const bench = holding(PUT, -1, 2, 101);
    bench.activity({ activity: 'expiry', symbol: PUT, quantity: 1 });
    bench.snapshot([]);
    expect(bench.session.differences).toEqual([]);
    expect(shape([...bench.session.deck.journal.entries()])).toEqual(shape(backtest(PUT, 'sell', 101).entries));
    const refused = bench.session.deck.isTradable(1);
    expect(refused).toBe(false);
  });

  test('LF-48 what the broker sells out on the last day is booked for who holds it, and raised', () => {
    const bench = holding(CALL, 1, 2.2, 103);
    bench.at = utc('2024-01-19T20:10');
    const fill = { kind: 'fill', clientId: 'theirs', symbol: CALL, side: -1, quantity: 1, price: 2.9, fee: 0 } as const;
    bench.report({ ...fill, executionId: 'x9' });
    bench.report({ ...fill, executionId: 'x9' });
    bench.snapshot([]);
    expect(bench.session.differences).toEqual([]);
    expect(bench.cash).toBeCloseTo(100_000 - 220 + 290, 9);
    expect(bench.alerts.map(({ code }) => code)).toEqual(['position.liquidated']);
    expect(bench.session.states.account).toBe('active');
  });

  test('LF-48 what expires is said the session before, in the morning and two hours before the close, each once', () => {
    const bench = holding(PUT, -1, 2, 97);
    const said = (text: string): string[] => {
      bench.at = utc(text);
      const before = bench.alerts.length;
      bench.snapshot([{ symbol: PUT, quantity: -1 }]);
      bench.snapshot([{ symbol: PUT, quantity: -1 }]);
      return bench.alerts.slice(before).map(({ message }) => message);
    };
    expect(said('2024-01-17T15:00')).toEqual([]);
    expect(said('2024-01-18T15:00')).toEqual([`${PUT}: -1 expire with the next session, in the money`]);
    expect(said('2024-01-19T14:00')).toEqual([`${PUT}: -1 expire today, in the money`]);
    expect(said('2024-01-19T18:59')).toEqual([]);
    expect(said('2024-01-19T19:01')).toEqual([`${PUT}: -1 expire today, in less than two hours, in the money`]);
    expect(bench.alerts.every(({ code, priority }) => code === 'option.expiring' && priority === 2)).toBe(true);
  });

  test('no strategy acts before what the night brought is booked', () => {
    const bench = holding(PUT, -1, 2, 97);
    bench.take({ kind: 'start', at: bench.at });
    expect(bench.session.states.account).toBe('recovering');
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'snapshot', since: expect.any(Number) });
    bench.snapshot([{ symbol: 'ABC', quantity: 100 }], {
      happened: [
        {
          kind: 'activity',
          id: 'a1',
          activity: 'assignment',
          name: 'OPASN',
          group: 'g',
          symbol: PUT,
          quantity: 1,
          price: 0,
          money: 0,
        },
        {
          kind: 'activity',
          id: 'a2',
          activity: 'delivery',
          name: 'OPTRD',
          group: 'g',
          symbol: 'ABC',
          quantity: 100,
          price: 100,
          money: -10_000,
        },
      ],
    });
    expect([bench.held, bench.session.states.account]).toEqual([100, 'active']);
  });

  test('half of an assignment is not booked: the symbol is frozen until a person has looked', () => {
    const bench = holding(PUT, -1, 2, 97);
    bench.activity({ activity: 'assignment', group: 'g1', symbol: PUT, quantity: 1, name: 'OPASN' });
    bench.snapshot([{ symbol: PUT, quantity: -1 }]);
    expect(bench.held).toBe(0);
    expect(bench.alerts.map(({ code }) => code)).toEqual(['activity.unknown']);
    expect(bench.session.states.frozenBecause(1)).toContain('the other half of it is missing');
    expect(bench.session.states.frozenBecause(0)).toContain(PUT);
  });

  test.each([
    ['another number of shares', { quantity: 150, price: 100, money: -15_000 }, 'it moved 150 shares'],
    ['another strike', { quantity: 100, price: 99, money: -9900 }, 'at 99, its strike is 100'],
  ])('an assignment by %s is not guessed at', (_, delivery, why) => {
    const bench = holding(PUT, -1, 2, 97);
    bench.activity({ activity: 'assignment', group: 'g1', symbol: PUT, quantity: 1 });
    bench.activity({ activity: 'delivery', group: 'g1', symbol: 'ABC', ...delivery });
    expect(bench.held).toBe(0);
    expect(bench.alerts[0].message).toContain(why);
  });

  test('more contracts than the books have are not assigned', () => {
    const bench = holding(PUT, -1, 2, 97);
    bench.activity({ activity: 'assignment', group: 'g1', symbol: PUT, quantity: 2 });
    bench.activity({ activity: 'delivery', group: 'g1', symbol: 'ABC', quantity: 200, price: 100, money: -20_000 });
    bench.snapshot([{ symbol: PUT, quantity: -1 }]);
    expect(bench.held).toBe(0);
    expect(bench.alerts[0].message).toContain('our books have -1');
  });

  test('what is told before the fill that it ends is booked when that comes, and its freeze ends', () => {
    const bench = holding(PUT, -1, 2, 97);
    bench.activity({ id: 'a1', activity: 'assignment', group: 'g1', symbol: PUT, quantity: 2, name: 'OPASN' });
    const delivery = {
      activity: 'delivery',
      group: 'g1',
      symbol: 'ABC',
      quantity: 200,
      price: 100,
      money: -20_000,
    } as const;
    bench.activity({ id: 'a2', ...delivery });
    bench.snapshot([{ symbol: 'ABC', quantity: 200 }]);
    expect(bench.session.states.frozenBecause(1)).toBeDefined();
    const { clientId } = bench.submissions[0];
    const fill = {
      kind: 'fill',
      clientId,
      executionId: 'x2',
      symbol: PUT,
      side: -1,
      quantity: 1,
      price: 2,
      fee: 0,
    } as const;
    bench.report(fill);
    bench.snapshot([{ symbol: 'ABC', quantity: 200 }]);
    expect([bench.held, bench.session.differences]).toEqual([200, []]);
    expect([0, 1].map((index) => bench.session.states.frozenBecause(index))).toEqual([undefined, undefined]);
    expect(bench.session.alerts.isOpen('activity.unknown')).toBe(false);
  });
});

test('what is sold at a broker is remembered for a report: fills, holdings at the close, collateral, ends', () => {
  const bench = holding(PUT, -1, 2, 97);
  bench.take({ kind: 'tick', at: bench.at });
  bench.activity({ id: 'a1', activity: 'assignment', group: 'g1', symbol: PUT, quantity: 1 });
  bench.activity({
    id: 'a2',
    activity: 'delivery',
    group: 'g1',
    symbol: 'ABC',
    quantity: 100,
    price: 100,
    money: -1e4,
  });
  const { fills, sessions, ends, notes } = optionsOfDeck(bench.session.deck)!;
  // The sale, and the close by assignment.
  expect(fills.map(({ symbol, bid, ask, underlying }) => [symbol, bid, ask, underlying])).toEqual([
    [PUT, 2, 2.1, 97],
    [PUT, 2, 2.1, 97],
  ]);
  expect(sessions[0]).toMatchObject({ at: utc('2024-01-16T21:00'), holdings: [{ symbol: PUT, quantity: -1 }] });
  expect(sessions[0].collateral).toBeCloseTo(205 + 0.2 * 9700, 9);
  expect(ends).toMatchObject([{ kind: 'assigned', symbol: PUT, shares: 100 }]);
  expect(notes.at(-1)).toContain('A broker filled the orders');
});

test('a session with bookings replays to the same bytes', () => {
  const bench = holding(PUT, -1, 2, 97);
  bench.activity({ id: 'a1', activity: 'assignment', group: 'g1', symbol: PUT, quantity: 1 });
  bench.activity({
    id: 'a2',
    activity: 'delivery',
    group: 'g1',
    symbol: 'ABC',
    quantity: 100,
    price: 100,
    money: -10_000,
  });
  const make = (): LiveSession => {
    const { definition, wishes } = puppet();
    wishes.push(
      () => undefined,
      ({ asset }) => void asset(PUT).sell(1, { limit: 2, timeInForce: 'DAY' }),
    );
    const { tape } = bench.session.deck;
    return new LiveSession({
      deck: deckOf({ tape, strategies: [{ definition }], cash: 100_000, conventions }),
      broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60 * SECOND },
    });
  };
  const first = make();
  const texts = bench.inputs.map((input) => recordText(input, first.take(input), first));
  expect(first.deck.ledger.netQuantity(0)).toBe(100);
  expect(verifySession(make(), texts)).toBeUndefined();
});
