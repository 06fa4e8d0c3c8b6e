/**
 * The life of the option contracts on a deck: when each stops trading, and with which price it is settled.
 *
 * A contract settled at the close (PM) is settled by the last price of its underlying at or before that close. One
 * settled at the open (AM) has stopped trading the evening before, and takes the opening price of the first bar of the
 * day. Where the tape has no price on that day both take the last one before it, and the journal says so.
 */
import { contractLife } from '../../market/option/life.ts';
import type { Calendar } from '../../time/calendar.ts';
import type { Control } from '../gate/gate.ts';
import type { Journal } from '../journal/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { exerciseControl } from '../limits/collateral.ts';
import { Order, type OrderIntent } from '../orders/order.ts';
import type { OrderEntry } from '../orders/order-entry.ts';
import type { DeckVenue, MarketHours } from '../ports.ts';
import type { Finding, TapeInfo } from '../../market/tape.ts';
import { formatInstant } from '../../time/instant.ts';
import type { Conventions } from '../sim/conventions.ts';
import type { Market } from '../sim/market.ts';
import type { Wakes } from '../play/wakes.ts';
import type { Notices } from '../play/notices.ts';
import { honestOptions } from '../sim/option-models.ts';
import { Adjusting } from './adjusting.ts';
import { Assigning } from './assigning.ts';
import type { Contract, OptionBook } from './book.ts';
import type { Endings } from './endings.ts';
import { Settling } from './settling.ts';

/** What the life of contracts needs of the deck. */
export interface OptionDeck {
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly venue: DeckVenue;
  readonly markets: readonly Market[];
  readonly orders: OrderEntry;
  readonly wakes: Wakes;
  readonly conventions: Conventions;
  readonly tape: TapeInfo;
  readonly notices: Notices;
  readonly delisted: Uint8Array;
  readonly hours: readonly MarketHours[];
  readonly calendars: readonly (Calendar | undefined)[];
  readonly endings: Endings;
  /** Now. */
  readonly at: number;
}

/** Contracts that stop trading, or are settled, at one instant. */
interface Due {
  readonly tradesUntil: number;
  readonly settlesAt: number;
  readonly contracts: Contract[];
}

const MINUTE = 60_000_000;

export class OptionLife {
  readonly settling: Settling;
  readonly adjusting: Adjusting;
  private readonly assigning: Assigning;
  private readonly deck: OptionDeck;
  private readonly book: OptionBook;
  private readonly plans = new Map<string, Due>();

  constructor(deck: OptionDeck, book: OptionBook) {
    this.deck = deck;
    this.book = book;
    this.settling = new Settling(deck);
    this.adjusting = new Adjusting(deck, book, this.settling);
    const { assignment } = deck.conventions.options ?? honestOptions;
    this.assigning = new Assigning(deck, book, this.settling, assignment);
  }

  /** Plans the end of every contract. What ended before the tape began is not traded. */
  start(): void {
    // Contracts of one class and expiry live alike.
    const { plans } = this;
    for (const contract of this.book.contracts) {
      if (contract === undefined) continue;
      const { root, expiry } = contract.terms;
      const instrument = this.deck.ledger.instruments[contract.instrument];
      const key = `${root} ${expiry} ${contract.underlying} ${instrument.calendar} ${contract.terms.settledAt}`;
      const known = plans.get(key);
      if (known !== undefined) known.contracts.push(contract);
      else {
        const { tradesUntil, settlesAt } = contractLife(instrument);
        plans.set(key, { tradesUntil, settlesAt, contracts: [contract] });
      }
    }
    this.deck.wakes.untilFirst((from) => {
      for (const due of plans.values()) this.plan(due, from);
    });
    this.assigning.start();
  }

  /** The tape is over: contracts that are held and would have been settled in the session in which it ended. */
  cutOff(): readonly Finding[] {
    const { hours, ledger, at } = this.deck;
    return [...this.plans.values()].flatMap(({ settlesAt, contracts }) =>
      this.heldOf(contracts).flatMap(({ instrument, underlying }): Finding[] => {
        // No session opens in between: it is the one of its end.
        if (!(settlesAt > at && settlesAt < hours[underlying].openAfter(at))) return [];
        const { symbol } = ledger.instruments[instrument];
        const message = `the tape ends before ${symbol} does, at ${formatInstant(settlesAt)}: what is held of it is neither exercised nor lapses`;
        const value = formatInstant(at);
        return [
          {
            rule: 'before-expiry',
            severity: 'warning',
            file: this.deck.tape.source,
            row: 1,
            symbol,
            at,
            value,
            message,
          },
        ];
      }),
    );
  }

  /** A holder asks to exercise: the gate decides, and what it approves happens at once. */
  exercise(intent: OrderIntent): Order | undefined {
    const { orders, at } = this.deck;
    const approved = orders.approve(intent);
    if (!(approved instanceof Order)) {
      orders.refuse(intent, 0, approved);
      return undefined;
    }
    orders.recordSubmitted(approved);
    this.deck.venue.setNow(at);
    this.settling.exercise(this.book.of(intent.instrument), approved, at);
    return approved;
  }

  /** Controls that only decks with options need. */
  controls(): readonly Control[] {
    const { ledger } = this.deck;
    return [
      this.adjusting.control,
      exerciseControl(({ instrument, strategy, quantity }) => {
        const contract = this.book.of(instrument);
        return this.settling.obstacle(contract, strategy, quantity, ledger.marks[contract.underlying]);
      }),
    ];
  }

  /** What is assumed about options, in words. */
  get sentences(): readonly string[] {
    const { fills, assignment } = this.deck.conventions.options ?? honestOptions;
    return [
      fills.sentence,
      'Contracts are settled by the price of their underlying at expiry; one cent in the money is exercised.',
      assignment.sentence,
    ];
  }

  private plan(due: Due, from: number): void {
    const { wakes } = this.deck;
    const { tradesUntil, settlesAt } = due;
    const isMorning = tradesUntil < settlesAt;
    if (tradesUntil < from) this.stopTrading(due.contracts);
    else if (isMorning) wakes.at(tradesUntil, () => this.stopTrading(due.contracts));
    if (!isMorning && settlesAt >= from) wakes.at(settlesAt, () => this.settleAtClose(due));
    // A run that goes on from a saved state may have stopped between the open and its first price.
    if (isMorning && (settlesAt >= from || this.heldOf(due.contracts).length > 0)) {
      wakes.at(Math.max(from, settlesAt), (now) => this.awaitOpening(due, now));
    }
  }

  private settleAtClose({ contracts, settlesAt }: Due): void {
    const { ledger, markets, hours, endings, at } = this.deck;
    this.stopTrading(contracts);
    const held = this.heldOf(contracts);
    for (const underlying of new Set(held.map((contract) => contract.underlying))) {
      // A price of another session is not what the contract is settled by; there is no better one.
      if (hours[underlying].closeAfter(markets[underlying].lastAt) < settlesAt)
        endings.noteOldPrice('closing', underlying);
    }
    this.settling.expire(contracts, (underlying) => ledger.marks[underlying], at);
  }

  /** Looks once a minute whether the underlying has an opening price. */
  private awaitOpening(due: Due, now: number): void {
    const { contracts, settlesAt } = due;
    const { ledger, wakes, endings, at } = this.deck;
    const held = this.heldOf(contracts);
    if (held.length === 0) return;
    const close = this.closeOf(due);
    const underlyings = [...new Set(held.map(({ underlying }) => underlying))];
    const prices = new Map(underlyings.map((underlying) => [underlying, this.openingOf(underlying, settlesAt)]));
    const isComplete = [...prices.values()].every((price) => price === price);
    if (!isComplete && now < close) {
      wakes.at(Math.min(now + MINUTE, close), (next) => this.awaitOpening(due, next));
      return;
    }
    for (const [underlying, price] of prices) {
      if (price === price) continue;
      prices.set(underlying, ledger.marks[underlying]);
      endings.noteOldPrice('opening', underlying);
    }
    this.settling.expire(held, (underlying) => prices.get(underlying)!, at);
  }

  /** The open of the first bar that ended after `openAt`, or the first price since; NaN while there is none. */
  private openingOf(underlying: number, openAt: number): number {
    const market = this.deck.markets[underlying];
    if (!(market.lastAt > openAt)) return Number.NaN;
    return market.bar === undefined ? market.last : market.bar.open;
  }

  private closeOf({ settlesAt, contracts }: Due): number {
    return this.deck.hours[contracts[0].underlying].closeAfter(settlesAt + 1);
  }

  private heldOf(contracts: readonly Contract[]): readonly Contract[] {
    return contracts.filter(({ instrument }) => this.deck.endings.positionsIn(instrument).length > 0);
  }

  private stopTrading(contracts: readonly Contract[]): void {
    for (const { instrument } of contracts) this.deck.endings.stop(instrument, 'option.expired');
  }
}
