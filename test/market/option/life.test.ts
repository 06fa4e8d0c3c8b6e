/** What an option contract does when, by its class and the calendar. */
import { describe, expect, test } from 'vitest';
import { contractLife, occInstrument, rootsOf, yearsToSettlement } from '../../../src/market/index.ts';
import { formatInstant } from '../../../src/time/instant.ts';

const life = (symbol: string) => {
  const { tradesUntil, settlesAt, ...rest } = contractLife(occInstrument(symbol));
  return { ...rest, tradesUntil: formatInstant(tradesUntil), settlesAt: formatInstant(settlesAt) };
};

describe('the class of a contract says what its name does not', () => {
  test('SPX is European, pays cash and settles at the open; it trades until the evening before', () => {
    expect(occInstrument('SPX   210115C03200000')).toMatchObject({
      symbol: 'SPX210115C03200000',
      multiplier: 100,
      calendar: 'XCBO-INDEX',
      option: { underlying: 'SPX', style: 'european', settlement: 'cash', settledAt: 'am', strike: 3200 },
    });
    expect(life('SPX210115C03200000')).toEqual({
      settlementDate: '2021-01-15',
      lastTradingDate: '2021-01-14',
      tradesUntil: '2021-01-14T21:15:00Z',
      settlesAt: '2021-01-15T14:30:00Z',
      cycle: 'monthly',
      isMoved: false,
    });
  });

  test('SPXW settles at the close of the shares and stops trading with them, not at 16:15', () => {
    expect(occInstrument('SPXW210104C03700000').option).toMatchObject({ underlying: 'SPX', settledAt: 'pm' });
    expect(life('SPXW210104C03700000')).toMatchObject({
      tradesUntil: '2021-01-04T21:00:00Z',
      settlesAt: '2021-01-04T21:00:00Z',
      cycle: 'weekly',
    });
  });

  test('an option on a share is American and delivers it', () => {
    expect(occInstrument('GOOG151224C00750000').option).toMatchObject({
      root: 'GOOG',
      underlying: 'GOOG',
      style: 'american',
      settlement: 'physical',
    });
  });

  test('OEX is the one index whose options are American', () => {
    expect(occInstrument('OEX240119C02000000').option).toMatchObject({ style: 'american', settlement: 'cash' });
  });

  test('both classes of SPX are found from the index', () => {
    expect(rootsOf('SPX')).toEqual(['SPX', 'SPXW', 'SPXPM']);
    expect(rootsOf('GOOG')).toEqual(['GOOG']);
  });
});

describe('expiries move by rule', () => {
  test.each([
    // A Saturday after the third Friday, as all monthly contracts were named until February 2015.
    ['AAPL140621C00090000', '2014-06-20', 'monthly'],
    // The Saturday after Good Friday: the last session is Thursday.
    ['GOOG140419C00500000', '2014-04-17', 'monthly'],
    // Good Friday itself, as some data sets name it.
    ['SPY190418C00290000', '2019-04-18', 'monthly'],
    // A Monday that is Memorial Day moves forward, unlike all others.
    ['SPXW200525P03000000', '2020-05-26', 'weekly'],
    // Christmas.
    ['GOOG151225C00750000', '2015-12-24', 'weekly'],
    ['SPXW210331P03000000', '2021-03-31', 'quarterly'],
    ['SPXW210430P03000000', '2021-04-30', 'month-end'],
    ['SPY210331P00300000', '2021-03-31', 'quarterly'],
    // The last session of a year that is a Thursday, because Friday is New Year: a weekly of a share.
    ['GOOG151231C00750000', '2015-12-31', 'weekly'],
    // A third Friday under the root of the weeklies is still one of them.
    ['SPXW210115C03700000', '2021-01-15', 'weekly'],
    // Thirty days before Good Friday, which is no session, would be Wednesday: the Tuesday it is.
    ['VIX190319C00015000', '2019-03-19', 'monthly'],
  ])('%s settles on %s (%s)', (symbol, settlementDate, cycle) => {
    expect(life(symbol)).toMatchObject({ settlementDate, cycle });
  });

  test('AM settlement before a holiday trades for the last time two days before it', () => {
    expect(life('SPX140419C01800000')).toMatchObject({
      settlementDate: '2014-04-17',
      lastTradingDate: '2014-04-16',
      settlesAt: '2014-04-17T13:30:00Z',
    });
  });

  test('a short session ends the contract early', () => {
    expect(life('GOOG151224C00750000')).toMatchObject({ tradesUntil: '2015-12-24T18:00:00Z' });
  });
});

test('time runs to the settlement and not to midnight', () => {
  const contract = contractLife(occInstrument('SPXW210104C03700000'));
  expect(yearsToSettlement(contract, contract.settlesAt - 3_600_000_000)).toBeCloseTo(1 / 24 / 365, 12);
  expect(yearsToSettlement(contract, contract.settlesAt + 1)).toBe(0);
});

describe('an adjusted contract', () => {
  test('is refused, because its name does not say what it delivers', () => {
    expect(() => occInstrument('AAPL1140621C00090000')).toThrow(/adjusted contract/);
  });

  test('is taken with its deliverable', () => {
    const deliverable = { shares: [{ symbol: 'AAPL', quantity: 10 }], cash: 12.5 };
    expect(occInstrument('AAPL1140621C00090000', { deliverable }).option).toMatchObject({
      root: 'AAPL1',
      underlying: 'AAPL',
      deliverable,
    });
  });
});
