/**
 * What a broker books on shares and on the account: dividends, interest, fees, commissions, corporate actions, and what
 * somebody trades by hand.
 */
import { describe, expect, test } from 'vitest';
import { utc } from '../play.ts';
import { Bench, puppet, SECOND } from './bench.ts';

/** Two strategies on one share; the first has bought `first`, the second `second`. */
function shared(first: number, second: number) {
  const one = puppet('one');
  const two = puppet('two');
  const bench = new Bench({ strategies: [one, two], cash: 1_000_000 }).begin();
  one.wishes.push(({ buy }) => void (first > 0 && buy(first, { limit: 100 })));
  two.wishes.push(({ buy }) => void (second > 0 && buy(second, { limit: 100 })));
  bench.quote();
  bench.submissions.forEach((asked, i) => bench.fillOf(asked, `x${i}`, 100));
  bench.at += SECOND;
  return { bench, one, two };
}

describe('money at a broker', () => {
  test('LF-46 a dividend is booked once, however often it is told, as a backtest books it', () => {
    const { bench } = shared(100, 0);
    // The announcement moves no money: who pays is the broker.
    bench.take({
      kind: 'action',
      at: bench.at,
      action: { kind: 'dividend', symbol: 'AAA', at: utc('2026-11-02T15:00'), amount: 0.5 },
    });
    expect(bench.entries('cash')).toEqual([]);
    const dividend = { id: 'd1', activity: 'dividend', symbol: 'AAA', quantity: 100, price: 0.5, money: 50 } as const;
    bench.activity(dividend);
    bench.activity(dividend);
    bench.snapshot([{ symbol: 'AAA', quantity: 100 }], { happened: [{ kind: 'activity', name: 'DIV', ...dividend }] });
    expect(bench.entries('cash')).toMatchObject([
      { quantity: 100, price: 0.5, amount: 50, strategy: 0, text: 'dividend' },
    ]);
    expect(bench.session.deck.ledger.totals().dividends).toBe(50);
    expect(bench.session.activities?.duplicates).toBe(2);
  });

  test('a dividend goes to each strategy by what it holds, to the last cent', () => {
    const { bench } = shared(100, 200);
    bench.activity({ activity: 'dividend', symbol: 'AAA', quantity: 300, price: 0.1, money: 30.01 });
    expect(bench.entries('cash').map(({ strategy, amount }) => [strategy, amount])).toEqual([
      [0, 10],
      [1, 20.01],
    ]);
  });

  test('a dividend that is paid after the sale goes to who held last', () => {
    const { bench, two } = shared(0, 100);
    two.wishes.push(({ sell }) => void sell(100, { limit: 100 }));
    bench.quote();
    bench.fillOf(bench.submissions.at(-1)!, 'y1', 100);
    bench.activity({ activity: 'dividend', symbol: 'AAA', quantity: 100, price: 0.5, money: 50 });
    expect(bench.entries('cash')).toMatchObject([{ strategy: 1, amount: 50 }]);
  });

  test('LF-46 the price of a resting order follows the one that the broker lowered', () => {
    const { bench, one } = shared(0, 0);
    one.wishes.push(({ buy }) => void buy(10, { limit: 90, timeInForce: 'GTC' }));
    bench.quote();
    const [{ clientId }] = bench.submissions;
    const books = {
      kind: 'order',
      clientId,
      brokerId: 'b1',
      status: 'working',
      symbol: 'AAA',
      side: 1,
      quantity: 10,
    } as const;
    bench.report({ ...books, filled: 0, averagePrice: 0, limit: 90, updatedAt: 1 });
    bench.report({ ...books, filled: 0, averagePrice: 0, limit: 89.5, updatedAt: 2 });
    expect(bench.order.limit).toBe(89.5);
    expect(bench.entries('updated')).toMatchObject([{ price: 89.5, text: 'by the broker' }]);
  });

  test('interest and fees are the account’s', () => {
    const { bench } = shared(100, 0);
    bench.activity({ activity: 'interest', symbol: '', money: -1.25, name: 'INT MGN' });
    bench.activity({ activity: 'fee', symbol: '', money: -0.02, name: 'FEE TAF' });
    expect(bench.session.deck.ledger.totals()).toMatchObject({ interest: -1.25, fees: 0.02 });
    expect(bench.cash).toBeCloseTo(1_000_000 - 10_000 - 1.27, 9);
  });

  test('a deposit is written down, and is no result of the deck', () => {
    const { bench } = shared(0, 0);
    bench.activity({ activity: 'transfer', symbol: '', money: 5000, name: 'CSD' });
    expect(bench.cash).toBe(1_000_000);
    expect(bench.entries('note')[0].text).toContain('CSD of 5000');
  });

  test('a commission that comes after its fill is booked once, and so is one that comes before', () => {
    const { bench, one } = shared(100, 0);
    bench.report({ kind: 'commission', executionId: 'x0', fee: 1 });
    bench.report({ kind: 'commission', executionId: 'x0', fee: 1 });
    bench.report({ kind: 'commission', executionId: 'early', fee: 2 });
    one.wishes.push(({ buy }) => void buy(10, { limit: 100 }));
    bench.quote();
    bench.fillOf(bench.submissions.at(-1)!, 'early', 100);
    expect(bench.session.deck.ledger.totals().fees).toBe(3);
    expect(bench.cash).toBe(1_000_000 - 11_000 - 3);
  });

  test('what happened before the books were read for the first time is history', () => {
    const bench = new Bench();
    bench.snapshot([], {
      happened: [
        { kind: 'activity', id: 'old', activity: 'fee', name: 'FEE', symbol: '', quantity: 0, price: 0, money: -5 },
      ],
    });
    expect(bench.cash).toBe(10_000);
  });

  test('what has no meaning here is raised, freezes its symbol, and moves nothing', () => {
    const { bench } = shared(100, 0);
    bench.activity({ activity: 'other', symbol: 'AAA', quantity: -100, name: 'MA CMA' });
    expect(bench.held).toBe(100);
    expect(bench.alerts).toMatchObject([{ code: 'activity.unknown', priority: 1 }]);
    expect(bench.session.states.frozenBecause(0)).toContain('MA CMA');
  });
});

describe('LF-45 corporate actions at a broker', () => {
  const split = (bench: Bench, ratio: number) =>
    bench.take({
      kind: 'action',
      at: bench.at,
      action: { kind: 'split', symbol: 'AAA', at: utc('2026-11-02T15:00'), ratio },
    });

  test.each(['announced first', 'booked first'])('a split of 4 for 1 counts once, %s', (which) => {
    const { bench, one } = shared(100, 0);
    one.wishes.push(({ sell }) => void sell(100, { stop: 80, timeInForce: 'GTC' }));
    bench.quote();
    const { equity } = { equity: bench.session.deck.ledger.equity() };
    const book = (): void => bench.activity({ activity: 'split', symbol: 'AAA', quantity: 300, name: 'SPLIT FSPLIT' });
    if (which === 'announced first') split(bench, 4);
    book();
    if (which === 'booked first') split(bench, 4);
    bench.snapshot([{ symbol: 'AAA', quantity: 400 }]);
    expect([bench.held, bench.session.differences, bench.alerts]).toEqual([400, [], []]);
    expect(bench.session.deck.ledger.equity()).toBeCloseTo(equity, 6);
    // The stop of before is a quarter of it: the raw gap of the price does not trigger it.
    const [order] = bench.session.deck.markets[0].working;
    expect([order.stop, order.units]).toEqual([20, 400]);
  });

  test('a reverse split with fractions paid out in cash needs its announcement, and agrees to the cent', () => {
    const { bench } = shared(105, 0);
    bench.quote(100, 100);
    split(bench, 0.1);
    bench.activity({ activity: 'split', symbol: 'AAA', quantity: -95, money: 500, name: 'SPLIT RSPLIT' });
    bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
    expect([bench.held, bench.session.differences, bench.alerts]).toEqual([10, [], []]);
    expect(bench.cash).toBeCloseTo(1_000_000 - 10_500 + 500, 9);
  });

  test('a split that nobody announced, with fractions paid out, is not guessed at', () => {
    const { bench } = shared(105, 0);
    bench.activity({ activity: 'split', symbol: 'AAA', quantity: -95, money: 500 });
    expect(bench.held).toBe(105);
    expect(bench.alerts[0].message).toContain('its ratio was not announced');
    bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
    expect(bench.session.states.frozenBecause(0)).toBeDefined();
  });

  test('a split that the broker books otherwise than it was announced freezes the symbol', () => {
    const { bench } = shared(100, 0);
    split(bench, 4);
    bench.activity({ activity: 'split', symbol: 'AAA', quantity: 100 });
    expect(bench.session.states.frozenBecause(0)).toContain('a split of 4 adds 300');
  });

  test('a new name is followed, and the books agree under it', () => {
    const { bench } = shared(100, 0);
    bench.take({
      kind: 'action',
      at: bench.at,
      action: { kind: 'symbol-change', symbol: 'AAA', at: utc('2026-11-02T15:00'), to: 'AAB' },
    });
    bench.activity({ activity: 'rename', symbol: 'AAB', quantity: 100 });
    bench.snapshot([{ symbol: 'AAB', quantity: 100 }]);
    expect([bench.session.differences, bench.alerts]).toEqual([[], []]);
  });
});

describe('LF-19 an order that is not ours', () => {
  test('a fill by hand belongs to no strategy, is raised, and stops new orders until a person clears it', () => {
    const { bench, one } = shared(100, 0);
    const before = bench.cash;
    const fill = {
      kind: 'fill',
      clientId: 'by-hand',
      executionId: 'h1',
      symbol: 'AAA',
      side: 1,
      quantity: 7,
      price: 99,
      fee: 0,
    } as const;
    bench.report(fill);
    bench.report(fill);
    expect([bench.held, bench.cash]).toEqual([100, before]);
    expect(bench.alerts.filter(({ code }) => code === 'order.external')).toHaveLength(1);
    expect(bench.session.states.account).toBe('halted');
    bench.snapshot([{ symbol: 'AAA', quantity: 107 }]);
    expect(bench.session.differences).toEqual([{ symbol: 'AAA', ours: 100, theirs: 107 }]);
    const count = bench.submissions.length;
    one.wishes.push(({ buy }) => void buy(1));
    bench.quote();
    expect(bench.submissions).toHaveLength(count);
  });
});
