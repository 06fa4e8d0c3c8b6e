/**
 * When orders are taken: in the hours of the instrument, and for an auction until shortly before it.
 *
 * Hours are the calendar's, early closes and daylight saving included, so that nothing here knows a time of day.
 */
import { formatInstant } from '../../time/instant.ts';
import type { Control, Refusal } from '../gate/gate.ts';
import { auctionHours } from '../feeds/hours.ts';
import type { MarketHours } from '../ports.ts';
import { askedAgain } from './asked-again.ts';
import { refuse } from './format.ts';

export interface SessionRule {
  readonly session: 'regular' | 'extended';
  /** Minutes before the auction. */
  readonly openCutoff: number;
  readonly closeCutoff: number;
}

/**
 * Refuses orders outside the session. An order for an auction is taken until its cut-off. Where bars are all there is, what
 * is decided at the close of the last one is meant for the next open, and passes.
 */
export function sessionWindow({ session, openCutoff, closeCutoff }: SessionRule): Control {
  const isIn = (hours: MarketHours, at: number): boolean =>
    hours.isOpen(at) || (session === 'extended' && hours.isExtended?.(at) === true);
  return askedAgain({
    name: 'session',
    sentence: `Orders are taken in ${session} hours; for the opening auction until ${openCutoff}, for the closing one until ${closeCutoff} minutes before it.`,
    check(intent, { now, hours, market }) {
      const own = hours[intent.instrument];
      const { type } = intent;
      if (type === 'market-on-open' || type === 'limit-on-open') return beforeOpen(own, now, openCutoff);
      const isOpen = isIn(session === 'regular' ? auctionHours(own) : own, now);
      if (!isOpen && (market.quoted || !own.isOpen(now - 1))) {
        const next = auctionHours(own).openAfter(now);
        return refuse('session.closed', `the ${session} session is closed until ${formatInstant(next)}`);
      }
      if (type !== 'market-on-close' && type !== 'limit-on-close') return undefined;
      const auction = auctionHours(own).closeAfter(now);
      return now > auction - closeCutoff * 60e6
        ? refuse('session.cutoff', `the closing auction takes no orders within ${closeCutoff} minutes of it`)
        : undefined;
    },
  });
}

function beforeOpen(hours: MarketHours, now: number, cutoff: number): Refusal | undefined {
  const left = auctionHours(hours).openAfter(now) - now;
  return left < cutoff * 60e6
    ? refuse('session.cutoff', `the opening auction takes no orders within ${cutoff} minutes of it`)
    : undefined;
}
