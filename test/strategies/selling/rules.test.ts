/** The rules of the put seller one by one: each with its exact boundary and the numbers that it compared. */
import { expect, test } from 'vitest';
import { occInstrument } from '../../../src/market/option/contract.ts';
import type { ContractQuote } from '../../../src/market/option/chain.ts';
import {
  dailyReturnOf,
  daysSinceStrike,
  rankCandidates,
  type Candidate,
} from '../../../src/strategies/selling/contract-filter.ts';
import { deploymentShare, parseDeployment } from '../../../src/strategies/selling/deployment.ts';
import { EQUITY_PRESETS, judgeEquity, parseEquityRules } from '../../../src/strategies/selling/equity-filter.ts';
import {
  judgeExit,
  type EntryFacts,
  type ExitParameters,
  type PositionNow,
} from '../../../src/strategies/selling/exits.ts';
import { sizeEntry } from '../../../src/strategies/selling/sizing.ts';

test.each([
  { level: 0, share: 1 },
  { level: 14.99, share: 1 },
  { level: 15, share: 0.8 },
  { level: 20, share: 0.2 },
  { level: 24.99, share: 0.2 },
  { level: 25, share: 0 },
  { level: 80, share: 0 },
  { level: Number.NaN, share: 0 },
])('of the calm table $level points belong to $share: a boundary is of the upper bucket', ({ level, share }) => {
  expect(deploymentShare(parseDeployment('calm'), level)).toBe(share);
});

test('the reversed table commits nothing when it is calm, and all when it is not', () => {
  const steps = parseDeployment('reversed');
  expect([11.9, 12, 15, 18, 21, 60].map((level) => deploymentShare(steps, level))).toEqual([0, 0.2, 0.8, 0.9, 1, 1]);
});

test.each(['0:1, 15:2', '15:1, 10:0.5', 'calmer', '0:1:2', ''])('the table %j is refused', (text) => {
  expect(() => parseDeployment(text)).toThrow('deployment');
});

const EQUITY = {
  smaShort: 8,
  smaMedium: 20,
  smaLong: 50,
  trendLookback: 3,
  bandPeriod: 50,
  bandDeviations: 1,
  rsiPeriod: 14,
  rsiLower: 30,
  rsiUpper: 70,
};

/** Sixty closes that rise by one a day, from 101 on. */
const RISING = Float64Array.from({ length: 60 }, (_, i) => 101 + i);

test('each rule on shares says what it compared, and a boundary is no pass', () => {
  // The mean of the last 8 of 153 … 160 is 156.5.
  const [atTheMean] = judgeEquity(['aboveShort'], RISING, 156.5, EQUITY);
  expect(atTheMean).toMatchObject({ rule: 'aboveShort', outcome: 'fail', value: 156.5, min: 156.5 });
  expect(atTheMean.text).toBe('price 156.5 is not above 156.5');
  expect(judgeEquity(['aboveShort'], RISING, 156.6, EQUITY)[0].outcome).toBe('pass');
});

test('the long average must rise on each of the last days, not only from the first to the last', () => {
  const dip = RISING.slice();
  dip[58] = 100; // Below the close of fifty days before, 109: that day the average of fifty falls.
  expect(judgeEquity(['longRising'], RISING, 160, EQUITY)[0]).toMatchObject({ outcome: 'pass', value: 1 });
  expect(judgeEquity(['longRising'], dip, 160, EQUITY)[0]).toMatchObject({ outcome: 'fail', min: 0 });
});

test('a relative strength without a single loss is 100, which is not below 70', () => {
  expect(judgeEquity(['rsi'], RISING, 160, EQUITY)[0]).toMatchObject({ outcome: 'fail', value: 100, max: 70 });
});

test('what cannot be computed from too few closes fails and says so', () => {
  const outcomes = judgeEquity(EQUITY_PRESETS.strict, RISING.subarray(0, 5), 105, EQUITY);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(6).fill('fail'));
  expect(outcomes[0].text).toBe('SMA 8 is not known from 5 closes');
});

test('rules are a preset or a list, and a misspelt one is answered', () => {
  expect(parseEquityRules('rsi, longRising')).toEqual(['rsi', 'longRising']);
  expect(parseEquityRules('none')).toEqual([]);
  expect(() => parseEquityRules('strikt')).toThrow('strict');
});

test('the daily return is premium per day as a part of the strike', () => {
  const instrument = occInstrument('ABC240216P00100000');
  const contract = { instrument, terms: instrument.option!, bid: 1.5, ask: 1.6 } as unknown as ContractQuote; // Only these are read.
  expect(dailyReturnOf(contract, 10)).toBeCloseTo(0.0015, 12);
  expect(dailyReturnOf(contract, 0)).toBeUndefined(); // On its last day a day's premium has no meaning.
});

test('days since the strike are calendar days, and never is more than any number', () => {
  const closes = Float64Array.of(90, 100, 95, 103, 104);
  const days = Float64Array.of(1, 2, 3, 6, 7);
  expect(daysSinceStrike(closes, days, 95, 7)).toBe(4);
  expect(daysSinceStrike(closes, days, 80, 7)).toBe(Infinity);
});

test.each([
  { mode: 'premiumPerDay', order: ['B', 'A', 'C'] },
  { mode: 'dailyReturn', order: ['C', 'B', 'A'] },
  { mode: 'lowestStrike', order: ['C', 'B', 'A'] },
  { mode: 'lowestDelta', order: ['A', 'B', 'C'] },
  { mode: 'daysSinceStrike', order: ['A', 'C', 'B'] }, // A and C never: the symbol decides.
] as const)('ranked by $mode the order is $order', ({ mode, order }) => {
  const of = (symbol: string, strike: number, delta: number, premiumPerDay: number, since: number): Candidate => {
    const contract = { instrument: { symbol }, terms: { strike } } as unknown as ContractQuote; // Only these are read.
    return {
      contract,
      delta,
      days: 5,
      premiumDays: 5,
      premiumPerDay,
      dailyReturn: premiumPerDay / strike,
      daysSinceStrike: since,
    };
  };
  const some = [of('A', 300, 0.2, 0.3, Infinity), of('B', 200, 0.25, 0.5, 9), of('C', 50, 0.3, 0.2, Infinity)];
  expect(rankCandidates(some, mode).map(({ contract }) => contract.instrument.symbol)).toEqual(order);
});

const MONEY = { collateral: 10_000, capital: 100_000, available: 100_000, positionShare: 0.1, contractsMax: 10 };

test('a position never exceeds its share of the money: not even one contract is sold that would', () => {
  expect(sizeEntry(MONEY)).toMatchObject({ contracts: 1 });
  expect(sizeEntry({ ...MONEY, collateral: 10_001 })).toEqual({
    contracts: 0,
    rule: 'positionShare',
    value: 10_001,
    threshold: 10_000,
  });
});

test('money that is tied up already backs nothing more, and the most contracts cap the rest', () => {
  expect(sizeEntry({ ...MONEY, available: 9_999 })).toMatchObject({
    contracts: 0,
    rule: 'available',
    threshold: 9_999,
  });
  expect(sizeEntry({ ...MONEY, available: -5 })).toMatchObject({ contracts: 0, rule: 'available' });
  expect(sizeEntry({ ...MONEY, positionShare: 1, contractsMax: 3 })).toMatchObject({ contracts: 3 });
  expect(sizeEntry({ ...MONEY, positionShare: 1, available: 45_000 })).toMatchObject({ contracts: 4 });
});

const ENTRY: EntryFacts = { delta: 0.2, price: 100, volatility: 18, premium: 1, strike: 95, days: 10 };
const NOW: PositionNow = {
  delta: 0.2,
  price: 100,
  volatility: 18,
  sessionOpen: 18,
  ask: 1,
  daysHeld: 2,
  daysToExpiry: 8,
};
const ALL_ON: ExitParameters = {
  stopOnDeltaMultiple: true,
  deltaStopMultiple: 2,
  stopOnDelta: true,
  deltaStop: 0.45,
  stopOnDrop: true,
  stockDropStop: 0.05,
  stopOnSpike: true,
  volatilitySpike: 1.15,
  earlyExit: 'schedule',
  earlyExitBuffer: 0.15,
  earlyExitReturnBuffer: 1,
  closeBeforeExpiry: true,
  closeBeforeExpiryDays: 1,
};

test.each<{ rule: string; now: Partial<PositionNow>; just: Partial<PositionNow> }>([
  { rule: 'deltaMultiple', now: { delta: 0.4 }, just: { delta: 0.3999 } },
  { rule: 'stockDrop', now: { price: 95 }, just: { price: 95.01 } },
  { rule: 'volatilitySpike', now: { volatility: 20.7 }, just: { volatility: 20.69 } },
  { rule: 'earlyExit', now: { ask: 0.65 }, just: { ask: 0.651 } }, // 2 of 10 days and 0.15: 35 % of the premium.
  { rule: 'closeBeforeExpiry', now: { daysToExpiry: 1 }, just: { daysToExpiry: 2 } },
])('$rule asks for the exit at its boundary and not just before', ({ rule, now, just }) => {
  expect(judgeExit(ENTRY, { ...NOW, ...now }, ALL_ON).exit?.rule).toBe(rule);
  expect(judgeExit(ENTRY, { ...NOW, ...just }, ALL_ON).exit).toBeUndefined();
});

test('the absolute delta asks at its boundary, and of two rules the earlier one is the reason', () => {
  const later = { ...ENTRY, delta: 0.3 };
  expect(judgeExit(later, { ...NOW, delta: 0.45 }, ALL_ON).exit?.rule).toBe('delta');
  expect(judgeExit(later, { ...NOW, delta: 0.449 }, ALL_ON).exit).toBeUndefined();
  expect(judgeExit(ENTRY, { ...NOW, delta: 0.5, price: 80, volatility: 50 }, ALL_ON).exit?.rule).toBe('deltaMultiple');
});

test('a spike is measured from the open of the session, and from the entry where the session has none', () => {
  const spike = { ...NOW, volatility: 23 };
  expect(judgeExit(ENTRY, { ...spike, sessionOpen: 22 }, ALL_ON).exit).toBeUndefined();
  expect(judgeExit(ENTRY, { ...spike, sessionOpen: Number.NaN }, ALL_ON).exit?.rule).toBe('volatilitySpike');
});

test('on the day of the sale nothing is bought back for what it has earned', () => {
  expect(judgeExit(ENTRY, { ...NOW, daysHeld: 0, ask: 0.01 }, ALL_ON).exit).toBeUndefined();
});

test('an early exit by return wants twice what the days held would have brought', () => {
  const rules = { ...ALL_ON, earlyExit: 'return' } as const;
  expect(judgeExit(ENTRY, { ...NOW, ask: 0.6 }, rules).exit?.rule).toBe('earlyExit');
  expect(judgeExit(ENTRY, { ...NOW, ask: 0.61 }, rules).exit).toBeUndefined();
});

test('each exit can be switched off', () => {
  const off: ExitParameters = {
    ...ALL_ON,
    stopOnDeltaMultiple: false,
    stopOnDelta: false,
    stopOnDrop: false,
    stopOnSpike: false,
    earlyExit: 'off',
    closeBeforeExpiry: false,
  };
  const worst = { ...NOW, delta: 0.9, price: 50, volatility: 80, ask: 0, daysToExpiry: 0 };
  expect(judgeExit(ENTRY, worst, off)).toEqual({ outcomes: [], exit: undefined });
});

test('what nobody knows asks for nothing and is told as not known', () => {
  const blind = { ...NOW, delta: Number.NaN, ask: Number.NaN };
  const { outcomes, exit } = judgeExit(ENTRY, blind, ALL_ON);
  expect(exit).toBeUndefined();
  expect(outcomes.filter(({ outcome }) => outcome === 'not-asked').map(({ rule }) => rule)).toEqual([
    'deltaMultiple',
    'delta',
    'earlyExit',
  ]);
});

test('above the band is what within the band refuses, and a boundary is no pass', () => {
  const closes = RISING;
  const own = closes.subarray(40);
  const mean = own.reduce((sum, close) => sum + close, 0) / 20;
  const deviation = Math.sqrt(own.reduce((sum, close) => sum + (close - mean) ** 2, 0) / 19);
  const ask = (price: number) =>
    judgeEquity(['aboveBand', 'withinBand'], closes, price, EQUITY).map((each) => each.outcome);
  expect(ask(mean + deviation + 0.01)).toEqual(['pass', 'fail']);
  expect(ask(mean + deviation - 0.01)).toEqual(['fail', 'pass']);
  expect(EQUITY_PRESETS['bullish']).toContain('aboveBand');
});
