/**
 * How old delayed quotes are, in words. A vendor's file stays where it is over nights, weekends and outages, and says
 * "a quarter of an hour" of what is days old unless somebody looks at the clock.
 */
import { calendar } from '../../time/calendars.ts';
import { DAY, formatInstant, HOUR, MINUTE } from '../../time/instant.ts';

/** A file is written anew every few seconds while the market is open: one that is older than this is left from then. */
const FRESH = 10 * MINUTE;

/**
 * Says how old delayed quotes are: those of a file that was written at `at`, looked at `now`. What is left from another
 * session, or from later than now, is said in capitals: nobody can trade at it.
 */
export function ageOfQuotes(at: number, delayMinutes: number, now: number): string {
  const delay = `${delayMinutes} minutes old`;
  if (now < at - FRESH) {
    return `${delay} when they were written, IN THE FUTURE by the clock of this machine (${formatInstant(now)})`;
  }
  const age = now - at;
  if (age <= FRESH) return delay;
  const market = calendar('XNYS');
  const since = market.sessionIndexAt(now) - market.sessionIndexAt(at);
  const [unit, name] = age >= 2 * DAY ? [DAY, 'days'] : age >= 2 * HOUR ? [HOUR, 'hours'] : [MINUTE, 'minutes'];
  const told = `${delay} when they were written ${Math.floor(age / unit)} ${name} ago`;
  if (since > 0) return `${told}, STALE: ${since} ${since === 1 ? 'session has' : 'sessions have'} opened since`;
  return market.isOpen(now) ? `${told}, STALE: the market is open` : told;
}
