/**
 * Packages at a broker: one order there, several legs here; what is not known of one is not known of any, and each share
 * and contract is booked by itself.
 */
import { describe, expect, test } from 'vitest';
import type { BrokerVenueOptions, OrderSnapshot } from '../../../src/engine/live/index.ts';
import { LIVE_LIMITS, type LimitSettings } from '../../../src/engine/limits/settings.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import type { ComboView } from '../../../src/engine/strategy/strategy.ts';
import type { DeckState } from '../../../src/engine/state/state.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { plain, utc } from '../play.ts';
import { Bench, deckOf, puppet } from './bench.ts';

const P90 = 'ABC240216P00090000';
const P95 = 'ABC240216P00095000';

const instruments = [
  defineInstrument({ symbol: 'ABC', tick: 0.01, calendar: 'XNYS' }),
  occInstrument(P90),
  occInstrument(P95),
];

function benchOf(restore?: DeckState, options: Partial<BrokerVenueOptions> = {}, limits?: LimitSettings) {
  const strategy = puppet();
  const bench = new Bench(
    {
      tape: { ...deckOf().tape, instruments },
      strategies: [strategy],
      cash: 100_000,
      conventions: { ...plain, margin: regT },
      ...(restore === undefined ? {} : { restore }),
      ...(limits === undefined ? {} : { limits }),
    },
    utc('2024-01-16T15:00'),
    options,
  );
  return { bench, wishes: strategy.wishes };
}

/** Two put spreads have been asked for, at a credit of 0.60. */
function asked(options: Partial<BrokerVenueOptions> = {}) {
  const { bench, wishes } = benchOf(undefined, options);
  bench.begin();
  bench.quote(99.99, 100.01, 'ABC');
  bench.quote(0.5, 0.6, P90);
  const sent: { combo: ComboView | undefined } = { combo: undefined };
  wishes.push(({ combo, asset }) => {
    const legs = [
      { asset: asset(P95), quantity: -1 },
      { asset: asset(P90), quantity: 1 },
    ];
    sent.combo = combo(legs, { quantity: 2, limit: -0.6, timeInForce: 'DAY' });
  });
  bench.quote(1.2, 1.3, P95);
  const [submission] = bench.submissions;
  return { bench, wishes, clientId: submission.clientId, submission, sent };
}

function books(clientId: string, filled: number, more: Partial<OrderSnapshot> = {}): OrderSnapshot {
  const legs = [
    { symbol: P95, side: -1, filled, averagePrice: filled === 0 ? 0 : 1.2 },
    { symbol: P90, side: 1, filled, averagePrice: filled === 0 ? 0 : 0.6 },
  ] as const;
  const base = {
    kind: 'order',
    clientId,
    brokerId: 'b1',
    symbol: '',
    side: 1,
    quantity: 2,
    filled,
    averagePrice: -0.6,
  } as const;
  return { ...base, status: 'working', updatedAt: 1, legs, ...more };
}

const held = (bench: Bench): number[] => [1, 2].map((index) => bench.session.deck.ledger.netQuantity(index));
const statuses = (bench: Bench): string[] =>
  [...bench.session.venue!.tickets.values()].map(({ order }) => order.status);
const working = (bench: Bench): number =>
  bench.session.deck.markets.reduce((sum, market) => sum + market.working.length, 0);

describe('a package at a broker', () => {
  test('is one request, with its legs and a net price below nought for a credit', () => {
    const { bench, submission } = asked();
    expect(bench.submissions).toHaveLength(1);
    expect(submission).toMatchObject({ symbol: '', quantity: '2', type: 'limit', limit: '-0.6', timeInForce: 'DAY' });
    expect(submission.legs).toEqual([
      { symbol: P95, side: -1, ratio: 1, isOpening: true },
      { symbol: P90, side: 1, ratio: 1, isOpening: true },
    ]);
    expect(working(bench)).toBe(2);
  });

  test('fills leg by leg, in whatever order they are told, and each once', () => {
    const { bench, clientId } = asked();
    const fill = { kind: 'fill', clientId, quantity: 2, fee: 0 } as const;
    bench.report({ ...fill, executionId: 'x2', symbol: P90, side: 1, price: 0.6 });
    bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
    bench.report({ ...fill, executionId: 'x1', symbol: P95, side: -1, price: 1.2 });
    bench.report({ ...fill, executionId: 'x1', symbol: P95, side: -1, price: 1.2 });
    bench.report(books(clientId, 2, { status: 'filled', updatedAt: 2 }));
    expect(held(bench)).toEqual([2, -2]);
    expect(bench.cash).toBeCloseTo(100_000 + 120, 9);
    expect([statuses(bench), working(bench)]).toEqual([['filled', 'filled'], 0]);
  });

  test('what only the books show is inferred for each leg, and executions take its place', () => {
    const { bench, clientId } = asked();
    bench.report(books(clientId, 2, { status: 'filled' }));
    expect(held(bench)).toEqual([2, -2]);
    bench.report({ kind: 'fill', clientId, executionId: 'x1', symbol: P95, side: -1, quantity: 2, price: 1.2, fee: 0 });
    expect(held(bench)).toEqual([2, -2]);
    expect(bench.cash).toBeCloseTo(100_000 + 120, 9);
  });

  test('whose answer is lost is looked up once for all legs, stays reserved, and is sent again under its id', () => {
    const { bench, clientId, submission } = asked();
    bench.report({ kind: 'lost', clientId, request: 'submit', cause: 'timeout' });
    expect(working(bench)).toBe(2);
    for (let i = 0; i < 40; i++) {
      bench.wait(1);
      if (bench.asked.at(-1)?.kind === 'lookup') bench.report({ kind: 'absent', clientId });
    }
    expect(bench.submissions.map((each) => [each.clientId, each.posts])).toEqual([
      [clientId, 1],
      [clientId, 2],
    ]);
    expect(bench.submissions[1].legs).toEqual(submission.legs);
    bench.report({ kind: 'duplicate', clientId });
    bench.report(books(clientId, 0));
    expect(statuses(bench)).toEqual(['accepted', 'accepted']);
  });

  test('that is refused ends with all its legs', () => {
    const { bench, clientId } = asked();
    bench.report({ kind: 'refused', clientId, code: '40310000', message: 'insufficient options buying power' });
    expect([statuses(bench), working(bench)]).toEqual([['rejected', 'rejected'], 0]);
  });

  test('is cancelled as a whole by any of its legs, and over when the broker says so', () => {
    const { bench, clientId, wishes } = asked();
    bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
    wishes.push(({ cancel, asset }) => cancel(asset(P90).orders[0]));
    bench.quote(1.2, 1.3, P95);
    expect(bench.asked.filter(({ kind }) => kind === 'cancel')).toMatchObject([{ clientId, brokerId: 'b1' }]);
    expect(working(bench)).toBe(2);
    bench.report({ kind: 'canceled', clientId, reason: 'canceled' });
    expect([statuses(bench), working(bench)]).toEqual([['canceled', 'canceled'], 0]);
  });

  test('that is cancelled half filled keeps what filled', () => {
    const { bench, clientId } = asked();
    bench.report(books(clientId, 1));
    bench.report(books(clientId, 1, { status: 'canceled', updatedAt: 2 }));
    expect([held(bench), working(bench)]).toEqual([[1, -1], 0]);
  });

  test('with other legs than ours is not adopted', () => {
    const { bench, clientId } = asked();
    bench.report({ kind: 'duplicate', clientId });
    bench.report(books(clientId, 2, { legs: [{ symbol: P95, side: 1, filled: 2, averagePrice: 1 }] }));
    expect([held(bench), statuses(bench)]).toEqual([
      [0, 0],
      ['rejected', 'rejected'],
    ]);
    expect(bench.alerts.map(({ code }) => code)).toContain('order.foreign-id');
  });

  test('where the broker does not change its price, it is cancelled, and another sent', () => {
    const { bench, clientId, wishes, sent } = asked();
    bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
    let isChanged: boolean | undefined;
    wishes.push(({ updateCombo }) => void (isChanged = updateCombo(sent.combo!, -0.5)));
    bench.quote(1.2, 1.3, P95);
    expect(isChanged).toBe(false);
  });

  describe('whose net price the broker changes', () => {
    /** Works there, and a change to a credit of 0.50 was asked for. */
    const changing = () => {
      const desk = asked({ changesPackages: true });
      const { bench, wishes, clientId, sent } = desk;
      bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
      wishes.push(({ updateCombo }) => void updateCombo(sent.combo!, -0.5));
      bench.quote(1.2, 1.3, P95);
      const status = (): [number | undefined, string | undefined] => [sent.combo?.limit, sent.combo?.status];
      return { ...desk, status };
    };

    test('is asked for under its id, and has the new one once that is in force', () => {
      const { bench, clientId, status } = changing();
      expect(bench.asked.at(-1)).toMatchObject({ kind: 'replace', clientId, quantity: '2', limit: '-0.5' });
      expect(status()).toEqual([-0.6, 'pending-update']);
      bench.report({ kind: 'replaced', clientId, updatedAt: 2, brokerId: 'b1' });
      expect(status()).toEqual([-0.5, 'accepted']);
      expect(bench.entries('updated')).toMatchObject([{ quantity: 2, price: -0.5 }]);
      bench.report(books(clientId, 2, { status: 'filled', updatedAt: 3 }));
      expect(held(bench)).toEqual([2, -2]);
    });

    test('keeps the old one where the change is refused, and fills meanwhile all the same', () => {
      const { bench, clientId, status } = changing();
      bench.report({ kind: 'replace-refused', clientId, reason: '201: no' });
      expect(status()).toEqual([-0.6, 'accepted']);
      bench.report(books(clientId, 2, { status: 'filled', updatedAt: 3 }));
      expect(held(bench)).toEqual([2, -2]);
    });

    test('has the one that the books show where the answer is lost', () => {
      const { bench, clientId, status } = changing();
      bench.report({ kind: 'lost', clientId, request: 'replace', cause: 'timeout' });
      bench.wait(1);
      expect(bench.asked.at(-1)).toMatchObject({ kind: 'lookup', clientId });
      bench.report(books(clientId, 0, { limit: -0.5, updatedAt: 2 }));
      expect(status()).toEqual([-0.5, 'accepted']);
    });

    test('is canceled while the change is under way', () => {
      const { bench, clientId, wishes, sent } = changing();
      wishes.push(({ cancelCombo }) => cancelCombo(sent.combo!));
      bench.quote(1.2, 1.3, P95);
      expect(bench.asked.at(-1)).toMatchObject({ kind: 'cancel', clientId });
      bench.report({ kind: 'canceled', clientId, reason: 'canceled' });
      expect([working(bench), held(bench)]).toEqual([0, [0, 0]]);
    });
  });

  test('works over a night, fills in the morning, and a fill that comes after its end finds its leg', () => {
    const { bench: yesterday, clientId } = asked();
    yesterday.report({ kind: 'accepted', clientId, brokerId: 'b1' });
    const restore = JSON.parse(JSON.stringify(yesterday.session.saveState())) as DeckState;
    const { bench } = benchOf(restore);
    bench.snapshot([], { orders: [books(clientId, 0)] });
    const fill = { kind: 'fill', clientId, fee: 0 } as const;
    bench.report({ ...fill, executionId: 'x1', symbol: P95, side: -1, quantity: 2, price: 1.2 });
    bench.report({ ...fill, executionId: 'x2', symbol: P90, side: 1, quantity: 1, price: 0.6 });
    bench.report({ kind: 'canceled', clientId, reason: 'canceled' });
    const again = JSON.parse(JSON.stringify(bench.session.saveState())) as DeckState;
    const { bench: later } = benchOf(again);
    later.report({ ...fill, executionId: 'x3', symbol: P90, side: 1, quantity: 1, price: 0.6 });
    expect([held(later), working(later)]).toEqual([[2, -2], 0]);
  });
});

test('a leg that has filled is there after a night in which the other still worked', () => {
  const { bench: yesterday, clientId } = asked();
  yesterday.report({ kind: 'accepted', clientId, brokerId: 'b1' });
  const fill = { kind: 'fill', clientId, fee: 0, quantity: 2 } as const;
  yesterday.report({ ...fill, executionId: 'x1', symbol: P95, side: -1, price: 1.2 });
  const restore = JSON.parse(JSON.stringify(yesterday.session.saveState())) as DeckState;
  const { bench } = benchOf(restore);
  bench.report({ ...fill, executionId: 'x1', symbol: P95, side: -1, price: 1.2 });
  bench.report({ ...fill, executionId: 'x2', symbol: P90, side: 1, price: 0.6 });
  expect([held(bench), working(bench), statuses(bench)]).toEqual([[2, -2], 0, ['filled', 'filled']]);
});

test('an order at the market on an option leaves without a limit where options have no collar, and within it where they have', () => {
  const collar = LIVE_LIMITS.collar!;
  const sent = (limits: LimitSettings, bid: number): unknown[] => {
    const { bench, wishes } = benchOf(undefined, {}, limits);
    bench.begin();
    bench.quote(99.99, 100.01, 'ABC');
    wishes.push(({ asset }) => void asset(P90).sell(1));
    bench.quote(bid, bid + 0.01, P90);
    return bench.submissions.map(({ type, limit }) => [type, limit]);
  };
  expect(sent({ collar }, 0.5)).toEqual([['market', undefined]]);
  expect(sent({ collar, optionCollar: 0.1 }, 0.5)).toEqual([['limit', '0.35']]);
  // Where three ticks reach nought it is what is bid.
  expect(sent({ collar, optionCollar: 0.1 }, 0.02)).toEqual([['limit', '0.02']]);
});
