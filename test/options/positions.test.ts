/** Symbols, parity, odds, payoffs and names of positions. */
import { expect, test } from 'vitest';
import type { Leg, OptionLeg } from '../../src/options/legs.ts';
import { formatOcc, parseOcc } from '../../src/options/occ.ts';
import { europeanPrice } from '../../src/options/european.ts';
import { fitForward, impliedDividends, impliedDividendYield, impliedForward } from '../../src/options/parity.ts';
import { payoffCurve, profitAt, profitAtExpiry, summarisePayoff } from '../../src/options/payoff.ts';
import {
  expectedMove,
  probabilityInTheMoney,
  probabilityOfTouch,
  probabilityWorthless,
} from '../../src/options/probability.ts';
import { recogniseStrategy, type StrategyName } from '../../src/options/recognise.ts';

test('an OCC symbol is read and written back, padded or not', () => {
  const parsed = parseOcc('SPY   240119C00470500');
  expect(parsed).toMatchObject({
    ok: true,
    root: 'SPY',
    expiry: '2024-01-19',
    right: 'call',
    strike: 470.5,
    adjusted: false,
  });
  expect(parsed.ok && formatOcc(parsed)).toBe('SPY240119C00470500');
  expect(parsed.ok && formatOcc(parsed, true)).toBe('SPY   240119C00470500');
  expect(parseOcc('GOOG1151224P00700000')).toMatchObject({ root: 'GOOG1', adjusted: true });
});

test('what is no OCC symbol is refused by name', () => {
  expect(parseOcc('SPY240119X00470500')).toMatchObject({ ok: false, code: 'occ.malformed' });
  expect(parseOcc('SPY240230C00470500')).toMatchObject({ ok: false, code: 'occ.no-such-date' });
  expect(formatOcc({ root: 'SPY', expiry: '2024-01-19', right: 'put', strike: 0.0005 })).toBeUndefined();
});

test('parity gives back forward, dividends and discount', () => {
  const [spot, years, rate, dividendYield] = [100, 0.75, 0.04, 0.02];
  const pairs = [90, 100, 110].map((strike) => {
    const market = { spot, strike, years, vol: 0.25, rate, dividendYield };
    return {
      strike,
      call: europeanPrice({ ...market, right: 'call' }),
      put: europeanPrice({ ...market, right: 'put' }),
    };
  });
  const forward = 100 * Math.exp(0.015);
  expect(impliedForward(pairs[0], years, rate)).toBeCloseTo(forward, 10);
  expect(impliedDividendYield(spot, forward, years, rate)).toBeCloseTo(0.02, 12);
  expect(impliedDividends(spot, forward, years, rate)).toBeCloseTo(100 * -Math.expm1(-0.015), 10);
  const fit = fitForward(pairs, years);
  expect(fit?.forward).toBeCloseTo(forward, 9);
  expect(fit?.rate).toBeCloseTo(rate, 10);
  expect(fitForward(pairs.slice(0, 1), years)).toBeUndefined();
});

test('odds: worthless and in the money are one, touching is about twice as likely as ending there', () => {
  const option = { right: 'put', spot: 100, strike: 90, years: 0.25, vol: 0.3, rate: 0, dividendYield: 0 } as const;
  expect(probabilityWorthless(option) + probabilityInTheMoney(option)).toBeCloseTo(1, 15);
  const touch = probabilityOfTouch(option, 90);
  expect(touch / probabilityInTheMoney(option)).toBeGreaterThan(1.85);
  expect(touch / probabilityInTheMoney(option)).toBeLessThan(2.1);
  expect(probabilityOfTouch(option, 100)).toBe(1);
  expect(probabilityOfTouch({ ...option, vol: 0 }, 90)).toBe(0);
  expect(expectedMove(100, 0.3, 0.25)).toBe(15);
});

const leg = (right: 'call' | 'put', strike: number, quantity: number, expiry = '2024-03-15', price = 0): OptionLeg => ({
  kind: 'option',
  right,
  strike,
  quantity,
  expiry,
  price,
});
const shares = (quantity: number, price = 0): Leg => ({ kind: 'shares', quantity, price });

test('a payoff has its limits and break-evens to the cent', () => {
  const condor = [
    leg('put', 90, 1, '2024-03-15', 1),
    leg('put', 95, -1, '2024-03-15', 2),
    leg('call', 105, -1, '2024-03-15', 2),
    leg('call', 110, 1, '2024-03-15', 1),
  ];
  expect(summarisePayoff(condor)).toEqual({ maxProfit: 200, maxLoss: -300, breakEvens: [93, 107] });
  const covered = [shares(100, 50), leg('call', 55, -1, '2024-03-15', 2)];
  // What lives on has no payoff that prices alone tell.
  expect(() => summarisePayoff([leg('put', 100, -1, '2024-02-16', 2), leg('put', 100, 1, '2024-03-15', 3)])).toThrow(
    'share one expiry',
  );
  expect(summarisePayoff(covered)).toEqual({ maxProfit: 700, maxLoss: -4800, breakEvens: [48] });
  expect(summarisePayoff([leg('call', 100, -1, '2024-03-15', 3)])).toEqual({
    maxProfit: 300,
    maxLoss: -Infinity,
    breakEvens: [103],
  });
  expect(profitAtExpiry(condor, 100)).toBe(200);
});

test('before expiry a leg is worth its model price, after it its exercise', () => {
  const calendar = [leg('call', 100, -1), leg('call', 100, 1, '2024-06-21')];
  const market = (o: OptionLeg) => ({ years: o.expiry > '2024-04' ? 0.25 : 0, vol: 0.2, rate: 0, dividendYield: 0 });
  const curve = payoffCurve((price) => profitAt(calendar, price, market), 50, 150, 101);
  const best = curve.profits.indexOf(Math.max(...curve.profits));
  expect(curve.prices[best]).toBe(100);
});

test('every named strategy is recognised, in any order of its legs and at any size', () => {
  const far = '2024-06-21';
  const cases: readonly (readonly [StrategyName, readonly Leg[]])[] = [
    ['long-shares', [shares(100)]],
    ['covered-call', [shares(100), leg('call', 105, -1)]],
    ['protective-put', [shares(100), leg('put', 95, 1)]],
    ['collar', [shares(100), leg('put', 95, 1), leg('call', 105, -1)]],
    ['conversion', [shares(100), leg('put', 100, 1), leg('call', 100, -1)]],
    ['naked-put', [leg('put', 95, -1)]],
    ['naked-call', [leg('call', 95, -1)]],
    ['bull-call-spread', [leg('call', 95, 1), leg('call', 105, -1)]],
    ['bear-call-spread', [leg('call', 95, -1), leg('call', 105, 1)]],
    ['bull-put-spread', [leg('put', 95, 1), leg('put', 105, -1)]],
    ['bear-put-spread', [leg('put', 95, -1), leg('put', 105, 1)]],
    ['call-ratio-spread', [leg('call', 95, 1), leg('call', 105, -2)]],
    ['put-backspread', [leg('put', 95, 2), leg('put', 105, -1)]],
    ['long-straddle', [leg('call', 100, 1), leg('put', 100, 1)]],
    ['short-strangle', [leg('call', 105, -1), leg('put', 95, -1)]],
    ['long-guts', [leg('call', 95, 1), leg('put', 105, 1)]],
    ['risk-reversal', [leg('call', 105, 1), leg('put', 95, -1)]],
    ['synthetic-long', [leg('call', 100, 1), leg('put', 100, -1)]],
    ['strip', [leg('call', 100, 1), leg('put', 100, 2)]],
    ['strap', [leg('call', 100, 2), leg('put', 100, 1)]],
    ['call-calendar', [leg('call', 100, -1), leg('call', 100, 1, far)]],
    ['short-put-calendar', [leg('put', 100, 1), leg('put', 100, -1, far)]],
    ['put-diagonal', [leg('put', 100, -1), leg('put', 95, 1, far)]],
    ['long-call-butterfly', [leg('call', 95, 1), leg('call', 100, -2), leg('call', 105, 1)]],
    ['broken-wing-put-butterfly', [leg('put', 90, 1), leg('put', 100, -2), leg('put', 105, 1)]],
    ['long-put-condor', [leg('put', 90, 1), leg('put', 95, -1), leg('put', 105, -1), leg('put', 110, 1)]],
    ['iron-condor', [leg('put', 90, 1), leg('put', 95, -1), leg('call', 105, -1), leg('call', 110, 1)]],
    ['iron-butterfly', [leg('put', 90, 1), leg('put', 100, -1), leg('call', 100, -1), leg('call', 110, 1)]],
    ['reverse-iron-condor', [leg('put', 90, -1), leg('put', 95, 1), leg('call', 105, 1), leg('call', 110, -1)]],
    ['reverse-iron-butterfly', [leg('put', 90, -1), leg('put', 100, 1), leg('call', 100, 1), leg('call', 110, -1)]],
    ['box-spread', [leg('call', 95, 1), leg('put', 95, -1), leg('call', 105, -1), leg('put', 105, 1)]],
    ['jelly-roll', [leg('call', 100, -1), leg('put', 100, 1), leg('call', 100, 1, far), leg('put', 100, -1, far)]],
    ['jade-lizard', [leg('put', 95, -1), leg('call', 105, -1), leg('call', 110, 1)]],
    ['call-ladder', [leg('call', 95, 1), leg('call', 100, -1), leg('call', 105, -1)]],
    ['custom', [leg('call', 95, 1), leg('call', 100, 1)]],
    ['empty', [leg('call', 95, 1), leg('call', 95, -1)]],
  ];
  for (const [name, legs] of cases) {
    expect(recogniseStrategy(legs).name, name).toBe(name);
    const larger = legs.toReversed().map((one) => ({ ...one, quantity: 3 * one.quantity }));
    expect(recogniseStrategy(larger).name, `three ${name}`).toBe(name);
  }
  expect(recogniseStrategy([shares(300), leg('call', 105, -3)])).toEqual({ name: 'covered-call', units: 3 });
});

test('a sold put is cash-secured when the cash covers the strike', () => {
  expect(recogniseStrategy([leg('put', 95, -2)], 19_000).name).toBe('cash-secured-put');
  expect(recogniseStrategy([leg('put', 95, -2)], 18_999).name).toBe('naked-put');
});
