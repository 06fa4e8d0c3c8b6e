/**
 * Early assignment: once per session, at its close, each American contract that is sold is shown to the model.
 */
import { daysToExpiry } from '../../market/option/life.ts';
import { formatDay } from '../../time/civil.ts';
import { DAY } from '../../time/instant.ts';
import type { MarketHours } from '../ports.ts';
import type { AssignmentModel } from '../sim/assignment.ts';
import type { Contract, OptionBook } from './book.ts';
import type { OptionDeck } from './life.ts';
import type { Settling } from './settling.ts';

interface ComingDividend {
  readonly at: number;
  readonly amount: number;
}

export class Assigning {
  private readonly deck: OptionDeck;
  private readonly book: OptionBook;
  private readonly settling: Settling;
  private readonly model: AssignmentModel;
  /** Dividends of each underlying, as the tape has them: they are announced before their day. */
  private readonly dividends = new Map<number, ComingDividend[]>();

  constructor(deck: OptionDeck, book: OptionBook, settling: Settling, model: AssignmentModel) {
    this.deck = deck;
    this.book = book;
    this.settling = settling;
    this.model = model;
    const { instruments, actions, adjustment } = deck.tape;
    // On prices that contain dividends no share falls on its ex-date, so nobody exercises for it.
    if (adjustment === 'fully-adjusted') return;
    for (const action of actions) {
      if (action.kind !== 'dividend' || action.special === true) continue;
      const underlying = instruments.findIndex(({ symbol }) => symbol === action.symbol);
      if (!book.on.has(underlying)) continue;
      const own = this.dividends.get(underlying) ?? [];
      own.push({ at: action.at, amount: action.amount });
      this.dividends.set(underlying, own);
    }
  }

  /** Looks at the close of every session of the underlyings of American options. */
  start(): void {
    const { hours, wakes } = this.deck;
    const american = [...this.book.on].filter(([, contracts]) =>
      contracts.some(({ terms }) => terms.style === 'american'),
    );
    const clocks = Map.groupBy(american, ([underlying]) => hours[underlying]);
    for (const [clock, groups] of clocks) {
      const underlyings = new Set(groups.map(([underlying]) => underlying));
      const look = (close: number): void => {
        this.look(underlyings, clock, close);
        wakes.at(clock.closeAfter(close + 1), look);
      };
      wakes.untilFirst((from) => wakes.at(clock.closeAfter(from), look));
    }
  }

  private look(underlyings: ReadonlySet<number>, clock: MarketHours, at: number): void {
    const { ledger, delisted } = this.deck;
    for (const position of ledger.openPositions().slice()) {
      const contract = this.book.contracts[position.instrument];
      if (contract === undefined || position.quantity >= 0 || contract.terms.style !== 'american') continue;
      if (!underlyings.has(contract.underlying) || delisted[contract.instrument] === 1) continue;
      const reason = this.reasonFor(contract, clock, at);
      if (reason === undefined) continue;
      const price = ledger.marks[contract.underlying];
      this.settling.assign(contract, position, -position.quantity, price, `assigned early: ${reason}`, at);
    }
  }

  private reasonFor(contract: Contract, clock: MarketHours, at: number): string | undefined {
    const { ledger, markets } = this.deck;
    const { instrument, underlying, terms, strike, isAdjusted } = contract;
    const market = markets[instrument];
    const spot = ledger.marks[underlying];
    // What delivers something odd has another parity than the model knows.
    if (isAdjusted || spot !== spot) return undefined;
    // A price of another session says nothing about time value now.
    const isNew = clock.closeAfter(market.quoted ? market.quotedAt : market.lastAt) === at;
    const nextEnd = clock.closeAfter(clock.openAfter(at + 1) + 1);
    const coming = this.dividends.get(underlying)?.find((each) => each.at > at && each.at <= nextEnd);
    return this.model.assigns({
      right: terms.right,
      strike,
      underlying: spot,
      price: isNew ? ledger.marks[instrument] : Number.NaN,
      ask: isNew ? market.ask : Number.NaN,
      days: daysToExpiry(terms.expiry, formatDay(Math.floor(at / DAY))),
      dividend: coming?.amount ?? 0,
    });
  }
}
