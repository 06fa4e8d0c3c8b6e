/** What price files become: tapes whose rows are all accounted for. */
import { describe, expect, test } from 'vitest';
import { tapeOf } from '../../../src/adapters/files/tape.ts';
import { vegaTape } from '../../../src/adapters/vega/tape.ts';
import { formatInstant } from '../../../src/time/instant.ts';

const tape = (text: string, options = {}, file = 'SPY.csv') =>
  tapeOf([{ file, bytes: new TextEncoder().encode(text) }], options);
const times = (text: string, options = {}, file = 'SPY.csv') => {
  const { columns } = tape(text, options, file).slice.streams[0];
  return Array.from(columns.time, (time, i) => [
    formatInstant('openTime' in columns ? columns.openTime[i] : time),
    formatInstant(time),
  ]);
};

describe('a daily row is the session of its date', () => {
  test('it opens and closes with New York, in winter and in summer', () => {
    expect(times('date,open,high,low,close,volume\n2024-01-02,1,2,1,2,5\n2024-07-02,1,2,1,2,5\n')).toEqual([
      ['2024-01-02T14:30:00Z', '2024-01-02T21:00:00Z'],
      ['2024-07-02T13:30:00Z', '2024-07-02T20:00:00Z'],
    ]);
  });

  test('it ends early when the session does', () => {
    expect(times('Date,Open,High,Low,Close\n2024-07-03,1,2,1,2\n2024-07-05,1,2,1,2\n')[0]).toEqual([
      '2024-07-03T13:30:00Z',
      '2024-07-03T17:00:00Z',
    ]);
  });

  test('a date without a session is kept with a finding', () => {
    const { findings } = tape('date,open,high,low,close\n2024-07-03,1,2,1,2\n2024-07-04,1,2,1,2\n');
    expect(findings.filter(({ rule }) => rule === 'off-session')).toMatchObject([{ row: 3, severity: 'warning' }]);
  });
});

test('the S&P 500 of the demo has 5,105 sessions and says that it is an index', () => {
  const demo = vegaTape();
  expect(demo.slice.streams[0]).toMatchObject({ symbol: 'SPX', timeFrame: '1d', columns: { length: 5105 } });
  expect(demo.source).toContain('index');
  expect(demo.findings.filter(({ severity }) => severity === 'fatal')).toEqual([]);
});

describe('option files become contracts', () => {
  const HEAD =
    'right,strike,expiry,time_et,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size';
  const day = (date: string, rows: readonly string[]) => ({
    file: `SPXW_${date}_quote.csv`,
    bytes: new TextEncoder().encode(`${[HEAD, ...rows].join('\n')}\n`),
  });
  const quote = (time: string, bid: number) => `C,3700,2021-01-08,${time},${bid},${bid},${bid},${bid},1,9,9,9,9,1`;

  test('with the terms of their class, and the files of several days are one stream', () => {
    const both = tapeOf([
      day('20210105', [quote('09:30:00', 3), quote('09:31:00', 4)]),
      day('20210104', [quote('09:30:00', 1), quote('09:31:00', 2)]),
    ]);
    expect(both.instruments).toMatchObject([
      { symbol: 'SPXW210108C03700000', option: { root: 'SPXW', underlying: 'SPX', settledAt: 'pm' } },
    ]);
    expect(both.slice.streams).toHaveLength(1);
    expect(both.slice.streams[0]).toMatchObject({
      kind: 'quote-bars',
      columns: { length: 4, bidClose: Float64Array.of(1, 2, 3, 4) },
    });
  });

  test('files that tell of the same time are refused', () => {
    const twice = [
      day('20210104', [quote('09:30:00', 1)]),
      { ...day('20210104', [quote('09:30:00', 2)]), file: 'SPXW_20210104_other.csv' },
    ];
    expect(() => tapeOf(twice)).toThrow(/SPXW_20210104_quote.csv has them until/);
  });
});

test('rows after the last session of a future are found at their line', () => {
  const terms = { initialMargin: 2, maintenanceMargin: 1, root: 'ES', expiry: '2024-03-29' };
  const rows = ['date,open,high,low,close,volume', ...['27', '28', '29'].map((day) => `2024-03-${day},1,2,1,2,5`)];
  // Good Friday is no session: the row is a stray, and the contract has ended the day before.
  const { findings } = tape(rows.join('\n'), { instrument: () => ({ kind: 'future', future: terms }) }, 'ESH24.csv');
  const found = findings.filter(({ rule }) => rule.includes('expiry'));
  expect(found.map(({ rule, row, symbol }) => `${rule} ${symbol}:${row}`)).toEqual([
    'expiry-no-session ESH24:2',
    'after-expiry ESH24:4',
  ]);
});
