/**
 * A schedule on a calendar: the instants at which something is to happen, each exactly once.
 *
 * Instants come from sessions, so holidays have none, an early close moves what is timed from the close, and a day on
 * which the clocks change is a day like any other: a wall-clock time that is skipped happens when the clock has moved
 * on, one that comes twice happens the first time.
 */
import type { Calendar } from './calendar.ts';
import { calendar as calendarOf } from './calendars.ts';
import { civilOf, dayOf, nthWeekday, weekdayOf } from './civil.ts';
import type { Instant } from './instant.ts';
import type { Period, ScheduleRule } from './schedule-rule.ts';
import { parseSchedule } from './schedule-text.ts';
import type { Session } from './session.ts';
import { zone, type Zone } from './zone.ts';

export class Schedule {
  readonly rule: ScheduleRule;
  readonly calendar: Calendar;
  private readonly zone: Zone;

  constructor(rule: ScheduleRule, calendar: Calendar) {
    this.rule = rule;
    this.calendar = calendar;
    const { time } = rule;
    this.zone = time.kind === 'clock' && time.zone !== undefined ? zone(time.zone) : calendar.zone;
  }

  /** Returns the first instant of the schedule that is later than `after`. */
  next(after: number): Instant {
    // A time of day may lie in the day before or after its session, so the search starts a little early.
    for (let index = Math.max(0, this.calendar.sessionIndexAt(after) - 2); ; index++) {
      const session = this.calendar.sessionAt(index);
      if (!this.takes(session)) continue;
      const at = this.firstIn(session, after);
      if (at !== undefined) return at;
    }
  }

  /** Returns the instants from `from` (included) until `until` (not included), in order. */
  *between(from: number, until: number): Generator<Instant> {
    for (let at = this.next(from - 1); at < until; at = this.next(at)) yield at;
  }

  /** Whether the rule names this session. */
  private takes({ day, index }: Session): boolean {
    const { sessions } = this.rule;
    switch (sessions.kind) {
      case 'every-session':
        return true;
      case 'weekdays':
        return sessions.weekdays.includes(weekdayOf(day));
      case 'nth-session': {
        const [from, to] = periodOf(day, sessions.of);
        const { n } = sessions;
        const wanted = n > 0 ? this.calendar.indexFromDay(from) + n - 1 : this.calendar.indexFromDay(to) + n;
        return index === wanted;
      }
      case 'nth-weekday': {
        // The session named by a weekday of this month, or of the next when its first days are closed.
        const { year, month } = civilOf(day);
        return index === this.sessionBy(year, month) || index === this.sessionBy(year, month + 1);
      }
    }
  }

  /** The number of the session on the rule's weekday of a month, or of the one before; `undefined` without such a day. */
  private sessionBy(year: number, month: number): number | undefined {
    const { sessions } = this.rule;
    if (sessions.kind !== 'nth-weekday') return undefined;
    const day = nthWeekday(year, month, sessions.weekday, sessions.n);
    const isInMonth = day >= dayOf(year, month, 1) && day < dayOf(year, month + 1, 1);
    return isInMonth ? this.calendar.indexFromDay(day + 1) - 1 : undefined;
  }

  /** The first instant of a session that is later than `after`. */
  private firstIn(session: Session, after: number): Instant | undefined {
    const { time } = this.rule;
    switch (time.kind) {
      case 'open':
        return later((session.openAt + time.offset) as Instant, after);
      case 'close':
        return later((session.closeAt + time.offset) as Instant, after);
      case 'clock':
        return this.clockIn(session, time.clock, after);
      case 'interval':
        return intervalIn(session, time.every, after);
    }
  }

  /**
   * The first time later than `after` at which the wall clock shows `clock` within the session; when it never does, the
   * one of the trade date. A session around the clock may see the same time twice, 23 hours apart, in the spring.
   */
  private clockIn({ day, openAt, closeAt }: Session, clock: number, after: number): Instant | undefined {
    const within = [day - 1, day, day + 1]
      .map((date) => this.zone.instantAt(date, clock))
      .filter((at) => at >= openAt && at < closeAt);
    return (within.length > 0 ? within : [this.zone.instantAt(day, clock)]).find((at) => at > after);
  }
}

/** Returns a schedule from its text (or rule) on a calendar (or its name). */
export function schedule(text: string | ScheduleRule, calendar: string | Calendar): Schedule {
  return new Schedule(
    typeof text === 'string' ? parseSchedule(text) : text,
    typeof calendar === 'string' ? calendarOf(calendar) : calendar,
  );
}

function later(at: Instant, after: number): Instant | undefined {
  return at > after ? at : undefined;
}

function intervalIn(
  { openAt, closeAt, breakStartAt, breakEndAt }: Session,
  every: number,
  after: number,
): Instant | undefined {
  let at = after < openAt ? openAt : openAt + (Math.floor((after - openAt) / every) + 1) * every;
  if (breakStartAt !== undefined && breakEndAt !== undefined && at >= breakStartAt && at < breakEndAt) {
    at = openAt + Math.ceil((breakEndAt - openAt) / every) * every;
  }
  return at < closeAt ? (at as Instant) : undefined;
}

/** First day of the period that holds `day`, and of the one after. Weeks begin on Monday. */
function periodOf(day: number, period: Period): readonly [from: number, to: number] {
  const { year, month } = civilOf(day);
  switch (period) {
    case 'week': {
      const monday = day - ((weekdayOf(day) + 6) % 7);
      return [monday, monday + 7];
    }
    case 'month':
      return [dayOf(year, month, 1), dayOf(year, month + 1, 1)];
    case 'quarter': {
      const first = month - ((month - 1) % 3);
      return [dayOf(year, first, 1), dayOf(year, first + 3, 1)];
    }
    case 'year':
      return [dayOf(year, 1, 1), dayOf(year + 1, 1, 1)];
  }
}
