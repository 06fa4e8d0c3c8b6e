/**
 * London: the bank holidays of England and Wales, and the two short days before Christmas and New Year.
 *
 * Hours are those since 1999-09-20; in earlier years they are the same here.
 */
import { dayOf, easterSunday, MONDAY, nthWeekday, SATURDAY, SUNDAY, weekdayOf } from '../civil.ts';
import { at, daysByYear, onWeekdays, weekendToMonday, type CalendarRules } from '../rules.ts';

/** One-off bank holidays. */
const CLOSED = daysByYear(
  '1999-12-31', // end of the millennium
  '2002-06-03', // Golden Jubilee
  '2011-04-29', // wedding of Prince William
  '2012-06-05', // Diamond Jubilee
  '2022-06-03', // Platinum Jubilee
  '2022-09-19', // funeral of Queen Elizabeth II
  '2023-05-08', // coronation of King Charles III
);

/** Years in which a May holiday was moved, for an anniversary of VE Day or a jubilee. */
const EARLY_MAY = daysByYear('1995-05-08', '2020-05-08');
const LATE_MAY = daysByYear('2002-06-04', '2012-06-04', '2022-06-02');

/** The last weekday before a holiday. */
function weekdayBefore(holiday: number): number {
  const day = holiday - 1;
  const weekday = weekdayOf(day);
  return weekday === SUNDAY ? day - 2 : weekday === SATURDAY ? day - 1 : day;
}

/** Boxing Day moves out of the way of a weekend, and of a Christmas Day that did. */
function boxingDay(year: number): number {
  const day = dayOf(year, 12, 26);
  const weekday = weekdayOf(day);
  return weekday === SATURDAY || weekday === SUNDAY ? day + 2 : day;
}

function christmasDay(year: number): number {
  const day = dayOf(year, 12, 25);
  // On a Sunday it is kept on Tuesday, because Monday is Boxing Day.
  return weekdayOf(day) === SUNDAY ? day + 2 : weekendToMonday(day);
}

export const XLON: CalendarRules = {
  name: 'XLON',
  aliases: ['LSE'],
  title: 'London Stock Exchange',
  zone: 'Europe/London',
  firstYear: 1990,
  lastYear: 2099,
  trades: onWeekdays,
  *holidays(year) {
    yield weekendToMonday(dayOf(year, 1, 1));
    yield easterSunday(year) - 2;
    yield easterSunday(year) + 1;
    yield* EARLY_MAY.get(year) ?? [nthWeekday(year, 5, MONDAY, 1)];
    yield* LATE_MAY.get(year) ?? [nthWeekday(year, 5, MONDAY, -1)];
    yield nthWeekday(year, 8, MONDAY, -1);
    yield christmasDay(year);
    yield boxingDay(year);
    yield* CLOSED.get(year) ?? [];
  },
  hours: () => ({ open: at(8), close: at(16, 30) }),
  *earlyCloses(year) {
    const short = { close: at(12, 30) };
    yield [weekdayBefore(dayOf(year, 12, 25)), short];
    yield [weekdayBefore(dayOf(year + 1, 1, 1)), short];
  },
};
