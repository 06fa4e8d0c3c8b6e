/**
 * What expires soon is said before it does: options that are held on the session before their last, on the morning of
 * their last, and two hours before its close; futures with each of their last six sessions, because many stop trading in
 * the morning of the last, some are delivered, and nothing rolls them. Nothing is done about them here.
 */
import { formatDay } from '../../time/civil.ts';
import { futureLife } from '../../market/future-life.ts';
import { DAY, HOUR } from '../../time/instant.ts';
import type { Deck } from '../deck.ts';
import { auctionHours } from '../feeds/hours.ts';
import { exerciseValue } from '../options/book.ts';
import type { MarketHours } from '../ports.ts';
import type { Alerts } from './alerts.ts';

const SESSIONS_BEFORE = 5;

/** Raises what is held and ends soon, each stage of it once. */
export function raiseExpiring(deck: Deck, alerts: Alerts, at: number): void {
  const { ledger, markets, hours, calendars } = deck;
  const today = formatDay(Math.floor(at / DAY));
  for (const { instrument, quantity } of ledger.openPositions()) {
    const life = futureLife(markets[instrument].instrument, calendars[instrument]);
    if (life !== undefined) {
      const sessions = sessionsUntil(life.tradesUntil, auctionHours(hours[instrument]), at);
      if (sessions > SESSIONS_BEFORE) continue;
      const left = sessions < 0 ? 'are over' : sessions === 0 ? 'end today' : `end in ${sessions}`;
      const what = `${markets[instrument].symbol}: ${quantity} held, its sessions ${left} (${life.lastTradingDate})`;
      alerts.raise('future.expiring', `${what}; nothing rolls it`, at);
      continue;
    }
    const contract = ledger.options?.contracts[instrument];
    if (contract === undefined) continue;
    const { terms, underlying } = contract;
    const clock = hours[underlying];
    const close = clock.closeAfter(at);
    const next = formatDay(Math.floor(clock.openAfter(close + 1) / DAY));
    const when =
      terms.expiry === today
        ? close - at <= 2 * HOUR
          ? 'today, in less than two hours'
          : 'today'
        : terms.expiry === next
          ? 'with the next session'
          : undefined;
    if (when === undefined) continue;
    const mark = ledger.marks[underlying];
    const worth = mark === mark ? exerciseValue(contract, mark) : Number.NaN;
    const money = worth !== worth ? 'nobody knows its worth' : worth > 0 ? 'in the money' : 'out of the money';
    alerts.raise('option.expiring', `${markets[instrument].symbol}: ${quantity} expire ${when}, ${money}`, at);
  }
}

/** How many sessions come after the present or next one until the one that closes at `last`; below 0 where it is over. */
function sessionsUntil(last: number, hours: MarketHours, at: number): number {
  let close = hours.closeAfter(at);
  if (close > last) return -1;
  let count = 0;
  for (; count <= SESSIONS_BEFORE && close < last; count++) close = hours.closeAfter(close + 1);
  return count;
}
