/** What protected shares must keep: figures by hand from FINRA Rule 4210(f)(2)(H)(v). */
import { describe, expect, it } from 'vitest';
import { sharesRelief } from '../../src/options/margin/relief.ts';
import type { MarginLeg } from '../../src/options/margin/requirement.ts';

const KEPT = { long: 0.25, short: 0.3 };

function leg(right: 'call' | 'put', strike: number, quantity: number, more: Partial<MarginLeg> = {}): MarginLeg {
  const usual = { expiry: '2024-02-16', multiplier: 100, shares: 100, price: 1, isCashSettled: false };
  return { right, strike, quantity, ...usual, ...more };
}

function reliefs(legs: readonly MarginLeg[], shares: number, spot = 100): string[] {
  return sharesRelief(legs, shares, spot, KEPT).map(
    ({ name, lots, amount }) => `${name} ${lots}: ${amount.toFixed(2)}`,
  );
}

describe('shares at 100 keep 25 a share; with', () => {
  it.each([
    // 10 % of 95 and 5 out of the money: 14.50 a share.
    ['a put below', [leg('put', 95, 1)], 100, ['protective-put 1: 1050.00']],
    // 10 % of 60 and 40: more than 25, so that nothing is saved.
    ['a put far below', [leg('put', 60, 1)], 100, []],
    // 10 % of 100.
    ['a conversion', [leg('put', 100, 1), leg('call', 100, -1)], 100, ['conversion 1: 1500.00']],
    // The lesser of 14.50 and 25 % of 105.
    ['a collar', [leg('put', 95, 1), leg('call', 105, -1)], 100, ['collar 1: 1050.00']],
    // 25 % of the call's strike of 52 is 13, less than the 14.50 of the put.
    ['a collar whose call is deep in the money', [leg('put', 50, 1), leg('call', 52, -1)], 100, ['collar 1: 1200.00']],
    ['two lots and one put', [leg('put', 95, 1)], 200, ['protective-put 1: 1050.00']],
    ['half a lot', [leg('put', 95, 1)], 50, []],
    ['a put on an index', [leg('put', 95, 1, { isCashSettled: true })], 100, []],
    ['a sold put', [leg('put', 95, -1)], 100, []],
    [
      'a collar of two expiries, only the put',
      [leg('put', 95, 1), leg('call', 105, -1, { expiry: '2024-03-15' })],
      100,
      ['protective-put 1: 1050.00'],
    ],
  ] as const)('%s', (_, legs, shares, expected) => {
    expect(reliefs(legs, shares)).toEqual(expected);
  });

  it('each contract protects one lot: the pair that saves most is taken first', () => {
    const legs = [leg('put', 95, 1), leg('put', 100, 1), leg('call', 100, -1)];
    expect(reliefs(legs, 200)).toEqual(['conversion 1: 1500.00', 'protective-put 1: 1050.00']);
  });
});

describe('shares sold short at 100 keep 30 a share; with', () => {
  it.each([
    ['a call above', [leg('call', 105, 1)], ['protective-call 1: 1450.00']],
    ['a reverse conversion', [leg('call', 100, 1), leg('put', 100, -1)], ['reversal 1: 2000.00']],
    // 10 % of 110 and the 10 that the put is in the money.
    ['a reverse conversion in the money', [leg('call', 110, 1), leg('put', 110, -1)], ['reversal 1: 900.00']],
  ] as const)('%s', (_, legs, expected) => {
    expect(reliefs(legs, -100)).toEqual(expected);
  });
});
