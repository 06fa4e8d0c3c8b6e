/** Money that moves at a broker that does not tell why: booked by name, with an alert, and never twice. */
import { expect, test } from 'vitest';
import { Bench, OPEN, puppet } from './bench.ts';

const MINUTES = 60;
const APART = 250_000;

class Cash {
  readonly bench: Bench;
  /** The broker's cash beyond ours. */
  extra = APART;
  dividends = 0;
  interest = 0;

  constructor() {
    const { definition, wishes } = puppet();
    this.bench = new Bench({ strategies: [{ definition }], cash: 100_000 }, OPEN, { tellsBookings: false });
    wishes.push(({ buy }) => void buy(100));
    this.read([]);
    this.bench.quote();
    this.bench.fill('x1', 100);
    this.bench.wait(5);
    this.read();
  }

  /** The broker's cash moves with ours, and by what nobody tells. */
  private theirs = 100_000;
  read(positions: readonly { symbol: string; quantity: number }[] = [{ symbol: 'AAA', quantity: 100 }]): void {
    const cash = this.theirs - (positions.length === 0 ? 0 : 10_000) + this.extra;
    const ledger = { cash, dividends: this.dividends, interest: this.interest };
    const account = { number: 'U1', cash, equity: cash, buyingPower: cash, isBlocked: false, ledger };
    this.bench.snapshot(positions, { account });
  }

  /** Books are read every minute for so long. */
  pass(minutes: number, ...positions: Parameters<Cash['read']>): void {
    for (let i = 0; i < minutes; i++) {
      this.bench.wait(MINUTES);
      this.read(...positions);
    }
  }

  get booked() {
    return this.bench.entries('cash').map(({ amount, text }) => [amount, text]);
  }

  get raised(): string[] {
    return this.bench.alerts.map(({ code }) => code).filter((code) => code.startsWith('cash.'));
  }
}

test('what the account has beside this deck is no difference', () => {
  const desk = new Cash();
  desk.pass(20);
  expect([desk.booked, desk.raised]).toEqual([[], []]);
});

test('LF-46 a dividend is booked as what was accrued of it falls by as much', () => {
  const desk = new Cash();
  desk.dividends = 24;
  desk.pass(1);
  desk.dividends = 0;
  desk.extra += 24;
  desk.pass(20);
  expect(desk.booked).toEqual([[24, 'dividend by what was accrued']]);
  expect(desk.bench.session.deck.ledger.totals().dividends).toBe(24);
  expect(desk.raised).toEqual(['cash.booked']);
});

test('interest that is owed is booked likewise', () => {
  const desk = new Cash();
  desk.interest = -8.4;
  desk.pass(1);
  desk.interest = 0;
  desk.extra -= 8.4;
  desk.pass(20);
  expect(desk.booked).toEqual([[-8.4, 'interest by what was accrued']]);
});

test('what nothing explains is a broker adjustment, once, and is told', () => {
  const desk = new Cash();
  desk.extra -= 1.5;
  desk.pass(40);
  expect([desk.booked, desk.raised]).toEqual([[[-1.5, 'broker adjustment']], ['cash.adjusted']]);
  // It was a mistake: the next difference undoes it.
  desk.extra += 1.5;
  desk.pass(20);
  expect(desk.booked.map(([amount]) => amount)).toEqual([-1.5, 1.5]);
});

test('nothing is booked before a difference has stood for ten minutes: commissions come late', () => {
  const desk = new Cash();
  desk.extra -= 1;
  desk.pass(9);
  expect(desk.booked).toEqual([]);
  desk.extra += 1;
  desk.pass(20);
  expect(desk.booked).toEqual([]);
});

test('money that somebody brings is the account’s: noted, raised, and no result of this deck', () => {
  const desk = new Cash();
  desk.extra += 20_000;
  desk.pass(20);
  expect([desk.booked, desk.raised]).toEqual([[], ['cash.transferred']]);
  expect(
    desk.bench
      .entries('note')
      .map(({ text }) => text)
      .join(),
  ).toContain('taken for a transfer');
  desk.pass(20);
  expect(desk.raised).toHaveLength(1);
});

test('while positions differ, nothing is made of cash', () => {
  const desk = new Cash();
  desk.extra -= 3;
  desk.pass(20, [{ symbol: 'AAA', quantity: 90 }]);
  expect(desk.booked).toEqual([]);
});

test('over a night the difference of the day before counts', () => {
  const desk = new Cash();
  const restore = JSON.parse(JSON.stringify(desk.bench.session.saveState())) as never;
  const { definition } = puppet();
  const options = { strategies: [{ definition }], cash: 100_000, restore };
  const next = new Bench(options, desk.bench.at + 60_000_000_000, { tellsBookings: false });
  const cash = 90_000 + APART + 12;
  const ledger = { cash, dividends: 0, interest: 0 };
  const account = { number: 'U1', cash, equity: cash, buyingPower: cash, isBlocked: false, ledger };
  for (let i = 0; i < 12; i++) {
    next.wait(MINUTES);
    next.snapshot([{ symbol: 'AAA', quantity: 100 }], { account });
  }
  expect(next.entries('cash').map(({ amount }) => amount)).toEqual([12]);
});
