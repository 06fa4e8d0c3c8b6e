/**
 * The end of a contract, option or future: what works in it is canceled, a position is closed at what it is worth, and
 * nothing new is taken, by name. At a broker, who brings the end about, only the last of these is done here.
 */
import { contractLife } from '../../market/option/life.ts';
import { futureLife } from '../../market/future-life.ts';
import type { Finding } from '../../market/tape.ts';
import { formatInstant } from '../../time/instant.ts';
import type { Control } from '../gate/gate.ts';
import { ENTRY } from '../journal/journal.ts';
import type { Position } from '../ledger/position.ts';
import { refuse } from '../limits/format.ts';
import type { ContractEvent } from '../strategy/strategy.ts';
import { Futures } from './futures.ts';
import type { OptionDeck, OptionLife } from './life.ts';

/** What became of a position in a contract, as the journal has it and its strategy is told. */
export interface Told extends Pick<ContractEvent, 'quantity' | 'price' | 'strike' | 'shares' | 'reason' | 'time'> {
  readonly kind: Exclude<ContractEvent['kind'], 'adjusted'>;
  /** Money that it brought (above 0) or took. */
  readonly amount: number;
  /** The order that closed it, where the entry names one. */
  readonly order?: number;
}

export class Endings {
  private readonly deck: OptionDeck;
  /** Instruments that trade no longer. */
  private readonly over = new Set<number>();
  /** When they trade no longer, of those that were asked for. */
  private readonly ends: number[] = [];
  /** Those that end here. */
  private futures: Futures | undefined = undefined;
  private options: OptionLife | undefined = undefined;
  /** What its end has shown of the tape. */
  findings: readonly Finding[] = [];

  constructor(deck: OptionDeck) {
    this.deck = deck;
  }

  /** Plans the ends of all contracts, as a simulated venue brings them about. */
  start(options: OptionLife | undefined): void {
    options?.start();
    this.options = options;
    this.futures = new Futures(this.deck);
    this.futures.start();
  }

  /** Whether the end of the tape may be that of a contract. */
  get mayEndWithTape(): boolean {
    return this.futures?.isAny === true;
  }

  /** The tape is over: futures in whose last session it ended, end too; of options that are held this is said. */
  endWithTape(): void {
    this.futures?.endWithTape();
    this.findings = this.options?.cutOff() ?? [];
  }

  get sentences(): readonly string[] {
    return this.futures?.sentences ?? [];
  }

  /** A contract trades no longer: what works in it ends, `code` says why. */
  stop(instrument: number, code: 'option.expired' | 'future.expired'): void {
    const { markets, venue } = this.deck;
    const market = markets[instrument];
    if (market.working.length > 0) venue.clear(market, code);
    this.refuse(instrument);
  }

  /** Takes no more orders in a contract that has ended. */
  refuse(instrument: number): void {
    this.deck.delisted[instrument] = 1;
    this.over.add(instrument);
  }

  /** Positions of every strategy in an instrument. */
  positionsIn(instrument: number): Position[] {
    return this.deck.ledger.positions.map((own) => own[instrument]).filter(({ quantity }) => quantity !== 0);
  }

  /** Closes a position, or so many contracts of it, at a price and without a fee. Returns the id of the order. */
  close(
    position: Position,
    price: number,
    reason: string,
    at: number,
    contracts = Math.abs(position.quantity),
  ): number {
    const { strategy, instrument, quantity } = position;
    return this.deck.orders.force(strategy, instrument, quantity > 0 ? -1 : 1, contracts, price, reason, at, true);
  }

  /** Writes down what became of a position, and tells its strategy. */
  tell(instrument: number, strategy: number, { amount, order = 0, ...event }: Told): void {
    const { journal, notices } = this.deck;
    const { kind, quantity, price, shares, reason, time } = event;
    journal.write(ENTRY[kind], time, order, instrument, strategy, quantity, price, amount, shares, reason);
    notices.contract(strategy, instrument, event);
  }

  /** Notes that a contract is settled by a price that is not of its last session, when there is no better one. */
  noteOldPrice(which: 'opening' | 'closing', instrument: number): void {
    const { ledger, journal, at } = this.deck;
    const text = `no ${which} price on the day of settlement: the last one is taken`;
    journal.write(ENTRY.note, at, 0, instrument, 0, 0, ledger.marks[instrument], 0, 0, text);
  }

  get control(): Control {
    const check: Control['check'] = ({ instrument }, { ledger, now, isForBroker }) => {
      // A broker tells of the end hours after it.
      const isPast = isForBroker === true && now >= this.tradesUntil(instrument);
      if (!isPast && !this.over.has(instrument)) return undefined;
      return refuse('symbol.expired', `${ledger.instruments[instrument].symbol} ${this.endOf(instrument)}`);
    };
    return { name: 'expired', sentence: 'Contracts take no orders after their last trading.', check, again: check };
  }

  private endOf(instrument: number): string {
    return `has expired: it traded until ${formatInstant(this.tradesUntil(instrument))}`;
  }

  /** First instant at which a contract trades no longer; Infinity of what does not end. */
  private tradesUntil(instrument: number): number {
    const known = this.ends[instrument];
    if (known !== undefined) return known;
    const { tape, calendars } = this.deck;
    const own = tape.instruments[instrument];
    const life = futureLife(own, calendars[instrument]) ?? (own.option === undefined ? undefined : contractLife(own));
    return (this.ends[instrument] = life?.tradesUntil ?? Infinity);
  }
}
