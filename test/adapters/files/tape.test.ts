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
