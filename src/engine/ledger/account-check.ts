/**
 * The account's health after each step: ruin, margin calls, and what the end of the tape closes.
 */
import type { Deck } from '../deck.ts';
import { ENTRY } from '../journal/journal.ts';
import { liquidate } from './liquidation.ts';

export class AccountCheck {
  /** Whether anything can go wrong at all; in a plain cash account nothing can. */
  readonly isChecked: boolean;
  private readonly deck: Deck;

  constructor(deck: Deck) {
    this.deck = deck;
    const { conventions, tape } = deck;
    const hasFutures = tape.instruments.some(({ future }) => future !== undefined);
    this.isChecked = conventions.ruinEnds || conventions.margin.calls || hasFutures;
  }

  /** Checks the account's health after a bar: ruin ends the run, a shortfall of margin closes positions. */
  endsHere(at: number): boolean {
    const { deck } = this;
    deck.sync();
    if (this.deck.ledger.openPositions().length === 0) return false;
    const equity = this.deck.ledger.equity();
    if (this.deck.conventions.ruinEnds && equity <= 0) {
      this.closeAll('ruin', at);
      const { ledger, journal } = deck;
      const given = ledger.move(0, -ledger.cashValue(), 'other');
      const left = ledger.cash[0].amount;
      if (given !== 0)
        journal.write(ENTRY.cash, at, 0, -1, 0, 0, Number.NaN, given, left, 'debt written off after ruin');
      deck.ruinedAt = at;
      if (deck.single === undefined) deck.equity.add(at, 0);
      else deck.single.takeSpan();
      return true;
    }
    const kept = this.deck.conventions.margin.maintenance(this.deck.ledger);
    if (equity * (1 + this.deck.conventions.marginBuffer) < kept) liquidate(this.deck, at);
    return false;
  }

  /** Closes every position at its last price. */
  private closeAll(reason: string, at: number): void {
    for (const position of this.deck.ledger.openPositions().slice()) {
      this.deck.orders.forceClose(
        position.strategy,
        position.instrument,
        this.deck.ledger.marks[position.instrument],
        reason,
        at,
      );
    }
  }

  closeAtEnd(): void {
    const rule = this.deck.conventions.end;
    if (rule === 'keep' || this.deck.ruinedAt !== undefined) return;
    for (const position of this.deck.ledger.openPositions().slice()) {
      const feed = this.deck.feeds.find(({ market, executes }) => executes && market.index === position.instrument);
      const mark = this.deck.ledger.marks[position.instrument];
      const isAtOpen = rule === 'close-at-last-open' && feed !== undefined;
      const row = feed === undefined ? 0 : feed.end - 1;
      // What has quotes and no bars is closed at its last price.
      const price = isAtOpen ? feed.columns.open[row] : mark;
      const at = feed === undefined ? this.deck.at : isAtOpen ? feed.columns.openTime[row] : feed.columns.time[row];
      this.deck.orders.forceClose(position.strategy, position.instrument, price, 'end of tape', at);
    }
    this.deck.equity.amendLast(this.deck.ledger.equity());
  }
}
