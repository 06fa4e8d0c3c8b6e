/**
 * What a broker books without telling it, read from its books: deliveries and expiries of contracts, splits, and money.
 */
import type { Deck } from '../../deck.ts';
import type { Activities } from './activities.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import type { Difference } from './reconcile.ts';
import type { Snapshot } from '../broker/reports.ts';
import { unbooked } from './unbooked.ts';
import { UnbookedCash, type SavedCash } from './unbooked-cash.ts';
import { UnbookedSplits, type SavedHolding } from './unbooked-splits.ts';

export interface SavedUntold {
  readonly holdings: readonly SavedHolding[];
  readonly cash: SavedCash;
}

export class Untold {
  private readonly deck: Deck;
  private readonly venue: BrokerVenue;
  private readonly splits: UnbookedSplits;
  private readonly cash: UnbookedCash;

  constructor(deck: Deck, venue: BrokerVenue, saved?: SavedUntold) {
    this.deck = deck;
    this.venue = venue;
    this.splits = new UnbookedSplits(deck, venue, saved?.holdings);
    this.cash = new UnbookedCash(deck, venue, saved?.cash);
  }

  save(): SavedUntold {
    return { holdings: this.splits.save(), cash: this.cash.save() };
  }

  /** Books what positions tell, before they are compared with ours. */
  book(books: Snapshot, activities: Activities, at: number): void {
    // A split changes what contracts deliver: it comes first.
    for (const activity of this.splits.read(books, at)) activities.take(activity, at);
    for (const activity of unbooked(books, this.deck, this.venue, at)) activities.take(activity, at);
  }

  /** Positions were compared: where all agree, cash is looked at. */
  compared(books: Snapshot, differences: readonly Difference[], at: number): void {
    if (differences.length === 0) this.cash.read(books, at);
  }
}
