/**
 * The order path to Interactive Brokers: the real session, conductor and library against a server that behaves like TWS.
 * Each hazard of that interface has a test of its name.
 */
import { expect, test as plain } from 'vitest';
import type { Instrument } from '../../../src/market/instrument.ts';
import { ibVenue, LOSING, PATIENT, type IbVenue } from '../../conformance/ib.ts';
import { PUT, WITH_OPTION } from '../../conformance/cases.ts';
import { Rig, SECOND } from '../../conformance/rig.ts';

type Options = Parameters<typeof ibVenue>[0];
interface Stand {
  readonly venue: IbVenue;
  readonly rig: Rig;
}

/** Tests with a venue of their own each: they mostly wait, and wait beside each other. */
const { concurrent: test } = plain.extend<{
  open: (options?: Options, instruments?: readonly Instrument[]) => Promise<Stand>;
}>({
  open: async ({ onTestFinished }, use) => {
    await use(async (options, instruments) => {
      const venue = await ibVenue(options);
      const rig = await Rig.open(venue, instruments);
      onTestFinished(() => rig.close());
      return { venue, rig };
    });
  },
});

const LONG = { timeout: 30_000 };

test('a market order is sent, filled and booked with its commission', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  rig.quote(100, 100.02, () => void rig.hands.buy(10, 'test'));
  await rig.until(() => rig.reports.some(({ kind }) => kind === 'commission'));
  expect(rig.entries('filled')).toMatchObject([{ quantity: 10, price: 100.02 }]);
  expect(rig.session.deck.ledger.cash[0].amount).toBeCloseTo(100_000 - 1000.2 - 1, 8);
  expect(venue.cash()).toBeCloseTo(100_000 - 1000.2 - 1, 8);
});

test('the permanent number is the broker’s id, and our id comes back as the reference', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 90, timeInForce: 'DAY' }));
  await rig.until(() => rig.order?.status === 'accepted');
  const [theirs] = venue.fake.tws.orders.all;
  const [ticket] = rig.session.venue?.open ?? [];
  expect(ticket).toMatchObject({ clientId: theirs.words.orderRef, brokerId: String(theirs.permId) });
});

test('a resting order is changed under its own number, then canceled', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 90, timeInForce: 'DAY' }));
  await rig.until(() => rig.order?.status === 'accepted');
  const order = rig.order!;
  rig.quote(100, 100.02, () => void rig.hands.update(order, { limit: 91, quantity: 12 }));
  await rig.until(() => order.limit === 91 && order.status === 'accepted');
  expect(venue.orders()).toBe(1);
  rig.quote(100, 100.02, () => rig.hands.cancel(order));
  await rig.until(() => order.status === 'canceled');
  expect(venue.fake.tws.orders.all[0].status).toBe('Cancelled');
});

test(
  'hazard 1: an order that is wanted while there is no connection is refused, and never sent later',
  LONG,
  async ({ open }) => {
    const { venue, rig } = await open();
    venue.fake.tws.restart(5 * SECOND);
    await rig.until(() => rig.alerts.includes('link.down'));
    rig.quote(100, 100.02, () => void rig.hands.buy(10, 'test'));
    await rig.until(() => rig.entries('rejected').length === 1);
    expect(rig.entries('rejected')[0]?.text).toContain('desk.not-connected');
    await rig.until(() => rig.reports.filter((report) => report.kind === 'snapshot').length > 1);
    await rig.wait(10);
    expect(venue.orders()).toBe(0);
  },
);

test(
  'hazard 2: of a burst that a dying server cuts, nothing reaches the next session, and each order has its answer',
  LONG,
  async ({ open }) => {
    const { venue, rig } = await open();
    rig.quote(100, 100.02, () => {
      for (let i = 0; i < 100; i++) rig.hands.buy(1, { limit: 90, timeInForce: 'DAY' });
    });
    await rig.until(() => venue.orders() > 10);
    venue.fake.disconnect();
    const arrived = venue.orders();
    await rig.until(() => rig.reports.filter(({ kind }) => kind === 'snapshot').length > 1);
    await rig.wait(20);
    expect(venue.orders()).toBe(arrived);
    const orders = rig.hands.assets[0]?.orders ?? [];
    const refused = rig.entries('rejected');
    const codes = new Set(refused.map(({ text }) => text.split(':')[0]));
    expect(codes).toEqual(new Set(['desk.not-sent']));
    expect(orders.filter(({ status }) => status === 'accepted')).toHaveLength(arrived);
    // What was on its way when the server died stays unknown: it may have arrived.
    const unknown = orders.filter(({ status }) => status === 'unknown').length;
    expect(refused.length + arrived + unknown).toBe(100);
    expect(venue.fake.arrived.filter(([id]) => id === '3')).toHaveLength(arrived);
  },
);

test(
  'LF-36 hazard 3: a connection that is cut without being closed is noticed, and the books are read on the next',
  LONG,
  async ({ open }) => {
    const { venue, rig } = await open({ timings: { ...PATIENT, heartbeatMs: 100 } });
    rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 90, timeInForce: 'DAY' }));
    await rig.until(() => rig.order?.status === 'accepted');
    venue.fake.isDeaf = true;
    await rig.until(() => rig.alerts.includes('link.down'));
    venue.fake.isDeaf = false;
    venue.fake.disconnect();
    rig.venue.quote('AAPL', 89, 89.5);
    await rig.until(() => rig.held() === 10);
    expect(rig.entries('filled')).toHaveLength(1);
  },
);

test('hazard 4: after a reconnect the same client number still cancels its orders', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 90, timeInForce: 'DAY' }));
  await rig.until(() => rig.order?.status === 'accepted');
  const order = rig.order!;
  venue.fake.disconnect();
  await rig.until(() => rig.reports.filter(({ kind }) => kind === 'snapshot').length > 1);
  rig.quote(100, 100.02, () => rig.hands.cancel(order));
  await rig.until(() => order.status === 'canceled');
});

test('hazard 5: what could not be sent is refused under the id of its order', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  venue.fake.tws.restart(3600 * SECOND);
  await rig.until(() => rig.alerts.includes('link.down'));
  rig.quote(100, 100.02, () => {
    rig.hands.buy(1, 'first');
    rig.hands.buy(2, 'second');
  });
  await rig.until(() => rig.entries('rejected').length === 2);
  const refused = rig.reports.filter((report) => report.kind === 'refused').map(({ clientId }) => clientId);
  expect(new Set(refused).size).toBe(2);
});

test('LF-01 an order whose answer is lost is found by its reference, and is there once', LONG, async ({ open }) => {
  const { venue, rig } = await open({ timings: LOSING });
  const { faults } = venue.fake.tws;
  faults.add({ on: 'message', message: 'openOrder', fault: { kind: 'lose' }, times: 3 });
  faults.add({ on: 'message', message: 'orderStatus', fault: { kind: 'lose' }, times: 3 });
  rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 90, timeInForce: 'DAY' }));
  await rig.until(() => rig.reports.some(({ kind }) => kind === 'lost'));
  await rig.until(() => rig.order?.status === 'accepted');
  expect(venue.orders()).toBe(1);
});

test(
  'LF-02 an order that never arrived is never sent again: a person decides, and its risk stays reserved',
  LONG,
  async ({ open }) => {
    const { venue, rig } = await open({ timings: LOSING });
    venue.fake.tws.faults.add({ on: 'request', request: 'placeOrder', fault: { kind: 'drop' } });
    rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 100, timeInForce: 'DAY' }));
    await rig.until(() => rig.alerts.includes('order.tombstone'));
    const order = rig.order!;
    expect(order.status).toBe('unknown');
    // The day ends, and the next: silence proves nothing.
    rig.venue.pass(2 * 86_400 * SECOND);
    await rig.wait(3);
    expect(order.status).toBe('unknown');
    expect(venue.fake.arrived.filter(([id]) => id === '3')).toHaveLength(1);
    rig.take({
      kind: 'command',
      at: rig.venue.now,
      by: 'ops',
      reason: 'not in the books',
      command: { do: 'cancel', order: 'all' },
    });
    expect(order.status).toBe('canceled');
  },
);

test(
  'LF-21 a process that died before the answer came finds its order when it begins again',
  LONG,
  async ({ open }) => {
    const { venue, rig } = await open();
    rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 100.5, timeInForce: 'DAY' }));
    const { length } = rig.records;
    await expect.poll(() => venue.orders()).toBe(1);
    rig.die(length);
    await rig.start();
    await rig.until(() => rig.held() === 10);
    expect(venue.orders()).toBe(1);
    expect(venue.fake.arrived.filter(([id]) => id === '3')).toHaveLength(1);
  },
);

test('an order of an earlier process is canceled by the number that the books have', LONG, async ({ open }) => {
  const { rig } = await open();
  rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 90, timeInForce: 'DAY' }));
  await rig.until(() => rig.order?.status === 'accepted');
  rig.die();
  await rig.start();
  const order = rig.order!;
  rig.quote(100, 100.02, () => void rig.hands.update(order, { limit: 91 }));
  await rig.until(() => order.limit === 91 && order.status === 'accepted');
  rig.quote(100, 100.02, () => rig.hands.cancel(order));
  await rig.until(() => order.status === 'canceled');
});

test('a corrected execution takes back the first and stands for itself', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  rig.quote(100, 100.02, () => void rig.hands.buy(10, 'test'));
  await rig.until(() => rig.held() === 10);
  venue.fake.tws.correct(venue.fake.tws.executions.all[0].id, 99.5);
  await rig.until(() => rig.entries('filled').length === 3);
  expect(rig.held()).toBe(10);
  await rig.wait(3);
  expect(rig.session.deck.ledger.cash[0].amount).toBeCloseTo(venue.cash() ?? 0, 8);
});

test('corrected twice it counts once, where the first correction was lost too', LONG, async ({ open }) => {
  for (const isLost of [false, true]) {
    const { venue, rig } = await open();
    const { tws } = venue.fake;
    rig.quote(100, 100.02, () => void rig.hands.buy(10, 'test'));
    await rig.until(() => rig.held() === 10);
    if (isLost) tws.faults.add({ on: 'message', message: 'execution', fault: { kind: 'lose' } });
    tws.correct(tws.executions.all[0].id, 99.5);
    await rig.wait(3);
    tws.correct(tws.executions.all.at(-1)!.id, 99.25);
    await rig.until(() => rig.session.deck.ledger.positions[0][0].averagePrice === 99.25);
    expect([rig.held(), rig.alerts.includes('fill.unplaced')]).toEqual([10, false]);
  }
});

test('statuses and executions that are told twice count once', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  const { faults } = venue.fake.tws;
  faults.add({ on: 'message', message: 'execution', fault: { kind: 'duplicate', copies: 2 }, times: 9 });
  faults.add({ on: 'message', message: 'orderStatus', fault: { kind: 'duplicate', copies: 2 }, times: 9 });
  rig.quote(100, 100.02, () => void rig.hands.buy(10, 'test'));
  await rig.until(() => rig.held() === 10);
  await rig.wait(5);
  expect(rig.entries('filled')).toHaveLength(1);
});

test('an execution that is lost is read from the books once a status tells of it', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  venue.fake.tws.faults.add({ on: 'message', message: 'execution', fault: { kind: 'lose' } });
  rig.quote(100, 100.02, () => void rig.hands.buy(10, 'test'));
  await rig.until(() => rig.held() === 10);
  expect(rig.entries('filled')).toMatchObject([{ quantity: 10, price: 100.02 }]);
});

test('a fill that comes after the cancel is booked', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  venue.fake.driven.broker.state.fillFaults.push({ symbol: 'AAPL', lateBy: 10 * SECOND });
  rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 100.02, timeInForce: 'DAY' }));
  await rig.until(() => rig.order?.status === 'accepted');
  const order = rig.order!;
  rig.quote(101, 101.02, () => rig.hands.cancel(order));
  await rig.until(() => order.status === 'canceled');
  await rig.until(() => rig.held() === 10);
  expect(rig.alerts).toContain('fill.after-end');
});

test('a commission that comes minutes later is booked when it comes', LONG, async ({ open }) => {
  const { rig } = await open({ tws: { commissionAfter: 60 * SECOND } });
  rig.quote(100, 100.02, () => void rig.hands.buy(10, 'test'));
  await rig.until(() => rig.held() === 10);
  expect(rig.session.deck.ledger.cash[0].amount).toBeCloseTo(100_000 - 1000.2, 8);
  await rig.until(() => rig.session.deck.ledger.cash[0].amount < 100_000 - 1001);
  expect(rig.session.deck.ledger.cash[0].amount).toBeCloseTo(100_000 - 1001.2, 8);
});

test('1100 closes the gate, 1102 opens it once the books were read again', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  venue.fake.tws.link(1100);
  await rig.until(() => rig.alerts.includes('link.down'));
  rig.quote(100, 100.02, () => void rig.hands.buy(1, 'test'));
  await rig.until(() => rig.entries('rejected').length === 1);
  venue.fake.tws.link(1102);
  await rig.until(() => rig.reports.filter(({ kind }) => kind === 'snapshot').length > 1);
  rig.quote(100, 100.02, () => void rig.hands.buy(2, 'test'));
  await rig.until(() => rig.held() === 2);
  expect(venue.orders()).toBe(1);
});

test(
  'a number that another program used makes an order unknown, and the next one gets a number above',
  LONG,
  async ({ open }) => {
    const { venue, rig } = await open();
    // The answer to the question for a free number takes its time: until then no order may leave under one that is used.
    venue.fake.tws.faults.add({ on: 'message', message: 'nextValidId', fault: { kind: 'delay', millis: 5000 } });
    venue.fake.tws.orders.use(7, 500);
    rig.quote(100, 100.02, () => void rig.hands.buy(1, 'test'));
    await rig.until(() => rig.reports.some((report) => report.kind === 'lost' && report.cause.startsWith('103')));
    rig.quote(100, 100.02, () => void rig.hands.buy(2, 'test'));
    await rig.until(() => rig.held() === 2);
    expect(venue.fake.tws.orders.all.map(({ words }) => words.orderId)).toEqual([501]);
  },
);

test(
  'an order that waits for a free number is refused when the connection ends without one',
  LONG,
  async ({ open }) => {
    const { venue, rig } = await open({ timings: { ...PATIENT, readMs: 1500 } });
    venue.fake.tws.faults.add({ on: 'message', message: 'nextValidId', fault: { kind: 'lose' } });
    venue.fake.tws.orders.use(7, 500);
    rig.quote(100, 100.02, () => void rig.hands.buy(1, 'test'));
    await rig.until(() => rig.reports.some((report) => report.kind === 'lost' && report.cause.startsWith('103')));
    rig.quote(100, 100.02, () => void rig.hands.buy(2, 'test'));
    await rig.until(() => rig.entries('rejected').length === 1);
    expect(rig.entries('rejected')[0]?.text).toContain('desk.not-sent');
    expect(venue.orders()).toBe(0);
  },
);

test(
  'hazard 6: an order whose turn comes when its decision is too old is refused, and not sent',
  LONG,
  async ({ open }) => {
    const { venue, rig } = await open();
    venue.fake.tws.faults.add({ on: 'message', message: 'nextValidId', fault: { kind: 'delay', millis: 70_000 } });
    venue.fake.tws.orders.use(7, 500);
    rig.quote(100, 100.02, () => void rig.hands.buy(1, 'test'));
    await rig.until(() => rig.reports.some((report) => report.kind === 'lost' && report.cause.startsWith('103')));
    rig.quote(100, 100.02, () => void rig.hands.buy(2, 'test'));
    await rig.until(() => rig.entries('rejected').length === 1);
    expect(rig.entries('rejected')[0]?.text).toContain('desk.too-old');
    expect(venue.orders()).toBe(0);
  },
);

test('LF-38 a second desk with the same client number stops, and the first goes on', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  const reports: string[] = [];
  const second = await venue.link!((report) => void reports.push(report.kind === 'link' ? report.state : report.kind));
  await expect(second.connect()).rejects.toThrow('326');
  expect(reports).toEqual(['locked']);
  rig.quote(100, 100.02, () => void rig.hands.buy(2, 'test'));
  await rig.until(() => rig.held() === 2);
});

test('an order that the broker takes off by itself is a refusal with its reason', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  rig.quote(100, 100.02, () => void rig.hands.buy(1, { limit: 90, timeInForce: 'DAY' }));
  await rig.until(() => rig.order?.status === 'accepted');
  const order = rig.order!;
  venue.fake.tws.takeOff(venue.fake.tws.orders.all[0], 'The limit price is too far through the market');
  await rig.until(() => order.status === 'rejected');
  expect(rig.entries('rejected')[0]?.text).toContain('too far through the market');
});

test('in the hour in which the vendor restarts its servers nothing is sent', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  // Fourteen hours later it is half past midnight.
  rig.venue.pass(14 * 3600 * SECOND);
  rig.take({ kind: 'tick', at: rig.venue.now });
  rig.quote(100, 100.02, () => void rig.hands.buy(1, { limit: 90, timeInForce: 'GTC' }));
  await rig.until(() => rig.entries('rejected').length === 1);
  expect(rig.entries('rejected')[0]?.text).toContain('restarts its servers');
  expect(venue.orders()).toBe(0);
});

test(
  'LF-47 a put that was assigned over the night is booked in the morning, as its positions show',
  LONG,
  async ({ open }) => {
    const { venue, rig } = await open({}, WITH_OPTION);
    rig.quote(100, 100.02);
    rig.quote(2, 2.1, () => void rig.hands.assets[1].sell(1, { limit: 2, timeInForce: 'DAY' }), PUT);
    await rig.until(() => rig.held(PUT) === -1);
    await rig.wait(2);
    rig.die();
    venue.fake.driven.broker.assign(PUT, 1);
    venue.pass(24 * 3600 * SECOND);
    await rig.start();
    await rig.until(() => rig.held('AAPL') === 100);
    expect(rig.held(PUT)).toBe(0);
    expect(rig.entries('assigned')).toMatchObject([{ text: 'assigned early' }]);
    expect(rig.session.differences).toEqual([]);
    // Bought at the strike, not at the market.
    expect(rig.session.deck.ledger.cash[0].amount).toBeCloseTo(venue.cash() ?? 0, 6);
  },
);
