/** Sessions, holidays and hours of every calendar, by known days and by lists that others published. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { Calendar } from '../../src/time/calendar.ts';
import { calendar, calendarNames } from '../../src/time/calendars.ts';
import { lunarFestivals } from '../../src/time/calendars/lunar.ts';
import { dayOf, easterSunday, formatDay, nthWeekday, parseDay, weekdayOf } from '../../src/time/civil.ts';
import { formatInstant, instantFromMillis, MINUTE } from '../../src/time/instant.ts';
import calendars, { marketHours, sessionList } from '../truth/sets/07_calendars.ts';

const utc = (text: string): number => instantFromMillis(Date.parse(text));

/** `open–close` of a session in UTC, or `closed`. */
function hours(name: string, date: string): string {
  const session = calendar(name).session(date);
  if (session === undefined) return 'closed';
  return `${formatInstant(session.openAt).slice(11, 16)}–${formatInstant(session.closeAt).slice(11, 16)}`;
}

describe('dates', () => {
  it.each([
    [1990, '1990-04-15'],
    [2000, '2000-04-23'],
    [2019, '2019-04-21'],
    [2024, '2024-03-31'],
    [2038, '2038-04-25'],
  ])('Easter of %d is %s', (year, date) => {
    expect(formatDay(easterSunday(year))).toBe(date);
  });

  it('counts weekdays from both ends of a month', () => {
    expect(formatDay(nthWeekday(2024, 11, 4, 4))).toBe('2024-11-28');
    expect(formatDay(nthWeekday(2024, 5, 1, -1))).toBe('2024-05-27');
  });

  it('refuses a day that does not exist', () => {
    expect(() => parseDay('2023-02-29')).toThrow('must be an existing day as YYYY-MM-DD');
  });
});

describe('the session of a date', () => {
  it.each([
    ['XNYS', '2024-03-08', '14:30–21:00', 'winter time'],
    ['XNYS', '2024-03-11', '13:30–20:00', 'summer time'],
    ['XNYS', '2015-12-24', '14:30–18:00', 'Christmas Eve'],
    ['XNYS', '2018-12-05', 'closed', 'mourning for President Bush'],
    ['XNYS', '2025-01-09', 'closed', 'mourning for President Carter'],
    ['XNYS', '2021-06-18', '13:30–20:00', 'Juneteenth was first kept in 2022'],
    ['XNYS', '2022-06-20', 'closed', 'Juneteenth on a Sunday'],
    ['XNYS', '2021-12-31', '14:30–21:00', 'New Year on a Saturday is not kept'],
    ['XNYS', '2030-11-28', 'closed', 'Thanksgiving by rule'],
    ['XCBO-INDEX', '2024-03-08', '14:30–21:15', 'index options trade until 16:15'],
    ['XCBO-INDEX', '2024-11-29', '14:30–18:15', 'and fifteen minutes longer on short days'],
    ['XCBF', '2024-11-29', '14:30–18:15', 'VIX futures after Thanksgiving'],
    ['CMES', '2024-01-15', '23:00–18:00', 'CME stops at noon on stock holidays'],
    ['CMES', '2024-01-16', '23:00–23:00', 'and trades around the clock else'],
    ['XLON', '2020-05-08', 'closed', 'early May holiday moved to VE Day'],
    ['XLON', '2020-05-04', '07:00–15:30', 'and away from its Monday'],
    ['XLON', '2022-06-02', 'closed', 'late May holiday moved to the jubilee'],
    ['XLON', '2022-09-19', 'closed', 'state funeral'],
    ['XLON', '2023-05-08', 'closed', 'coronation'],
    ['XLON', '2021-12-28', 'closed', 'Boxing Day on a Sunday'],
    ['XLON', '2022-12-23', '08:00–12:30', 'the last session before Christmas'],
    ['XTKS', '2019-05-02', 'closed', 'ten days of closure in 2019'],
    ['XTKS', '2020-07-24', 'closed', 'sports day moved for the Olympics'],
    ['XTKS', '2020-10-12', '00:00–06:00', 'and away from October'],
    ['XTKS', '2021-08-09', 'closed', 'mountain day moved to a Sunday, kept on Monday'],
    ['XTKS', '2020-10-01', 'closed', 'the exchange broke down'],
    ['XTKS', '2024-11-01', '00:00–06:00', 'the old close'],
    ['XTKS', '2024-11-05', '00:00–06:30', 'the new close'],
    ['XTKS', '2026-09-22', 'closed', 'a day between two holidays'],
    ['XHKG', '2015-04-07', 'closed', 'Ching Ming on Easter Sunday moves past Easter Monday'],
    ['XHKG', '2015-09-03', 'closed', 'seventy years since the war'],
    ['XHKG', '2020-10-13', 'closed', 'storm Nangka'],
    ['XHKG', '2012-10-02', 'closed', 'the day after mid-autumn is National Day too'],
    ['XHKG', '2022-01-31', '01:30–04:00', 'Lunar New Year’s Eve is a morning'],
    ['XHKG', '2011-03-04', '02:00–08:00', 'until March 2011 the day began at 10:00'],
    [
      'XHKG',
      '2027-02-05',
      '01:30–04:00',
      'the new moon of 2027 is four minutes before midnight, so the new year is the 6th',
    ],
    ['XHKG', '2027-02-09', 'closed', 'its second day is a Sunday, and the fourth is free instead'],
    ['XHKG', '2027-02-10', '01:30–08:00', 'and the fifth is not'],
    [
      'XHKG',
      '2030-02-01',
      '01:30–08:00',
      'the new moon of 2030 is seven minutes after midnight, so the new year is the 3rd',
    ],
    ['XHKG', '1994-06-14', 'closed', 'dragon boats and the Queen’s birthday share a Monday, so Tuesday is free too'],
    ['XHKG', '1996-08-26', 'closed', 'liberation, the last Monday of August'],
    ['XHKG', '1997-07-02', 'closed', 'the return to China takes two days'],
    ['XHKG', '1998-08-17', 'closed', 'victory, kept for two years'],
    ['XHKG', '1998-05-01', '02:00–08:00', 'Labour Day is a holiday since 1999'],
    ['XHKG', '1999-09-16', 'closed', 'storm York'],
    ['XHKG', '1999-12-31', 'closed', 'fear for machines'],
    ['FX', '2024-12-25', '22:00–22:00', 'currencies are quoted on holidays'],
    ['FX', '2024-12-28', 'closed', 'but not on Saturdays'],
    ['24-7', '2024-12-28', '00:00–00:00', 'coins never rest'],
  ])('%s on %s is %s: %s', (name, date, expected) => {
    expect(hours(name, date)).toBe(expected);
  });

  it('has a lunch break in Tokyo and Hong Kong, and none on a half-day', () => {
    const tokyo = calendar('XTKS').session('2024-06-03')!;
    expect([tokyo.breakStartAt, tokyo.breakEndAt].map((at) => formatInstant(at!))).toEqual([
      '2024-06-03T02:30:00Z',
      '2024-06-03T03:30:00Z',
    ]);
    expect(calendar('XHKG').session('2024-06-03')!.breakStartAt).toBe(utc('2024-06-03T04:00:00Z'));
    expect(calendar('XHKG').session('2024-12-24')!.breakStartAt).toBeUndefined();
  });

  it('names the hours before the open and after the close of US shares', () => {
    const { preMarketOpenAt, postMarketCloseAt } = calendar('XNYS').session('2024-06-03')!;
    expect(formatInstant(preMarketOpenAt!)).toBe('2024-06-03T08:00:00Z');
    expect(formatInstant(postMarketCloseAt!)).toBe('2024-06-04T00:00:00Z');
    expect(formatInstant(calendar('XNYS').session('2024-11-29')!.postMarketCloseAt!)).toBe('2024-11-29T22:00:00Z');
  });
});

describe('questions about an instant', () => {
  const market = calendar('XNYS');

  it('takes a session as half-open: trading at the open, none at the close', () => {
    expect(market.isOpen(utc('2024-03-08T14:30:00Z'))).toBe(true);
    expect(market.isOpen(utc('2024-03-08T14:30:00Z') - 1)).toBe(false);
    expect(market.isOpen(utc('2024-03-08T21:00:00Z') - 1)).toBe(true);
    expect(market.isOpen(utc('2024-03-08T21:00:00Z'))).toBe(false);
    expect(market.sessionOf(utc('2024-03-08T21:00:00Z'))).toBeUndefined();
  });

  it('is closed at lunch', () => {
    expect(calendar('XTKS').isOpen(utc('2024-06-03T03:00:00Z'))).toBe(false);
    expect(calendar('XTKS').isOpen(utc('2024-06-03T03:30:00Z'))).toBe(true);
    expect(calendar('XTKS').sessionOf(utc('2024-06-03T03:00:00Z'))?.date).toBe('2024-06-03');
  });

  it('knows hours before the open and after the close', () => {
    expect(market.isOpenExtended(utc('2024-03-11T08:00:00Z'))).toBe(true);
    expect(market.isOpenExtended(utc('2024-03-11T07:59:59Z'))).toBe(false);
    expect(market.isOpenExtended(utc('2024-03-11T23:59:59Z'))).toBe(true);
    expect(market.isOpenExtended(utc('2024-03-12T00:00:00Z'))).toBe(false);
    expect(market.isOpen(utc('2024-03-11T08:00:00Z'))).toBe(false);
  });

  it('finds the next and the previous open and close over a weekend', () => {
    const saturday = utc('2024-03-09T12:00:00Z');
    expect(formatInstant(market.nextOpen(saturday))).toBe('2024-03-11T13:30:00Z');
    expect(formatInstant(market.nextClose(saturday))).toBe('2024-03-11T20:00:00Z');
    expect(formatInstant(market.previousClose(saturday))).toBe('2024-03-08T21:00:00Z');
    expect(formatInstant(market.previousOpen(saturday))).toBe('2024-03-08T14:30:00Z');
  });

  it('gives an evening’s overnight trading to the next date', () => {
    expect(calendar('CMES').sessionOf(utc('2024-01-16T23:30:00Z'))?.date).toBe('2024-01-17');
  });

  it('gives New Year’s Eve trading that opens the new year to the new year', () => {
    expect(calendar('CMES').sessionOf(utc('2018-01-01T23:30:00Z'))?.date).toBe('2018-01-02');
    expect(calendar('FX').sessionOf(utc('2024-12-31T23:00:00Z'))?.date).toBe('2025-01-01');
  });
});

describe('a calendar', () => {
  it.each(calendarNames())('%s has sessions in order that do not overlap, from its first year to 2035', (name) => {
    const market = calendar(name);
    const all = market.columns(`${market.rules.firstYear}-01-01`, '2035-12-31');
    expect(all.length).toBeGreaterThan(35 * 240);
    for (let i = 0; i < all.length; i++) {
      if (!(all.openAt[i] < all.closeAt[i])) throw new Error(`session ${i} closes before it opens`);
      if (i > 0 && !(all.closeAt[i - 1] <= all.openAt[i])) throw new Error(`session ${i} opens before ${i - 1} closes`);
      if (all.breakStartAt[i] < all.openAt[i] || all.breakEndAt[i] > all.closeAt[i]) throw new Error(`break of ${i}`);
    }
  });

  it.each(calendarNames())('%s gives a cursor the same answers as a search', (name) => {
    const market = calendar(name);
    const cursor = market.cursor();
    for (let at = utc('2019-12-20T00:00:00Z'); at < utc('2020-04-10T00:00:00Z'); at += 41 * MINUTE) {
      cursor.seek(at);
      expect(cursor.index).toBe(market.sessionIndexAt(at));
      expect(cursor.isOpenAt(at)).toBe(market.isOpen(at));
    }
    cursor.seek(utc('2010-05-05T12:00:00Z'));
    expect(cursor.index).toBe(market.sessionIndexAt(utc('2010-05-05T12:00:00Z')));
  });

  it('answers the same whatever was asked before', () => {
    const random = new Random(5);
    for (const name of ['XNYS', 'CMES', 'XTKS', '24-7']) {
      const used = new Calendar(calendar(name).rules);
      for (let i = 0; i < 60; i++) {
        const at = utc('2018-12-25T00:00:00Z') + random.below(20 * 24 * 60) * MINUTE;
        const fresh = new Calendar(used.rules);
        expect([used.sessionIndexAt(at), used.isOpen(at)]).toEqual([fresh.sessionIndexAt(at), fresh.isOpen(at)]);
      }
    }
  });

  it('numbers sessions one after the other across years', () => {
    const market = calendar('XNYS');
    const [last, first] = [market.session('2023-12-29')!, market.session('2024-01-02')!];
    expect(first.index - last.index).toBe(1);
    expect(market.sessionAt(first.index)).toEqual(first);
    expect(market.sessions('2023-12-29', '2024-01-02').map(({ date }) => date)).toEqual(['2023-12-29', '2024-01-02']);
  });

  it('answers to aliases, in any case', () => {
    expect(calendar('nasdaq')).toBe(calendar('XNYS'));
    expect(calendar('XNAS')).toBe(calendar('XNYS'));
    expect(calendar('crypto')).toBe(calendar('24-7'));
  });

  it('suggests the name that was meant', () => {
    expect(() => calendar('XNSY')).toThrow('did you mean "XNYS"?');
  });

  it('does not guess outside the years its rules know', () => {
    expect(() => calendar('XHKG').session('2055-06-01')).toThrow('knows the years 1990 to 2050');
    expect(() => calendar('XNYS').isOpen(utc('1950-06-01T15:00:00Z'))).toThrow('calendar XNYS knows the years');
  });

  it('has Hong Kong’s festivals where the runtime’s Chinese calendar has them', () => {
    const format = new Intl.DateTimeFormat('en-u-ca-chinese', { month: 'numeric', day: 'numeric', timeZone: 'UTC' });
    const lunar = (day: number): string =>
      format
        .format(new Date(day * 86_400_000))
        .split('/')
        .slice(0, 2)
        .join('/');
    // The runtime's approximation of new moons is minutes off, and misses the two that are minutes from midnight.
    for (let year = 1990; year <= 2050; year++) {
      if (year === 2027 || year === 2030) continue;
      const { newYear, buddhasBirthday, tuenNg, midAutumn, chungYeung } = lunarFestivals(year);
      const found = [newYear, buddhasBirthday, tuenNg, midAutumn, chungYeung].map(lunar);
      expect(found).toEqual(['1/1', '4/8', '5/5', '8/15', '9/9']);
    }
  });

  it('trades 24/7 on each of the 366 days of a leap year', () => {
    expect(calendar('24-7').sessions('2024-01-01', '2024-12-31')).toHaveLength(366);
  });

  it('has as many New York sessions as there were in the years before 1990', () => {
    const market = calendar('XNYS');
    const counts = [1971, 1972, 1973, 1977, 1980, 1985, 1987].map(
      (year) => market.sessions(`${year}-01-01`, `${year}-12-31`).length,
    );
    expect(counts).toEqual([253, 251, 252, 252, 253, 252, 253]);
    expect(hours('XNYS', '1974-09-30')).toBe('14:00–19:30');
    expect(hours('XNYS', '1985-09-30')).toBe('13:30–20:00');
  });

  it('closes New York on weekdays only', () => {
    const market = calendar('XNYS');
    for (let day = dayOf(1990, 1, 1); day <= dayOf(2035, 12, 31); day++) {
      if (weekdayOf(day) % 6 === 0) expect(market.isSession(day)).toBe(false);
    }
  });
});

describe('lists of sessions that others published', () => {
  const folder = '../shared/truth/07_calendars';
  const isPresent = existsSync(folder);

  it.skipIf(!isPresent)('agree with every date, open, close and break (skipped where the lists are absent)', () => {
    const cases = [...calendars(folder)];
    expect(cases.length).toBeGreaterThan(10_000);
    expect(cases.filter(({ status }) => status !== 'passed')).toEqual([]);
  });

  it.skipIf(!isPresent)('agree with every holiday and early close (skipped where the lists are absent)', () => {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      const { checked, failures } = marketHours(file, readFileSync(`${folder}/${file}`, 'utf8'));
      expect(checked).toBeGreaterThan(100);
      expect(failures).toEqual([]);
    }
  });

  it('would notice a wrong close, a session too many, one too few, and a wrong break', () => {
    const failures = (name: string, ...rows: string[]): string[] => {
      const header = 'session,open_utc,close_utc,break_start_utc,break_end_utc';
      return [...sessionList(`${name}_planted.csv`, [header, ...rows].join('\n'))]
        .filter(({ status }) => status === 'failed')
        .map(({ id }) => id.slice(id.indexOf('#') + 1));
    };
    const [wednesday, friday] = [
      '2024-07-03,2024-07-03 13:30,2024-07-03 17:00,,',
      '2024-07-05,2024-07-05 13:30,2024-07-05 20:00,,',
    ];
    expect(failures('XNYS', wednesday, friday)).toEqual([]);
    expect(failures('XNYS', wednesday.replace('17:00', '20:00'), friday)).toEqual(['2024-07-03']);
    expect(failures('XNYS', wednesday, '2024-07-04,2024-07-04 13:30,2024-07-04 20:00,,', friday)).toEqual([
      '2024-07-04',
    ]);
    expect(failures('XNYS', '2024-07-02,2024-07-02 13:30,2024-07-02 20:00,,', friday)).toEqual(['2024-07-03']);
    const tokyo = '2024-07-03,2024-07-03 00:00,2024-07-03 06:00,2024-07-03 02:30,2024-07-03 03:30';
    expect(failures('XTKS', tokyo)).toEqual([]);
    expect(failures('XTKS', tokyo.replace('03:30', '04:30'))).toEqual(['2024-07-03']);
  });

  it('would notice a wrong holiday and a wrong early close', () => {
    const wrong = JSON.stringify({
      exchangeTimeZone: 'America/New_York',
      holidays: ['3/8/2024'],
      earlyCloses: { '11/29/2024': '14:00:00' },
    });
    expect(marketHours('planted', wrong).failures.map(({ id }) => id)).toEqual([
      'planted#2024-03-08',
      'planted#2024-11-29',
    ]);
  });
});
