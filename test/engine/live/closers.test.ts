/** Orders that only close: however often they are asked for, no mix of fills closes more than is held. */
import { expect, test } from 'vitest';
import { Bench, puppet } from './bench.ts';

/** Ten are held, and the strategy does what the test wants. */
function holding() {
  const strategy = puppet('closer');
  const bench = new Bench({ strategies: [strategy], cash: 100_000 }).begin();
  const { wishes } = strategy;
  wishes.push(({ buy }) => void buy(10));
  bench.quote();
  const { clientId } = bench.submissions[0];
  bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
  bench.fill('x1', 10);
  expect(bench.held).toBe(10);
  return { bench, wishes };
}

const closes = (bench: Bench) => bench.submissions.filter(({ side }) => side === -1);

test('a second close waits for what becomes of the first, and goes out for what is left', () => {
  const { bench, wishes } = holding();
  wishes.push(({ assets: [asset] }) => void asset.close());
  bench.quote();
  const [first] = closes(bench);
  bench.report({ kind: 'accepted', clientId: first.clientId, brokerId: 'b2' });
  wishes.push(({ assets: [asset] }) => void asset.close());
  bench.quote();
  // The first is being canceled, and may fill until the broker says otherwise.
  expect(closes(bench)).toHaveLength(1);
  bench.report({ kind: 'fill', clientId: first.clientId, executionId: 'x2', symbol: 'AAA', side: -1, quantity: 4, price: 100, fee: 0 }); // prettier-ignore
  expect(closes(bench)).toHaveLength(1);
  bench.report({ kind: 'canceled', clientId: first.clientId, reason: 'canceled', filled: 4, averagePrice: 100 });
  expect(closes(bench).map(({ quantity }) => quantity)).toEqual(['10', '6']);
});

test('when the first fills after all, the second is not sent', () => {
  const { bench, wishes } = holding();
  wishes.push(({ assets: [asset] }) => void asset.close());
  bench.quote();
  const [first] = closes(bench);
  bench.report({ kind: 'accepted', clientId: first.clientId, brokerId: 'b2' });
  wishes.push(({ assets: [asset] }) => void asset.close());
  bench.quote();
  bench.report({ kind: 'fill', clientId: first.clientId, executionId: 'x2', symbol: 'AAA', side: -1, quantity: 10, price: 100, fee: 0 }); // prettier-ignore
  expect(closes(bench)).toHaveLength(1);
  expect(bench.held).toBe(0);
  expect(bench.session.deck.markets[0].working).toEqual([]);
});

test('what waits when the process dies goes only when the books were compared', () => {
  const { bench, wishes } = holding();
  for (let i = 0; i < 2; i++) {
    wishes.push(({ assets: [asset] }) => void asset.close());
    bench.quote();
    if (i === 0) bench.report({ kind: 'accepted', clientId: closes(bench)[0].clientId, brokerId: 'b2' });
  }
  bench.take({ kind: 'start', at: bench.at });
  const { clientId } = closes(bench)[0];
  bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled: 0, averagePrice: 0 });
  expect(closes(bench)).toHaveLength(1);
  bench.at += 2_000_000;
  bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
  expect(closes(bench)).toHaveLength(2);
});

test('a person who flattens twice closes once', () => {
  const { bench } = holding();
  const flatten = { kind: 'command', by: 'test', reason: 'twice', command: { do: 'flatten', symbol: 'all' } } as const;
  bench.take({ ...flatten, at: bench.at });
  bench.take({ ...flatten, at: bench.at });
  expect(closes(bench)).toHaveLength(1);
});

test('two that together close no more than is held both leave', () => {
  const { bench, wishes } = holding();
  wishes.push(({ sell }) => void sell(4, { reduceOnly: true, limit: 101 }));
  bench.quote();
  wishes.push(({ sell }) => void sell(6, { reduceOnly: true, limit: 102 }));
  bench.quote();
  expect(closes(bench).map(({ quantity }) => quantity)).toEqual(['4', '6']);
});
