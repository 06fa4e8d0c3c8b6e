/** The words of an opening are read back as the numbers that they say. */
import { expect, test } from 'vitest';
import { readOpening, sayOpening } from '../../../src/market/option/opening.ts';

const OPENING = { delta: 0.2134, days: 7, premium: 1.25, underlying: 101.3, volatility: 18.2 };

test('an opening is read back from the reason that says it, whatever stands around it', () => {
  expect(sayOpening(OPENING)).toBe('delta 0.2134, 7 days, premium 1.25, underlying 101.3, volatility 18.2');
  expect(readOpening(`premiumPerDay is first: ${sayOpening(OPENING)}, 0.1786 a day`)).toEqual(OPENING);
});

test('a volatility that nobody knows is left out and read as not known', () => {
  const blind = { ...OPENING, volatility: Number.NaN };
  expect(sayOpening(blind)).not.toContain('volatility');
  expect(readOpening(sayOpening(blind))).toEqual(blind);
});

test('round and small numbers keep their digits', () => {
  expect(sayOpening({ ...OPENING, delta: 0.00004, premium: 10, underlying: 3200 })).toBe(
    'delta 0, 7 days, premium 10, underlying 3200, volatility 18.2',
  );
});

test('a reason that says no opening is none', () => {
  expect(readOpening('delta 0.5 reached 0.4')).toBeUndefined();
});
