/** P2: an order belongs to the strategy whose context sent it, and what becomes of it is told to no other. */
import { expect, test } from 'vitest';
import { defineStrategy } from '../../../src/index.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { Bench } from './bench.ts';

/** A strategy that does something once, and writes down what it is told. */
function listener(name: string, act: (context: Context<Record<string, never>>) => void) {
  const heard: string[] = [];
  const definition = defineStrategy({
    name,
    parameters: {},
    setup(context) {
      let isDone = false;
      return {
        onQuote() {
          if (!isDone) act(context as Context<Record<string, never>>);
          isDone = true;
        },
        onFill: ({ quantity }) => void heard.push(`fill of ${quantity}`),
        onOrderEnd: (_order, code) => void heard.push(`end: ${String(code)}`),
      };
    },
  });
  return { definition, heard };
}

test.each(['strategy', 'account', 'approved'])('an order that says %s of itself is refused, and none leaves', (key) => {
  const said: string[] = [];
  const eve = listener('eve', ({ buy }) => {
    try {
      buy(10, { limit: 99, [key]: 1 });
    } catch (error) {
      said.push(String(error));
    }
  });
  const bench = new Bench({ strategies: [eve, listener('ann', () => undefined)], cash: 100_000 }).begin();
  bench.quote();
  expect(said).toEqual([expect.stringContaining(key)]);
  expect(bench.submissions).toEqual([]);
});

test('I13 an order is of the strategy whose context sent it, and so is what it fills', () => {
  const [eve, ann] = [listener('eve', () => undefined), listener('ann', ({ buy }) => void buy(10, { limit: 99 }))];
  const bench = new Bench({ strategies: [eve, ann], cash: 100_000 }).begin();
  bench.quote();
  expect([bench.submissions[0].strategy, bench.order.strategy]).toEqual([1, 1]);
  bench.report({ kind: 'accepted', clientId: bench.id, brokerId: 'b1' });
  bench.fill('e1', 10, 99);
  expect(bench.session.deck.ledger.positions.map(([{ quantity }]) => quantity)).toEqual([0, 10]);
});

test('I14 a strategy hears of its own orders and fills alone, and can neither see nor cancel another’s', () => {
  let seen: readonly unknown[] = [];
  const ann = listener('ann', ({ buy }) => void buy(10, { limit: 99 }));
  const eve = listener('eve', ({ assets, cancelAll, position }) => {
    seen = [assets[0].orders.length, position.quantity];
    cancelAll();
  });
  const bench = new Bench({ strategies: [ann, eve], cash: 100_000 }).begin();
  bench.quote();
  bench.report({ kind: 'accepted', clientId: bench.id, brokerId: 'b1' });
  bench.fill('e1', 10, 99);
  bench.quote();
  expect(seen).toEqual([0, 0]);
  expect(bench.asked.filter(({ kind }) => kind === 'cancel')).toEqual([]);
  expect(ann.heard).toContain('fill of 10');
  expect(eve.heard).toEqual([]);
});
