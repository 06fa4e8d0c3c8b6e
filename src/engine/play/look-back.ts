/**
 * Finds how far prices went for and against what was held, once the rows of a slice are played.
 */
import type { Deck } from '../deck.ts';
import { openEntries } from '../ledger/excursions.ts';

export function lookBack({ excursions, feeds, ledger, happenings }: Deck, isLast = false): void {
  const played = feeds.filter((feed) => feed.executes);
  // Without bars there are no highs and lows: one look when all is over is enough.
  if (played.length === 0 && !isLast) return;
  excursions.add(played, ledger.trades, openEntries(ledger), happenings.splits);
}
