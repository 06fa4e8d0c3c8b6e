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
  const known = (at: number): boolean => at >= from && at < until;
  return {
    isOpen: (at) => (known(at) ? calendar.isOpen(at) : alwaysOpen.isOpen(at)),
    closeAfter(at) {
      if (!known(at)) return alwaysOpen.closeAfter(at);
      const index = calendar.sessionIndexAt(at);
      const { closeAt } = calendar.sessionAt(index);
      return at <= closeAt ? closeAt : calendar.sessionAt(index + 1).closeAt;
    },
    openAfter(at) {
      if (!known(at)) return alwaysOpen.openAfter(at);
      const index = calendar.sessionIndexAt(at);
      const { openAt } = calendar.sessionAt(index);
      return at <= openAt ? openAt : calendar.sessionAt(index + 1).openAt;
    },
  };
}
