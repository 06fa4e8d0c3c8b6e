/** What the pricers refuse: absurd inputs stop every one of them, and prices and trees without an answer say so. */
import { expect, test } from 'vitest';
import { americanImpliedVol } from '../../src/options/american-implied-vol.ts';
import { americanGreeks, americanPrice } from '../../src/options/american.ts';
import { bjerksundStensland1993Price, bjerksundStenslandPrice } from '../../src/options/bjerksund-stensland.ts';
import type { OptionInputs } from '../../src/options/contract.ts';
import { presentValueOfDividends } from '../../src/options/dividends.ts';
import {
  black76Price,
  europeanGreeks,
  europeanHigherGreeks,
  europeanPrice,
  Greeks,
  HigherGreeks,
} from '../../src/options/european.ts';
import { impliedVol } from '../../src/options/implied-vol.ts';
import { baroneAdesiWhaleyPrice, juZhongPrice } from '../../src/options/quadratic-approximation.ts';
import { treePrice } from '../../src/options/tree.ts';

const put: OptionInputs = {
  right: 'put',
  spot: 100,
  strike: 95,
  years: 0.5,
  vol: 0.2,
  rate: 0.04,
  dividendYield: 0.01,
};

const PRICERS: Record<string, (option: OptionInputs) => unknown> = {
  europeanPrice,
  europeanGreeks: (option) => europeanGreeks(new Greeks(), option),
  europeanHigherGreeks: (option) => europeanHigherGreeks(new HigherGreeks(), option),
  black76Price: (o) => black76Price(o.right, o.spot, o.strike, o.years, o.vol, o.rate),
  americanPrice: (option) => americanPrice(option),
  americanGreeks: (option) => americanGreeks(new Greeks(), option),
  bjerksundStenslandPrice,
  bjerksundStensland1993Price,
  baroneAdesiWhaleyPrice,
  juZhongPrice,
  treePrice: (option) => treePrice(option),
};

const ABSURD: readonly Partial<OptionInputs>[] = [
  { spot: -1 },
  { spot: Number.NaN },
  { strike: -95 },
  { strike: Number.NaN },
  { years: -0.01 },
  { years: Number.NaN },
  { vol: -0.2 },
  { vol: Number.NaN },
  { rate: Number.NaN },
];

for (const [name, price] of Object.entries(PRICERS)) {
  test(`${name} stops at a price, time, vol or rate that cannot be, and shows it`, () => {
    for (const wrong of ABSURD) {
      const [field, value] = Object.entries(wrong)[0];
      // A forward has no dividend yield: black76Price calls its forward the spot.
      expect(() => price({ ...put, ...wrong })).toThrow(`${field} ${value}`);
    }
    expect(() => price(put)).not.toThrow();
  });
}

test('implied vols stop at terms that cannot be', () => {
  for (const wrong of ABSURD.filter((one) => !('vol' in one))) {
    expect(() => impliedVol({ ...put, ...wrong }, 3)).toThrow('from 0 up');
    expect(() => americanImpliedVol({ ...put, ...wrong }, 3)).toThrow('from 0 up');
  }
});

test('an American price without a vol is refused by name', () => {
  const code = (price: number, option: OptionInputs = put): string => {
    const answer = americanImpliedVol(option, price);
    return answer.ok ? `vol ${answer.vol}` : answer.code;
  };
  expect(code(Number.NaN)).toBe('vol.price-not-a-price');
  expect(code(-0.01)).toBe('vol.price-not-a-price');
  expect(code(Infinity)).toBe('vol.price-not-a-price');
  expect(code(4, { ...put, spot: 90 })).toBe('vol.below-intrinsic');
  expect(code(5, { ...put, spot: 90 })).toBe('vol.no-time-value');
  expect(code(96)).toBe('vol.above-maximum');
  expect(code(1, { ...put, years: 0 })).toBe('vol.no-vega');
});

test('two boundaries are refused for calls as for puts, whatever is asked', () => {
  const fault = expect.objectContaining({ code: 'option.two-boundaries' });
  const puts: OptionInputs = { ...put, rate: -0.01, dividendYield: -0.04 };
  const calls: OptionInputs = { ...put, right: 'call', rate: -0.04, dividendYield: -0.01 };
  for (const option of [puts, calls]) {
    expect(() => americanPrice(option)).toThrow(fault);
    expect(() => americanGreeks(new Greeks(), option)).toThrow(fault);
    expect(() => americanImpliedVol(option, 5)).toThrow(fault);
    expect(treePrice(option)).toBeGreaterThan(europeanPrice(option) - 1e-3);
  }
});

test('a tree of two steps, a half step or too few for the drift is a bug', () => {
  for (const steps of [2, 0, -5, 10.5, Number.NaN]) expect(() => treePrice(put, { steps })).toThrow('at least 3 steps');
  const drifting = { ...put, vol: 0.01, rate: 0.5 };
  expect(() => treePrice(drifting, { steps: 5, kind: 'cox-ross-rubinstein' })).toThrow('too few');
});

test('a dividend below nought or at no time is a bug', () => {
  for (const wrong of [
    { years: 0.2, amount: -1 },
    { years: 0.2, amount: Number.NaN },
    { years: Number.NaN, amount: 1 },
    { years: Infinity, amount: 1 },
  ]) {
    expect(() => presentValueOfDividends([wrong], 0.04, 0.5)).toThrow('a dividend must be');
    for (const dividendModel of ['escrowed', 'spot'] as const)
      expect(() => treePrice(put, { dividends: [wrong], dividendModel })).toThrow('a dividend must be');
  }
});
