/** Exits that Interactive Brokers keeps: children of their entry, or a group of two, also while the desk is dead. */
import { afterEach, expect, test } from 'vitest';
import { placingsOf, readReference } from '../../../src/adapters/ib/exits.ts';
import type { OrderWords } from '../../../src/adapters/ib/words.ts';
import type { SubmitRequest } from '../../../src/engine/live/index.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { ibVenue, type IbVenue } from '../../conformance/ib.ts';
import { Rig, SECOND, STOCK } from '../../conformance/rig.ts';

let venue: IbVenue;
let rig: Rig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

const LONG = { timeout: 30_000 };
const BOTH = { stopLoss: 95, takeProfit: 105, timeInForce: 'GTC' } as const;

async function open(instruments?: Parameters<typeof Rig.open>[1]): Promise<Rig> {
  venue = await ibVenue();
  rig = await Rig.open(venue, instruments);
  return rig;
}

const placed = () => venue.fake.tws.orders.all.map(({ words }) => words);

test(
  'an entry leaves with the last of its children, each with a reference of its own and of one group',
  LONG,
  async () => {
    const one = await open();
    one.quote(100, 100.02, () => void one.hands.buy(10, { ...BOTH, limit: 98 }));
    await one.until(() => one.order?.status === 'accepted');
    const [entry, target, stop] = placed();
    const id = readReference(entry.orderRef).clientId;
    expect(entry).toMatchObject({ action: 'BUY', type: 'LMT', limit: 98, transmit: false, orderRef: `${id}+2` });
    const child = { action: 'SELL', parentId: entry.orderId, ocaGroup: id, ocaType: 2, quantity: 10 };
    expect(target).toMatchObject({ ...child, type: 'LMT', limit: 105, transmit: false, orderRef: `${id}/target` });
    expect(stop).toMatchObject({ ...child, type: 'STP', aux: 95, transmit: true, orderRef: `${id}/stop` });
    // The children sleep at the broker until the entry has filled.
    one.quote(97.9, 97.92);
    await one.until(() => one.held() === 10 && one.hands.assets[0].orders.length === 2);
    expect(venue.fake.tws.orders.all.map(({ status }) => status)).toEqual(['Filled', 'Submitted', 'PreSubmitted']);
  },
);

test('LF-21 the stop of a dead desk fills at the broker, and the target ends with it', LONG, async () => {
  const one = await open();
  one.quote(100, 100.02, () => void one.hands.buy(10, BOTH));
  await one.until(() => one.held() === 10 && one.hands.assets[0].orders.length === 2);
  one.die();
  venue.quote(STOCK, 94, 94.02);
  venue.pass(60 * SECOND);
  expect(venue.held(STOCK)).toBe(0);
  expect(venue.fake.tws.orders.all.map(({ status }) => status)).toEqual(['Filled', 'Cancelled', 'Filled']);
  await one.start();
  await one.until(() => one.held() === 0 && one.hands.assets[0].orders.length === 0);
  expect(venue.orders()).toBe(3);
  expect(one.alerts).not.toContain('order.external');
});

test('an entry whose last child did not arrive is taken off on the next connection', LONG, async () => {
  const one = await open();
  const { faults } = venue.fake.tws;
  faults.add({ on: 'request', request: 'placeOrder', fault: { kind: 'drop' }, skip: 2 });
  one.quote(100, 100.02, () => void one.hands.buy(10, { ...BOTH, limit: 98 }));
  await one.until(() => venue.orders() === 2);
  venue.fake.disconnect();
  await one.until(() => venue.fake.tws.orders.all.every(({ isOpen }) => !isOpen));
  one.quote(97, 97.02);
  await one.wait(3);
  expect(venue.held(STOCK)).toBe(0);
  expect(placed()).toHaveLength(2);
});

test('an entry does not go without a child that was refused', LONG, async () => {
  // Its prices have more digits than the broker takes.
  const one = await open([defineInstrument({ symbol: STOCK, tick: 0.001 })]);
  one.quote(100, 100.02, () => void one.hands.buy(10, { ...BOTH, limit: 98, stopLoss: 95.001 }));
  await one.until(() => one.reports.some((report) => report.kind === 'refused' && report.code === '110'));
  await one.until(() => venue.fake.tws.orders.all.every(({ isOpen }) => !isOpen));
  one.quote(97, 97.02);
  await one.wait(3);
  expect(venue.held(STOCK)).toBe(0);
});

test('of two exits of what is held the stop leaves first, in one group with the target', () => {
  const exits = { kind: 'oco', target: { limit: '105' }, stop: { stop: '95', limit: '94' } } as const;
  const request = { clientId: 'td-1', exits } as unknown as SubmitRequest;
  const words: OrderWords = {
    action: 'SELL',
    totalQuantity: 10,
    orderType: 'LMT',
    lmtPrice: 105,
    tif: 'GTC',
    orderRef: 'td-1',
    account: 'DU1',
    transmit: true,
  };
  const tied = { ocaGroup: 'td-1', ocaType: 2, action: 'SELL', transmit: true };
  expect(placingsOf(request, words)).toMatchObject([
    {
      clientId: 'td-1/stop',
      words: { ...tied, orderType: 'STP LMT', auxPrice: 95, lmtPrice: 94, orderRef: 'td-1/stop' },
    },
    { clientId: 'td-1', words: { ...tied, orderType: 'LMT', lmtPrice: 105, orderRef: 'td-1' } },
  ]);
  expect(readReference('td-1+2')).toEqual({ clientId: 'td-1', children: 2 });
  expect(readReference('td-1/stop')).toEqual({ clientId: 'td-1/stop', children: 0 });
});
