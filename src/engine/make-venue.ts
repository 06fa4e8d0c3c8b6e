/**
 * Wires the venue into a deck: the simulated one, or the one that the deck was given.
 */
import type { Deck } from './deck.ts';
import type { DeckOptions } from './deck-options.ts';
import type { DeckVenue } from './ports.ts';
import { SimulatedVenue } from './sim/venue.ts';

/** Called while the deck is made: books, hours and timers are there, feeds and strategies are not. */
export function makeVenue(options: DeckOptions, deck: Deck): DeckVenue {
  const { conventions, ledger, journal, hours, wakes, tape } = deck;
  const { instruments } = tape;
  if (options.venue === undefined) return new SimulatedVenue(instruments, conventions, ledger, journal, deck, hours);
  return options.venue({ instruments, conventions, ledger, journal, listener: deck, hours, wakes });
}
