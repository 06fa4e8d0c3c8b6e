/**
 * Rows that should be there: sessions of the calendar without any row, and bars missing within a session.
 */
import type { Calendar } from '../../time/calendar.ts';
import { dayOf } from '../../time/civil.ts';
import { DAY, formatDate } from '../../time/instant.ts';
import type { FindingList } from './report.ts';

/** Reports each run of sessions between two rows that has none, at the row after it. */
export function checkMissingSessions(time: Float64Array, calendar: Calendar, list: FindingList): void {
  const cursor = calendar.cursor();
  const known = knownYears(calendar);
  let before = -1;
  // Most rows are in the session of the row before: of them there is nothing to say.
  let opensAt = Infinity;
  let endsAt = -Infinity;
  for (let i = 0; i < time.length; i++) {
    const at = time[i] - 1;
    if (at >= opensAt && at < endsAt) continue;
    if (!(at >= known.from && at < known.to)) {
      before = -1;
      opensAt = Infinity;
      continue;
    }
    cursor.seek(at);
    opensAt = Math.max(cursor.openAt, known.from);
    endsAt = Math.min(cursor.nextOpenAt, known.to);
    const missing = before < 0 ? 0 : cursor.index - before - 1;
    if (missing > 0) {
      const [first, last] = [calendar.sessionAt(before + 1).date, calendar.sessionAt(cursor.index - 1).date];
      const what = missing === 1 ? `session ${first} is` : `${missing} sessions ${first} … ${last} are`;
      list.add('gap', 'warning', i, `${missing} ${missing === 1 ? 'session' : 'sessions'}`, `${what} missing`);
    }
    // A row between sessions belongs to the one before; it must not hide that the next one is there.
    before = Math.max(before, cursor.index);
  }
}

/**
 * Reports sessions in which bars are missing between the open and the close: a note, since a market may rest; a
 * warning when more than half are.
 */
export function checkMissingBars(openTime: Float64Array, frame: number, calendar: Calendar, list: FindingList): void {
  const cursor = calendar.cursor();
  const known = knownYears(calendar);
  let present = 0;
  let last = -1;
  let isFirst = true;
  const close = (row: number): void => {
    if (last < 0) return;
    // A file that begins before an open begins after the session before it: nothing of that one is missing.
    const begins = isFirst && present === 0;
    isFirst = false;
    if (begins) return;
    const rest = Number.isNaN(cursor.breakStartAt) ? 0 : cursor.breakEndAt - cursor.breakStartAt;
    const expected = Math.floor((cursor.closeAt - cursor.openAt - rest) / frame);
    const missing = expected - present;
    if (missing <= 0) return;
    const value = `${missing} of ${expected} bars`;
    const severity = missing * 2 > expected ? 'warning' : 'note';
    list.add('gap', severity, row, value, `${value} are missing in the session of ${formatDate(cursor.day * DAY)}`);
  };
  // Of the session at hand: most rows are in that of the row before, and need no more than two comparisons.
  let opensAt = Infinity;
  let closesAt = Infinity;
  let endsAt = -Infinity;
  for (let i = 0; i < openTime.length; i++) {
    const at = openTime[i];
    if (!(at >= opensAt && at < endsAt)) {
      if (!(at >= known.from && at < known.to)) continue;
      // The session changes first: what is said of the old one needs its hours.
      close(i - 1);
      present = 0;
      cursor.seek(at);
      last = cursor.index;
      opensAt = Math.max(cursor.openAt, known.from);
      closesAt = cursor.closeAt;
      endsAt = Math.min(cursor.nextOpenAt, known.to);
    }
    if (at < closesAt) present++;
  }
  close(openTime.length - 1);
}

/** A calendar's first and last days need neighbours that it may not have. */
function knownYears({ rules }: Calendar): { readonly from: number; readonly to: number } {
  const from = dayOf(rules.firstYear, 1, 10) * DAY;
  const to = dayOf(rules.lastYear, 12, 20) * DAY;
  return { from, to };
}
