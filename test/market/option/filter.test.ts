/** Which contracts a filter takes, and what it says of those that it does not. */
import { describe, expect, test } from 'vitest';
import {
  chainRules,
  ChainValuation,
  judgeChain,
  sayOutcome,
  strikesAround,
  type ChainFilter,
  type ContractQuote,
} from '../../../src/market/index.ts';
import { AT, chain, priced, quote } from './chains.ts';

const judge = (filter: ChainFilter, ...contracts: ContractQuote[]) =>
  judgeChain(chainRules(filter), new ChainValuation(chain(contracts), { rate: 0.01 }));
const passes = (filter: ChainFilter, contract: ContractQuote): boolean => judge(filter, contract)[0].passed;
const says = (filter: ChainFilter, contract: ContractQuote): string[] =>
  judge(filter, contract)[0]
    .outcomes.filter(({ outcome }) => outcome === 'fail')
    .map(sayOutcome);

/** Seven days and five and a half hours of a year of 365 days. */
const WEEK = (7 + 5.5 / 24) / 365;

test('bounds belong to what they allow', () => {
  const contract = quote({ strike: 3700 });
  expect(passes({ daysToExpiry: { min: 7, max: 7 } }, contract)).toBe(true);
  expect(passes({ strikeToSpot: { max: 1 } }, contract)).toBe(true);
  expect(passes({ volume: { min: 100 }, openInterest: { max: 500 } }, contract)).toBe(true);
  expect(passes({ daysToExpiry: { max: 6 } }, contract)).toBe(false);
});

test('each broken rule is told with its number, not only the first', () => {
  const contract = quote({ bid: 10, ask: 12, volume: 3, openInterest: 0 });
  expect(
    says({ right: 'call', spread: { max: 0.1 }, volume: { min: 10 }, openInterest: { min: 1 } }, contract),
  ).toEqual([
    'right is put, not call',
    'spread 18.18 % is above 10 %',
    'volume 3 is below 10',
    'open interest 0 is below 1',
  ]);
});

test('a number that nobody knows fails: no open interest is not enough open interest', () => {
  const contract = quote({ openInterest: undefined });
  expect(says({ openInterest: { min: 0 } }, contract)).toEqual(['open interest is not known']);
  expect(passes({}, contract)).toBe(true);
});

test('delta is measured from the quote, as an absolute value', () => {
  const [verdict] = judge({ delta: { min: 0.15, max: 0.4 } }, priced({ strike: 3600 }, WEEK));
  const [delta] = verdict.outcomes.filter(({ rule }) => rule.name === 'delta');
  expect(verdict.passed).toBe(true);
  // N(d1) − 1 by hand: d1 = (ln(3700/3600) + (0.01 + 0.25²/2)·T)/(0.25·√T) = 0.803.
  expect(delta.value).toBeCloseTo(0.211, 3);
});

test('delta is not asked of a contract that failed already, and the trace says so', () => {
  const [{ outcomes }] = judge({ daysToExpiry: { max: 1 }, delta: { max: 0.4 } }, priced({}, WEEK));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['pass', 'fail', 'not-asked']);
});

describe('quotes', () => {
  test.each([
    [{ bid: undefined }, 'quote is ask only, not two-sided'],
    [{ bid: 0 }, 'quote is ask only, not two-sided'],
    [{ ask: undefined }, 'quote is bid only, not two-sided'],
    [{ bid: undefined, ask: undefined }, 'quote is none, not two-sided'],
    [{ bid: 12, ask: 11 }, 'quote is crossed, not two-sided'],
  ])('%o is refused unless allowed', (sides, sentence) => {
    expect(says({}, quote(sides))).toEqual([sentence]);
    expect(passes({ quote: 'any' }, quote(sides))).toBe(true);
  });

  test('an old quote can be refused', () => {
    expect(says({ quoteAgeSeconds: { max: 60 } }, quote({ quotedAt: AT - 61e6 }))).toEqual([
      'quote age seconds 61 is above 60',
    ]);
  });
});

test('a contract that no listing had that morning can be left out, and so is one of which nobody knows', () => {
  expect(passes({ listed: true }, quote({ isListed: true }))).toBe(true);
  expect(says({ listed: true }, quote({ isListed: false }))).toEqual(['listing is absent, not present']);
  expect(says({ listed: true }, quote())).toEqual(['listing is not known']);
});

test('a filter that nothing can pass is refused when it is made', () => {
  expect(() => chainRules({ delta: { min: 0.4, max: 0.15 } })).toThrow(/no delta is at least 0.4 and at most 0.15/);
  expect(() => chainRules({ delta: { min: 15 } })).toThrow(/it lies between 0 and 1/);
  expect(() => chainRules({ daysToExpiry: { max: -1 } })).toThrow(/no days to expiry is at most -1/);
});

test('weeklies and monthlies are told apart by their date, not by their name alone', () => {
  expect(passes({ cycles: ['monthly'] }, quote({ root: 'SPX', expiry: '2021-01-15' }))).toBe(true);
  expect(passes({ cycles: ['monthly'] }, quote({ root: 'GOOG', expiry: '2021-01-15' }))).toBe(true);
  expect(passes({ cycles: ['monthly'] }, quote({ root: 'GOOG', expiry: '2021-01-22' }))).toBe(false);
});

test('strikes around the money are counted by rank', () => {
  const strikes = [90, 95, 100, 105, 110];
  expect(strikesAround(strikes, 100, -1, 1)).toEqual([95, 100, 105]);
  // Between two strikes the upper one is the first above.
  expect(strikesAround(strikes, 101, -1, 1)).toEqual([100, 105]);
  expect(strikesAround(strikes, 200, -2, 2)).toEqual([105, 110]);
  expect(strikesAround(strikes, 10, -2, 2)).toEqual([90, 95]);
});
