/**
 * Nights: a session ends, and the next one begins from what it left, with orders that work at the broker all the while.
 */
import { describe, expect, test } from 'vitest';
import { mustStay } from '../../../src/engine/live/broker/leaving.ts';
import type { DeckState } from '../../../src/engine/state/state.ts';
import { Bench, books, puppet, SECOND } from './bench.ts';

const NIGHT = 17 * 3600 * SECOND;

/** Two strategies; the second does what the test wants. */
function evening() {
  const one = puppet('one');
  const two = puppet('two');
  const bench = new Bench({ strategies: [one, two], cash: 100_000 }).begin();
  return { bench, wishes: two.wishes, wish: two.wishes };
}

/** The morning after: another process, which knows what the evening's session saved and nothing else. */
function morning(bench: Bench): { bench: Bench; wishes: ReturnType<typeof puppet>['wishes'] } {
  const restore = JSON.parse(JSON.stringify(bench.session.saveState())) as DeckState;
  const one = puppet('one');
  const two = puppet('two');
  const next = new Bench({ strategies: [one, two], cash: 100_000, restore }, bench.at + NIGHT);
  return { bench: next, wishes: two.wishes };
}

/** An evening with a buy of ten at 95 that works at the broker. */
function resting(timeInForce: 'DAY' | 'GTC' = 'GTC') {
  const { bench, wishes } = evening();
  wishes.push(({ buy }) => void buy(10, { limit: 95, timeInForce }));
  bench.quote();
  const { clientId } = bench.submissions[0];
  bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
  return { bench, clientId };
}

describe('orders over a night', () => {
  test('an order that is good till canceled works on under its id, and fills for who gave it', () => {
    const { bench: yesterday, clientId } = resting();
    const { bench } = morning(yesterday);
    bench.snapshot([], { orders: [books(clientId)] });
    expect(bench.session.states.account).toBe('active');
    expect(bench.submissions).toEqual([]);
    bench.report({
      kind: 'fill',
      clientId,
      executionId: 'x1',
      symbol: 'AAA',
      side: 1,
      quantity: 10,
      price: 95,
      fee: 0,
    });
    const { ledger } = bench.session.deck;
    expect(ledger.positions.map((own) => own[0].quantity)).toEqual([0, 10]);
    expect(bench.session.deck.markets[0].working).toEqual([]);
  });

  test('it can be changed and canceled as if there had been no night', () => {
    const { bench: yesterday, clientId } = resting();
    const { bench, wishes } = morning(yesterday);
    bench.snapshot([], { orders: [books(clientId)] });
    wishes.push(({ assets: [{ orders }], update }) => void update(orders[0], { limit: 96 }));
    bench.quote();
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'replace', clientId, brokerId: 'b1', limit: '96' });
    bench.report({ kind: 'replaced', clientId, brokerId: 'b2', updatedAt: 2 });
    wishes.push(({ assets: [{ orders }], cancel }) => cancel(orders[0]));
    bench.quote();
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'cancel', clientId, brokerId: 'b2' });
  });

  test('an order for the day ends when the broker says so, and frees what it held', () => {
    const { bench: yesterday, clientId } = resting('DAY');
    const { bench } = morning(yesterday);
    expect(bench.session.deck.markets[0].working).toHaveLength(1);
    bench.snapshot([], { orders: [books(clientId, { status: 'expired', updatedAt: 2 })] });
    expect(bench.session.deck.markets[0].working).toEqual([]);
    expect(bench.entries('expired')).toHaveLength(1);
  });

  test('an order that the broker does not list is asked about, not forgotten', () => {
    const { bench: yesterday, clientId } = resting('DAY');
    const { bench } = morning(yesterday);
    bench.snapshot([]);
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'lookup', clientId, brokerId: 'b1' });
    expect(bench.session.deck.markets[0].working).toHaveLength(1);
  });

  test('ids go on where the day before ended: none is used twice', () => {
    const { bench: yesterday, clientId } = resting();
    const { bench, wishes } = morning(yesterday);
    bench.snapshot([], { orders: [books(clientId)] });
    wishes.push(({ buy }) => void buy(1, { limit: 94 }));
    bench.quote();
    expect(bench.submissions.map((each) => each.order)).toEqual([yesterday.submissions[0].order + 1]);
    expect(bench.submissions[0].clientId).not.toBe(clientId);
  });

  test('an order whose answer the night has swallowed is looked up in the morning, and stays reserved', () => {
    const { bench: yesterday, wishes } = evening();
    wishes.push(({ buy }) => void buy(10, { limit: 95, timeInForce: 'GTC' }));
    yesterday.quote();
    const { clientId } = yesterday.submissions[0];
    const { bench } = morning(yesterday);
    const [order] = bench.session.deck.markets[0].working;
    expect(order.status).toBe('unknown');
    bench.wait(1);
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'lookup', clientId });
    for (let i = 0; i < 60; i++) {
      bench.wait(1);
      if (bench.asked.at(-1)?.kind === 'lookup') bench.report({ kind: 'absent', clientId });
    }
    // Its decision is of yesterday: it is not sent again.
    expect(bench.submissions).toEqual([]);
    expect(bench.alerts.map(({ code }) => code)).toContain('order.tombstone');
    expect(bench.session.deck.markets[0].working).toEqual([order]);
  });

  test('exits that wait for an entry wait over the night too', () => {
    const { bench: yesterday, wishes } = evening();
    wishes.push(({ buy }) => void buy(10, { limit: 95, timeInForce: 'GTC', stopLoss: 90, takeProfit: 99 }));
    yesterday.quote();
    const { clientId } = yesterday.submissions[0];
    yesterday.report({ kind: 'accepted', clientId, brokerId: 'b1' });
    const { bench } = morning(yesterday);
    bench.snapshot([], { orders: [books(clientId)] });
    bench.report({
      kind: 'fill',
      clientId,
      executionId: 'x1',
      symbol: 'AAA',
      side: 1,
      quantity: 10,
      price: 95,
      fee: 0,
    });
    expect(bench.submissions.map(({ type, side }) => [type, side])).toEqual([
      ['stop', -1],
      ['limit', -1],
    ]);
  });
});

describe('what counted yesterday', () => {
  function filled() {
    const { bench, clientId } = resting();
    bench.report({
      kind: 'fill',
      clientId,
      executionId: 'x1',
      symbol: 'AAA',
      side: 1,
      quantity: 10,
      price: 95,
      fee: 0,
    });
    return { bench, clientId };
  }

  test('LF-10 a fill that is told again in the morning counts once', () => {
    const { bench: yesterday, clientId } = filled();
    const { bench } = morning(yesterday);
    const fill = {
      kind: 'fill',
      clientId,
      executionId: 'x1',
      symbol: 'AAA',
      side: 1,
      quantity: 10,
      price: 95,
      fee: 0,
    } as const;
    bench.snapshot([{ symbol: 'AAA', quantity: 10 }], { happened: [fill] });
    expect([bench.held, bench.cash, bench.session.differences]).toEqual([10, 100_000 - 950, []]);
  });

  test('LF-18 a bust of the next day undoes the fill of the day before', () => {
    const { bench: yesterday } = filled();
    const { bench } = morning(yesterday);
    bench.snapshot([], { happened: [{ kind: 'bust', executionId: 'x1' }] });
    expect([bench.held, bench.cash, bench.session.differences]).toEqual([0, 100_000, []]);
  });

  test('a dividend of yesterday that is told again counts once', () => {
    const { bench: yesterday } = filled();
    const dividend = { id: 'd1', activity: 'dividend', symbol: 'AAA', quantity: 10, price: 1, money: 10 } as const;
    yesterday.activity(dividend);
    const { bench } = morning(yesterday);
    bench.snapshot([{ symbol: 'AAA', quantity: 10 }], { happened: [{ kind: 'activity', name: 'DIV', ...dividend }] });
    expect(bench.cash).toBe(100_000 - 950 + 10);
  });

  test('LF-41 a halt, a pause and a frozen symbol are still there in the morning', () => {
    const { bench: yesterday } = filled();
    for (const command of [{ do: 'freeze', symbol: 'AAA' }, { do: 'pause', strategy: 0 }, { do: 'halt' }] as const) {
      yesterday.take({ kind: 'command', at: yesterday.at, by: 'test', reason: 'drill', command });
    }
    const { bench, wishes } = morning(yesterday);
    bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
    expect(bench.session.states.account).toBe('halted');
    expect(bench.session.states.isPaused(0)).toBe(true);
    expect(bench.session.states.frozenBecause(0)).toContain('drill');
    wishes.push(({ sell }) => void sell(10));
    bench.quote();
    expect(bench.submissions).toEqual([]);
  });

  test('the highest value is that of all days', () => {
    const { bench: yesterday } = filled();
    yesterday.quote(199, 201);
    const high = yesterday.session.deck.ledger.equity();
    const { bench } = morning(yesterday);
    bench.quote(99, 101);
    expect(bench.session.deck.ledger.equity()).toBeLessThan(high - 900);
    expect(bench.session.deck.peak()).toBe(high);
  });

  test('books that a simulated venue left with orders are not taken to a broker', () => {
    const { bench: yesterday } = resting();
    const { live: _, ...restore } = yesterday.session.saveState();
    expect(() => new Bench({ strategies: [puppet('one'), puppet('two')], restore })).toThrow('no broker has them');
  });
});

/** What the desk closes on a person's word was sent, and its answer is lost, when a session ends and another goes on. */
describe('what the desk closes itself is its own in the next session, too', () => {
  const limits = { quoteAge: { shares: 2, options: 2 } };

  /** The next session, in which the broker is known not to have the order, and what is asked for then. */
  function sentAgain(carried: (text: string) => string = (text) => text) {
    const strategy = puppet();
    const before = new Bench({ strategies: [strategy], cash: 100_000, limits }).begin();
    strategy.wishes.push(({ buy }) => void buy(10));
    before.quote();
    before.report({ kind: 'accepted', clientId: before.id, brokerId: 'b1' });
    before.fill('x1', 10);
    const command = { do: 'flatten', symbol: 'AAA' } as const;
    before.take({ kind: 'command', at: before.at, by: 'test', reason: 'out', command });
    const { clientId } = before.submissions[1];
    const restore = JSON.parse(carried(JSON.stringify(before.session.saveState()))) as DeckState;
    const bench = new Bench({ strategies: [puppet()], cash: 100_000, limits, restore }, before.at + 5 * SECOND);
    bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
    for (let i = 0; i < 50 && bench.submissions.length === 0; i++) {
      bench.wait(1);
      if (bench.asked.at(-1)?.kind === 'lookup') bench.report({ kind: 'absent', clientId });
    }
    const [again] = bench.submissions;
    expect(again).toMatchObject({ clientId, side: -1, quantity: '10' });
    return mustStay(bench.session, again, bench.at);
  }

  test('it leaves without a new quote', () => {
    expect(sentAgain()).toBeUndefined();
  });

  test('what a session of an older version left does not say whose it is, and waits for a quote', () => {
    const older = (text: string): string => text.replace(',"isOfDesk":true', '');
    expect(sentAgain(older)).toMatchObject({ code: 'quote.stale' });
  });
});
