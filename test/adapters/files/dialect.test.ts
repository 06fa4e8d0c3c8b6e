/** Files as vendors write them: what is recognised, and what is refused with which words. */
import { gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFileName } from '../../../src/adapters/files/file-name.ts';
import { tapeOf, readTape, type FileOptions } from '../../../src/adapters/files/tape.ts';
import { formatInstant } from '../../../src/time/instant.ts';

function read(text: string, options: FileOptions = {}, file = 'SPY.csv') {
  return tapeOf([{ file, bytes: new TextEncoder().encode(text) }], options);
}

/** The one stream as plain rows: when it opens, when it ends, and its prices. */
function rows(text: string, options: FileOptions = {}, file = 'SPY.csv') {
  const { columns } = read(text, options, file).slice.streams[0];
  if (!('openTime' in columns)) throw new Error('no bars');
  const { time, openTime, length, ...fields } = columns;
  return Array.from({ length }, (_, i) => [
    formatInstant(openTime[i]),
    formatInstant(time[i]),
    ...Object.values(fields).map((column) => column[i]),
  ]);
}

const DAY = ['2024-03-01T14:30:00Z', '2024-03-01T21:00:00Z', 1.5, 2.5, 1.25, 2, 1000];

describe('one day, as it is written in', () => {
  test.each<[string, string, FileOptions?]>([
    ['lower case', 'date,open,high,low,close,volume\n2024-03-01,1.5,2.5,1.25,2,1000\n'],
    ['another order', 'Volume,Close,Low,High,Open,Date\n1000,2,1.25,2.5,1.5,2024-03-01\n'],
    ['Windows lines and no last one', 'Date,Open,High,Low,Close,Volume\r\n2024-03-01,1.5,2.5,1.25,2,1000'],
    ['a byte-order mark', '\ufeffDate,Open,High,Low,Close,Volume\n2024-03-01,1.5,2.5,1.25,2,1000\n'],
    ['tabs', 'Date\tOpen\tHigh\tLow\tClose\tVolume\n2024-03-01\t1.5\t2.5\t1.25\t2\t1000\n'],
    [
      'semicolons and decimal commas',
      'Date;Open;High;Low;Close;Volume\n01.03.2024;1,5;2,5;1,25;2,0;1000\n',
      { dateFormat: 'day-month-year' },
    ],
    [
      'quotes and thousands',
      '"Date","Open","High","Low","Close","Volume"\n"2024-03-01","1.5","2.5","1.25","2","1,000"\n',
    ],
    [
      'the numbered index of a data frame beside its dates',
      ',Date,Open,High,Low,Close,Volume\n0,2024-03-01,1.5,2.5,1.25,2,1000\n',
    ],
    [
      'two levels of names, as yfinance saves them',
      'Price,Close,High,Low,Open,Volume\nTicker,SPY,SPY,SPY,SPY,SPY\nDate,,,,,\n2024-03-01,2,2.5,1.25,1.5,1000\n',
    ],
    [
      'Stooq’s brackets and clock without colons',
      '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n' +
        'SPY.US,D,20240301,000000,1.5,2.5,1.25,2,1000,0\n',
      { timeFrame: '1d' },
    ],
    ['months by name and years of two digits', 'Date,Open,High,Low,Close,Volume\n01-Mar-24,1.5,2.5,1.25,2,1000\n'],
    ['volumes in thousands', 'Date,Price,Open,High,Low,Vol.,Change %\n2024-03-01,2,1.5,2.5,1.25,1.00K,0.5%\n'],
    [
      'a candle on each line of JSON',
      '{"date":"2024-03-01","open":1.5,"high":2.5,"low":1.25,"close":2,"volume":1000}\n{"date":"2024-03-04","open":1,"high":1,"low":1,"close":1,"volume":1}\n',
    ],
    ['the index of a data frame', ',Open,High,Low,Close,Volume\n2024-03-01,1.5,2.5,1.25,2,1000\n'],
    [
      'month first',
      'Date,Close/Last,Volume,Open,High,Low\n03/01/2024,$2.00,1000,$1.50,$2.50,$1.25\n',
      { dateFormat: 'month-day-year' },
    ],
    ['compact dates', 'date,open,high,low,close,vol\n20240301,1.5,2.5,1.25,2,1000\n'],
    ['epoch seconds', 'timestamp,open,high,low,close,volume\n1709303400,1.5,2.5,1.25,2,1000\n', { timeFrame: '1d' }],
    ['epoch milliseconds', 't,o,h,l,c,v\n1709303400000,1.5,2.5,1.25,2,1000\n', { timeFrame: '1d' }],
    ['numbered names', 'timestamp,1. open,2. high,3. low,4. close,5. volume\n2024-03-01,1.5,2.5,1.25,2,1000\n'],
    ['no names', '2024-03-01,1.5,2.5,1.25,2,1000\n2024-03-04,1.5,2.5,1.25,2,1000\n'],
    [
      'ten-thousandths without names',
      '20240301 00:00,15000,25000,12500,20000,1000\n20240304 00:00,15000,25000,12500,20000,1000\n',
    ],
    ['JSON candles', '[{"date":"2024-03-01","open":"1.5","high":2.5,"low":1.25,"close":2,"volume":1000}]'],
    ['arrays of numbers', '[[1709303400000,1.5,2.5,1.25,2,1000]]', { timeFrame: '1d' }],
    [
      'names that only a mapping knows',
      'Tag,A,B,C2,D,E\n2024-03-01,1.5,2.5,1.25,2,1000\n',
      { columns: { date: 'tag', open: 'A', high: 3, low: 'C2', close: 'D', volume: 'E' } },
    ],
  ])('%s', (_, text, options) => {
    expect(rows(text, options)[0]).toEqual(DAY);
  });
});

describe('klines of an exchange for crypto, which have no names', () => {
  const kline = (at: number, unit: number, last = '0'): string =>
    `${at * unit},1.5,2.5,1.25,2,1000,${(at + 3600) * unit - 1},1900.5,42,500,950.25,${last}`;
  const from = 1_738_368_000;

  test.each([
    ['milliseconds', 1000],
    ['microseconds', 1_000_000],
  ])('in %s', (_, unit) => {
    const text = `${kline(from, unit)}\n${kline(from + 3600, unit)}\n`;
    const file = 'SHIBUSDT-1h-2025-02.csv';
    expect(rows(text, {}, file)[0]).toEqual(['2025-02-01T00:00:00Z', '2025-02-01T01:00:00Z', 1.5, 2.5, 1.25, 2, 1000]);
    const { instruments, slice } = read(text, {}, file);
    expect(instruments).toMatchObject([{ symbol: 'SHIBUSDT', kind: 'crypto' }]);
    expect(slice.streams).toMatchObject([{ timeFrame: '1h' }]);
  });

  test('and twelve columns that are none stay refused', () => {
    const text = `${kline(from, 1000)}\n${kline(from, 1000).replace('1738371599999', '1738367999999')}\n`;
    expect(() => read(text)).toThrow('12 columns without names are no bar and no quote bar');
  });

  test.each([
    ['BTCUSDT-1d-2017-07.csv', 'BTCUSDT', undefined],
    ['1000SATSUSDT-1mo-2024-01-15.zip', '1000SATSUSDT', '2024-01-15'],
    ['BRK-B.csv', 'BRK-B', undefined],
  ])('%s is of %s', (file, symbol, date) => {
    expect(readFileName(file)).toEqual({ symbol, date });
  });
});

describe('times within the day', () => {
  const head = 'time,open,high,low,close,volume\n';
  test('a label is the start of its bar, in the time of the exchange', () => {
    const text = `${head}2024-03-01 09:30,1,2,1,2,5\n2024-03-01 09:31,1,2,1,2,5\n2024-03-01 09:32,1,2,1,2,5\n`;
    expect(rows(text)[0].slice(0, 2)).toEqual(['2024-03-01T14:30:00Z', '2024-03-01T14:31:00Z']);
    expect(read(text).slice.streams[0].timeFrame).toBe('1m');
  });

  test('a label may be declared the end', () => {
    const text = `${head}2024-03-01 09:35,1,2,1,2,5\n2024-03-01 09:40,1,2,1,2,5\n2024-03-01 09:45,1,2,1,2,5\n`;
    expect(rows(text, { labels: 'end' })[0].slice(0, 2)).toEqual(['2024-03-01T14:30:00Z', '2024-03-01T14:35:00Z']);
  });

  test('a column name may say the zone, a time may say its own', () => {
    const chicago = 'time_ct,open,high,low,close\n08:30:00,1,2,1,2\n08:31:00,1,2,1,2\n08:32:00,1,2,1,2\n';
    expect(rows(chicago, {}, 'SPX_20210104.csv')[0][0]).toBe('2021-01-04T14:30:00Z');
    const zoned = `${head}2024-03-01T09:30:00-05:00,1,2,1,2,5\n2024-03-01T09:31:00-05:00,1,2,1,2,5\n`;
    expect(rows(zoned, { timeFrame: '1m', zone: 'Asia/Tokyo' })[0][0]).toBe('2024-03-01T14:30:00Z');
  });

  test('hour bars begin and end with the session', () => {
    const hours = ['09', '10', '11', '12', '13', '14', '15'].map((hour) => `2024-03-01 ${hour}:00,1,2,1,2,5`);
    const bars = rows(`${head}${hours.join('\n')}\n`);
    expect([bars[0][0], bars[0][1], bars[6][1]]).toEqual([
      '2024-03-01T14:30:00Z',
      '2024-03-01T15:00:00Z',
      '2024-03-01T21:00:00Z',
    ]);
  });

  test('milliseconds of the day take the date from the name of the file', () => {
    const text = '34200000,15000,25000,12500,20000,10\n34260000,15000,25000,12500,20000,10\n';
    expect(rows(text, { timeFrame: '1m' }, 'SPY_20131007_trade.csv')[0].slice(0, 3)).toEqual([
      '2013-10-07T13:30:00Z',
      '2013-10-07T13:31:00Z',
      1.5,
    ]);
  });
});

describe('several symbols', () => {
  test('a column of symbols makes a stream each', () => {
    const tape = read('symbol,date,price\nMSFT,Jan 2 2024,5\nMSFT,Jan 3 2024,6\nIBM,Jan 2 2024,7\n');
    expect(tape.slice.streams.map(({ symbol, columns }) => [symbol, columns.length])).toEqual([
      ['MSFT', 2],
      ['IBM', 1],
    ]);
  });

  test('a matrix makes a stream of each column, whatever the ticker looks like', () => {
    const tape = read('Date,C,LOW,SIZE\n2024-01-02,1,2,3\n2024-01-03,1,,3\n');
    expect(tape.slice.streams.map(({ symbol, columns }) => [symbol, columns.length])).toEqual([
      ['C', 2],
      ['LOW', 1],
      ['SIZE', 2],
    ]);
  });

  test('option rows make a stream of each contract', () => {
    const quotes =
      'right,strike,expiry,time_et,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size\n';
    const tape = read(
      `${quotes}C,600,2015-12-24,09:30:00,1,1,1,1,2,2,2,2,2,5\nP,600,2015-12-24,09:30:00,,,,,0,2,2,2,2,5\n`,
      {},
      'GOOG_20151223_quote.csv',
    );
    expect(tape.instruments.map(({ symbol }) => symbol)).toEqual(['GOOG151224C00600000', 'GOOG151224P00600000']);
    expect(tape.slice.streams[1]).toMatchObject({ kind: 'quote-bars', columns: { bidClose: Float64Array.of(NaN) } });
    expect(tape.instruments[0]).toMatchObject({ kind: 'option', option: { strike: 600, style: 'american' } });
  });
});

describe('what is wrong is said with file, line and field', () => {
  const head = 'date,open,high,low,close,volume\n';
  test.each([
    ['a word for a number', `${head}2024-03-01,1,2,1,x,5\n`, 'SPY.csv:2 close: a number was expected, was "x"'],
    ['a row too short', `${head}2024-03-01,1,2\n`, 'SPY.csv:2: a row must have 6 fields, has 3'],
    ['a row too long', `${head}2024-03-01,1,2,1,2,5,9\n`, 'SPY.csv:2: a row must have 6 fields, has more'],
    [
      'a day that does not exist',
      `${head}2024-03-01,1,2,1,2,5\n2024-02-30,1,2,1,2,5\n`,
      'SPY.csv:3 date: a date or time was expected, was "2024-02-30"',
    ],
    ['day and month alike', `${head}03/04/2024,1,2,1,2,5\n`, 'day and month cannot be told apart'],
    ['a comma of two meanings', 'date;close\n2024-03-01;1,234\n', 'a comma may group thousands or begin decimals'],
    ['no rows', head, 'the file has a header and no rows'],
    ['nothing', '', 'the file has no rows'],
    ['one word', 'hello\n', 'rows must be cut by'],
    ['columns that are nothing', 'date,name\n2024-03-01,abc\n', 'the columns are no bars, quotes or trades'],
    ['clock times without a date', 'time,open,high,low,close\n09:30,1,2,1,2\n', 'rows have a clock time and no date'],
  ])('%s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('a mapping that names no column suggests one', () => {
    expect(() => read('Day,Last\n2024-03-01,5\n', { columns: { date: 'Day', close: 'Lst' } })).toThrow(
      'did you mean "Last"?',
    );
  });

  test('a file that is not there', () => {
    expect(() => readTape('no-such-file.csv')).toThrow('no-such-file.csv: the file does not exist');
  });
});

test('a gzip is unpacked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tape-'));
  const file = join(folder, 'IBM.csv.gz');
  writeFileSync(file, gzipSync('date,close\n2024-03-01,5\n'));
  expect(readTape(file).slice.streams[0]).toMatchObject({ symbol: 'IBM', columns: { length: 1 } });
  rmSync(folder, { recursive: true });
});

test('the same rows have the same fingerprint, other rows another', () => {
  const one = read('date,close\n2024-03-01,5\n').fingerprint;
  expect(read('Date;Close\n2024-03-01;5.0\n').fingerprint).toBe(one);
  expect(read('date,close\n2024-03-01,5.01\n').fingerprint).not.toBe(one);
});

test('adjusted closes are used only when asked for, and the tape says so', () => {
  const text = 'date,open,high,low,close,adj close,volume\n2024-03-01,1,2,1,2,1,5\n';
  expect(read(text)).toMatchObject({
    adjustment: 'split-adjusted',
    slice: { streams: [{ columns: { close: Float64Array.of(2) } }] },
  });
  const adjusted = read(text, { useAdjustedClose: true });
  expect(adjusted).toMatchObject({
    adjustment: 'fully-adjusted',
    slice: { streams: [{ columns: { open: Float64Array.of(0.5), close: Float64Array.of(1) } }] },
  });
});

test('dividends beside the prices are events; splits are where the prices show them', () => {
  const head = 'date,open,high,low,close,volume,dividend,split\n';
  const raw = read(`${head}2024-03-01,100,100,100,100,1,0,1\n2024-03-04,50,50,50,50,2,0.5,2\n`);
  expect(raw.actions.map(({ kind, at }) => [kind, formatInstant(at)])).toEqual([
    ['dividend', '2024-03-04T05:00:00Z'],
    ['split', '2024-03-04T05:00:00Z'],
  ]);
  expect(raw.findings.filter(({ rule }) => rule === 'jump')).toEqual([]);
  const adjusted = read(`${head}2024-03-01,50,50,50,50,1,0,1\n2024-03-04,50,50,50,50,2,0.5,2\n`);
  expect([adjusted.adjustment, adjusted.actions.map(({ kind }) => kind)]).toEqual(['split-adjusted', ['dividend']]);
});

test.each([
  ['AAPL_20140605_trade.csv', 'AAPL', '2014-06-05'],
  ['data/GOOG/20151223.csv.gz', 'GOOG', '2015-12-23'],
  ['spy.csv', 'SPY', undefined],
  ['EURUSD_oanda_lean_raw.csv', 'EURUSD', undefined],
  ['vix_daily_1990_2026.csv', 'VIX_DAILY_1990_2026', undefined],
])('the name %s is read', (path, symbol, date) => {
  expect(readFileName(path)).toEqual({ symbol, date });
});

test('a file of closes says what that means for orders', () => {
  expect(read('Date,Close\n2024-03-01,2\n2024-03-04,3\n').notes).toEqual([
    'Of SPY only closes are known: every order is judged, and fills, at a close.',
  ]);
  expect(read('Date,Open,High,Low,Close\n2024-03-01,1,2,1,2\n').notes).toBeUndefined();
});
