/**
 * Returns by month, quarter and year: the table a person reads first.
 *
 * Times are session dates as microseconds since 1970, midnight UTC of the session's own date (or any instant whose
 * UTC date is the one meant). They must not fall.
 */
const DAY_MICROS = 86_400_000_000;

export interface CivilDate {
  readonly year: number;
  /** 1 … 12. */
  readonly month: number;
  /** 1 … 31. */
  readonly day: number;
}

/** Returns the UTC calendar date of a time in microseconds (proleptic Gregorian, H. Hinnant's algorithm). */
export function civilDate(time: number): CivilDate {
  const shifted = Math.floor(time / DAY_MICROS) + 719468;
  const era = Math.floor(shifted / 146097);
  const ofEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Returns midnight UTC of a calendar date in microseconds; a day beyond the month's end is a bug of the caller. */
export function civilTime(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) * 1000;
}

export type CalendarPeriod = 'week' | 'month' | 'quarter' | 'year';

/** Returns a whole number that is the same for all times of one calendar period and grows with time. */
export function periodKey(time: number, period: CalendarPeriod): number {
  // 1970-01-01 was a Thursday; ISO weeks start on Monday.
  if (period === 'week') return Math.floor((Math.floor(time / DAY_MICROS) + 3) / 7);
  const { year, month } = civilDate(time);
  if (period === 'year') return year;
  return period === 'month' ? year * 12 + month - 1 : year * 4 + Math.floor((month - 1) / 3);
}

export interface PeriodReturn {
  /** The key of `periodKey`. */
  readonly key: number;
  /** Year and month (or first month) of the period's last session. */
  readonly year: number;
  readonly month: number;
  /** Positions of the first and last return of the period. */
  readonly first: number;
  readonly last: number;
  /** ∏(1+r) − 1 over the period, a fraction. */
  readonly value: number;
}

/** Compounds returns within each calendar period that has at least one, in time order. */
export function periodReturns(times: Float64Array, returns: Float64Array, period: CalendarPeriod): PeriodReturn[] {
  const found: PeriodReturn[] = [];
  for (let first = 0; first < returns.length;) {
    const end = nextPeriodTime(times[first], period);
    let last = first;
    let wealth = 1;
    for (let i = first; i < returns.length && times[i] < end; i++) {
      if (returns[i] === returns[i]) wealth *= 1 + returns[i];
      last = i;
    }
    const { year, month } = civilDate(times[last]);
    found.push({ key: periodKey(times[last], period), year, month, first, last, value: wealth - 1 });
    first = last + 1;
  }
  return found;
}

/** The first midnight that no longer belongs to the period of `time`. */
function nextPeriodTime(time: number, period: CalendarPeriod): number {
  if (period === 'week') return (periodKey(time, 'week') * 7 + 4) * DAY_MICROS;
  const { year, month } = civilDate(time);
  if (period === 'year') return civilTime(year + 1, 1, 1);
  return period === 'month' ? civilTime(year, month + 1, 1) : civilTime(year, Math.floor((month + 2) / 3) * 3 + 1, 1);
}

export interface YearRow {
  readonly year: number;
  /** Twelve fractions, January first; NaN for a month without a return. */
  readonly months: readonly number[];
  /** The whole year's return, a fraction. */
  readonly total: number;
}

/** Returns one row a year with its twelve months and total: the monthly heat map. */
export function monthlyTable(times: Float64Array, returns: Float64Array): YearRow[] {
  const months = periodReturns(times, returns, 'month');
  return periodReturns(times, returns, 'year').map(({ year, value }) => {
    const row = Array.from({ length: 12 }, () => Number.NaN);
    for (const each of months) if (each.year === year) row[each.month - 1] = each.value;
    return { year, months: row, total: value };
  });
}
