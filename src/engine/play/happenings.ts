/**
 * What happens to instruments outside the market: corporate actions, and who belongs to the universe.
 */
import type { CorporateAction, Dividend } from '../../market/actions.ts';
import { applyAction } from './actions.ts';
import type { Deck } from '../deck.ts';
import type { PlannedSplit } from '../feeds/derived-feed.ts';
import type { PlayedSplit } from '../ledger/excursions.ts';
import { intentLike } from '../orders/intents.ts';
import { ENTRY } from '../journal/journal.ts';
import { onlyReduces } from '../limits/reduces.ts';

/** A dividend that was paid, per share, in the instrument's own currency. */
export interface PlayedDividend {
  readonly instrument: number;
  readonly at: number;
  readonly amount: number;
}

export class Happenings {
  readonly splits: PlayedSplit[] = [];
  readonly dividends: PlayedDividend[] = [];
  /** Instruments by the names they got on the way. */
  readonly renamed = new Map<string, number>();
  private readonly deck: Deck;

  constructor(deck: Deck) {
    this.deck = deck;
  }

  /** Plans what the tape says will happen after `begun`, up to which a saved run has come. */
  plan(begun = -Infinity): void {
    for (const action of [...this.deck.tape.actions].sort((a, b) => a.at - b.at)) {
      // Half a microsecond early: instants are whole, so nothing of the action's own instant comes before it. But what is
      // delisted at a close has had that session, and its last price.
      const due = action.kind === 'delisting' ? action.at : action.at - 0.5;
      if (!(action.at <= begun)) this.deck.wakes.at(due, () => this.act(action));
    }
  }

  /** Applies a corporate action at its instant. */
  act(action: CorporateAction): void {
    const instrument =
      this.renamed.get(action.symbol) ??
      this.deck.tape.instruments.findIndex((candidate) => candidate.symbol === action.symbol);
    if (instrument < 0 || this.isInPrices(action)) return;
    if (action.kind === 'split') this.retell(instrument, action.ratio);
    if (this.deck.venue.books?.(action, instrument) === false) return;
    this.deck.single?.addSpan();
    if (action.kind === 'delisting') {
      const price = action.price ?? this.deck.ledger.marks[instrument];
      this.deck.options?.adjusting.delist(instrument, price, action.at);
      for (const positions of this.deck.ledger.positions) {
        const { strategy, quantityUnits } = positions[instrument];
        if (quantityUnits !== 0 && price === price)
          this.deck.orders.forceClose(strategy, instrument, price, 'delisted', action.at);
      }
      this.deck.venue.clear(this.deck.markets[instrument], 'delisted');
      this.deck.delisted[instrument] = 1;
      this.deck.journal.write(ENTRY.delisted, action.at, 0, instrument, 0, 0, price, 0, 0, '');
      for (const host of this.deck.hosts) host.handlers.onUniverse?.({ added: [], removed: [host.assets[instrument]] });
    } else {
      // A split would change the proportions of a package.
      if (action.kind === 'split') this.deck.venue.packages?.clear(new Set([instrument]), 'split', action.at);
      applyAction(action, instrument, this.deck.ledger, this.deck.markets[instrument], this.deck.journal);
      if (action.kind === 'split') this.split(instrument, action.ratio, action.at);
      if (action.kind === 'dividend') this.pay(instrument, action);
      if (action.kind === 'symbol-change') this.renamed.set(action.to, instrument);
      this.deck.venue.orders.dropEmpty(this.deck.markets[instrument]);
    }
    this.deck.single?.takeSpan();
  }

  /** The splits that the tape has of an instrument, under whatever name it then goes, by time. */
  splitsAhead(instrument: number): PlannedSplit[] {
    const { instruments, actions } = this.deck.tape;
    const names = new Set([instruments[instrument].symbol]);
    const splits: PlannedSplit[] = [];
    for (const action of [...actions].sort((a, b) => a.at - b.at)) {
      if (!names.has(action.symbol) || this.isInPrices(action)) continue;
      if (action.kind === 'symbol-change') names.add(action.to);
      if (action.kind === 'split') splits.push({ at: action.at, ratio: action.ratio });
    }
    return splits;
  }

  /** Lines tell what was before a split in the shares after it, whoever books it. */
  private retell(instrument: number, ratio: number): void {
    for (const feed of this.deck.feeds) if (feed.market.index === instrument) feed.split(ratio);
  }

  private split(instrument: number, ratio: number, at: number): void {
    const multiplied = this.deck.options?.adjusting.split(instrument, ratio, at) ?? [];
    for (const each of [instrument, ...multiplied]) this.splits.push({ instrument: each, at, ratio });
  }

  private pay(instrument: number, { amount, at, currency, special = false }: Dividend): void {
    const { ledger, options } = this.deck;
    const account = ledger.cash.findIndex((each) => each.currency === currency);
    const rate = account < 0 ? 1 : ledger.rates[account] / ledger.rates[ledger.currencyOf[instrument]];
    this.dividends.push({ instrument, at, amount: amount * rate });
    if (special) options?.adjusting.specialDividend(instrument, amount, at);
  }

  /** Whether adjusted prices contain the action already: it must not happen twice. */
  private isInPrices({ kind }: CorporateAction): boolean {
    const { adjustment } = this.deck.tape;
    return (kind === 'split' && adjustment !== 'raw') || (kind === 'dividend' && adjustment === 'fully-adjusted');
  }

  /** What leaves the universe can only be closed: orders that would do more end. */
  changeUniverse(added: readonly number[], removed: readonly number[], at: number): void {
    for (const instrument of added) {
      this.deck.journal.write(ENTRY.universe, at, 0, instrument, 0, 0, Number.NaN, 0, 0, 'added');
    }
    for (const instrument of removed) {
      this.deck.journal.write(ENTRY.universe, at, 0, instrument, 0, 0, Number.NaN, 0, 0, 'removed');
      const { working, scale } = this.deck.markets[instrument];
      for (const order of working.slice()) {
        const quantity = (order.units - order.filledUnits) / scale;
        if (!onlyReduces(intentLike(order, quantity), this.deck.ledger)) {
          this.deck.venue.cancel(order, 'universe.not-member');
        }
      }
    }
    for (const host of this.deck.hosts) {
      const assets = (instruments: readonly number[]) => instruments.map((instrument) => host.assets[instrument]);
      host.handlers.onUniverse?.({ added: assets(added), removed: assets(removed) });
    }
  }
}
