/** The order path to Alpaca: the real session, conductor and vendor's library against a broker that behaves like the vendor. */
import { afterEach, expect, test } from 'vitest';
import { DOLLAR, moneyToNumber, SHARE } from '../../../src/adapters/fake-broker/core/amounts.ts';
import { bustFill, correctFill } from '../../../src/adapters/fake-broker/core/executing.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { plain } from '../../engine/play.ts';
import { newYork } from '../fake-alpaca/desk.ts';
import { AAPL, Desk } from './link-desk.ts';

const PUT = 'AAPL261120P00100000';

let desk: Desk;
afterEach(async () => {
  await desk.close();
});

/** A desk that trades a share and a contract on it, on margin. */
const withContract = (contract: string): Promise<Desk> =>
  Desk.open({
    broker: { paper: false },
    instruments: [AAPL, occInstrument(contract)],
    conventions: { ...plain, margin: regT },
  });

test('a market order is sent, filled and booked as the broker says', { timeout: 30_000 }, async () => {
  desk = await Desk.open();
  desk.quote(100, 100.02, ({ buy }) => void buy(10, 'test'));
  await desk.until(() => desk.held === 10);
  const [fill] = [...desk.session.deck.journal.entries()].filter(({ kind }) => kind === 'filled');
  expect(fill).toMatchObject({ quantity: 10, price: 100.02 });
});

test(
  'a resting order is changed and canceled, and what is in our books is in theirs',
  { timeout: 30_000 },
  async () => {
    desk = await Desk.open();
    desk.quote(100, 100.02, ({ buy }) => void buy(10, { limit: 90, timeInForce: 'DAY' }));
    await desk.until(() => desk.orders[0]?.status === 'accepted');
    const [order] = desk.orders;
    desk.quote(100, 100.02, ({ update }) => void update(order, { limit: 91, quantity: 12 }));
    await desk.until(() => order.limit === 91 && order.status === 'accepted');
    desk.quote(100, 100.02, ({ cancel }) => cancel(order));
    await desk.until(() => order.status === 'canceled');
    expect(desk.held).toBe(0);
  },
);

test('a refusal keeps the vendor’s code', { timeout: 30_000 }, async () => {
  desk = await Desk.open();
  desk.quote(100, 100.02, ({ buy }) => void buy(1_000_000, { limit: 100, timeInForce: 'DAY' }));
  await desk.until(() => [...desk.session.deck.journal.entries()].some(({ kind }) => kind === 'rejected'));
  const rejected = [...desk.session.deck.journal.entries()].find(({ kind }) => kind === 'rejected');
  expect(rejected?.text).toContain('40310000');
});

test('what Alpaca has no word for is refused before it is sent', { timeout: 30_000 }, async () => {
  desk = await Desk.open();
  desk.quote(100, 100.02, ({ buy }) => void buy(1, { touch: 90 }));
  await desk.until(() => [...desk.session.deck.journal.entries()].some(({ kind }) => kind === 'rejected'));
  const rejected = [...desk.session.deck.journal.entries()].find(({ kind }) => kind === 'rejected');
  expect(rejected?.text).toContain('desk.unsupported');
  expect(desk.theirs).toBe(0);
});

test('LF-01 an order whose answer is lost is found by its id, and is there once', { timeout: 30_000 }, async () => {
  desk = await Desk.open();
  desk.fake.fake.faults.add({ on: 'request', method: 'POST', path: '/v2/orders', fault: { kind: 'drop-response' } });
  desk.quote(100, 100.02, ({ buy }) => void buy(10, 'test'));
  await desk.until(() => desk.held === 10);
  expect(desk.theirs).toBe(1);
});

test(
  'LF-12 the books bring the fills of the history by their executions, and count none twice',
  { timeout: 30_000 },
  async () => {
    desk = await Desk.open();
    await desk.until(() => desk.session.states.account === 'active');
    desk.quote(100, 100.02, ({ buy }) => void buy(10, 'test'));
    await desk.until(() => desk.held === 10);
    const { session, conductor, records } = desk;
    const command = { do: 'reconcile' } as const;
    conductor.take({ kind: 'command', at: session.at, by: 'test', reason: 'look', command });
    await desk.until(() => records.some((record) => record.includes('"happened":[{"kind":"fill"')));
    const executions = records.flatMap((record) =>
      [...record.matchAll(/"executionId":"([^"]+)"/g)].map(([, id]) => id),
    );
    expect(executions.length).toBeGreaterThan(1);
    expect(new Set(executions).size).toBe(1);
    expect(desk.held).toBe(10);
  },
);

test('LF-02 an order that never arrived is sent again under its id, and is there once', async () => {
  desk = await Desk.open({ timeoutMs: 2500 });
  desk.fake.fake.faults.add({ on: 'request', method: 'POST', path: '/v2/orders', fault: { kind: 'drop-request' } });
  desk.quote(100, 100.02, ({ buy }) => void buy(10, 'test'));
  // The broker's time stands still meanwhile: the decision stays fresh.
  await expect.poll(() => desk.records.join()).toContain('"kind":"lost"');
  await desk.until(() => desk.held === 10);
  expect(desk.theirs).toBe(1);
});

test('LF-21 a process that died before the answer came finds its order when it begins again', async () => {
  desk = await Desk.open();
  await desk.until(() => desk.session.states.account === 'active');
  desk.quote(100, 100.02, ({ buy }) => void buy(10, { limit: 100.5, timeInForce: 'DAY' }));
  // The request is on its way; nothing of what is answered is heard.
  desk.link.close();
  const { length } = desk.records;
  await expect.poll(() => desk.theirs).toBe(1);
  desk.records.length = length;
  await desk.start();
  await desk.until(() => desk.held === 10);
  expect(desk.theirs).toBe(1);
});

test('LF-47 a put that is assigned over night is in the books before the next day begins, once', async () => {
  desk = await withContract(PUT);
  const { broker, clock } = desk.fake.fake;
  desk.take({ kind: 'market', at: desk.now, rows: [['quote', PUT, 0.5, 0.6, 10, 10]] });
  desk.quote(100, 100.02, ({ asset }) => void asset(PUT).sell(1, { limit: 0.5, timeInForce: 'DAY' }));
  await desk.until(() => desk.session.deck.ledger.netQuantity(1) === -1);
  clock.jump(newYork('2026-11-20', '15:59'));
  broker.quote('AAPL', 95, 95.02, 10, 10);
  broker.trade('AAPL', 95, 100);
  clock.jump(newYork('2026-11-23', '09:00'));
  await desk.restart();
  await desk.until(() => desk.held === 100);
  desk.look();
  await desk.until(() => desk.session.activities!.duplicates > 0);
  expect(desk.session.differences).toEqual([]);
  const { ledger } = desk.session.deck;
  expect([desk.held, ledger.netQuantity(1)]).toEqual([100, 0]);
  expect(ledger.cashValue()).toBeCloseTo(moneyToNumber(broker.state.holdings.cash), 6);
});

test('an order that is good till canceled works over the night, is changed by the next session, and fills for it', async () => {
  desk = await Desk.open();
  const { broker, clock } = desk.fake.fake;
  desk.quote(100, 100.02, ({ buy }) => void buy(10, { limit: 90, timeInForce: 'GTC' }));
  desk.quote(100, 100.02, ({ buy }) => void buy(7, { limit: 91, timeInForce: 'DAY' }));
  await desk.until(() => desk.orders.every(({ status }) => status === 'accepted'));
  clock.jump(newYork('2026-11-19', '09:00'));
  await desk.nextSession();
  // The one for the day is over by the broker's word, the other one works.
  await desk.until(() => desk.orders.length === 1);
  const [order] = desk.orders;
  expect([order.units, order.status]).toEqual([10, 'accepted']);
  clock.jump(newYork('2026-11-19', '10:00'));
  desk.quote(95, 95.02, ({ update, assets: [{ orders }] }) => void update(orders[0], { limit: 92 }));
  await desk.until(() => order.limit === 92 && order.status === 'accepted');
  await desk.restart();
  desk.quote(91.9, 91.95);
  await desk.until(() => desk.held === 10);
  expect(desk.theirs).toBe(3);
  desk.look();
  await desk.until(() => desk.session.differences?.length === 0);
  expect([broker.state.openOrders().length, desk.orders.length]).toEqual([0, 0]);
});

test('a spread is one order of several legs there, and both legs are in the books', async () => {
  const [P95, P90] = ['AAPL261218P00095000', 'AAPL261218P00090000'];
  desk = await Desk.open({
    instruments: [AAPL, occInstrument(P95), occInstrument(P90)],
    conventions: { ...plain, margin: regT },
  });
  const { state } = desk.fake.fake.broker;
  desk.take({
    kind: 'market',
    at: desk.now,
    rows: [
      ['quote', P95, 1, 1.1, 10, 10],
      ['quote', P90, 0.4, 0.5, 10, 10],
    ],
  });
  desk.quote(100, 100.02, ({ combo, asset }) => {
    const legs = [
      { asset: asset(P95), quantity: -1 },
      { asset: asset(P90), quantity: 1 },
    ];
    combo(legs, { quantity: 2, timeInForce: 'DAY' });
  });
  await desk.until(() => desk.session.deck.ledger.netQuantity(1) === -2);
  await desk.until(() => desk.session.deck.ledger.netQuantity(2) === 2);
  desk.look();
  await desk.until(() => desk.session.differences?.length === 0);
  expect(desk.session.deck.ledger.cashValue()).toBeCloseTo(moneyToNumber(state.holdings.cash), 6);
  expect(desk.orders).toEqual([]);
  await desk.restart();
  expect(desk.session.differences).toEqual([]);
  expect(desk.session.states.account).toBe('active');
});

test('a spread that rests is found again by a process that begins, and is cancelled as a whole', async () => {
  const [P95, P90] = ['AAPL261218P00095000', 'AAPL261218P00090000'];
  desk = await Desk.open({
    instruments: [AAPL, occInstrument(P95), occInstrument(P90)],
    conventions: { ...plain, margin: regT },
  });
  desk.take({
    kind: 'market',
    at: desk.now,
    rows: [
      ['quote', P95, 1, 1.1, 10, 10],
      ['quote', P90, 0.4, 0.5, 10, 10],
    ],
  });
  desk.fake.fake.faults.add({ on: 'request', method: 'POST', path: '/v2/orders', fault: { kind: 'drop-response' } });
  desk.quote(100, 100.02, ({ combo, asset }) => {
    const legs = [
      { asset: asset(P95), quantity: -1 },
      { asset: asset(P90), quantity: 1 },
    ];
    combo(legs, { quantity: 1, limit: -4.9, timeInForce: 'DAY' });
  });
  await expect.poll(() => desk.theirs).toBeGreaterThan(0);
  await desk.restart();
  await desk.until(() => desk.orders.length === 2 && desk.orders.every(({ status }) => status === 'accepted'));
  desk.quote(100, 100.02, ({ cancel, asset }) => cancel(asset(P90).orders[0]));
  await desk.until(() => desk.orders.length === 0);
  expect(desk.fake.fake.broker.state.openOrders()).toEqual([]);
});

test('LF-18 an exchange takes a fill back and corrects another: the books follow', async () => {
  desk = await Desk.open();
  const { broker } = desk.fake.fake;
  for (const quantity of [10, 5]) {
    const before = desk.held;
    desk.quote(100, 100.02, ({ buy }) => void buy(quantity, { limit: 100.02, timeInForce: 'DAY' }));
    await desk.until(() => desk.held === before + quantity);
  }
  const [first, second] = broker.state.activities.flatMap((each) => (each.kind === 'fill' ? [each.executionId] : []));
  correctFill(broker.state, first, { price: 99.5 * DOLLAR, quantity: 8 * SHARE });
  bustFill(broker.state, second);
  await desk.until(() => desk.held === 8);
  const { ledger } = desk.session.deck;
  expect(ledger.cashValue()).toBeCloseTo(100_000 - 8 * 99.5, 6);
  const alerts = desk.entries('alert').map(({ text }) => text);
  expect(alerts).toEqual([expect.stringMatching(/^fill.busted: .* 10 AAPL /), expect.stringContaining(second)]);
  // A process that begins anew reads the stream again, and books nothing twice.
  await desk.restart();
  desk.look();
  await desk.until(() => desk.session.differences?.length === 0);
  expect(desk.held).toBe(8);
  expect(ledger.cashValue()).toBeCloseTo(moneyToNumber(broker.state.holdings.cash), 6);
});

test('an account without the stream of activities trades, and says what it will not hear', async () => {
  desk = await Desk.open({
    prepare: ({ faults }) => {
      const path = '/v2beta1/events/activities';
      faults.add({
        on: 'request',
        method: 'GET',
        path,
        fault: { kind: 'answer', status: 404, html: false, acted: false },
      });
    },
  });
  await desk.until(() => desk.entries('alert').length === 1);
  expect(desk.entries('alert')[0].text).toContain('busts and corrections are not told');
  expect(desk.session.states.account).toBe('active');
});

test('a call is exercised, and the night delivers its shares', async () => {
  const CALL = 'AAPL261218C00090000';
  desk = await withContract(CALL);
  const { broker, clock } = desk.fake.fake;
  desk.take({ kind: 'market', at: desk.now, rows: [['quote', CALL, 11, 11.2, 10, 10]] });
  desk.quote(100, 100.02, ({ asset }) => void asset(CALL).buy(1, { limit: 15, timeInForce: 'DAY' }));
  await desk.until(() => desk.session.deck.ledger.netQuantity(1) === 1);
  desk.quote(100, 100.02, ({ asset }) => void asset(CALL).exercise());
  await desk.until(() => desk.orders[0]?.status === 'accepted');
  // Taken back, and told again: the last word counts.
  desk.quote(100, 100.02, ({ cancel, asset }) => cancel(asset(CALL).orders[0]));
  await desk.until(() => desk.orders.length === 0);
  desk.quote(100, 100.02, ({ asset }) => void asset(CALL).exercise());
  await desk.until(() => desk.orders[0]?.status === 'accepted');
  const [order] = desk.orders;
  clock.jump(newYork('2026-11-19', '09:00'));
  await desk.restart();
  await desk.until(() => desk.held === 100);
  expect(desk.session.deck.ledger.netQuantity(1)).toBe(0);
  expect(desk.orders).toEqual([]);
  expect(desk.session.venue!.tickets.size).toBe(3);
  desk.look();
  await desk.until(() => desk.session.differences?.length === 0);
  expect(order.type).toBe('exercise');
  expect(desk.session.deck.ledger.cashValue()).toBeCloseTo(moneyToNumber(broker.state.holdings.cash), 6);
});

test(
  'a limit that is decided before the open is for now where the instrument trades then, and fills',
  { timeout: 30_000 },
  async () => {
    const early = defineInstrument({ symbol: 'AAPL', tick: 0.01, calendar: 'XNYS', extendedHours: {} });
    desk = await Desk.open({ instruments: [early], startAt: newYork('2026-11-18', '08:00') });
    desk.quote(100, 100.02, ({ buy }) => void buy(10, { limit: 100.02, timeInForce: 'DAY' }));
    await desk.until(() => desk.held === 10);
    expect(desk.fake.fake.broker.state.orders[0].terms.extendedHours).toBe(true);
  },
);
