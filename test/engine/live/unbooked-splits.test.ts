/** LF-45 at a broker that tells of no split: read from what a position costs, and otherwise said and frozen. */
import { expect, test } from 'vitest';
import { Bench, OPEN, puppet } from './bench.ts';

/** A session that holds shares for which the broker says they cost 100 each. */
function holding(quantity = 100) {
  const { definition, wishes } = puppet();
  const bench = new Bench({ strategies: [{ definition }], cash: 100_000 }, OPEN, { tellsBookings: false }).begin();
  wishes.push(({ buy, sell }) => void (quantity > 0 ? buy(quantity) : sell(-quantity)));
  bench.quote();
  bench.fill('x1', Math.abs(quantity));
  bench.wait(5);
  bench.snapshot([{ symbol: 'AAA', quantity, averagePrice: 100.005 }]);
  return bench;
}

const frozen = (bench: Bench) => bench.session.states.frozenBecause(0);
const said = (bench: Bench): string => bench.alerts.map(({ message }) => message).join('\n');

test.each([
  ['4 for 1', 100, 400, 25.001_25],
  ['1 for 20', 100, 5, 2000.1],
  ['3 for 2, of a short position', -100, -150, 66.67],
] as const)('LF-45 a split of %s is booked, and a second look changes nothing', (_, before, after, averagePrice) => {
  const bench = holding(before);
  bench.snapshot([{ symbol: 'AAA', quantity: after, averagePrice }]);
  bench.snapshot([{ symbol: 'AAA', quantity: after, averagePrice }]);
  expect(bench.held).toBe(after);
  expect(bench.entries('split')).toHaveLength(1);
  expect(bench.session.differences).toEqual([]);
  expect(frozen(bench)).toBeUndefined();
});

test('a fraction of a share that was paid out is no other ratio', () => {
  const bench = holding(101);
  bench.snapshot([{ symbol: 'AAA', quantity: 50, averagePrice: 200.01 }]);
  expect(bench.held).toBe(50);
  // What our books pay for it at the last price is put right when the broker's cash is looked at.
  expect(bench.entries('split')).toHaveLength(1);
  expect(frozen(bench)).toBeUndefined();
});

test('as many shares again that somebody bought are no split: what they cost is said, and the symbol frozen', () => {
  const bench = holding();
  bench.snapshot([{ symbol: 'AAA', quantity: 200, averagePrice: 101.2 }]);
  expect(bench.held).toBe(100);
  expect(said(bench)).toContain('may be a split of 2: it cost 100.005 each before and 101.2 now');
  expect(frozen(bench)).toContain('positions differ');
});

test('what was announced counts once, whoever comes first', () => {
  const bench = holding();
  bench.snapshot([{ symbol: 'AAA', quantity: 200, averagePrice: 50.002_5 }]);
  const action = { kind: 'split', symbol: 'AAA', at: bench.at, ratio: 2 } as const;
  bench.take({ kind: 'action', at: bench.at, action: { ...action, at: bench.at as never } });
  expect(bench.held).toBe(200);
  const other = holding();
  other.take({ kind: 'action', at: other.at, action: { ...action, at: other.at as never } });
  other.snapshot([{ symbol: 'AAA', quantity: 200, averagePrice: 50.002_5 }]);
  expect([other.held, frozen(other)]).toEqual([200, undefined]);
});

test('over a night the reading of the day before counts', () => {
  const bench = holding();
  const restore = JSON.parse(JSON.stringify(bench.session.saveState())) as never;
  const { definition } = puppet();
  const options = { strategies: [{ definition }], cash: 100_000, restore };
  const next = new Bench(options, bench.at + 60_000_000_000, { tellsBookings: false });
  next.snapshot([{ symbol: 'AAA', quantity: 300, averagePrice: 33.335 }]);
  expect([next.held, frozen(next)]).toEqual([300, undefined]);
});
