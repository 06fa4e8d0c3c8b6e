/**
 * The calendars there are, by name: market codes (ISO 10383) where they exist, and the names people use.
 */
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';
import { Calendar } from './calendar.ts';
import { ALWAYS, FX } from './calendars/around-the-clock.ts';
import { CMES, XCBF } from './calendars/chicago.ts';
import { XHKG } from './calendars/xhkg.ts';
import { XLON } from './calendars/xlon.ts';
import { XCBO, XCBO_INDEX, XNYS } from './calendars/xnys.ts';
import { XTKS } from './calendars/xtks.ts';
import type { CalendarRules } from './rules.ts';

const RULES: readonly CalendarRules[] = [XNYS, XCBO, XCBO_INDEX, XCBF, CMES, XLON, XTKS, XHKG, FX, ALWAYS];

const BY_NAME = new Map<string, CalendarRules>(
  RULES.flatMap((rules) => [rules.name, ...rules.aliases].map((name) => [name.toLowerCase(), rules] as const)),
);

const BUILT = new Map<CalendarRules, Calendar>();

/** Returns the calendar of a name (`XNYS`, `nasdaq`, `24-7` …), the same object each time; else a `Fault`. */
export function calendar(name: string): Calendar {
  const rules = BY_NAME.get(name.toLowerCase());
  if (rules === undefined) {
    const names = RULES.flatMap((known) => [known.name, ...known.aliases]);
    const hint = didYouMean(name, names) ?? `known: ${calendarNames().join(', ')}`;
    throw new Fault('calendar.unknown', `no calendar ${show(name)}`, {}, hint);
  }
  let built = BUILT.get(rules);
  if (built === undefined) {
    built = new Calendar(rules);
    BUILT.set(rules, built);
  }
  return built;
}

/** Returns the calendars' names, without aliases. */
export function calendarNames(): string[] {
  return RULES.map((rules) => rules.name);
}
