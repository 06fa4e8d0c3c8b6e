/** Packages that are refused at Interactive Brokers by name, before anything is placed. */
import { afterEach, expect, test } from 'vitest';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { PUT } from '../../conformance/cases.ts';
import { ibVenue } from '../../conformance/ib.ts';
import { Rig, STOCK } from '../../conformance/rig.ts';

let rig: Rig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

const OTHER = 'MSFT';
const FUTURE = 'ESZ26';
const INSTRUMENTS = [
  defineInstrument({ symbol: STOCK, tick: 0.01 }),
  occInstrument(PUT),
  defineInstrument({ symbol: OTHER, tick: 0.01 }),
  defineInstrument({
    symbol: FUTURE,
    kind: 'future',
    tick: 0.25,
    multiplier: 50,
    calendar: '24-7',
    future: { root: 'ES', expiry: '2026-12-18', initialMargin: 25_300, maintenanceMargin: 23_000 },
  }),
];

test.each([
  ['fifty shares and an option', [0, 1], [50, -1], /has 100 shares of one symbol here, .* had 50 AAPL$/],
  ['an option on other shares', [2, 1], [100, -1], /AAPL261218P00100000 is not on MSFT$/],
  [
    'two shares',
    [0, 2],
    [1, -1],
    /a package of shares alone is not sent to this broker: it fills such packages leg by leg/,
  ],
  ['a future and an option', [3, 1], [1, -1], /a package of futures and options is not sent to this broker/],
])(
  'a package of %s is refused with the reason, and nothing is asked',
  { timeout: 30_000 },
  async (_, which, sizes, why) => {
    const venue = await ibVenue();
    const one = (rig = await Rig.open(venue, INSTRUMENTS));
    const bids: Readonly<Record<string, number>> = { [STOCK]: 100, [PUT]: 2, [OTHER]: 50, [FUTURE]: 6000 };
    for (const [symbol, bid] of Object.entries(bids))
      if (symbol !== STOCK) one.quote(bid, bid + 0.25, undefined, symbol);
    const before = venue.fake.arrived.length;
    one.quote(100, 100.02, () => {
      const legs = which.map((index, i) => ({ asset: one.hands.assets[index], quantity: sizes[i] }));
      one.hands.combo(legs, { limit: 10, timeInForce: 'DAY' });
    });
    await one.until(() => one.entries('rejected').length === 2);
    expect(one.entries('rejected')[0]?.text).toMatch(why);
    // Contract details are 9, orders 3.
    const asked = venue.fake.arrived.slice(before).filter(([id]) => id === '3' || id === '9');
    expect(asked).toEqual([]);
  },
);

test(
  'a package with shares is not sent where the broker’s price of it is not per share',
  { timeout: 30_000 },
  async () => {
    const venue = await ibVenue({ tws: { packagePoints: 100 } });
    const one = (rig = await Rig.open(venue, INSTRUMENTS));
    one.quote(2, 2.1, undefined, PUT);
    one.quote(100, 100.02, () => {
      const [shares, put] = one.hands.assets;
      one.hands.combo(
        [
          { asset: shares, quantity: 100 },
          { asset: put, quantity: 1 },
        ],
        { limit: 103, timeInForce: 'DAY' },
      );
    });
    await one.until(() => one.entries('rejected').length === 2);
    expect(one.entries('rejected')[0]?.text).toMatch(
      /^desk\.package-unit: the broker prices the package on AAPL at 1\d{4}[\d.]*, the share at 100[\d.]*: that is not per share/,
    );
    expect(venue.orders()).toBe(0);
  },
);

test('nor where it shows none', { timeout: 30_000 }, async () => {
  const venue = await ibVenue();
  const one = (rig = await Rig.open(venue, INSTRUMENTS));
  venue.fake.tws.faults.add({ on: 'message', message: 'tickPrice', fault: { kind: 'lose' }, times: 99 });
  one.quote(2, 2.1, undefined, PUT);
  one.quote(100, 100.02, () => {
    const [shares, put] = one.hands.assets;
    one.hands.combo(
      [
        { asset: shares, quantity: 100 },
        { asset: put, quantity: 1 },
      ],
      { limit: 103, timeInForce: 'DAY' },
    );
  });
  await one.until(() => one.entries('rejected').length === 2, 2000);
  expect(one.entries('rejected')[0]?.text).toMatch(/^desk\.package-unit: the broker shows no price of AAPL/);
  expect(venue.orders()).toBe(0);
});
