/** Stamps read the short way and the careful way say the same, and a table has room for whatever comes. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairedNames } from '../../../src/adapters/files/stacked-header.ts';
import { StampReader } from '../../../src/adapters/files/stamp.ts';
import { tableOf } from '../../../src/adapters/files/tape.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const padded = (most: number) => fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'));
const date = fc.tuple(fc.integer({ min: 1790, max: 2260 }), padded(13), padded(32)).map((parts) => parts.join('-'));
const clock = fc
  .tuple(padded(25), padded(61), fc.option(padded(61)))
  .map(([h, m, s]) => [h, m, s ?? []].flat().join(':'));
const rest = fc.oneof(
  fc.constant(''),
  fc
    .tuple(
      fc.constantFrom(' ', 'T', 't', '_'),
      clock,
      fc.constantFrom('', 'Z', '.5', '.125', '.999Z', '.12x', '.1234', '+02:00', ' pm', 'x'),
    )
    .map((parts) => parts.join('')),
);
const stamp = fc.tuple(date, rest).map((parts) => parts.join(''));

test('a stamp that is read the short way is what the careful way reads', () => {
  let short = 0;
  const reader = new StampReader('year-month-day');
  fc.assert(
    fc.property(fc.array(stamp, { minLength: 1, maxLength: 3 }), (texts) => {
      for (const text of texts) {
        const row = bytes(`${text},1\n`);
        const end = reader.parseUsual(row, 0, 44);
        if (end < 0) continue;
        short++;
        const careful = new StampReader('year-month-day');
        expect(end).toBe(text.length);
        expect(careful.parse(row, 0, text.length)).toBe(true);
        expect([reader.day, reader.clock, reader.zoned]).toEqual([careful.day, careful.clock, careful.zoned]);
      }
    }),
    { numRuns: 5000 },
  );
  expect(short).toBeGreaterThan(500);
});

test('the date of the row before is not taken for one that differs in any digit', () => {
  const text = '2024-01-01,\n2025-01-01,\n2025-11-01,\n2025-11-21,\n2025-11-22,\n2025-11-22,\n';
  const row = bytes(text);
  const reader = new StampReader('year-month-day');
  const days = [0, 12, 24, 36, 48, 60].map((from) => (reader.parseUsual(row, from, 44), reader.day));
  const dates = text.match(/[\d-]{10}/g)!;
  expect(days).toEqual(dates.map((each) => Date.parse(each) / 86_400_000));
});

test('rows that are shorter than the first ones all have room', () => {
  const long = Array.from({ length: 300 }, (_, i) => `2024-01-02T00:00:00Z,${i}.${'0'.repeat(60)}`);
  const short = Array.from({ length: 5000 }, (_, i) => `2024-01-02,${i}`);
  const table = tableOf(
    bytes(['date,close', ...long, '', ...short.map((line) => line.replace(',', 'T00:00Z,'))].join('\n')),
    'x.csv',
  );
  expect(table.length).toBe(5300);
  expect(Array.from(table.numbers.get('close')!.slice(-2))).toEqual([4998, 4999]);
  expect(table.lines.at(-1)).toBe(5302);
  expect(table.day.every((day) => day === 19_724)).toBe(true);
  expect(table.clock.every((time) => time === 0)).toBe(true);
});

test.each([
  ['yyyymmdd', '20120201 002400', '2012-02-01T00:24:00.000Z', false],
  ['yyyymmdd', '20190307  09:30:00 US/Eastern', '2019-03-07T14:30:00.000Z', true],
  ['year-month-day', '2019-03-11 09:30:00 America/New_York', '2019-03-11T13:30:00.000Z', true],
  ['year-month-day', '2019-03-11 09:30 AM', '2019-03-11T09:30:00.000Z', false],
] as const)('%s: %s is %s', (format, text, expected, zoned) => {
  const reader = new StampReader(format);
  expect(reader.parse(bytes(text), 0, text.length)).toBe(true);
  expect(new Date(reader.day * 86_400_000 + reader.clock / 1000).toISOString()).toBe(expected);
  expect(reader.zoned).toBe(zoned);
});

test.each([
  ['hhmmss', '246000'],
  ['hhmmss', '0960'],
  ['year-month-day', '2019-03-11 09:30:00 America/Nowhere'],
] as const)('%s: %s is refused', (format, text) => {
  expect(new StampReader(format).parse(bytes(text), 0, text.length)).toBe(false);
});

test('a quote that never ends is named with the line on which it begins', () => {
  const text = 'Date,Open,High,Low,Close\n2024-01-02,1,1,1,1\n"2024-01-03,1,1,1,1\n2024-01-04,1,1,1,1\n';
  expect(() => tableOf(bytes(text), 'x.csv')).toThrow('x.csv:3: a quote begins here and does not end');
});

test('columns of several symbols under each other are refused, with what to do', () => {
  const text = 'Price,Close,Close\nTicker,AAA,BBB\nDate,,\n2024-01-02,1,1\n';
  expect(() => tableOf(bytes(text), 'x.csv')).toThrow('the columns must be of one symbol, are of AAA, BBB');
});

test.each([
  ['prices first', ["('Close', 'SPY')", "('Open', 'SPY')", 'Date'], ['Close', 'Open', 'Date']],
  ['symbols first', ["('SPY', 'Close')", "('SPY', 'Open')"], ['Close', 'Open']],
])('names of two levels, %s, are those of one symbol', (_, names, plain) => {
  expect(pairedNames(names, 'x.parquet')).toEqual({ names: plain, symbol: 'SPY' });
});

test('names of two levels that are of several symbols are refused', () => {
  expect(pairedNames(['Open', 'Close'], 'x.parquet')).toBeUndefined();
  const names = ["('Close', 'SPY')", "('Close', 'QQQ')"];
  expect(() => pairedNames(names, 'x.parquet')).toThrow('the columns must be of one symbol, are of SPY, QQQ');
});
