/**
 * Tokyo: Japan's national holidays, the days around New Year, and a lunch break.
 *
 * A national holiday on a Sunday is kept on the next day that is none; a day between two holidays is one too. The
 * close moved from 15:00 to 15:30 on 2024-11-05. The morning ends at 11:30 in all years here (it did so from
 * 2011-11-21; before that at 11:00), and the half-days around New Year until 2009 are whole.
 */
import { dayOf, MONDAY, nthWeekday, SUNDAY, weekdayOf } from '../civil.ts';
import { at, daysByYear, onWeekdays, type CalendarRules } from '../rules.ts';

const CLOSE_AT_1530_SINCE = dayOf(2024, 11, 5);

/** Imperial ceremonies that were holidays once. */
const CEREMONIES = daysByYear('1990-11-12', '1993-06-09', '2019-05-01', '2019-10-22');

/** A breakdown of the trading system: no session all day. */
const BREAKDOWNS = daysByYear('2020-10-01');

/** In the Olympic years the holidays of July, August and October moved around the ceremonies. */
const OLYMPIC: ReadonlyMap<number, readonly number[]> = new Map([
  [2020, [dayOf(2020, 7, 23), dayOf(2020, 7, 24), dayOf(2020, 8, 10)]],
  [2021, [dayOf(2021, 7, 22), dayOf(2021, 7, 23), dayOf(2021, 8, 8)]],
]);

/**
 * The equinoxes' days in March and September, by the usual linear approximation; right for 1980 to 2099.
 * Source: Satô, Koyomi no kagaku (the almanac's formula).
 */
function vernalEquinox(year: number): number {
  return dayOf(year, 3, equinox(20.8431, year));
}

function autumnalEquinox(year: number): number {
  return dayOf(year, 9, equinox(23.2488, year));
}

function equinox(day1980: number, year: number): number {
  return Math.floor(day1980 + 0.242194 * (year - 1980)) - Math.floor((year - 1980) / 4);
}

/** The national holidays on their own dates. */
function* named(year: number): Generator<number> {
  yield dayOf(year, 1, 1);
  yield year < 2000 ? dayOf(year, 1, 15) : nthWeekday(year, 1, MONDAY, 2);
  yield dayOf(year, 2, 11);
  if (year >= 2020) yield dayOf(year, 2, 23);
  yield vernalEquinox(year);
  yield dayOf(year, 4, 29);
  yield dayOf(year, 5, 3);
  if (year >= 2007) yield dayOf(year, 5, 4);
  yield dayOf(year, 5, 5);
  yield year < 2003 ? dayOf(year, 9, 15) : nthWeekday(year, 9, MONDAY, 3);
  yield autumnalEquinox(year);
  yield dayOf(year, 11, 3);
  yield dayOf(year, 11, 23);
  if (year <= 2018) yield dayOf(year, 12, 23);
  yield* CEREMONIES.get(year) ?? [];
  yield* OLYMPIC.get(year) ?? summer(year);
}

/** Marine Day, Mountain Day, and the day of sports. */
function* summer(year: number): Generator<number> {
  if (year >= 1996) yield year < 2003 ? dayOf(year, 7, 20) : nthWeekday(year, 7, MONDAY, 3);
  if (year >= 2016) yield dayOf(year, 8, 11);
  yield year < 2000 ? dayOf(year, 10, 10) : nthWeekday(year, 10, MONDAY, 2);
}

/** With the substitutes for Sundays and the days between two holidays. */
function nationalHolidays(year: number): Set<number> {
  const days = [...named(year)].sort((a, b) => a - b);
  const holidays = new Set(days);
  for (const day of days) {
    // The day between becomes a holiday unless it is a Sunday.
    if (holidays.has(day + 2) && !holidays.has(day + 1) && weekdayOf(day + 1) !== SUNDAY) holidays.add(day + 1);
  }
  for (const day of days) {
    if (weekdayOf(day) !== SUNDAY) continue;
    let substitute = day + 1;
    // Until 2006 a Monday that was a holiday itself took nothing over.
    if (year >= 2007) while (holidays.has(substitute)) substitute++;
    holidays.add(substitute);
  }
  return holidays;
}

export const XTKS: CalendarRules = {
  name: 'XTKS',
  aliases: ['TSE', 'JPX', 'XJPX'],
  title: 'Tokyo Stock Exchange',
  zone: 'Asia/Tokyo',
  firstYear: 1990,
  lastYear: 2099,
  trades: onWeekdays,
  *holidays(year) {
    yield* nationalHolidays(year);
    yield dayOf(year, 1, 2);
    yield dayOf(year, 1, 3);
    yield dayOf(year, 12, 31);
    yield* BREAKDOWNS.get(year) ?? [];
  },
  hours: (day) => ({
    open: at(9),
    close: day < CLOSE_AT_1530_SINCE ? at(15) : at(15, 30),
    breakStart: at(11, 30),
    breakEnd: at(12, 30),
  }),
  earlyCloses: () => [],
};
