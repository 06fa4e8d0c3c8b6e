/**
 * Markets that do not close by day: currencies, which rest over the weekend, and coins, which never do.
 */
import { at, onWeekdays, type CalendarRules } from '../rules.ts';

/**
 * Currencies: the week runs from Sunday 17:00 to Friday 17:00 in New York, each session from 17:00 to 17:00. Dealers
 * quote on holidays too, thinly; the calendar has none.
 */
export const FX: CalendarRules = {
  name: 'FX',
  aliases: ['FOREX', '24-5', '24/5'],
  title: 'Currencies, 24 hours on 5 days',
  zone: 'America/New_York',
  firstYear: 1971,
  lastYear: 2099,
  trades: onWeekdays,
  holidays: () => [],
  hours: () => ({ open: at(17) - at(24), close: at(17) }),
  earlyCloses: () => [],
};

/** Every day of the year, midnight to midnight UTC. */
export const ALWAYS: CalendarRules = {
  name: '24-7',
  aliases: ['24/7', 'CRYPTO', 'ALWAYS'],
  title: 'Always open',
  zone: 'UTC',
  firstYear: 1971,
  lastYear: 2099,
  trades: () => true,
  holidays: () => [],
  hours: () => ({ open: 0, close: at(24) }),
  earlyCloses: () => [],
};
