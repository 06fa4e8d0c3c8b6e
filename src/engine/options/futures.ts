/**
 * The end of futures at a simulated venue: what is held at the close of the last session is settled in cash at the last
 * price. Contracts that are delivered are settled the same way, with a note: nothing here can take or give the goods.
 */
import { futureLife, type FutureLife } from '../../market/future-life.ts';
import { ENTRY } from '../journal/journal.ts';
import type { OptionDeck } from './life.ts';

interface Due extends FutureLife {
  readonly instrument: number;
}

export class Futures {
  private readonly deck: OptionDeck;
  private readonly due: readonly Due[];

  constructor(deck: OptionDeck) {
    this.deck = deck;
    this.due = deck.tape.instruments.flatMap((each, instrument) => {
      const life = futureLife(each, deck.calendars[instrument]);
      return life === undefined ? [] : [{ ...life, instrument }];
    });
  }

  /** Plans the end of every contract. What ended before the tape began is not traded. */
  start(): void {
    const { wakes, endings } = this.deck;
    wakes.untilFirst((from) => {
      for (const due of this.due) {
        const isHeld = endings.positionsIn(due.instrument).length > 0;
        if (due.tradesUntil < from && !isHeld) endings.stop(due.instrument, 'future.expired');
        else wakes.at(Math.max(from, due.tradesUntil), () => this.settle(due));
      }
    });
  }

  get isAny(): boolean {
    return this.due.length > 0;
  }

  /** The tape is over: contracts in whose last session it ended, as many stop trading hours before its close, end too. */
  endWithTape(): void {
    const { at } = this.deck;
    for (const due of this.due) if (due.opensAt < at && at < due.tradesUntil) this.settle(due);
  }

  /** What is assumed, in words; nothing where no future ends. */
  get sentences(): readonly string[] {
    if (!this.isAny) return [];
    const delivered = this.due.flatMap(({ instrument }) => {
      const { symbol, future } = this.deck.ledger.instruments[instrument];
      return future!.settlement === 'physical' ? [symbol] : [];
    });
    return [
      'A future held at the close of its last session is settled in cash at its last price, free of fees; none is delivered.',
      ...(delivered.length === 0 ? [] : [`Held to their end, ${delivered.join(', ')} would be delivered at a broker.`]),
    ];
  }

  private settle({ instrument, opensAt }: Due): void {
    const { ledger, markets, endings, journal, at } = this.deck;
    endings.stop(instrument, 'future.expired');
    const positions = endings.positionsIn(instrument);
    if (positions.length === 0) return;
    const { symbol, future, priceDecimals } = ledger.instruments[instrument];
    if (!(markets[instrument].lastAt > opensAt)) endings.noteOldPrice('closing', instrument);
    const scale = 10 ** priceDecimals;
    const price = Math.round(ledger.marks[instrument] * scale) / scale;
    for (const position of positions) {
      const { strategy, quantity, averagePrice, units } = position;
      const amount = Math.round((price - averagePrice) * quantity * units.multiplier * 1e9) / 1e9;
      const reason = `expired, settled at ${price}`;
      endings.close(position, price, reason, at);
      endings.tell(instrument, strategy, {
        kind: 'settled',
        quantity,
        price,
        amount,
        strike: Number.NaN,
        shares: 0,
        reason,
        time: at,
      });
      if (future!.settlement !== 'physical') continue;
      const way = quantity > 0 ? 'delivered to' : 'to be delivered by';
      const text = `${Math.abs(quantity)} ${symbol} would have been ${way} the account: they are settled in cash instead`;
      journal.write(ENTRY.note, at, 0, instrument, strategy, 0, price, 0, 0, text);
    }
  }
}
