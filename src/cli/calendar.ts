/**
 * `tradedeck calendar`: when the sessions of a market open and close, which are short and which days are holidays, so that
 * nobody has to guess what a scheduler will meet.
 */
import { calendar } from '../time/calendars.ts';
import { formatDay, parseDay, SATURDAY, SUNDAY, weekdayOf } from '../time/civil.ts';
import { formatInstant, instantFromMillis } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { tableText } from './table.ts';
import { print, styled } from './terminal.ts';

export interface CalendarFlags {
  readonly date?: string;
  readonly days?: number;
  readonly json?: boolean;
}

const DAYS = 10;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Shows days of a market from a date, today when none is named; weekends are left out. */
export function showCalendar(name: string | undefined, flags: CalendarFlags): ExitCode {
  const market = calendar(name ?? 'XNYS');
  const { zone } = market;
  const from = flags.date === undefined ? zone.dayAt(instantFromMillis(Date.now())) : parseDay(flags.date);
  const days = Array.from({ length: flags.days ?? DAYS }, (_, i) => from + i)
    .map((day) => ({ day, session: market.session(day) }))
    .filter(({ day, session }) => session !== undefined || ![SATURDAY, SUNDAY].includes(weekdayOf(day)));
  if (flags.json === true) {
    const told = days.map(({ day, session }) => ({
      date: formatDay(day),
      open: session === undefined ? null : formatInstant(session.openAt),
      close: session === undefined ? null : formatInstant(session.closeAt),
      early: session?.isEarlyClose === true,
    }));
    print(JSON.stringify({ calendar: market.rules.name, zone: zone.name, days: told }, undefined, 2));
    return EXIT.ok;
  }
  const clock = (at: number): string =>
    new Date(at / 1000).toLocaleTimeString('en-GB', { timeZone: zone.name, hour: '2-digit', minute: '2-digit' });
  const rows = days.map(({ day, session }) => {
    const date = `${WEEKDAYS[weekdayOf(day)]} ${formatDay(day)}`;
    if (session === undefined) return [date, 'no session', '', '', ''];
    const { openAt, closeAt, isEarlyClose } = session;
    return [
      date,
      clock(openAt),
      clock(closeAt),
      `${formatInstant(openAt)} to ${formatInstant(closeAt)}`,
      isEarlyClose ? 'an early close' : '',
    ];
  });
  print(`${market.rules.name}, by the clock of ${zone.name}`);
  if (rows.length === 0) print(styled('dim', 'no session in these days'));
  else for (const line of tableText([['day', 'opens', 'closes', 'UTC', ''], ...rows], Infinity)) print(line);
  return EXIT.ok;
}
