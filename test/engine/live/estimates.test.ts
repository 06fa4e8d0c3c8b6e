/** B.4 our own margin and free money against the broker's last numbers: to ask for more is fine, to ask for less is told. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/engine/live/index.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import { plain } from '../play.ts';
import { Bench, puppet } from './bench.ts';

type Margin = NonNullable<Snapshot['account']['margin']>;

/** Ten thousand, and ten shares at 100 of it: 500 tied up, 250 to keep, 9,500 left. */
function holding(): { bench: Bench; read: (margin: Partial<Margin>, quantity?: number) => void } {
  const { definition, wishes } = puppet();
  const conventions = { ...plain, margin: regT };
  const bench = new Bench({ strategies: [{ definition }], conventions }).begin();
  wishes.push(({ buy }) => void buy(10, { limit: 100 }));
  bench.quote(100, 100);
  const { clientId } = bench.submissions[0];
  bench.report({ kind: 'fill', clientId, executionId: 'x', symbol: 'AAA', side: 1, quantity: 10, price: 100, fee: 0 });
  bench.wait(5);
  const account = { number: 'PA0001', cash: 9000, equity: 10_000, buyingPower: 19_000, isBlocked: false };
  const read = (margin: Partial<Margin>, quantity = 10): void => {
    const theirs = { initial: 500, maintenance: 250, free: 9500, ...margin };
    bench.snapshot([{ symbol: 'AAA', quantity }], { account: { ...account, margin: theirs } });
  };
  return { bench, read };
}

const told = ({ alerts }: Bench): string[] =>
  alerts
    .filter(({ code }) => code === 'margin.kinder')
    .map(({ message, isOver }) => `${message}${isOver ? ' (over)' : ''}`);

test('numbers that agree, or ours that ask for more, are no news, and are there to be read', () => {
  const { bench, read } = holding();
  read({});
  read({ initial: 400, maintenance: 200, free: 9600 });
  expect(told(bench)).toEqual([]);
  expect(bench.session.estimates).toMatchObject({
    compared: 2,
    kinder: 0,
    newest: {
      initial: { own: 500, broker: 400 },
      maintenance: { own: 250, broker: 200 },
      free: { own: 9500, broker: 9600 },
    },
  });
});

describe('ours that ask for less are told once, with both numbers, and told when they are right again', () => {
  test.each([
    ['initial', { initial: 600 }, "margin to open: ours is 500.00, less than the broker's 600.00"],
    ['maintenance', { maintenance: 300 }, "margin to keep: ours is 250.00, less than the broker's 300.00"],
    ['free', { free: 9000 }, "free money: ours is 9500.00, more than the broker's 9000.00"],
  ] as const)('%s', (_, margin, message) => {
    const { bench, read } = holding();
    read(margin);
    read({ ...margin });
    expect(told(bench)).toEqual([message]);
    expect(bench.session.estimates?.kinder).toBe(2);
    read({});
    expect(told(bench)).toEqual([message, `${message} (over)`]);
  });
});

test('what prices of two sources differ by is no fault', () => {
  const { bench, read } = holding();
  read({ initial: 515, maintenance: 257, free: 9490 });
  expect(told(bench)).toEqual([]);
});

test('nothing is compared where books differ or the broker says no numbers, and free money not while orders work', () => {
  const { bench, read } = holding();
  read({ initial: 9999 }, 12);
  bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
  expect(bench.session.estimates?.compared).toBe(0);
  bench.wait(1);
  read({});
  expect(bench.session.estimates?.newest?.free).toBeDefined();
});
