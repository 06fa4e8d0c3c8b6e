/** What vendors of option data mean otherwise than a header says, told by the header. Rows are made up. */
import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../../src/time/instant.ts';
import { tapeOf } from '../../../src/adapters/files/tape.ts';
import { quotesOf, tapeFrom } from './option-rows.ts';

describe('the habits of vendors are told by their headers', () => {
  const CALL = 'GOOG151231C00750000';

  test('times in milliseconds and strikes in thousandths: quotes of minutes', () => {
    const tape = tapeFrom(
      'quotes.csv',
      'root,expiration,strike,right,ms_of_day,bid_size,bid_exchange,bid,bid_condition,ask_size,ask_exchange,ask,ask_condition,date',
      'GOOG,20151231,750000,C,34200000,12,11,7.2,50,14,5,7.6,50,20151224',
      'GOOG,20151231,750000,C,34260000,12,11,7.3,50,14,5,7.6,50,20151224',
    );
    expect(quotesOf(tape)).toEqual([
      [CALL, '2015-12-24T14:30:00Z', 7.2, 7.6],
      [CALL, '2015-12-24T14:31:00Z', 7.3, 7.6],
    ]);
  });

  test('a report of the day says when it was made, and is of the close', () => {
    const counted = tapeFrom(
      'bulk.csv',
      'root,expiration,strike,right,ms_of_day,ms_of_day2,open,high,low,close,volume,count,bid_size,bid,ask_size,ask,date',
      'GOOG,20151231,750000,C,62100000,46787000,7,8,6.5,7.3,120,33,12,7.2,14,7.6,20151224',
    );
    const written = tapeFrom(
      'eod.csv',
      'symbol,expiration,strike,right,created,last_trade,open,high,low,close,volume,count,bid_size,bid,ask_size,ask',
      'GOOG,2015-12-31,750.000,CALL,2015-12-24T17:15:23.102,2015-12-24T12:59:47.411,7,8,6.5,7.3,120,33,12,7.2,14,7.6',
    );
    for (const tape of [counted, written]) {
      expect(quotesOf(tape)).toEqual([[CALL, '2015-12-24T18:00:00Z', 7.2, 7.6]]);
      expect(tape.listings).toMatchObject([{ date: '2015-12-24', contracts: [{ volume: 120 }] }]);
    }
  });

  describe('days whose columns are those of a share and of one contract alike', () => {
    const rows = [
      'ms_of_day,ms_of_day2,open,high,low,close,volume,count,bid_size,bid_exchange,bid,bid_condition,ask_size,ask_exchange,ask,ask_condition,date',
      '62100000,46787000,7,8,6.5,7.3,120,33,12,7,7.2,50,14,7,7.6,50,20151224',
    ];
    const bytes = new TextEncoder().encode(`${rows.join('\n')}\n`);
    const quote = [CALL, '2015-12-24T18:00:00Z', 7.2, 7.6];

    test('are those of the contract that the file is called by, or that is told', () => {
      expect(quotesOf(tapeFrom(`${CALL}.csv`, ...rows))).toEqual([quote]);
      expect(quotesOf(tapeFrom(`${CALL}_eod.csv`, ...rows))).toEqual([quote]);
      expect(quotesOf(tapeOf([{ file: 'eod.csv', bytes }], { symbol: CALL }))).toEqual([quote]);
    });

    test('are those of a share that is told, at its close', () => {
      const [stream] = tapeOf([{ file: 'eod.csv', bytes }], { symbol: 'GOOG' }).slice.streams;
      expect([stream.symbol, stream.kind, formatInstant(stream.columns.time[0])]).toEqual([
        'GOOG',
        'bars',
        '2015-12-24T18:00:00Z',
      ]);
    });

    test('so are quotes and open interest within a day', () => {
      const head = 'ms_of_day,bid_size,bid_exchange,bid,bid_condition,ask_size,ask_exchange,ask,ask_condition,date';
      const quotes = [head, '34200000,12,11,7.2,50,14,5,7.6,50,20151224'];
      expect(quotesOf(tapeFrom(`${CALL}.csv`, ...quotes))).toEqual([[CALL, '2015-12-24T14:30:00Z', 7.2, 7.6]]);
      expect(() => tapeFrom('GOOG.csv', ...quotes)).toThrow('those of a share and of one contract alike');
      const interest = ['ms_of_day,open_interest,date', '23400000,300,20151224'];
      // Open interest is no price of anything.
      expect(tapeFrom(`${CALL}.csv`, ...interest)).toMatchObject({
        slice: { streams: [] },
        listings: [{ date: '2015-12-24', contracts: [{ instrument: { symbol: CALL }, openInterest: 300 }] }],
      });
      expect(() => tapeFrom('oi.csv', ...interest)).toThrow('those of a share and of one contract alike');
    });

    test('are refused where neither says which', () => {
      expect(() => tapeFrom('GOOG.csv', ...rows)).toThrow(
        /those of a share and of one contract alike.*ABC240119P00100000\.csv/s,
      );
    });
  });

  test('bars of a file that is called by a contract are those of the contract', () => {
    const tape = tapeFrom(`O:${CALL}.csv`, 'date,open,high,low,close,volume', '2015-12-24,7,8,6.5,7.3,120');
    expect(tape.instruments[0]).toMatchObject({ symbol: CALL, kind: 'option', option: { strike: 750 } });
  });

  test('open interest with a time in milliseconds is known then', () => {
    const tape = tapeFrom(
      'oi.csv',
      'root,expiration,strike,right,ms_of_day,open_interest,date',
      'GOOG,20151231,750000,C,23400000,300,20151224',
    );
    expect(tape.listings).toMatchObject([{ contracts: [{ openInterest: 300 }] }]);
    expect(formatInstant(tape.listings![0].knownAt)).toBe('2015-12-24T11:30:00Z');
  });

  test('the columns of research files, with the root and the contract in one cell and flags for other deliveries', () => {
    const row = (symbol: string, flag: number) =>
      `121812,2015-12-24,${symbol},1,2015-12-31,2015-12-24,C,750000,7.2,7.6,120,900,0.2,0.5,110001,${flag},,GOOG`;
    const tape = tapeFrom(
      'opprcd2015.csv',
      'secid,date,symbol,symbol_flag,exdate,last_date,cp_flag,strike_price,best_bid,best_offer,volume,open_interest,impl_volatility,delta,optionid,ss_flag,root,ticker',
      row('GOOG 151231C750000', 0),
      row('GOOG1 151231C750000', 1),
    );
    expect(quotesOf(tape)).toEqual([[CALL, '2015-12-24T18:00:00Z', 7.2, 7.6]]);
    expect(tape.findings[0]).toMatchObject({ rule: 'adjusted-contract', row: 3 });
    expect(tape.listings).toMatchObject([{ contracts: [{ volume: 120, openInterest: 900 }] }]);
  });

  test('quotes of a day in few columns, and trades of a day with their class', () => {
    const head = 'underlying_symbol,quote_date,root,expiration,strike,option_type';
    const summary = tapeFrom(
      'Summary_2015-12-24.csv',
      `${head},bid_eod,ask_eod,trade_volume,open_interest`,
      'GOOG,2015-12-24,GOOG,2015-12-31,750.000,C,7.2,7.6,120,900',
    );
    expect(quotesOf(summary)).toEqual([[CALL, '2015-12-24T18:00:00Z', 7.2, 7.6]]);
    const trades = tapeFrom(
      'Trades_2015-12-24.csv',
      `${head},open,high,low,close,trade_volume,vwap,open_interest,delivery_code`,
      '^SPX,2021-01-04,SPXW,2021-01-08,3700.000,C,60,65,50,55,120,57,900,0',
    );
    expect(trades.slice.streams.map(({ symbol, kind }) => [symbol, kind])).toEqual([['SPXW210108C03700000', 'bars']]);
  });

  test.each([
    ['strike', 'quote_date,underlying,expiration,option_type,bid,ask', '2015-12-24,GOOG,2015-12-31,C,7.2,7.6'],
    ['right', 'quote_date,underlying,expiration,strike,bid,ask', '2015-12-24,GOOG,2015-12-31,750,7.2,7.6'],
    ['expiry', 'quote_date,underlying,strike,option_type,bid,ask', '2015-12-24,GOOG,750,C,7.2,7.6'],
  ])('contracts without a column of their %s are refused by its name', (part, head, row) => {
    expect(() => tapeFrom('chain.csv', head, row)).toThrow(
      expect.objectContaining({ code: 'csv.option-columns', place: { file: 'chain.csv', field: part } }) as Error,
    );
  });

  test('contracts with nothing but vols and greeks are refused', () => {
    const head = 'quote_date,underlying,expiration,strike,option_type,implied_volatility,delta';
    expect(() => tapeFrom('chain.csv', head, '2015-12-24,GOOG,2015-12-31,750,C,0.2,0.5')).toThrow(
      /neither bid and ask nor a close nor open interest/,
    );
  });

  test('a file in which no row names a possible contract is refused with the first of its rows', () => {
    const head = 'quote_date,expiration,strike,option_type,bid,ask';
    expect(() => tapeFrom('optionchains.csv', head, '2015-12-24,2015-12-31,750,C,7.2,7.6')).toThrow(
      expect.objectContaining({ code: 'csv.no-contracts', place: { file: 'optionchains.csv', line: 2 } }) as Error,
    );
  });

  test('one row each at a midnight of New York is the day of all contracts, known at its close', () => {
    const tape = tapeFrom(
      '2015-12-24.csv',
      'ticker,volume,open,close,high,low,window_start,transactions',
      // 05:00 UTC.
      'O:GOOG151231C00750000,120,7.1,7.3,7.9,6.5,1450933200000000000,33',
      'O:GOOG151231P00750000,20,8.1,8.3,8.9,7.5,1450933200000000000,13',
    );
    for (const { kind, timeFrame, columns } of tape.slice.streams.map((stream) => ({ timeFrame: '', ...stream }))) {
      expect([kind, timeFrame, formatInstant(columns.time[0])]).toEqual(['bars', '1d', '2015-12-24T18:00:00Z']);
    }
    expect(tape.findings.map(({ rule }) => rule)).not.toContain('off-session');
  });
});
