/** Each rule of the data check against rows that break it, and against rows that do not. */
import { describe, expect, test } from 'vitest';
import { checkStream, type CheckContext } from '../../src/market/check.ts';
import { orderRows } from '../../src/market/check/order.ts';
import { TOLD_PER_RULE } from '../../src/market/check/report.ts';
import type { StreamSlice } from '../../src/market/tape.ts';
import { calendar } from '../../src/time/calendars.ts';
import { MINUTE } from '../../src/time/instant.ts';

const XNYS = calendar('XNYS');
type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];

/** Daily bars of the sessions from 2024-01-02 on. */
function daily(rows: readonly Row[], skip: readonly number[] = []): StreamSlice {
  const sessions = XNYS.sessions('2024-01-02', '2024-12-31').filter((_, i) => !skip.includes(i));
  const column = (pick: (row: Row, i: number) => number) => Float64Array.from(rows, pick);
  return {
    kind: 'bars',
    symbol: 'X',
    timeFrame: '1d',
    columns: {
      length: rows.length,
      openTime: column((_, i) => sessions[i].openAt),
      time: column((_, i) => sessions[i].closeAt),
      open: column(([open]) => open),
      high: column(([, high]) => high),
      low: column(([, , low]) => low),
      close: column(([, , , close]) => close),
      volume: column(([, , , , volume = 100]) => volume),
    },
  };
}

const clean = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => [10 + i / 100, 11, 9, 10 + ((i * 7) % 5) / 100]);

function check(stream: StreamSlice, context: Partial<CheckContext> = {}) {
  return checkStream(stream, { file: 'x.csv', symbol: 'X', kind: 'equity', calendar: XNYS, daily: true, ...context });
}
const brief = (stream: StreamSlice, context: Partial<CheckContext> = {}) =>
  check(stream, context).map(({ rule, severity, row }) => `${rule} ${severity} ${row}`);

test('clean bars have no finding', () => {
  expect(brief(daily(clean(50)))).toEqual([]);
});

describe('one row breaks a rule', () => {
  test.each<[string, Row]>([
    ['not-finite fatal 3', [NaN, 11, 9, 10]],
    ['not-finite fatal 3', [10, Infinity, 9, 10]],
    ['not-finite warning 3', [10, 11, 9, 10, NaN]],
    ['not-positive fatal 3', [10, 11, 0, 10]],
    ['high-below-low fatal 3', [10, 9, 11, 10]],
    ['outside-range warning 3', [12, 11, 9, 10]],
    ['outside-range warning 3', [10, 11, 9, 8.99]],
    ['zero-volume note 3', [10, 11, 9, 10, 0]],
  ])('%s', (expected, row) => {
    const rows = clean(20);
    rows[2] = row;
    expect(brief(daily(rows))).toEqual([expected]);
  });

  test('a finding has the file, the line, the value and what it means', () => {
    const rows = clean(20);
    rows[2] = [10, 9, 11, 10];
    const lines = Int32Array.from({ length: 20 }, (_, i) => i + 2);
    expect(check(daily(rows), { lines })[0]).toMatchObject({
      file: 'x.csv',
      row: 4,
      symbol: 'X',
      value: '9 < 11',
      message: 'the high is below the low',
    });
  });
});

describe('rows beside each other', () => {
  test('a jump is more than 20 % and more than eight robust deviations', () => {
    const jumped = clean(40).map(([o, h, l, c], i): Row => (i < 20 ? [o, h, l, c] : [o / 2, h / 2, l / 2, c / 2]));
    expect(brief(daily(jumped))).toEqual(['jump warning 21']);
    const wild = Array.from({ length: 40 }, (_, i): Row => [10, 20, 5, i % 2 === 0 ? 10 : 13]);
    expect(brief(daily(wild))).toEqual([]);
  });

  test('a split explains a jump', () => {
    const jumped = clean(40).map(([o, h, l, c], i): Row => (i < 20 ? [o, h, l, c] : [o / 2, h / 2, l / 2, c / 2]));
    const stream = daily(jumped);
    const at = XNYS.sessions('2024-01-02', '2024-12-31')[20].openAt;
    expect(brief(stream, { actions: [{ kind: 'split', symbol: 'X', at, ratio: 2 }] })).toEqual([]);
    expect(brief(stream, { actions: [{ kind: 'split', symbol: 'Y', at, ratio: 2 }] })).toEqual(['jump warning 21']);
  });

  test('five equal bars stand still, four do not', () => {
    const still = (count: number) => clean(20).map((row, i): Row => (i >= 5 && i < 5 + count ? [10, 11, 9, 10] : row));
    expect(brief(daily(still(5)))).toEqual(['stale warning 10']);
    expect(brief(daily(still(4)))).toEqual([]);
  });

  test('sessions without a row are one gap, told at the row after it', () => {
    const findings = check(daily(clean(20), [5, 6]));
    expect(findings).toMatchObject([
      { rule: 'gap', row: 6, value: '2 sessions', message: '2 sessions 2024-01-09 … 2024-01-10 are missing' },
    ]);
  });

  test('times that do not grow are fatal in columns', () => {
    const stream = daily(clean(20));
    stream.columns.time[5] = stream.columns.time[4]!;
    stream.columns.time[9] = stream.columns.time[7] - 1;
    expect(brief(stream, { daily: false })).toEqual(['duplicate fatal 6', 'out-of-order fatal 10']);
  });

  test('minutes that are missing in a session are counted', () => {
    const { openAt } = XNYS.session('2024-01-03')!;
    const minutes = (count: number, from: number = openAt): StreamSlice => {
      const openTime = Float64Array.from({ length: count }, (_, i) => from + i * MINUTE);
      const price = (offset: number) => Float64Array.from({ length: count }, (_, i) => 10 + offset + (i % 7) / 100);
      return {
        kind: 'bars', symbol: 'X', timeFrame: '1m',
        columns: { length: count, openTime, time: openTime.map((at) => at + MINUTE), open: price(0), high: price(1), low: price(-1), close: price(0), volume: price(0) },
      }; // prettier-ignore
    };
    const context = { daily: false, frame: MINUTE };
    expect(brief(minutes(390), context)).toEqual([]);
    expect(check(minutes(380), context)).toMatchObject([{ rule: 'gap', severity: 'note', value: '10 of 390 bars' }]);
    expect(check(minutes(100), context)).toMatchObject([{ rule: 'gap', severity: 'warning' }]);
    // Bars from before the open on: nothing is missing in the session of the day before.
    expect(brief(minutes(420, openAt - 30 * MINUTE), context)).toEqual([]);
  });
});

test('a crossed quote is found, a missing side is none', () => {
  const columns = {
    length: 3,
    time: Float64Array.of(1, 2, 3),
    bid: Float64Array.of(10, 10.2, NaN),
    ask: Float64Array.of(10.1, 10.1, 10.1),
    bidSize: Float64Array.of(1, 1, 0),
    askSize: Float64Array.of(1, 1, 1),
  };
  expect(brief({ kind: 'quotes', symbol: 'X', columns })).toEqual(['crossed-quote warning 2']);
});

test('a file full of errors is told up to a limit, and the rest is counted', () => {
  const rows = Array.from({ length: 252 }, (): Row => [10, 11, 9, 20]);
  const bad = daily(rows);
  const many = {
    ...bad,
    columns: Object.fromEntries(
      Object.entries({ ...bad.columns }).map(([name, column]) => [
        name,
        typeof column === 'number'
          ? 2520
          : Float64Array.from({ length: 2520 }, (_, i) =>
              name.toLowerCase().includes('time') ? i + 1 : column[i % 252],
            ),
      ]),
    ),
  } as unknown as StreamSlice;
  const found = check(many, { daily: false }).filter(({ rule }) => rule === 'outside-range');
  expect(found).toHaveLength(TOLD_PER_RULE + 1);
  expect(found.at(-1)!.message).toContain(`${2520 - TOLD_PER_RULE} more findings`);
});

describe('trap 17: out-of-order data', () => {
  const place = { file: 'x.csv', symbol: 'X' };
  const never = () => false;
  test('rows in order are left alone', () => {
    expect(orderRows([1, 2, 3], never, place)).toEqual({ rows: undefined, findings: [] });
  });

  test('a stray row is put in its place, and is the only finding', () => {
    const { rows, findings } = orderRows([1, 2, 9, 3, 4, 5], never, place);
    expect([...rows!]).toEqual([0, 1, 3, 4, 5, 2]);
    expect(findings).toMatchObject([{ rule: 'out-of-order', severity: 'warning', row: 3 }]);
  });

  test('a file that is newest first is turned around with one note', () => {
    const { rows, findings } = orderRows([5, 4, 3], never, place);
    expect([...rows!]).toEqual([2, 1, 0]);
    expect(findings).toMatchObject([{ rule: 'out-of-order', severity: 'note' }]);
  });

  test('a repeated row is left out; one that contradicts is fatal', () => {
    const values = [7, 8, 8, 9];
    const same = (a: number, b: number) => values[a] === values[b];
    expect(orderRows([1, 2, 2, 3], same, place).findings).toMatchObject([
      { rule: 'duplicate', severity: 'warning', row: 3 },
    ]);
    const contradicting = orderRows([1, 2, 2, 3], never, place);
    expect([...contradicting.rows!]).toEqual([0, 1, 3]);
    expect(contradicting.findings).toMatchObject([{ rule: 'duplicate', severity: 'fatal', row: 3 }]);
  });
});
