/** Option chains in the shapes in which vendors sell them, and what is wrong with some. Rows are made up. */
import { describe, expect, test } from 'vitest';
import { tapeOf } from '../../../src/adapters/files/tape.ts';
import type { RecordedTape } from '../../../src/market/tape.ts';
import { formatInstant } from '../../../src/time/instant.ts';
import { quotesOf, tapeFrom } from './option-rows.ts';

const rulesOf = ({ findings }: RecordedTape) => findings.map(({ rule }) => rule);

const DATA_SHOP =
  'underlying_symbol,quote_date,root,expiration,strike,option_type,open,high,low,close,trade_volume,bid_size_1545,bid_1545,ask_size_1545,ask_1545,underlying_bid_1545,underlying_ask_1545,bid_size_eod,bid_eod,ask_size_eod,ask_eod,underlying_bid_eod,underlying_ask_eod,vwap,open_interest,delivery_code';

describe('a row per contract, the quotes of 15:45 and of the close beside it', () => {
  const tape = tapeFrom(
    'UnderlyingOptionsEODQuotes_2021-01-04.csv',
    DATA_SHOP,
    '^SPX,2021-01-04,SPXW,2021-01-08,3700.000,C,60,65,50,55,120,10,54,12,55,3699,3701,11,52.5,13,53.5,3700.65,3700.65,57,900,0',
    '^SPX,2021-01-04,SPX,2021-01-15,3200.000,P,0,0,0,0,0,1,3,1,4,3699,3701,1,0,1,4.2,3700.65,3700.65,0,31651,0',
  );

  test('the quote of the close counts, at the close of the shares', () => {
    expect(quotesOf(tape)).toEqual([
      ['SPXW210108C03700000', '2021-01-04T21:00:00Z', 52.5, 53.5],
      // A bid of 0 is nobody bidding.
      ['SPX210115P03200000', '2021-01-04T21:00:00Z', Number.NaN, 4.2],
    ]);
  });

  test('the underlying comes with it', () => {
    expect(tape.slice.streams.at(-1)).toMatchObject({
      symbol: 'SPX',
      kind: 'bars',
      columns: { close: Float64Array.of(3700.65) },
    });
    expect(tape.instruments[0]).toMatchObject({ symbol: 'SPX', kind: 'index' });
  });

  test('volume and open interest are a listing per class, known at the close', () => {
    expect(tape.listings).toMatchObject([
      { root: 'SPXW', date: '2021-01-04', contracts: [{ volume: 120, openInterest: 900 }] },
      { root: 'SPX', underlying: 'SPX', contracts: [{ volume: 0, openInterest: 31651 }] },
    ]);
    expect(formatInstant(tape.listings![0].knownAt)).toBe('2021-01-04T21:00:00Z');
  });
});

test('a row per strike with a call and a put side by side, names in brackets', () => {
  const tape = tapeFrom(
    'spx_eod_202101.txt',
    '[QUOTE_UNIXTIME], [QUOTE_READTIME], [QUOTE_DATE], [QUOTE_TIME_HOURS], [UNDERLYING_LAST], [EXPIRE_DATE], [EXPIRE_UNIX], [DTE], [C_DELTA], [C_IV], [C_VOLUME], [C_LAST], [C_SIZE], [C_BID], [C_ASK], [STRIKE], [P_BID], [P_ASK], [P_SIZE], [P_LAST], [P_DELTA], [P_IV], [P_VOLUME], [STRIKE_DISTANCE]',
    '1609794000, 2021-01-04 16:00, 2021-01-04, 16.0, 3700.65, 2021-01-08, 1610139600, 4.0, 0.5, 0.2, 12.0, 53.0, 10 x 20, 52.5, 53.5, 3700.0, 51.0, 52.0, 3 x 4, , -0.5, 0.2, , 0.65',
    '1609794000, 2021-01-04 16:00, 2021-01-04, 16.0, 3700.65, 2021-01-15, 1610744400, 11.0, 0.5, 0.2, 1.0, 80.0, 10 x 20, 79.0, 81.0, 3700.0, 78.0, 80.0, 3 x 4, , -0.5, 0.2, , 0.65',
  );
  expect(quotesOf(tape).filter(([symbol]) => symbol !== 'SPX')).toEqual([
    // Nobody says the class: a day that is no third Friday is one of the weeklies.
    ['SPXW210108C03700000', '2021-01-04T21:00:00Z', 52.5, 53.5],
    ['SPXW210108P03700000', '2021-01-04T21:00:00Z', 51, 52],
    ['SPX210115C03700000', '2021-01-04T21:00:00Z', 79, 81],
    ['SPX210115P03700000', '2021-01-04T21:00:00Z', 78, 80],
  ]);
  expect(tape.listings).toMatchObject([
    { root: 'SPXW', contracts: [{ volume: 12 }, { volume: undefined }] },
    { root: 'SPX' },
  ]);
});

test('American dates and a column called Type', () => {
  const tape = tapeFrom(
    'L2_20130104.csv',
    'UnderlyingSymbol,UnderlyingPrice,Exchange,OptionSymbol,OptionExt,Type,Expiration,DataDate,Strike,Last,Bid,Ask,Volume,OpenInterest,IV,Delta,Gamma,Theta,Vega,AKA',
    'A,43.4,*,A130119C00042000,,call,01/19/2013,01/04/2013,42,1.7,1.72,1.82,10,500,0.25,0.8,0.1,-9,2,A130119C00042000',
    'A,43.4,*,A130119P00042000,,put,01/19/2013,01/04/2013,42,0.3,0.28,0.31,2,700,0.25,-0.2,0.1,-9,2,A130119P00042000',
  );
  expect(quotesOf(tape)).toEqual([
    ['A130119C00042000', '2013-01-04T21:00:00Z', 1.72, 1.82],
    ['A130119P00042000', '2013-01-04T21:00:00Z', 0.28, 0.31],
  ]);
  // The Saturday of a monthly contract is no fault of the file.
  expect(rulesOf(tape)).not.toContain('expiry-no-session');
});

test('calls and puts of one strike under the names of an interface', () => {
  const tape = tapeFrom(
    'strikes.csv',
    'ticker,tradeDate,expirDate,dte,strike,stockPrice,callVolume,callOpenInterest,callBidSize,callAskSize,putVolume,putOpenInterest,putBidSize,putAskSize,callBidPrice,callValue,callAskPrice,putBidPrice,putValue,putAskPrice,delta,gamma',
    'GOOG,2015-12-24,2015-12-31,7,750,748.4,50,300,1,2,60,400,3,4,7.1,7.3,7.6,8.2,8.4,8.8,0.47,0.02',
  );
  expect(quotesOf(tape)).toEqual([
    ['GOOG151231C00750000', '2015-12-24T18:00:00Z', 7.1, 7.6],
    ['GOOG151231P00750000', '2015-12-24T18:00:00Z', 8.2, 8.8],
  ]);
  expect(tape.listings).toMatchObject([{ contracts: [{ openInterest: 300 }, { openInterest: 400 }] }]);
  expect(tape.slice.streams.find(({ symbol }) => symbol === 'GOOG')).toMatchObject({
    columns: { close: Float64Array.of(748.4) },
  });
});

test('names that nobody knows are told by a mapping', () => {
  const bytes = new TextEncoder().encode(
    'when,occ,best_buy,best_sell\n2021-01-04 10:30,SPXW210108C03700000,52.5,53.5\n',
  );
  const columns = { stamp: 'when', contract: 'occ', bid: 'best_buy', ask: 'best_sell' };
  expect(quotesOf(tapeOf([{ file: 'mine.csv', bytes }], { columns }))).toEqual([
    ['SPXW210108C03700000', '2021-01-04T15:30:00Z', 52.5, 53.5],
  ]);
});

test('a chain of closing prices has no quotes to fill at, and says when it was known', () => {
  const tape = tapeFrom(
    'GOOG_20151224.csv',
    'expiry,strike,right,open,high,low,close,volume,open_interest',
    ',,,747.93,748.77,747.86,748.4,106129,',
    '20151231,750,C,8,9,7,7.5,50,300',
    '20151231,900,C,0,0,0,0,0,10',
  );
  expect(tape.slice.streams.map(({ symbol, kind, columns }) => [symbol, kind, columns.length])).toEqual([
    ['GOOG151231C00750000', 'bars', 1],
    ['GOOG151231C00900000', 'bars', 0],
    ['GOOG', 'bars', 1],
  ]);
  expect(tape.listings).toMatchObject([{ contracts: [{ openInterest: 300 }, { openInterest: 10 }] }]);
  expect(formatInstant(tape.listings![0].knownAt)).toBe('2015-12-24T18:00:00Z');
});

describe('bad input is found with file, row and value', () => {
  const HEAD = 'date,time,underlying,expiry,strike,right,bid,ask,underlying_price';
  const row = (expiry: string, strike: number, right: string, bid: number | '', ask: number | '') =>
    `2021-01-04,10:30,XYZ,${expiry},${strike},${right},${bid},${ask},100`;
  const find = (...rows: string[]) => tapeFrom('xyz.csv', HEAD, ...rows).findings;

  test.each([
    ['crossed-quote', row('2021-01-08', 100, 'C', 3, 2), '3 > 2', 'bid'],
    ['absurd-quote', row('2021-01-08', 90, 'P', 95, 99), 'bid 95', 'no put is worth more than 90'],
    ['absurd-quote', row('2021-01-08', 90, 'C', 120, 130), 'bid 120', 'no call is worth more than 100'],
    ['absurd-quote', row('2021-01-08', 60, 'C', 1, 2), 'ask 2', 'exercise is worth 40.00 with 100'],
    ['absurd-quote', row('2021-01-08', 90, 'P', 1, 181), 'ask 181', 'asks more than twice that: nothing fills there'],
    ['after-expiry', row('2020-12-31', 90, 'P', 1, 2), '2021-01-04T15:30:00Z', '1 of 1 rows are later than 2020-12-31'],
    [
      'one-sided',
      row('2021-01-08', 100, 'C', 0, 2),
      'none / 2',
      '1 of 1 rows have no bid or no ask: nothing fills on a side that is not there',
    ],
    [
      'one-sided',
      row('2021-01-08', 100, 'C', 0, 0),
      'none / none',
      '1 of 1 rows have no bid or no ask: nothing fills on a side that is not there',
    ],
    ['not-positive', row('2021-01-08', 100, 'C', -1, 2), '-1 2', ''],
    [
      'expiry-no-session',
      row('2021-01-18', 100, 'C', 1, 2),
      '2021-01-18',
      '2021-01-18 is no session; by the rule for holidays these contracts settle on 2021-01-19',
    ],
    ['bad-contract', row('2021-01-08', -5, 'C', 1, 2), '', ''],
  ])('%s: %s', (rule, line, value, words) => {
    const findings = find(row('2021-01-08', 100, 'P', 1, 2), line);
    expect(findings).toMatchObject([{ rule, file: 'xyz.csv', row: 3, value }]);
    expect(findings[0].message).toContain(words);
  });

  test('an adjusted contract is left out, and the rest of the file is kept', () => {
    const tape = tapeFrom(
      'xyz.csv',
      'date,optionsymbol,bid,ask',
      '2021-01-04,XYZ1210108C00100000,1,2',
      '2021-01-04,XYZ210108C00100000,3,4',
    );
    expect(quotesOf(tape)).toHaveLength(1);
    expect(tape.findings).toMatchObject([
      { rule: 'adjusted-contract', row: 2, symbol: 'XYZ1210108C00100000' },
      {
        rule: 'no-underlying',
        row: 3,
        value: 'XYZ',
        message: 'nothing tells the price of XYZ: no implied vol, no delta and no settlement can be worked out',
      },
    ]);
  });

  test('a contract that the list of its day does not have', () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const { findings } = tapeOf([
      {
        file: 'XYZ_20210104_quote.csv',
        bytes: bytes(`${HEAD}\n${row('2021-01-08', 100, 'C', 1, 2)}\n${row('2021-01-08', 105, 'C', 1, 2)}\n`),
      },
      {
        file: 'XYZ_20210104_openinterest.csv',
        bytes: bytes('right,strike,expiry,time_et,open_interest\nC,100,2021-01-08,06:30:00,7\n'),
      },
    ]);
    expect(findings).toMatchObject([
      {
        rule: 'unlisted-contract',
        row: 3,
        symbol: 'XYZ210108C00105000',
        message: 'the contract list XYZ_20210104_openinterest.csv of 2021-01-04 does not have it',
      },
    ]);
  });

  test('a quote that rests while the underlying moves', () => {
    const rows = Array.from({ length: 7 }, (_, i) => {
      const day = ['04', '05', '06', '07', '08', '11', '12'][i];
      return `2021-01-${day},16:00,XYZ,2021-02-19,100,C,3,4,${100 + i}`;
    });
    expect(find(...rows)).toMatchObject([
      {
        rule: 'stale-quote',
        value: '3 / 4',
        row: 7,
        message: 'the quote rests for 5 rows while the underlying moves 5.0 %',
      },
    ]);
  });
});

describe('contracts in a column of symbols', () => {
  test('are contracts and no shares: padded, with a prefix, as quotes and as bars', () => {
    const quotes = tapeFrom(
      'quotes.csv',
      'symbol,timestamp,bid_price,bid_size,ask_price,ask_size',
      'ABC   240119P00100000,2024-01-16T15:00:00Z,2,10,2.2,10',
      'ABC240119P00095000,2024-01-16T15:00:00Z,0.5,10,0.6,10',
    );
    expect(quotesOf(quotes)).toEqual([
      ['ABC240119P00100000', '2024-01-16T15:00:00Z', 2, 2.2],
      ['ABC240119P00095000', '2024-01-16T15:00:00Z', 0.5, 0.6],
    ]);
    const bars = tapeFrom(
      'aggregates.csv',
      'ticker,volume,open,close,high,low,window_start,transactions',
      'O:ABC240119P00100000,5,2,2.1,2.2,1.9,1705417200000000000,3',
      'O:ABC240119C00100000,7,2,2.1,2.2,1.9,1705417200000000000,3',
    );
    expect(bars.instruments.map(({ symbol, option }) => [symbol, option?.right])).toEqual([
      ['ABC240119P00100000', 'put'],
      ['ABC240119C00100000', 'call'],
    ]);
    expect(bars.slice.streams.map(({ kind }) => kind)).toEqual(['bars', 'bars']);
    expect(() =>
      tapeFrom(
        'aggregates.csv',
        'ticker,volume,open,close,high,low,window_start',
        'O:ABC240230P00100000,5,2,2.1,2.2,1.9,1705417200000000000',
      ),
    ).toThrow(/aggregates.csv:2.*the expiry must be a date, was 2024-02-30/);
  });

  test('what is no contract among them is left out and told with its line and rule', () => {
    const tape = tapeFrom(
      'chain.csv',
      'quote_date,symbol,bid,ask',
      '2024-01-16,ABC240119P00100000,2,2.2',
      '2024-01-16,ABC240119P0009500,0.5,0.6',
      '2024-01-16,ABC240230P00095000,0.5,0.6',
      '2024-01-16,ABC1240119P00095000,0.5,0.6',
    );
    expect(quotesOf(tape).map(([symbol]) => symbol)).toEqual(['ABC240119P00100000']);
    expect(tape.findings.slice(0, 3).map(({ rule, row, message }) => [rule, row, message.slice(0, 40)])).toEqual([
      ['bad-contract', 3, 'an OCC symbol is root, YYMMDD, C or P an'],
      ['bad-contract', 4, 'the expiry must be a date, was 2024-02-3'],
      ['adjusted-contract', 5, 'ABC1240119P00095000 is an adjusted contr'],
    ]);
  });

  test('shares stay shares', () => {
    const tape = tapeFrom('shares.csv', 'symbol,date,close', 'ABC,2024-01-16,100', 'XYZ,2024-01-16,50');
    expect(tape.instruments.map(({ kind }) => kind)).toEqual(['equity', 'equity']);
  });
});

test('the names that more vendors use, and a date in the name of the file', () => {
  const [day, at] = ['2024-01-16', '2024-01-16T21:00:00Z'];
  const read = (file: string, ...lines: string[]) => quotesOf(tapeFrom(file, ...lines));
  const quote = ['ABC240119P00100000', at, 2, 2.2];
  expect(
    read(
      'eod.csv',
      'contract_ticker,underlying_ticker,contract_type,expiration_date,strike_price,date,bid,ask',
      `O:ABC240119P00100000,ABC,put,2024-01-19,100,${day},2,2.2`,
    ),
  ).toEqual([quote]);
  // Beside greeks, vol is no volume.
  const greeks = tapeFrom(
    'chain.csv',
    'date,act_symbol,expiration,strike,call_put,bid,ask,vol,delta,gamma,theta,vega,rho',
    `${day},ABC,2024-01-19,100.00,Put,2,2.2,0.3,-0.5,0.1,-0.1,0.1,-0.01`,
  );
  expect(quotesOf(greeks)).toEqual([quote]);
  expect(greeks.listings![0].contracts[0].volume).toBeUndefined();
  expect(
    read(
      'book.csv',
      'ts_event,instrument_id,bid_px_00,ask_px_00,bid_sz_00,ask_sz_00,symbol',
      '2024-01-16T21:00:00.000000000Z,30,2,2.2,10,10,ABC   240119P00100000',
    ),
  ).toEqual([quote]);
  expect(
    read(
      'chain_2024-01-16.csv',
      'contractSymbol,lastTradeDate,strike,lastPrice,bid,ask,volume,openInterest,impliedVolatility',
      'ABC240119P00100000,2024-01-12 20:59:51+00:00,100,2.1,2,2.2,5,100,0.3',
    ),
  ).toEqual([quote]);
});
