/**
 * Hong Kong: general holidays, three half-days, a lunch break, and the days lost to storms.
 *
 * A holiday on a Sunday, or on the day of another, moves to the next free day. Until 2024-09-20 a typhoon signal 8 or a
 * black rainstorm warning at noon cancelled the day; since then trading goes on. Half a day lost to a storm is not
 * modelled. Before July 1997 the holidays were those of the colony. The hours before 2011 are those of 2000 in all years.
 */
import { dayOf, easterSunday, MONDAY, nthWeekday, parseDay, SUNDAY, weekdayOf } from '../civil.ts';
import { at, daysByYear, onWeekdays, type CalendarRules, type Hours } from '../rules.ts';
import { chingMing, lunarFestivals, LUNAR_FIRST_YEAR, LUNAR_LAST_YEAR } from './lunar.ts';

const STORMS = daysByYear(
  '1992-07-22', // Gary
  '1993-09-17', // Becky
  '1999-09-16', // York
  '2001-07-06', // Utor
  '2001-07-25', // Yutu
  '2008-08-06', // Kammuri
  '2008-08-22', // Nuri
  '2011-09-29', // Nesat
  '2013-08-14', // Utor
  '2016-08-02', // Nida
  '2016-10-21', // Haima
  '2017-08-23', // Hato
  '2020-10-13', // Nangka
  '2021-10-13', // Kompasu
  '2023-07-17', // Talim
  '2023-09-01', // Saola
  '2023-09-08', // black rainstorm
  '2024-09-06', // Yagi
);

/** The turn of the millennium, when machines were feared for, and seventy years since the end of the war. */
const CLOSED = daysByYear('1999-12-31', '2015-09-03');

/** The Monday after the Saturday on which the Queen's birthday was kept; from 1990 to 1997. */
const QUEENS_BIRTHDAY = daysByYear(
  '1990-06-18',
  '1991-06-17',
  '1992-06-15',
  '1993-06-14',
  '1994-06-13',
  '1995-06-19',
  '1996-06-17',
  '1997-06-30',
);

/** From 2012 a festival on a Sunday moves forward; before, the day before it was taken instead. */
const SUNDAYS_MOVE_FORWARD_SINCE = 2012;

/** The holidays on their own days, so that two may share one. */
function* named(year: number): Generator<number> {
  const lunar = lunarFestivals(year);
  const easter = easterSunday(year);
  yield dayOf(year, 1, 1);
  yield* lunarNewYear(year);
  yield chingMing(year);
  yield easter - 2;
  yield easter - 1;
  yield easter + 1;
  if (year >= 1999) yield* [dayOf(year, 5, 1), lunar.buddhasBirthday];
  yield lunar.tuenNg;
  yield* ofTheState(year);
  yield afterMidAutumn(year);
  yield lunar.chungYeung;
  yield dayOf(year, 12, 25);
  yield dayOf(year, 12, weekdayOf(dayOf(year, 12, 26)) === SUNDAY ? 27 : 26);
}

/** What the colony kept, what came with the return to China, and what was kept for its first two years only. */
function* ofTheState(year: number): Generator<number> {
  yield* QUEENS_BIRTHDAY.get(year) ?? [];
  if (year < 1997) {
    yield nthWeekday(year, 8, MONDAY, -1); // liberation
    return;
  }
  yield dayOf(year, 7, 1);
  yield dayOf(year, 10, 1);
  if (year === 1997) yield dayOf(1997, 7, 2);
  if (year < 1999) yield* [nthWeekday(year, 8, MONDAY, 3), dayOf(year, 10, 2)]; // victory; the day after the first
}

function* lunarNewYear(year: number): Generator<number> {
  const { newYear } = lunarFestivals(year);
  for (let day = newYear; day < newYear + 3; day++) {
    if (weekdayOf(day) === SUNDAY && year < SUNDAYS_MOVE_FORWARD_SINCE) yield newYear - 1;
    else yield day;
  }
}

function afterMidAutumn(year: number): number {
  const { midAutumn } = lunarFestivals(year);
  const after = midAutumn + 1;
  return weekdayOf(after) === SUNDAY && year < SUNDAYS_MOVE_FORWARD_SINCE ? midAutumn : after;
}

function generalHolidays(year: number): Set<number> {
  const days = [...named(year)].sort((a, b) => a - b);
  const holidays = new Set(days);
  for (const [i, day] of days.entries()) {
    if (weekdayOf(day) !== SUNDAY && day !== days[i - 1]) continue;
    let free = day + 1;
    while (holidays.has(free) || weekdayOf(free) === SUNDAY) free++;
    holidays.add(free);
  }
  return holidays;
}

/** Ordinary hours, and since when. */
const HOURS: readonly (readonly [since: number, hours: Hours])[] = [
  [parseDay('2012-03-05'), { open: at(9, 30), breakStart: at(12), breakEnd: at(13), close: at(16) }],
  [parseDay('2011-03-07'), { open: at(9, 30), breakStart: at(12), breakEnd: at(13, 30), close: at(16) }],
  [Number.NEGATIVE_INFINITY, { open: at(10), breakStart: at(12, 30), breakEnd: at(14, 30), close: at(16) }],
];

function hoursOn(day: number): Hours {
  return HOURS.find(([since]) => day >= since)![1];
}

export const XHKG: CalendarRules = {
  name: 'XHKG',
  aliases: ['HKEX', 'SEHK'],
  title: 'Hong Kong Stock Exchange',
  zone: 'Asia/Hong_Kong',
  firstYear: LUNAR_FIRST_YEAR,
  lastYear: LUNAR_LAST_YEAR,
  trades: onWeekdays,
  *holidays(year) {
    yield* generalHolidays(year);
    yield* STORMS.get(year) ?? [];
    yield* CLOSED.get(year) ?? [];
  },
  hours: hoursOn,
  *earlyCloses(year) {
    // The eves of Lunar New Year, Christmas and New Year have a morning only.
    for (const eve of [lunarFestivals(year).newYear - 1, dayOf(year, 12, 24), dayOf(year, 12, 31)]) {
      yield [eve, { close: hoursOn(eve).breakStart! }];
    }
  },
};
