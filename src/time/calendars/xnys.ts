/**
 * New York: the stock exchanges (NYSE, Nasdaq), and the options that trade beside them at Cboe.
 *
 * The holidays are those of NYSE Rule 7.2. Hours are the scheduled ones: an opening that was late on the day itself
 * (as on 2002-09-11) or a trading halt is not a different session.
 */
import {
  dayOf,
  easterSunday,
  FRIDAY,
  MONDAY,
  nthWeekday,
  SATURDAY,
  SUNDAY,
  THURSDAY,
  WEDNESDAY,
  weekdayOf,
} from '../civil.ts';
import {
  at,
  daysByYear,
  nearestWeekday,
  onWeekdays,
  sundayToMonday,
  type CalendarRules,
  type Hours,
} from '../rules.ts';

/** Days of mourning and disasters: no trading, by no rule. */
const CLOSED = daysByYear(
  '1972-11-07', // presidential elections closed the market until 1980
  '1972-12-28', // mourning for President Truman
  '1973-01-25', // mourning for President Johnson
  '1976-11-02',
  '1977-07-14', // blackout
  '1980-11-04',
  '1985-09-27', // Hurricane Gloria
  '1994-04-27', // funeral of President Nixon
  '2001-09-11',
  '2001-09-12',
  '2001-09-13',
  '2001-09-14', // attacks of September 11
  '2004-06-11', // mourning for President Reagan
  '2007-01-02', // mourning for President Ford
  '2012-10-29',
  '2012-10-30', // Hurricane Sandy
  '2018-12-05', // mourning for President Bush
  '2025-01-09', // mourning for President Carter
);

const CLOSED_EARLY = daysByYear('1997-12-26', '1999-12-31', '2003-12-26');

export const MARTIN_LUTHER_KING_SINCE = 1998;
export const JUNETEENTH_SINCE = 2022;

export function martinLutherKingDay(year: number): number {
  return nthWeekday(year, 1, MONDAY, 3);
}

export function presidentsDay(year: number): number {
  return nthWeekday(year, 2, MONDAY, 3);
}

export function goodFriday(year: number): number {
  return easterSunday(year) - 2;
}

export function memorialDay(year: number): number {
  return nthWeekday(year, 5, MONDAY, -1);
}

export function juneteenth(year: number): number {
  return nearestWeekday(dayOf(year, 6, 19));
}

export function independenceDay(year: number): number {
  return nearestWeekday(dayOf(year, 7, 4));
}

export function laborDay(year: number): number {
  return nthWeekday(year, 9, MONDAY, 1);
}

export function thanksgiving(year: number): number {
  return nthWeekday(year, 11, THURSDAY, 4);
}

/** The holidays of New York that follow a rule, without special closures. */
export function* newYorkHolidays(year: number): Generator<number> {
  // A New Year's Day on a Saturday is not kept: the Friday before ends the accounting year.
  yield sundayToMonday(dayOf(year, 1, 1));
  if (year >= MARTIN_LUTHER_KING_SINCE) yield martinLutherKingDay(year);
  yield presidentsDay(year);
  yield goodFriday(year);
  yield memorialDay(year);
  if (year >= JUNETEENTH_SINCE) yield juneteenth(year);
  yield independenceDay(year);
  yield laborDay(year);
  yield thanksgiving(year);
  yield nearestWeekday(dayOf(year, 12, 25));
}

/** Christmas Eve where it is a trading day: Monday to Thursday (on a Friday, Christmas itself is kept then). */
export function christmasEve(year: number): number | undefined {
  const day = dayOf(year, 12, 24);
  const weekday = weekdayOf(day);
  return weekday === FRIDAY || weekday === SATURDAY || weekday === SUNDAY ? undefined : day;
}

function* closed(year: number): Generator<number> {
  yield* newYorkHolidays(year);
  yield* CLOSED.get(year) ?? [];
}

/** The short days: before or after July 4, after Thanksgiving, before Christmas. Until 1992 they ended at 14:00. */
function* shortDays(year: number): Generator<number> {
  const eve = beforeIndependenceDay(year);
  if (eve !== undefined) yield eve;
  if (year >= 1992) yield thanksgiving(year) + 1;
  const christmas = christmasEve(year);
  if (christmas !== undefined && year >= 1990) yield christmas;
  yield* CLOSED_EARLY.get(year) ?? [];
}

function beforeIndependenceDay(year: number): number | undefined {
  if (year < 1995) return undefined;
  const third = dayOf(year, 7, 3);
  const weekday = weekdayOf(third);
  if (weekday < MONDAY || weekday > THURSDAY) return undefined;
  // Until 2012, with July 4 on a Thursday, the short day was the Friday after it.
  return weekday === WEDNESDAY && year < 2013 ? third + 2 : third;
}

interface Times {
  /** Ordinary hours on a day. */
  readonly usual: (day: number) => Hours;
  /** Minutes by which the market closes after the stocks do: 15 for index options. */
  readonly later: number;
  readonly postMarketOnShortDays?: number;
}

function newYork(times: Times, names: Pick<CalendarRules, 'name' | 'aliases' | 'title' | 'firstYear'>): CalendarRules {
  return {
    ...names,
    zone: 'America/New_York',
    lastYear: 2099,
    trades: onWeekdays,
    holidays: closed,
    hours: times.usual,
    *earlyCloses(year) {
      const close = at(year < 1993 ? 14 : 13) + times.later;
      const post = times.postMarketOnShortDays;
      for (const day of shortDays(year)) yield [day, post === undefined ? { close } : { close, postMarketClose: post }];
    },
  };
}

const OPEN_AT_0930_SINCE = dayOf(1985, 9, 30);
const CLOSE_AT_1600_SINCE = dayOf(1974, 10, 1);

/** US shares: 09:30–16:00, from 04:00 and until 20:00 outside regular hours (17:00 on short days). From 1971. */
export const XNYS = newYork(
  {
    usual: (day) => ({
      open: day < OPEN_AT_0930_SINCE ? at(10) : at(9, 30),
      close: day < CLOSE_AT_1600_SINCE ? at(15, 30) : at(16),
      preMarketOpen: at(4),
      postMarketClose: at(20),
    }),
    later: 0,
    postMarketOnShortDays: at(17),
  },
  {
    name: 'XNYS',
    aliases: ['XNAS', 'NYSE', 'NASDAQ', 'ARCX', 'BATS', 'IEXG', 'US'],
    title: 'New York Stock Exchange and Nasdaq',
    firstYear: 1971,
  },
);

/** US equity and ETF options: the hours of the shares, and none outside them. */
export const XCBO = newYork(
  { usual: () => ({ open: at(9, 30), close: at(16) }), later: 0 },
  { name: 'XCBO', aliases: ['CBOE', 'OPRA'], title: 'US options on shares and ETFs', firstYear: 1990 },
);

/** US index options (SPX, XSP, VIX) and some broad ETFs: fifteen minutes longer than the shares. */
export const XCBO_INDEX = newYork(
  { usual: () => ({ open: at(9, 30), close: at(16, 15) }), later: 15 },
  { name: 'XCBO-INDEX', aliases: ['CBOE-INDEX'], title: 'US index options', firstYear: 1990 },
);
