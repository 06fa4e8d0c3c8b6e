/**
 * Market hours from a calendar, for the engine's port. Outside the years a calendar knows, the market counts as open.
 */
import type { Calendar } from '../time/calendar.ts';
import { alwaysOpen, type MarketHours } from './ports.ts';

const MADE = new WeakMap<Calendar, MarketHours>();

/** Returns the hours of a calendar, the same ones each time: what is found out by them can be kept with them. */
export function calendarHours(calendar: Calendar): MarketHours {
  let hours = MADE.get(calendar);
  if (hours === undefined) MADE.set(calendar, (hours = makeHours(calendar)));
  return hours;
}

function makeHours(calendar: Calendar): MarketHours {
  const { firstYear, lastYear } = calendar.rules;
  const from = Date.UTC(firstYear, 0, 8) * 1000;
  const until = Date.UTC(lastYear, 11, 20) * 1000;
  // Straight from the columns: a session as an object costs more than all the rest, and this is asked per bar.
  const closeOf = (index: number): number => {
    const { year, row } = calendar.locate(index);
    return year.sessions.closeAt[row];
  };
  const openOf = (index: number): number => {
    const { year, row } = calendar.locate(index);
    return year.sessions.openAt[row];
  };
  const known = (at: number): boolean => at >= from && at < until;
  return {
    isOpen: (at) => (known(at) ? calendar.isOpen(at) : alwaysOpen.isOpen(at)),
    closeAfter(at) {
      if (!known(at)) return alwaysOpen.closeAfter(at);
      const index = calendar.sessionIndexAt(at);
      const closeAt = closeOf(index);
      return at <= closeAt ? closeAt : closeOf(index + 1);
    },
    openAfter(at) {
      if (!known(at)) return alwaysOpen.openAfter(at);
      const index = calendar.sessionIndexAt(at);
      const openAt = openOf(index);
      return at <= openAt ? openAt : openOf(index + 1);
    },
  };
}
