/**
 * Closed trades, first in first out, as rows of numbers; objects are made of them when somebody looks.
 */
import { Table } from '../journal/table.ts';
import type { Booking } from './booking.ts';
import type { Lot, Units } from './position.ts';

/** A closed piece of a position, one entry fill against one exit fill; or several that `merge-trades` made one. */
export interface Trade {
  readonly instrument: number;
  readonly strategy: number;
  /** Positive when it was long. In units of the instrument. */
  readonly quantity: number;
  readonly entryAt: number;
  readonly exitAt: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** Money made in the instrument's currency, before fees. */
  readonly grossProfit: number;
  /**
   * The same as it is to be judged: a contract that ended in shares counts with what it was worth then, and those shares
   * from their market price, though they were booked at the strike. Otherwise it is `grossProfit`.
   */
  readonly judgedProfit: number;
  /** Its share of the fees of its entry and exit. */
  readonly fees: number;
  /** Base currency per unit of the instrument's at entry and at exit; 1 where they are the same currency. */
  readonly entryRate: number;
  readonly exitRate: number;
  /**
   * Money made in base currency, after fees, as it is to be judged: what it cost at the rate of its entry against what it
   * brought at the rate of its exit, each fee at its own. A future costs nothing to open: its profit is paid at the exit.
   */
  readonly profitInBase: number;
  readonly entryOrder: number;
  readonly exitOrder: number;
}

/** A trade that is being put together. */
export type MutableTrade = { -readonly [Field in keyof Trade]: Trade[Field] };

interface Judged {
  readonly instrument: number;
  price: number;
}

export type SavedJudged = readonly [order: number, instrument: number, price: number];

const INSTRUMENT = 0;
const STRATEGY = 1;
const UNITS = 2;
export const ENTRY_AT = 3;
export const EXIT_AT = 4;
const ENTRY_PRICE = 5;
const EXIT_PRICE = 6;
const FEES = 7;
const ENTRY_ORDER = 8;
const EXIT_ORDER = 9;
const WIDTH = 10;

/** Of the rates, which are kept only where there are several currencies. */
const ENTRY_RATE = 0;
const EXIT_RATE = 1;
const PROFIT_IN_BASE = 2;
const RATES_WIDTH = 3;

export class TradeLog {
  private readonly table = new Table(WIDTH);
  private readonly rates: Table | undefined;
  private readonly units: readonly Units[];
  /** What the market said of orders that were booked at another price: see `judge`. */
  private readonly judged = new Map<number, Judged>();
  /** By trade: money by which its profit is to be judged higher than it was booked. */
  private readonly corrections = new Map<number, number>();

  /** `isForeign` where there are instruments of several currencies. */
  constructor(units: readonly Units[], isForeign = false) {
    this.units = units;
    this.rates = isForeign ? new Table(RATES_WIDTH) : undefined;
  }

  get length(): number {
    return this.table.length;
  }

  /** Whether there are several currencies. */
  get isForeign(): boolean {
    return this.rates !== undefined;
  }

  /** Adds what `booking` closes of a lot. */
  close(instrument: number, strategy: number, lot: Lot, booking: Booking): void {
    const { table } = this;
    const row = table.next();
    const { start } = table;
    row[start + INSTRUMENT] = instrument;
    row[start + STRATEGY] = strategy;
    row[start + UNITS] = booking.closing;
    row[start + ENTRY_AT] = lot.at;
    row[start + EXIT_AT] = booking.at;
    row[start + ENTRY_PRICE] = lot.priceUnits;
    row[start + EXIT_PRICE] = booking.priceUnits;
    row[start + FEES] = lot.fee * Math.abs(booking.closing / lot.openedUnits) + booking.closingFee;
    row[start + ENTRY_ORDER] = lot.order;
    row[start + EXIT_ORDER] = booking.order;
    const correction = this.judged.size === 0 ? 0 : this.correct(instrument, lot, booking);
    if (this.rates !== undefined) this.keepRates(this.rates, instrument, lot, booking, correction);
  }

  /** Keeps by how much the profit is to be judged higher, and returns the same in base currency. */
  private correct(instrument: number, lot: Lot, booking: Booking): number {
    const [entry, exit] = [this.judged.get(lot.order), this.judged.get(booking.order)];
    if (entry === undefined && exit === undefined) return 0;
    const { priceScale, quantityScale, multiplier } = this.units[instrument];
    const entryMove = entry === undefined ? 0 : entry.price - lot.priceUnits / priceScale;
    const exitMove = exit === undefined ? 0 : exit.price - booking.priceUnits / priceScale;
    this.corrections.set(this.length - 1, ((exitMove - entryMove) * booking.closing * multiplier) / quantityScale);
    return ((exitMove * booking.rate - entryMove * lot.rate) * booking.closing * multiplier) / quantityScale;
  }

  private keepRates(rates: Table, instrument: number, lot: Lot, booking: Booking, correction: number): void {
    const { priceScale, quantityScale, multiplier, isFuture } = this.units[instrument];
    // Who paid for what was opened did so at the rate of that day.
    const paidAt = isFuture ? booking.rate : lot.rate;
    const move = (booking.priceUnits * booking.rate - lot.priceUnits * paidAt) / priceScale;
    const gross = (move * booking.closing * multiplier) / quantityScale;
    const entryFee = lot.fee * Math.abs(booking.closing / lot.openedUnits);
    const row = rates.next();
    const { start } = rates;
    row[start + ENTRY_RATE] = lot.rate;
    row[start + EXIT_RATE] = booking.rate;
    row[start + PROFIT_IN_BASE] = gross + correction - entryFee * lot.rate - booking.closingFee * booking.rate;
  }

  /**
   * Told before an order is booked at another price than the market's, as an exercise or assignment is: `price` is what
   * the market said, in money. Trades that the order opens or closes are judged by it.
   */
  judge(order: number, instrument: number, price: number): void {
    this.judged.set(order, { instrument, price });
  }

  /** A split: what was said of positions that are still open is said in the new shares. */
  split(instrument: number, ratio: number): void {
    for (const judged of this.judged.values()) if (judged.instrument === instrument) judged.price /= ratio;
  }

  /** Plain data, given back to `restoreJudged` when a run is continued. */
  saveJudged(): readonly SavedJudged[] {
    return [...this.judged].map(([order, { instrument, price }]) => [order, instrument, price]);
  }

  restoreJudged(state: readonly SavedJudged[]): void {
    for (const [order, instrument, price] of state) this.judge(order, instrument, price);
  }

  instrumentOf(trade: number): number {
    return this.table.get(trade, INSTRUMENT);
  }
  entryAt(trade: number): number {
    return this.table.get(trade, ENTRY_AT);
  }
  exitAt(trade: number): number {
    return this.table.get(trade, EXIT_AT);
  }
  entryOrder(trade: number): number {
    return this.table.get(trade, ENTRY_ORDER);
  }
  exitOrder(trade: number): number {
    return this.table.get(trade, EXIT_ORDER);
  }

  /** Gives its memory back and is empty from here on. */
  release(): void {
    this.table.release();
    this.rates?.release();
  }

  at(trade: number): MutableTrade {
    return this.read(trade, {
      instrument: 0,
      strategy: 0,
      quantity: 0,
      entryAt: 0,
      exitAt: 0,
      entryPrice: 0,
      exitPrice: 0,
      grossProfit: 0,
      judgedProfit: 0,
      fees: 0,
      entryRate: 1,
      exitRate: 1,
      profitInBase: 0,
      entryOrder: 0,
      exitOrder: 0,
    });
  }

  /** As `at`, into an object that is there: who goes through all of a long log makes none for each. */
  read(trade: number, into: MutableTrade): MutableTrade {
    const { block, start } = this.table.locate(trade);
    const instrument = block[start + INSTRUMENT];
    const { priceScale, quantityScale, multiplier } = this.units[instrument];
    const quantity = block[start + UNITS] / quantityScale;
    const move = (block[start + EXIT_PRICE] - block[start + ENTRY_PRICE]) / priceScale;
    const grossProfit = move * quantity * multiplier;
    into.instrument = instrument;
    into.strategy = block[start + STRATEGY]!;
    into.quantity = quantity;
    into.entryAt = block[start + ENTRY_AT]!;
    into.exitAt = block[start + EXIT_AT]!;
    into.entryPrice = block[start + ENTRY_PRICE] / priceScale;
    into.exitPrice = block[start + EXIT_PRICE] / priceScale;
    into.grossProfit = grossProfit;
    into.judgedProfit = grossProfit + (this.corrections.get(trade) ?? 0);
    into.fees = block[start + FEES]!;
    into.entryOrder = block[start + ENTRY_ORDER]!;
    into.exitOrder = block[start + EXIT_ORDER]!;
    if (this.rates === undefined) into.profitInBase = into.judgedProfit - into.fees;
    else {
      into.entryRate = this.rates.get(trade, ENTRY_RATE);
      into.exitRate = this.rates.get(trade, EXIT_RATE);
      into.profitInBase = this.rates.get(trade, PROFIT_IN_BASE);
    }
    return into;
  }
}
