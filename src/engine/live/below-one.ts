/**
 * Targets that are worth less than one contract: such a strategy can never trade, and no order says so. People hear of it
 * once in a session for each strategy and symbol, and not with every bar.
 */
import type { Deck } from '../deck.ts';
import type { Alerts } from './alerts.ts';

/** Of a strategy that spreads over hundreds of symbols the first are enough to see what is wrong. */
const SYMBOLS_MAX = 3;

export class BelowOne {
  private readonly deck: Deck;
  private readonly alerts: Alerts;
  /** What was told, by strategy and instrument, and what its message begins with. */
  private readonly told = new Map<string, { readonly strategy: number; readonly instrument: number; about: string }>();
  private readonly counts = new Map<number, number>();

  constructor(deck: Deck, alerts: Alerts) {
    this.deck = deck;
    this.alerts = alerts;
    const hear: Deck['notices']['belowOne'] = (strategy, instrument, value) => this.hear(strategy, instrument, value);
    deck.notices.belowOne = hear;
  }

  /** After an input: what is held by now was traded after all. */
  look(at: number): void {
    if (this.told.size === 0) return;
    for (const one of this.told.values()) {
      const { strategy, instrument, about } = one;
      if (about === '' || this.deck.ledger.positions[strategy][instrument].quantityUnits === 0) continue;
      this.alerts.settle('size.below-one', about, at);
      one.about = '';
    }
  }

  private hear(strategy: number, instrument: number, value: number): void {
    const key = `${strategy}/${instrument}`;
    const count = this.counts.get(strategy) ?? 0;
    if (count >= SYMBOLS_MAX || this.told.has(key)) return;
    this.counts.set(strategy, count + 1);
    const { ledger, hosts, markets, at } = this.deck;
    const { symbol, instrument: terms } = markets[instrument];
    const rate = ledger.rates[ledger.currencyOf[instrument]];
    const least = terms.lot * ledger.marks[instrument] * terms.multiplier * rate;
    const about = `${hosts[strategy].definition.name} wants ${symbol} for `;
    this.told.set(key, { strategy, instrument, about });
    const unit = terms.lot === 1 ? 'one' : `${terms.lot}, the least that is traded,`;
    this.alerts.raise(
      'size.below-one',
      `${about}${value.toFixed(2)}, and ${unit} is worth ${least.toFixed(2)} ${ledger.cash[0].currency}: it sends no order`,
      at,
    );
  }
}
