/** Schedules happen when their text says, each once, whatever the clocks and the holidays do. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar } from '../../src/time/calendars.ts';
import { formatInstant, HOUR, instantFromMillis } from '../../src/time/instant.ts';
import { afterOpen, atClock, beforeClose, every, nthSession, rule } from '../../src/time/schedule-rule.ts';
import { parseSchedule } from '../../src/time/schedule-text.ts';
import { schedule } from '../../src/time/schedule.ts';

const utc = (text: string): number => instantFromMillis(Date.parse(`${text}Z`));

/** The schedule's instants of some days, as `MM-DDTHH:MM` in UTC. */
function times(text: string, from: string, until: string, calendar = 'XNYS'): string[] {
  return [...schedule(text, calendar).between(utc(`${from}T00:00`), utc(`${until}T00:00`))].map((at) =>
    formatInstant(at).slice(5, 16),
  );
}

describe('a schedule', () => {
  it.each([
    ['at open', ['06-20T13:30', '06-21T13:30']],
    ['at the close', ['06-20T20:00', '06-21T20:00']],
    ['30m before close', ['06-20T19:30', '06-21T19:30']],
    ['15 minutes after open', ['06-20T13:45', '06-21T13:45']],
    ['every session at 10:00', ['06-20T14:00', '06-21T14:00']],
    ['at 15:45 America/New_York', ['06-20T19:45', '06-21T19:45']],
    ['at 14:00 UTC', ['06-20T14:00', '06-21T14:00']],
    ['1h before open', ['06-20T12:30', '06-21T12:30']],
    [
      'every 2h in session',
      [
        '06-20T13:30',
        '06-20T15:30',
        '06-20T17:30',
        '06-20T19:30',
        '06-21T13:30',
        '06-21T15:30',
        '06-21T17:30',
        '06-21T19:30',
      ],
    ],
    ['every friday', ['06-21T13:30']],
    ['3rd friday', ['06-21T13:30']],
    ['3rd friday of the month, at close', ['06-21T20:00']],
    ['last session of the week, 30m before close', ['06-21T19:30']],
    ['2h after close, last session of the week', ['06-21T22:00']],
  ])('“%s” is what it says', (text, expected) => {
    expect(times(text, '2024-06-19', '2024-06-22')).toEqual(expected);
  });

  it.each([
    ['first session of the month', ['07-01T13:30', '08-01T13:30', '09-03T13:30']],
    ['last session of the month', ['06-28T13:30', '07-31T13:30', '08-30T13:30', '09-30T13:30']],
    ['2nd last session of the month', ['06-27T13:30', '07-30T13:30', '08-29T13:30', '09-27T13:30']],
    ['first session of the quarter', ['07-01T13:30']],
  ])('“%s” counts sessions, not days', (text, expected) => {
    expect(times(text, '2024-06-15', '2024-10-01')).toEqual(expected);
  });

  it('moves the third Friday to the session before when that Friday is closed, and skips a closed weekday', () => {
    expect(times('3rd friday', '2019-04-01', '2019-05-01')).toEqual(['04-18T13:30']); // 2019-04-19 was Good Friday
    expect(times('every friday', '2019-04-15', '2019-04-27')).toEqual(['04-26T13:30']);
    expect(times('first monday', '2022-12-25', '2023-01-31')).toEqual(['12-30T14:30']); // 2023-01-02 was closed
  });

  it('has a fifth Friday only in months that have one', () => {
    expect(times('fifth friday', '2024-01-01', '2024-07-01')).toEqual(['03-28T13:30', '05-31T13:30']); // Good Friday
  });

  it('does not run in the lunch break', () => {
    expect(times('every 30m in session', '2024-06-03', '2024-06-04', 'XTKS')).toEqual(
      ['00:00', '00:30', '01:00', '01:30', '02:00', '03:30', '04:00', '04:30', '05:00', '05:30'].map(
        (t) => `06-03T${t}`,
      ),
    );
  });

  it('finds a time of day inside an overnight session', () => {
    expect(times('at 18:30', '2024-06-04', '2024-06-06', 'CMES')).toEqual(['06-04T23:30', '06-05T23:30']);
    expect(times('every monday, at 18:30', '2024-06-02', '2024-06-09', 'CMES')).toEqual(['06-02T23:30']);
  });

  it('is strictly later than the instant asked about', () => {
    const open = schedule('at open', 'XNYS');
    const first = open.next(utc('2024-06-20T00:00'));
    expect(open.next(first)).toBe(utc('2024-06-21T13:30'));
    expect(open.next(first - 1)).toBe(first);
  });

  it('can be built without text', () => {
    expect(parseSchedule('last session of the week, 30m before close')).toEqual(
      rule({ sessions: nthSession(-1, 'week'), time: beforeClose('30m') }),
    );
    expect(parseSchedule('every 5m in session')).toEqual(rule({ time: every('5m') }));
    expect(parseSchedule('90s after open')).toEqual(rule({ time: afterOpen('90s') }));
    expect(parseSchedule('tuesday, thursday at 9:45 Europe/London')).toEqual(
      rule({ sessions: { kind: 'weekdays', weekdays: [2, 4] }, time: atClock('09:45', 'Europe/London') }),
    );
  });
});

describe('trap 13: days of 23 and 25 hours, a repeated hour', () => {
  it('keeps the open at 09:30 New York time on both sides of a change of clocks', () => {
    expect(times('at open', '2024-03-08', '2024-03-12')).toEqual(['03-08T14:30', '03-11T13:30']);
    expect(times('at open', '2024-11-01', '2024-11-05')).toEqual(['11-01T13:30', '11-04T14:30']);
  });

  it('runs once on the day whose 02:30 does not exist', () => {
    const text = 'at 02:30 America/New_York';
    expect(times(text, '2024-03-09', '2024-03-12', '24-7')).toEqual(['03-09T07:30', '03-10T07:30', '03-11T06:30']);
  });

  it('runs once on the day whose 01:30 comes twice', () => {
    const text = 'at 01:30 America/New_York';
    expect(times(text, '2024-11-02', '2024-11-05', '24-7')).toEqual(['11-02T05:30', '11-03T05:30', '11-04T06:30']);
  });

  it.each(['00:00', '01:30', '02:00', '02:30', '03:00', '12:00', '19:00', '19:30', '20:00', '20:30', '23:59'])(
    'runs every day of the year once at %s New York time, when sessions are days in UTC',
    (time) => {
      const job = schedule(`at ${time} America/New_York`, '24-7');
      const all = [...job.between(utc('2024-01-01T05:00'), utc('2025-01-01T05:00'))];
      const gaps = new Set(all.slice(1).map((at, i) => (at - all[i]) / HOUR));
      expect(all).toHaveLength(366);
      // A skipped 02:30 counts from the old offset, so its day is 24 hours and the next one 23.
      expect([...gaps].every((hours) => hours >= 23 && hours <= 25)).toBe(true);
    },
  );

  it('goes on every five minutes through the hour that comes twice', () => {
    const all = times('every 5m in session', '2024-11-03', '2024-11-04', '24-7');
    expect(all).toHaveLength(24 * 12);
  });
});

describe('a daily job', () => {
  it('happens once for each session, in order, on every calendar and at every time of day', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('XNYS', 'XCBF', 'CMES', 'XLON', 'XTKS', 'XHKG', 'FX', '24-7'),
        fc.nat(23),
        fc.nat(59),
        (name, hour, minute) => {
          const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
          const market = calendar(name);
          const sessions = market.sessions('2023-01-03', '2024-12-27');
          const [first, last] = [sessions[0], sessions.at(-1)!];
          const all = [...schedule(`at ${time}`, market).between(first.openAt - 24 * HOUR, last.closeAt + 24 * HOUR)];
          const own = all.filter((at) => at >= first.day * 24 * HOUR && at < (last.day + 1) * 24 * HOUR);
          expect(Math.abs(own.length - sessions.length)).toBeLessThanOrEqual(1); // at the edges of the span
          for (let i = 1; i < all.length; i++) expect(all[i]).toBeGreaterThan(all[i - 1]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('trap 14: early closes and holidays', () => {
  it('moves what is timed from the close: on 2015-12-24 the market closes at 13:00 New York time', () => {
    expect(times('30m before close', '2015-12-23', '2015-12-29')).toEqual([
      '12-23T20:30',
      '12-24T17:30',
      '12-28T20:30',
    ]);
    expect(times('at close', '2015-12-24', '2015-12-25')).toEqual(['12-24T18:00']);
  });

  it('does nothing on a holiday', () => {
    expect(times('at open', '2024-07-04', '2024-07-05')).toEqual([]);
  });

  it('ends an interval at the early close', () => {
    expect(times('every 1h in session', '2024-11-29', '2024-11-30')).toEqual(
      ['14:30', '15:30', '16:30', '17:30'].map((time) => `11-29T${time}`),
    );
  });
});

describe('a schedule that is not understood', () => {
  it.each([
    ['30m befor close', 'did you mean "before"?'],
    ['30m before clsoe', 'did you mean "close"?'],
    ['frist session of the month', 'did you mean "first"?'],
    ['first sesion of the month', 'did you mean "session"?'],
    ['first session of the mounth', 'did you mean "month"?'],
    ['every 5m in sesion', 'did you mean "session"?'],
    ['3rd firday', 'did you mean "friday"?'],
    ['at 15:45 America/New_Yrok', 'did you mean "America/New_York"?'],
    ['30 minuts before close', 'did you mean "minute"?'],
  ])('“%s” answers %s', (text, hint) => {
    expect(() => parseSchedule(text)).toThrow(hint);
  });

  it.each([
    ['', 'must name sessions or a time'],
    ['at 25:00', 'expected a time from 00:00 to 23:59'],
    ['at open at close', 'one time, and this is a second'],
    ['first session of the month, last session of the month', 'names its sessions once'],
    ['30h before close', 'must be shorter than 24h'],
    ['30m', 'at the end: expected "before" or "after"'],
    ['every 0m in session', 'longer than nothing'],
  ])('“%s” is refused: %s', (text, message) => {
    expect(() => parseSchedule(text)).toThrow(message);
  });

  it('says in which column', () => {
    expect(() => parseSchedule('30m before clsoe')).toThrow('at column 12 ("clsoe")');
  });
});
