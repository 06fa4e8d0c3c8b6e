/**
 * Time in markets: instants, calendars with their sessions, schedules. `import … from 'tradedeck/time'`.
 */
export {
  DAY,
  formatDate,
  formatInstant,
  HOUR,
  instant,
  instantFromMillis,
  MICROSECOND,
  MILLISECOND,
  MINUTE,
  SECOND,
  type Instant,
} from './instant.ts';
export { civilOf, dayOf, formatDay, parseDay, weekdayOf, type CivilDate } from './civil.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { formatTimeFrame, parseTimeFrame, type TimeFrame, type TimeUnit } from './time-frame.ts';
export { zone, zoneNames, type Zone } from './zone.ts';
export { calendar, calendarNames } from './calendars.ts';
export { Calendar } from './calendar.ts';
export type { SessionCursor } from './cursor.ts';
export type { CalendarRules, Hours } from './rules.ts';
export type { Session, SessionColumns } from './session.ts';
export { schedule, type Schedule } from './schedule.ts';
export { parseSchedule } from './schedule-text.ts';
export {
  afterClose,
  afterOpen,
  atClock,
  atClose,
  atOpen,
  beforeClose,
  beforeOpen,
  every,
  nthSession,
  rule,
  type Period,
  type ScheduleRule,
  type SessionRule,
  type TimeRule,
} from './schedule-rule.ts';
