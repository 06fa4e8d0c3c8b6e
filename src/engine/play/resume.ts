/**
 * Puts a deck where an earlier run stopped: its books, its working orders, and what was due.
 */
import type { Deck } from '../deck.ts';
import { restoreDeck, type DeckState } from '../state/state.ts';

export function resumeDeck(deck: Deck, state: DeckState): void {
  restoreDeck(state, deck.parts());
  deck.restoredAt = state.at;
  deck.peakBefore = state.peak;
  deck.at = state.at;
  deck.equity.begin(deck.ledger.equity());
  deck.markets.forEach((market, index) => {
    if (market.symbol !== market.instrument.symbol) deck.happenings.renamed.set(market.symbol, index);
    for (const { type, activeAt } of market.working) {
      if (market.quoted && type.endsWith('on-close')) deck.wakes.at(activeAt, (due) => deck.venue.onClose(market, due));
    }
  });
}
