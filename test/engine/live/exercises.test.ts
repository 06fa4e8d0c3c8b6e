/** Exercising at a broker: an instruction that fills nothing until the broker has booked what it delivered. */
import { describe, expect, test } from 'vitest';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { Bench, OPEN, puppet } from './bench.ts';
import type { DeckOptions } from '../../../src/engine/deck-options.ts';

const CALL = 'AAA261218C00090000';
const INSTRUMENTS = [defineInstrument({ symbol: 'AAA', tick: 0.01 }), occInstrument(CALL)];
const TAPE: DeckOptions['tape'] = {
  source: 'test',
  simulated: true,
  instruments: INSTRUMENTS,
  actions: [],
  findings: [],
  fingerprint: '',
  adjustment: 'raw',
};

/** Two calls that were bought at 11, and a strategy that exercises. */
function held(quantity = 2) {
  const strategy = puppet();
  const options = { strategies: [strategy], cash: 100_000, tape: TAPE };
  const bench = new Bench(options, OPEN).begin();
  bench.quote(10.9, 11, CALL);
  strategy.wishes.push(({ asset }) => void asset(CALL).buy(quantity, { limit: 11, timeInForce: 'DAY' }));
  bench.quote();
  bench.fillOf(bench.submissions[0], 'x1', 11);
  const say = (wish: Parameters<typeof strategy.wishes.push>[0]): void => {
    strategy.wishes.push(wish);
    bench.quote();
  };
  const contracts = (): number => bench.session.deck.ledger.netQuantity(1);
  const delivered = (): void => {
    bench.activity({ id: 'a1', activity: 'exercise', symbol: CALL, quantity: -quantity, group: 'g1' });
    const shares = quantity * 100;
    const money = -90 * shares;
    bench.activity({ id: 'a2', activity: 'delivery', symbol: 'AAA', quantity: shares, price: 90, money, group: 'g1' });
  };
  return { bench, say, contracts, delivered };
}

describe('contracts that are exercised at a broker', () => {
  test('go the way of every order, and are filled by what they delivered', () => {
    const { bench, say, contracts, delivered } = held();
    say(({ asset }) => void asset(CALL).exercise());
    expect(bench.submissions[1]).toMatchObject({ type: 'exercise', symbol: CALL, quantity: '2' });
    bench.report({ kind: 'accepted', clientId: bench.submissions[1].clientId });
    expect([bench.held, contracts()]).toEqual([0, 2]);
    const [order] = bench.session.deck.markets[1].working;
    delivered();
    expect([bench.held, contracts(), order.status]).toEqual([200, 0, 'filled']);
    expect(bench.cash).toBeCloseTo(100_000 - 2 * 1100 - 200 * 90, 6);
    expect(bench.entries('exercised')).toMatchObject([{ instrument: 1, order: order.id }]);
    expect(bench.alerts).toEqual([]);
  });

  test('are no order that is made smaller when fewer are held', () => {
    const { bench, say, contracts } = held();
    say(({ asset }) => void asset(CALL).exercise());
    bench.report({ kind: 'accepted', clientId: bench.submissions[1].clientId });
    const { clientId } = bench.submissions[0];
    const by = {
      kind: 'fill',
      clientId,
      executionId: 'x2',
      symbol: CALL,
      side: 1,
      quantity: 1,
      price: 11,
      fee: 0,
    } as const;
    bench.report({ kind: 'bust', executionId: 'x1', by });
    expect(contracts()).toBe(1);
    expect(bench.asked.filter(({ kind }) => kind === 'replace' || kind === 'cancel')).toEqual([]);
  });

  test('are booked once when the answer was lost and nobody knows', () => {
    const { bench, say, contracts, delivered } = held();
    say(({ asset }) => void asset(CALL).exercise());
    const { clientId } = bench.submissions[1];
    bench.report({ kind: 'lost', clientId, request: 'submit', cause: 'timeout' });
    delivered();
    expect([bench.held, contracts()]).toEqual([200, 0]);
    bench.wait(60);
    expect(bench.submissions).toHaveLength(2);
  });

  test('are taken back, as the same instruction the other way', () => {
    const { bench, say } = held();
    say(({ asset }) => void asset(CALL).exercise());
    const { clientId } = bench.submissions[1];
    bench.report({ kind: 'accepted', clientId });
    say(({ cancel, asset }) => cancel(asset(CALL).orders[0]));
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'cancel', exercised: CALL, clientId });
    bench.report({ kind: 'canceled', clientId, reason: 'taken back' });
    expect(bench.session.deck.markets[1].working).toEqual([]);
  });

  test.each([
    ['more than is held', 3, 'option.not-held'],
    ['a part of them, which the broker does not do', 1, 'option.exercise-all'],
  ])('are refused for %s', (_what, quantity, code) => {
    const { bench, say } = held();
    say(({ asset }) => void asset(CALL).exercise(quantity));
    expect(bench.entries('refused').map(({ text }) => text.split(':')[0])).toEqual([code]);
    expect(bench.submissions).toHaveLength(1);
  });

  test('are no order that the end of a session cancels, or that books must list', () => {
    const { bench, say } = held();
    say(({ asset }) => void asset(CALL).exercise());
    bench.report({ kind: 'accepted', clientId: bench.submissions[1].clientId });
    const before = bench.asked.length;
    bench.snapshot([{ symbol: CALL, quantity: 2 }]);
    const command = { do: 'cancel', order: 'all' } as const;
    bench.take({ kind: 'command', at: bench.at, by: 'desk', reason: 'end', command });
    expect(bench.asked.slice(before)).toEqual([]);
  });

  test('a person may tell the same, and that they are not to be exercised at their expiry', () => {
    const { bench } = held();
    const told = (what: 'exercise' | 'do-not-exercise'): void => {
      const command = { do: what, symbol: CALL } as const;
      bench.take({ kind: 'command', at: bench.at, by: 'me', reason: 'test', command });
    };
    told('do-not-exercise');
    expect(bench.asked.at(-1)).toEqual({ kind: 'cancel', clientId: '', order: 0, exercised: CALL });
    bench.report({ kind: 'instruction', isTaken: false, text: 'no available position' });
    expect(bench.alerts).toMatchObject([{ code: 'option.not-instructed', priority: 1 }]);
    told('exercise');
    expect(bench.submissions[1]).toMatchObject({ type: 'exercise', quantity: '2' });
  });
});
