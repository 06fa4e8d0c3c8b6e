/**
 * What Interactive Brokers says that a unit would tie up: asked by orders that are never placed, told with the books, and a
 * floor under the numbers of the gate. That no order came of a question is read from the broker's own books.
 */
import { afterEach, expect, test } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { regT } from '../../../src/engine/sim/margin.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { ibVenue, type IbVenue } from '../../conformance/ib.ts';
import { Rig, STOCK } from '../../conformance/rig.ts';
import { plain } from '../../engine/play.ts';

let rig: Rig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

const LONG = { timeout: 30_000 };
const PUT = 'AAPL261218P00095000';
const FUTURE = 'ESZ26';
const SHARE = defineInstrument({ symbol: STOCK, tick: 0.01 });
/** The deck knows a margin that is less than the broker's 25,300. */
const ES = defineInstrument({
  symbol: FUTURE,
  kind: 'future',
  tick: 0.25,
  multiplier: 50,
  calendar: '24-7',
  future: { root: 'ES', expiry: '2026-12-18', initialMargin: 12_000, maintenanceMargin: 10_000 },
});
const ALL = [SHARE, occInstrument(PUT), ES];
const OWN = { conventions: { ...plain, margin: regT }, limits: { buyingPower: 'own' } } as const;
const DECK = { ...OWN, limits: { buyingPower: 'own-and-broker' } } as const;

const saidOf = ({ reports }: Rig) =>
  reports.flatMap((report) => (report.kind === 'snapshot' ? (report.margins ?? []) : []));

async function begin(deck: typeof OWN | typeof DECK = OWN): Promise<{ venue: IbVenue; one: Rig }> {
  const venue = await ibVenue({ margins: ALL });
  for (const [symbol, bid] of Object.entries({ [STOCK]: 100, [PUT]: 2, [FUTURE]: 6000 })) {
    venue.quote(symbol, bid, bid + 0.25);
  }
  const one = (rig = await Rig.open(venue, ALL, deck));
  return { venue, one };
}

/** Has the books read again, with which is told what was answered meanwhile. */
async function heard(one: Rig): Promise<void> {
  await one.until(() => {
    one.link?.send({ kind: 'snapshot' });
    return saidOf(one).length >= 5;
  });
}

test('each side of futures and shares and the sale of options is asked for, and nothing is placed', LONG, async () => {
  const { venue, one } = await begin();
  await heard(one);
  const said = saidOf(one).map(({ symbol, side, initial }) => `${symbol} ${side} ${initial}`);
  expect(new Set(said)).toEqual(
    new Set([`${STOCK} 1 50.125`, `${STOCK} -1 50`, `${PUT} -1 9500`, `${FUTURE} 1 25300`, `${FUTURE} -1 25300`]),
  );
  expect(venue.orders()).toBe(0);
  expect(venue.fake.tws.executions.all).toEqual([]);
  // Five questions arrived as orders that are only asked about: the field before the last of them says so.
  expect(venue.fake.arrived.filter(([id]) => id === '3')).toHaveLength(5);
});

test('a future is refused by the broker’s margin where the deck’s is smaller, in words', LONG, async () => {
  const { one } = await begin();
  await heard(one);
  one.quote(100, 100.25);
  // Of 100,000 the deck's own number would pay for eight, the broker's for three.
  one.quote(6000, 6000.25, () => void one.hands.assets[2].buy(4), FUTURE);
  expect(one.entries('refused').map(({ text }) => text)).toEqual([
    'funds.own: the order takes 101200.00, 100000.00 is free',
  ]);
  one.quote(6000, 6000.25, () => void one.hands.assets[2].buy(3), FUTURE);
  await one.until(() => one.held(FUTURE) === 3);
});

test('a put that is sold ties up what the broker says where that is more than the rule', LONG, async () => {
  const { one } = await begin();
  await heard(one);
  one.quote(2, 2.25, undefined, PUT);
  one.quote(100, 100.25, () => void one.hands.assets[1].sell(11));
  expect(one.entries('refused').map(({ text }) => text)).toEqual([
    expect.stringMatching(
      /^collateral\.insufficient: selling 11 AAPL261218P00095000 ties up 104500\.00 as the broker reckons it, 18727\.50 by the rule alone, 100000\.00 is free$/,
    ),
  ]);
  one.quote(100, 100.25, () => void one.hands.assets[1].sell(10, { limit: 2 }));
  await one.until(() => one.held(PUT) === -10);
});

test('what the broker would lend on shares pays no margin of contracts', LONG, async () => {
  const { one } = await begin(DECK);
  await heard(one);
  one.quote(2, 2.25, undefined, PUT);
  // It says twice of what is free: ten puts take all of it, though buying power is 200,000.
  one.quote(100, 100.25, () => void one.hands.assets[1].sell(11));
  expect(one.entries('refused').map(({ text }) => text)).toEqual([
    expect.stringMatching(
      /^funds\.broker: the order takes 209000\.00 \(104500\.00 that is not lent on\), 200000\.00 is left of 200000\.00/,
    ),
  ]);
});

test(
  'what was said of an option counts until something of its underlying has moved, and is asked again',
  LONG,
  async () => {
    const { venue, one } = await begin();
    await heard(one);
    const asked = venue.fake.arrived.filter(([id]) => id === '3').length;
    one.quote(2, 2.25, undefined, PUT);
    one.quote(100, 100.25, () => void one.hands.assets[1].sell(1, { limit: 2 }));
    await one.until(() => one.held(PUT) === -1);
    const wish = (): string => {
      one.quote(100, 100.25, () => void one.hands.assets[1].sell(100));
      return one.entries('refused').at(-1)?.text ?? '';
    };
    const word = 'as the broker reckons it';
    expect(wish()).not.toContain(word);
    await one.until(() => {
      one.link?.send({ kind: 'snapshot' });
      return saidOf(one).filter(({ symbol }) => symbol === PUT).length === 2;
    });
    expect(wish()).toContain(word);
    // One order, and one question more.
    expect(venue.fake.arrived.filter(([id]) => id === '3')).toHaveLength(asked + 2);
    expect(venue.orders()).toBe(1);
  },
);

test('a question that becomes an order is canceled, and everything stops', LONG, async () => {
  const venue = await ibVenue({ margins: ALL, tws: { takesWhatIf: true } });
  const one = (rig = await Rig.open(venue, ALL, DECK));
  await one.until(() => one.session.states.account === 'halted');
  const locked = one.reports.find((report) => report.kind === 'link' && report.state === 'locked');
  expect(locked).toMatchObject({ reason: expect.stringMatching(/^the question what one .+ would tie up works/) });
  // The test can fail: the order is in the broker's books, and it was the last question.
  expect(venue.orders()).toBe(1);
  await one.wait(2);
  expect(venue.orders()).toBe(1);
  expect(venue.fake.tws.orders.all[0]?.status).toBe('Cancelled');
});

test('orders are placed in one file, questions in another, and nowhere else', () => {
  const folder = new URL('../../../src/adapters/ib/', import.meta.url);
  const places = readdirSync(folder).filter((file) =>
    readFileSync(new URL(file, folder), 'utf8').includes('.placeOrder('),
  );
  expect(places.sort()).toEqual(['kill-all.ts', 'orders.ts', 'what-if.ts']);
});
