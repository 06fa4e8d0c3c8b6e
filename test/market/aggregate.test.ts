/** Coarser bars hold what they should, are known no sooner than they end, and are the same live. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregateBars, aggregateTrades, TimeBarBuilder, type BarSink } from '../../src/market/aggregate.ts';
import { BarBuffer } from '../../src/market/bar-buffer.ts';
import { Calendar } from '../../src/time/calendar.ts';
import { calendar } from '../../src/time/calendars.ts';
import { formatInstant, HOUR, MINUTE } from '../../src/time/instant.ts';
import { utc, bars, trades, lines, times, XNYS_5M } from './bar-rows.ts';

describe('bars by session time', () => {
  it('take the first open, the highest high, the lowest low, the last close, the sum of volumes', () => {
    const { bars: fives } = aggregateBars(bars('2024-06-03T13:30', '2024-06-03T13:40'), XNYS_5M);
    expect(lines(fives)).toEqual(['13:35 0 5.5 -0.5 5 50', '13:40 5 10.5 4.5 10 50']);
    expect(formatInstant(fives.openTime[1])).toBe('2024-06-03T13:35:00Z');
  });

  it('start at the session’s open, and the last is cut at the close', () => {
    const day = bars('2024-06-03T13:30', '2024-06-03T20:00');
    const hours = aggregateBars(day, { timeFrame: '1h', calendar: 'XNYS' }).bars;
    expect(times(hours).map((time) => time.slice(6))).toEqual([
      '14:30',
      '15:30',
      '16:30',
      '17:30',
      '18:30',
      '19:30',
      '20:00',
    ]);
    expect([...hours.volume]).toEqual([600, 600, 600, 600, 600, 600, 300]);
  });

  it('start at whole hours of the exchange’s clock when asked', () => {
    const day = bars('2024-06-03T13:30', '2024-06-03T20:00');
    const hours = aggregateBars(day, { timeFrame: '1h', calendar: 'XNYS', anchor: 'clock' }).bars;
    expect(times(hours).map((time) => time.slice(6))).toEqual([
      '14:00',
      '15:00',
      '16:00',
      '17:00',
      '18:00',
      '19:00',
      '20:00',
    ]);
    expect(hours.volume[0]).toBe(300);
  });

  it('begin anew after the lunch break', () => {
    const day = bars('2024-06-03T00:00', '2024-06-03T06:00');
    const hours = aggregateBars(day, { timeFrame: '1h', calendar: 'XTKS' });
    expect(times(hours.bars).map((time) => time.slice(6))).toEqual([
      '01:00',
      '02:00',
      '02:30',
      '04:30',
      '05:30',
      '06:00',
    ]);
    expect(hours.skipped).toBe(60);
  });

  it('cover regular hours, or all hours, and never mix the two in one bar', () => {
    const day = bars('2024-06-03T08:00', '2024-06-04T00:00');
    const regular = aggregateBars(day, { timeFrame: '1d', calendar: 'XNYS' });
    expect(regular.bars.volume[0]).toBe(390 * 10);
    expect(regular.skipped).toBe(570);
    expect(times(regular.bars)).toEqual(['06-03T20:00']);
    const all = aggregateBars(day, { timeFrame: '1d', calendar: 'XNYS', hours: 'all' });
    expect(all.bars.volume[0]).toBe(960 * 10);
    expect(times(all.bars)).toEqual(['06-04T00:00']);
    const fours = aggregateBars(day, { timeFrame: '4h', calendar: 'XNYS', hours: 'all' }).bars;
    expect(times(fours).map((time) => time.slice(6))).toEqual(['12:00', '13:30', '17:30', '20:00', '00:00']);
  });

  it('end a daily bar at the early close', () => {
    const day = bars('2024-11-29T14:30', '2024-11-29T18:00');
    expect(times(aggregateBars(day, { timeFrame: '1d', calendar: 'XNYS' }).bars)).toEqual(['11-29T18:00']);
  });

  it('make weeks and months of days, each ending with its last session', () => {
    const sessions = calendar('XNYS').sessions('2024-03-25', '2024-05-01');
    const days = new BarBuffer();
    for (const [i, { openAt, closeAt }] of sessions.entries()) days.add(closeAt, openAt, i, i + 1, i, i + 1, 1);
    const weeks = aggregateBars(days.view(), { timeFrame: '1w', calendar: 'XNYS' });
    // 2024-03-29 was Good Friday: the week ended on Thursday.
    expect(times(weeks.bars)).toEqual(['03-28T20:00', '04-05T20:00', '04-12T20:00', '04-19T20:00', '04-26T20:00']);
    expect([...weeks.bars.volume]).toEqual([4, 5, 5, 5, 5]);
    const months = aggregateBars(days.view(), { timeFrame: '1mo', calendar: 'XNYS', partial: true });
    expect(times(months.bars)).toEqual(['03-28T20:00', '04-30T20:00', '05-01T20:00']);
    expect(months.isLastPartial).toBe(true);
  });

  it('keep daily bars that are stamped at midnight together, and are not known before them', () => {
    const days = new BarBuffer();
    for (const { day } of calendar('XNYS').sessions('2024-06-03', '2024-06-10')) {
      const midnight = calendar('XNYS').zone.instantAt(day, 0);
      days.add(midnight + 24 * HOUR, midnight, 1, 1, 1, 1, 1);
    }
    const weeks = aggregateBars(days.view(), { timeFrame: '1w', calendar: 'XNYS' }).bars;
    expect(times(weeks)).toEqual(['06-08T04:00']);
    expect(weeks.volume[0]).toBe(5);
  });

  it('follow an overnight session over midnight', () => {
    const night = bars('2024-06-03T22:00', '2024-06-04T22:00', 30 * MINUTE);
    const days = aggregateBars(night, { timeFrame: '1d', calendar: 'CMES' }).bars;
    expect(times(days)).toEqual(['06-04T22:00']);
    expect(days.volume[0]).toBe(480);
  });

  it('last 3 or 5 hours where a 4-hour bar on the clock meets a change of clocks', () => {
    const always = new Calendar({ ...calendar('24-7').rules, zone: 'America/New_York' });
    const ends = (from: string, until: string): string[] =>
      times(aggregateBars(bars(from, until, 30 * MINUTE), { timeFrame: '4h', calendar: always, anchor: 'clock' }).bars);
    expect(ends('2024-03-10T01:00', '2024-03-10T12:00')).toEqual(['03-10T05:00', '03-10T08:00', '03-10T12:00']);
    expect(ends('2024-11-03T00:00', '2024-11-03T13:00')).toEqual(['11-03T04:00', '11-03T09:00', '11-03T13:00']);
  });

  it('leave the first bar out on request when the data begin in its middle', () => {
    const some = bars('2024-06-03T13:32', '2024-06-03T13:45');
    expect(times(aggregateBars(some, XNYS_5M).bars)).toHaveLength(3);
    expect(times(aggregateBars(some, { ...XNYS_5M, skipFirstPartial: true }).bars)).toEqual([
      '06-03T13:40',
      '06-03T13:45',
    ]);
    const whole = bars('2024-06-03T13:30', '2024-06-03T13:45');
    expect(times(aggregateBars(whole, { ...XNYS_5M, skipFirstPartial: true }).bars)).toHaveLength(3);
  });

  it('refuse rows out of order', () => {
    const builder = new TimeBarBuilder(XNYS_5M, () => {});
    builder.push(utc('2024-06-03T13:31'), utc('2024-06-03T13:30'), 1, 1, 1, 1, 1);
    expect(() => builder.push(utc('2024-06-03T13:30:30'), utc('2024-06-03T13:30'), 1, 1, 1, 1, 1)).toThrow(
      'in time order',
    );
  });

  it.each([['5 mn'], ['24h'], ['0m'], ['fortnight']])('refuse the time frame %s', (timeFrame) => {
    expect(() => new TimeBarBuilder({ timeFrame, calendar: 'XNYS' }, () => {})).toThrow('a time frame must be as in');
  });
});

describe('trap 3: a bar stamped at its open, delivered as if complete', () => {
  it('stamps each bar with its end, when its last row is known', () => {
    const minutes = bars('2024-06-03T13:30', '2024-06-03T20:00');
    for (const timeFrame of ['5m', '1h', '1d']) {
      const { bars: coarse } = aggregateBars(minutes, { timeFrame, calendar: 'XNYS' });
      for (let i = 0; i < coarse.length; i++) {
        // The close of minute bar n is n, and bar n is known n minutes after the open.
        expect(coarse.time[i]).toBe(utc('2024-06-03T13:30') + coarse.close[i] * MINUTE);
        expect(coarse.openTime[i]).toBeLessThan(coarse.time[i]);
      }
    }
  });
});

describe('trap 5: a partially formed bar of a higher time frame is visible early', () => {
  it('leaves out the bar whose end the data do not reach', () => {
    const result = aggregateBars(bars('2024-06-03T13:30', '2024-06-03T13:43'), XNYS_5M);
    expect(times(result.bars)).toEqual(['06-03T13:35', '06-03T13:40']);
    expect(result.isLastPartial).toBe(false);
  });

  it('flags it when it is asked for, and stamps it with its last row', () => {
    const result = aggregateBars(bars('2024-06-03T13:30', '2024-06-03T13:43'), { ...XNYS_5M, partial: true });
    expect(times(result.bars)).toEqual(['06-03T13:35', '06-03T13:40', '06-03T13:43']);
    expect(result.isLastPartial).toBe(true);
  });

  it('completes it when it is said that nothing more comes', () => {
    const until = utc('2024-06-03T13:45');
    const result = aggregateBars(bars('2024-06-03T13:30', '2024-06-03T13:43'), { ...XNYS_5M, until });
    expect(times(result.bars)).toEqual(['06-03T13:35', '06-03T13:40', '06-03T13:45']);
  });

  it('gives the same bars for a shorter history, as far as it goes', () => {
    const all = bars('2024-06-03T13:30', '2024-06-04T20:00');
    const whole = lines(aggregateBars(all, { timeFrame: '15m', calendar: 'XNYS' }).bars);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: all.length }), (rows) => {
        const cut = { ...all, length: rows };
        const some = lines(aggregateBars(cut, { timeFrame: '15m', calendar: 'XNYS' }).bars);
        expect(some).toEqual(whole.slice(0, some.length));
      }),
      { numRuns: 50 },
    );
  });
});

describe('trap 6: an event exactly at the bar’s boundary', () => {
  const around = trades([
    ['2024-06-03T13:30:00', 100, 1],
    ['2024-06-03T13:34:59', 101, 1],
    ['2024-06-03T13:35:00', 102, 1],
    ['2024-06-03T13:35:00', 103, 1],
    ['2024-06-03T13:35:01', 104, 1],
    ['2024-06-03T13:40:00', 105, 1],
  ]);

  it('belongs to the bar that ends then, and the first instant of a session to its first bar', () => {
    const result = aggregateTrades(around, { ...XNYS_5M, until: utc('2024-06-03T13:40') });
    expect(lines(result.bars)).toEqual(['13:35 100 103 100 103 4', '13:40 104 105 104 105 2']);
  });

  it('comes before the timer of the same instant', () => {
    const seen: string[] = [];
    const sink: BarSink = (time, _openTime, _open, _high, _low, close) => {
      seen.push(`${formatInstant(time).slice(11, 19)} ${close}`);
    };
    const builder = new TimeBarBuilder(XNYS_5M, sink);
    for (let i = 0; i < 4; i++) {
      const [at, price] = [around.time[i], around.price[i]];
      builder.push(at, at, price, price, price, price, 1);
      expect(seen).toEqual([]);
    }
    builder.advance(utc('2024-06-03T13:35'));
    expect(seen).toEqual(['13:35:00 103']);
  });
});

describe('trap 7: intervals without an update', () => {
  it('have no bar: nothing happens at night, over the weekend, or in a minute without a trade', () => {
    const few = trades([
      ['2024-06-07T19:59:30', 100, 1],
      ['2024-06-08T15:00:00', 999, 1], // a Saturday
      ['2024-06-10T13:31:00', 101, 1],
      ['2024-06-10T13:52:00', 102, 1],
    ]);
    const result = aggregateTrades(few, { ...XNYS_5M, until: utc('2024-06-10T20:00') });
    expect(times(result.bars)).toEqual(['06-07T20:00', '06-10T13:35', '06-10T13:55']);
    expect([...result.bars.close]).toEqual([100, 101, 102]);
    expect(result.skipped).toBe(1);
  });

  it('drops the flat bars some feeds send over an FX weekend', () => {
    const weekend = bars('2024-06-07T20:00', '2024-06-09T22:00', HOUR);
    const result = aggregateBars(weekend, { timeFrame: '1h', calendar: 'FX' });
    expect(times(result.bars)).toEqual(['06-07T21:00', '06-09T22:00']);
    expect(result.skipped).toBe(48);
  });
});

describe('the incremental form', () => {
  it('gives what the batch form gives, for any rows and time frame', () => {
    const start = utc('2024-03-07T12:00');
    fc.assert(
      fc.property(
        fc.array(fc.record({ gap: fc.integer({ min: 1, max: 90 }), price: fc.integer({ min: 1, max: 99 }) }), {
          maxLength: 300,
        }),
        fc.constantFrom('5m', '15m', '1h', '4h', '1d', '1w', '1mo'),
        fc.constantFrom('XNYS', 'XTKS', 'CMES', 'FX', '24-7'),
        fc.constantFrom<'session' | 'clock'>('session', 'clock'),
        fc.constantFrom<'regular' | 'all'>('regular', 'all'),
        (rows, timeFrame, calendarName, anchor, hours) => {
          const columns = new BarBuffer();
          let at = start;
          for (const { gap, price } of rows) {
            at += gap * 5 * MINUTE;
            columns.add(at, at - 5 * MINUTE, price, price + 1, price - 1, price, 1);
          }
          const options = { timeFrame, calendar: calendarName, anchor, hours };
          const source = columns.view();
          const live = new BarBuffer();
          const builder = new TimeBarBuilder(options, (time, ...rest) =>
            live.add(time, rest[0], rest[1], rest[2], rest[3], rest[4], rest[5]),
          );
          for (let i = 0; i < source.length; i++) {
            builder.push(
              source.time[i],
              source.openTime[i],
              source.open[i],
              source.high[i],
              source.low[i],
              source.close[i],
              source.volume[i],
            );
            // Being told the time at every row changes nothing.
            builder.advance(source.time[i]);
          }
          const batch = aggregateBars(source, options);
          expect(lines(live.view())).toEqual(lines(batch.bars));
          const { bars: result } = batch;
          for (let i = 1; i < result.length; i++) expect(result.time[i]).toBeGreaterThan(result.time[i - 1]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
