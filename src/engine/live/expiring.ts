/**
 * What expires soon is said before it does: contracts that are held on the session before their last, on the morning of
 * their last, and two hours before its close. Nothing is done about them here.
 */
import { formatDay } from '../../time/civil.ts';
import { DAY, HOUR } from '../../time/instant.ts';
import type { Deck } from '../deck.ts';
import { exerciseValue } from '../options/book.ts';
import type { Alerts } from './alerts.ts';

/** Raises what is held and ends soon, each stage of it once. */
export function raiseExpiring(deck: Deck, alerts: Alerts, at: number): void {
  const { ledger, markets, hours } = deck;
  const today = formatDay(Math.floor(at / DAY));
  for (const { instrument, quantity } of ledger.openPositions()) {
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
