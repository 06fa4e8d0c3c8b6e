/** Orders that are good till an instant, at a broker that knows none: the session ends them. */
import { expect, test } from 'vitest';
import { Bench, books, OPEN, puppet, SECOND } from './bench.ts';

const BROKER = { endsGoodTill: false };
const GOOD_TILL = OPEN + 60 * SECOND;

function resting(broker: { endsGoodTill?: boolean }) {
  const strategy = puppet();
  const bench = new Bench({ strategies: [strategy], cash: 100_000 }, OPEN, broker).begin();
  strategy.wishes.push(({ buy }) => void buy(10, { limit: 95, timeInForce: 'GTD', goodTill: GOOD_TILL }));
  bench.quote();
  bench.report({ kind: 'accepted', clientId: bench.id, brokerId: 'b1' });
  return { bench, strategy };
}

const cancels = (bench: Bench) => bench.asked.filter(({ kind }) => kind === 'cancel');

test('it is canceled at its instant and not before, and ends when the broker says so', () => {
  const { bench } = resting(BROKER);
  bench.wait(60);
  expect(cancels(bench)).toEqual([]);
  // With the first news after it: time passes by the second.
  bench.wait(1);
  expect(cancels(bench)).toMatchObject([{ clientId: bench.id, brokerId: 'b1' }]);
  bench.wait(1);
  expect(cancels(bench)).toHaveLength(1);
  bench.report({ kind: 'canceled', clientId: bench.id, reason: 'canceled' });
  expect(bench.entries('canceled').map(({ text }) => text)).toEqual(['order.expired']);
});

test('a broker that ends it itself is not asked', () => {
  const { bench } = resting({});
  bench.wait(70);
  expect(cancels(bench)).toEqual([]);
});

test('what has filled by then is not canceled', () => {
  const { bench } = resting(BROKER);
  bench.fill('x1', 10, 95);
  bench.wait(70);
  expect(cancels(bench)).toEqual([]);
});

test.each([
  ['after its instant cancels it at once', 90, 0],
  ['before it waits for it', 30, 29],
])('a session that goes on from another and begins %s', (_, later, before) => {
  const { bench, strategy } = resting(BROKER);
  const restore = bench.session.saveState();
  const next = new Bench({ strategies: [strategy], cash: 100_000, restore }, OPEN + later * SECOND, BROKER);
  next.snapshot([], { orders: [books(bench.id)] });
  next.wait(before);
  expect(cancels(next)).toEqual([]);
  next.wait(2);
  expect(cancels(next)).toHaveLength(1);
});
