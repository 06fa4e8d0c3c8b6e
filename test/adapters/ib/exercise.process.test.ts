/** Contracts that are exercised at Interactive Brokers, or let end unused: instructions without a reference of ours. */
import { afterEach, expect, test } from 'vitest';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { newYork } from '../fake-alpaca/desk.ts';
import { ibVenue, LOSING, type IbVenue, type IbVenueOptions } from '../../conformance/ib.ts';
import { Rig, STOCK } from '../../conformance/rig.ts';

let venue: IbVenue;
let rig: Rig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

const LONG = { timeout: 30_000 };
const COMMAND = { kind: 'command', by: 'test', reason: '' } as const;
const DEEP = 'AAPL261218C00080000';
const ENDS_TODAY = 'AAPL261120C00090000';

/** A desk that holds two calls. */
async function holding(symbol = DEEP, startAt = newYork('2026-11-18', '10:30'), more: IbVenueOptions = {}) {
  venue = await ibVenue({ startAt, ...more });
  rig = await Rig.open(venue, [defineInstrument({ symbol: STOCK, tick: 0.01 }), occInstrument(symbol)]);
  const one = rig;
  one.quote(100, 100.02);
  one.quote(20, 20.1, () => void one.hands.assets[1].buy(2, { limit: 20.1, timeInForce: 'DAY' }), symbol);
  await one.until(() => one.held(symbol) === 2);
  return one;
}

const exercise = (one: Rig): void => one.quote(100, 100.02, () => void one.hands.assets[1].exercise());
const instructions = () => venue.fake.tws.exercises.all;
const isTaken = (one: Rig) => (): boolean => one.hands.assets[1].orders[0]?.status === 'accepted';
const messages = (one: Rig) => one.reports.flatMap((report) => ('text' in report ? [report.text] : []));

/** The next morning, with the books of then. */
async function nextMorning(one: Rig): Promise<void> {
  venue.pass(newYork('2026-11-19', '09:31') - venue.now);
  one.take({ ...COMMAND, at: venue.now, command: { do: 'reconcile' } });
}

test('contracts are exercised by an instruction, and filled by the shares of the next morning', LONG, async () => {
  const one = await holding();
  exercise(one);
  await one.until(isTaken(one));
  expect(instructions().map(({ words }) => [words.action, words.quantity])).toEqual([['EXERCISE', 2]]);
  await nextMorning(one);
  await one.until(() => one.held() === 200 && one.held(DEEP) === 0);
  expect(one.entries('exercised')).toHaveLength(1);
  expect(one.hands.assets[1].orders).toEqual([]);
  expect(one.alerts).not.toContain('position.drift');
  expect(one.alerts).not.toContain('order.foreign');
});

test('LF-21 a process that dies with an instruction at work knows it again by its permanent number', LONG, async () => {
  const one = await holding();
  exercise(one);
  await one.until(isTaken(one));
  await one.wait(2);
  one.die();
  await one.start();
  await one.wait(3);
  expect(one.alerts).not.toContain('order.foreign');
  expect(one.hands.assets[1].orders.map(({ status }) => status)).toEqual(['accepted']);
  await nextMorning(one);
  await one.until(() => one.held() === 200);
  expect(instructions()).toHaveLength(1);
});

test('LF-01 an instruction that never arrived is not sent again, and a person is told', LONG, async () => {
  const one = await holding(undefined, undefined, { timings: LOSING });
  venue.fake.tws.faults.add({ on: 'request', request: 'exerciseOptions', fault: { kind: 'drop' } });
  exercise(one);
  await one.until(() => one.alerts.includes('order.unknown'));
  expect(instructions()).toEqual([]);
  expect(venue.fake.arrived.filter(([id]) => id === '21')).toHaveLength(1);
});

test('an instruction is taken back before the night, and nothing is exercised', LONG, async () => {
  const one = await holding();
  exercise(one);
  await one.until(isTaken(one));
  one.quote(100, 100.02, () => one.hands.cancel(one.hands.assets[1].orders[0]));
  await one.until(() => one.hands.assets[1].orders.length === 0);
  await nextMorning(one);
  await one.wait(3);
  expect([one.held(), one.held(DEEP)]).toEqual([0, 2]);
  expect(venue.held(STOCK)).toBe(0);
});

test('what is out of the money is not exercised by mistake: the broker says no', LONG, async () => {
  const one = await holding('AAPL261218C00120000');
  exercise(one);
  await one.until(() => one.entries('rejected').length === 1);
  expect(one.entries('rejected')[0].text).toContain('not in-the-money');
  expect(one.held('AAPL261218C00120000')).toBe(2);
});

test(
  'contracts in the money end unused where they are told to, and one that is not told is exercised',
  LONG,
  async () => {
    const one = await holding(ENDS_TODAY, newYork('2026-11-20', '10:30'));
    one.take({ ...COMMAND, at: venue.now, command: { do: 'do-not-exercise', symbol: ENDS_TODAY } });
    await one.until(() => messages(one).length > 0);
    expect(messages(one)).toEqual([`${ENDS_TODAY} will not be exercised at its expiry`]);
    expect(one.alerts).not.toContain('order.foreign');
    venue.pass(newYork('2026-11-23', '09:31') - venue.now);
    expect([venue.held(STOCK), venue.fake.driven.broker.state.holdings.list()]).toEqual([0, []]);
  },
);

test('silence is not taken for a yes: contracts may be exercised, and that is said', LONG, async () => {
  const one = await holding(ENDS_TODAY, newYork('2026-11-20', '10:30'), { timings: LOSING });
  venue.fake.tws.faults.add({ on: 'request', request: 'exerciseOptions', fault: { kind: 'drop' } });
  one.take({ ...COMMAND, at: venue.now, command: { do: 'do-not-exercise', symbol: ENDS_TODAY } });
  await one.until(() => messages(one).length > 0);
  expect(messages(one)[0]).toContain('may be exercised at its expiry: no answer');
  expect(one.alerts).toContain('option.not-instructed');
});
