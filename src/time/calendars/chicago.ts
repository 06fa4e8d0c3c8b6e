/**
 * The futures exchanges in Chicago: CME equity-index futures, which trade through the night, and Cboe's VIX futures.
 *
 * They keep fewer holidays than the stock exchange: on most of its holidays CME's session ends at noon instead.
 * CME sessions run from 17:00 to 17:00 Chicago time; the daily maintenance pause at their end is not modelled.
 */
import { dayOf } from '../civil.ts';
import { at, daysByYear, nearestWeekday, onWeekdays, sundayToMonday, type CalendarRules } from '../rules.ts';
import {
  christmasEve,
  goodFriday,
  independenceDay,
  juneteenth,
  JUNETEENTH_SINCE,
  laborDay,
  martinLutherKingDay,
  MARTIN_LUTHER_KING_SINCE,
  memorialDay,
  newYorkHolidays,
  presidentsDay,
  thanksgiving,
} from './xnys.ts';

/** Days of mourning, on which the futures rested too. */
const MOURNING = daysByYear('2004-06-11', '2007-01-02', '2018-12-05', '2025-01-09');

const SANDY = daysByYear('2012-10-29', '2012-10-30');

/** E-mini and other CME equity-index futures: the session of a date opens at 17:00 the evening before. */
export const CMES: CalendarRules = {
  name: 'CMES',
  aliases: ['CME', 'XCME', 'GLOBEX'],
  title: 'CME equity-index futures',
  zone: 'America/Chicago',
  firstYear: 1990,
  lastYear: 2099,
  trades: onWeekdays,
  *holidays(year) {
    yield sundayToMonday(dayOf(year, 1, 1));
    yield goodFriday(year);
    yield nearestWeekday(dayOf(year, 12, 25));
    yield* MOURNING.get(year) ?? [];
  },
  hours: () => ({ open: at(17) - at(24), close: at(17) }),
  *earlyCloses(year) {
    const noon = { close: at(12) };
    if (year >= MARTIN_LUTHER_KING_SINCE) yield [martinLutherKingDay(year), noon];
    yield [presidentsDay(year), noon];
    yield [memorialDay(year), noon];
    if (year >= JUNETEENTH_SINCE) yield [juneteenth(year), noon];
    yield [independenceDay(year), noon];
    yield [laborDay(year), noon];
    yield [thanksgiving(year), noon];
    yield [thanksgiving(year) + 1, noon];
    const eve = christmasEve(year);
    if (eve !== undefined) yield [eve, noon];
  },
};

/** VIX futures, regular hours. */
export const XCBF: CalendarRules = {
  name: 'XCBF',
  aliases: ['CFE'],
  title: 'Cboe futures (VIX), regular hours',
  zone: 'America/Chicago',
  firstYear: 1990,
  lastYear: 2099,
  trades: onWeekdays,
  *holidays(year) {
    yield* newYorkHolidays(year);
    yield* MOURNING.get(year) ?? [];
    yield* SANDY.get(year) ?? [];
  },
  hours: () => ({ open: at(8, 30), close: at(15, 15) }),
  *earlyCloses(year) {
    yield [thanksgiving(year) + 1, { close: at(12, 15) }];
  },
};
