/**
 * Market hours from a calendar, for the engine's port. Outside the years a calendar knows, the market counts as open.
 *
 * An instrument trades in regular hours unless it says that it trades before the open and after the close too. Its
 * auctions are those of the regular hours either way.
 */
import { assert } from '../../base/assert.ts';
import type { ExtendedHours, Instrument } from '../../market/instrument.ts';
import type { Calendar } from '../../time/calendar.ts';
import { alwaysOpen, type MarketHours } from '../ports.ts';

const MADE = new WeakMap<Calendar, MarketHours>();
const EXTENDED = new WeakMap<Calendar, Map<string, MarketHours>>();

/** Returns the hours in which an instrument trades; always where it has no calendar. */
export function hoursOf({ extendedHours }: Instrument, calendar: Calendar | undefined): MarketHours {
  if (calendar === undefined) return alwaysOpen;
  return extendedHours === undefined ? calendarHours(calendar) : extended(calendar, extendedHours);
}

/** Returns the regular hours of a calendar, the same ones each time: what is found out by them can be kept with them. */
export function calendarHours(calendar: Calendar): MarketHours {
  let hours = MADE.get(calendar);
  if (hours === undefined) MADE.set(calendar, (hours = makeHours(calendar)));
  return hours;
}

/** The hours of an instrument's auctions. */
export function auctionHours(hours: MarketHours): MarketHours {
  return hours.regular ?? hours;
}

/**
 * Whether a span of time, such as a bar, lies in trading before the open or after the close that the hours do not
 * include. A day that the calendar does not know at all is not meant: data of another market are a finding, no gate.
 */
export function isOffHours(hours: MarketHours, from: number, to: number): boolean {
  if (hours.isOpen(from) || hours.isOpen(to - 1) || hours.closeAfter(from + 1) <= to) return false;
  return hours.isExtended?.(from) === true;
}

function extended(calendar: Calendar, given: ExtendedHours): MarketHours {
  let byTimes = EXTENDED.get(calendar);
  if (byTimes === undefined) EXTENDED.set(calendar, (byTimes = new Map()));
  const key = `${given.from ?? ''}–${given.to ?? ''}`;
  let hours = byTimes.get(key);
  if (hours === undefined) byTimes.set(key, (hours = makeExtended(calendar, given)));
  return hours;
}

/** The span of instants that a calendar's tables cover with a margin. */
function knownSpan({ rules: { firstYear, lastYear } }: Calendar): (at: number) => boolean {
  const from = Date.UTC(firstYear, 0, 8) * 1000;
  const until = Date.UTC(lastYear, 11, 20) * 1000;
  return (at) => at >= from && at < until;
}

function makeHours(calendar: Calendar): MarketHours {
  const known = knownSpan(calendar);
  // Straight from the columns: a session as an object costs more than all the rest, and this is asked per bar.
  const closeOf = (index: number): number => {
    const { year, row } = calendar.locate(index);
    return year.sessions.closeAt[row];
  };
  const openOf = (index: number): number => {
    const { year, row } = calendar.locate(index);
    return year.sessions.openAt[row];
  };
  return {
    isOpen: (at) => (known(at) ? calendar.isOpen(at) : alwaysOpen.isOpen(at)),
    isExtended: (at) => known(at) && calendar.isOpenExtended(at),
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

/** From the start of trading before the open to its end after the close, or the parts of that which are given. */
function makeExtended(calendar: Calendar, { from, to }: ExtendedHours): MarketHours {
  const regular = calendarHours(calendar);
  const known = knownSpan(calendar);
  const [first, last] = [from, to].map((time) => (time === undefined ? undefined : minutesOf(time)));
  const found = new Map<number, readonly [openAt: number, closeAt: number]>();
  const spanOf = (index: number): readonly [openAt: number, closeAt: number] => {
    const cached = found.get(index);
    if (cached !== undefined) return cached;
    const { year, row } = calendar.locate(index);
    const { day, openAt, closeAt, preMarketOpenAt, postMarketCloseAt } = year.sessions;
    const earliest = preMarketOpenAt[row] === preMarketOpenAt[row] ? preMarketOpenAt[row] : openAt[row];
    const latest = postMarketCloseAt[row] === postMarketCloseAt[row] ? postMarketCloseAt[row] : closeAt[row];
    const instant = (minutes: number): number => calendar.zone.instantAt(day[row], minutes * 60_000_000);
    // What is stated narrows what the market offers, and never the regular hours.
    const opens = first === undefined ? earliest : Math.min(openAt[row], Math.max(earliest, instant(first)));
    const closes = last === undefined ? latest : Math.max(closeAt[row], Math.min(latest, instant(last)));
    const span = [opens, closes] as const;
    found.set(index, span);
    return span;
  };
  return {
    regular,
    isExtended: regular.isExtended!,
    isOpen(at) {
      if (!known(at)) return alwaysOpen.isOpen(at);
      const index = calendar.sessionIndexAt(at);
      if (at >= spanOf(index + 1)[0]) return true;
      const { closeAt } = calendar.sessionAt(index);
      return at < closeAt ? regular.isOpen(at) : at < spanOf(index)[1];
    },
    closeAfter(at) {
      if (!known(at)) return alwaysOpen.closeAfter(at);
      const index = calendar.sessionIndexAt(at);
      const closes = spanOf(index)[1];
      return at <= closes ? closes : spanOf(index + 1)[1];
    },
    openAfter(at) {
      if (!known(at)) return alwaysOpen.openAfter(at);
      const next = calendar.sessionIndexAt(at) + 1;
      const opens = spanOf(next)[0];
      return at <= opens ? opens : spanOf(next + 1)[0];
    },
  };
}

function minutesOf(time: string): number {
  const match = /^(\d{2}):(\d{2})$/.exec(time);
  assert(match !== null, () => `hours are written as 07:30, was ${time}`);
  return Number(match[1]) * 60 + Number(match[2]);
}
