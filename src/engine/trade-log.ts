/**
 * Closed trades, first in first out, as rows of numbers; objects are made of them when somebody looks.
 */
import { Table } from './table.ts';
import type { Units } from './position.ts';

/** A closed piece of a position: one entry fill against one exit fill. */
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
  /** Its share of the fees of its entry and exit. */
  readonly fees: number;
  readonly entryOrder: number;
  readonly exitOrder: number;
}

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

export class TradeLog {
  private readonly table = new Table(WIDTH);
  private readonly units: readonly Units[];

  constructor(units: readonly Units[]) {
    this.units = units;
  }

  get length(): number {
    return this.table.length;
  }

  /** Adds a closed piece: `units` signed like the position it was, prices in whole units, `fees` in money. */
  add(
    instrument: number,
    strategy: number,
    units: number,
    entryAt: number,
    exitAt: number,
    entryPrice: number,
    exitPrice: number,
    fees: number,
    entryOrder: number,
    exitOrder: number,
  ): void {
    const { table } = this;
    const row = table.next();
    const { start } = table;
    row[start + INSTRUMENT] = instrument;
    row[start + STRATEGY] = strategy;
    row[start + UNITS] = units;
    row[start + ENTRY_AT] = entryAt;
    row[start + EXIT_AT] = exitAt;
    row[start + ENTRY_PRICE] = entryPrice;
    row[start + EXIT_PRICE] = exitPrice;
    row[start + FEES] = fees;
    row[start + ENTRY_ORDER] = entryOrder;
    row[start + EXIT_ORDER] = exitOrder;
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

  /** Gives its memory back and is empty from here on. */
  release(): void {
    this.table.release();
  }

  at(trade: number): Trade {
    const { block, start } = this.table.locate(trade);
    const instrument = block[start + INSTRUMENT];
    const { priceScale, quantityScale, multiplier } = this.units[instrument];
    const quantity = block[start + UNITS] / quantityScale;
    const move = (block[start + EXIT_PRICE] - block[start + ENTRY_PRICE]) / priceScale;
    return {
      instrument,
      strategy: block[start + STRATEGY],
      quantity,
      entryAt: block[start + ENTRY_AT],
      exitAt: block[start + EXIT_AT],
      entryPrice: block[start + ENTRY_PRICE] / priceScale,
      exitPrice: block[start + EXIT_PRICE] / priceScale,
      grossProfit: move * quantity * multiplier,
      fees: block[start + FEES],
      entryOrder: block[start + ENTRY_ORDER],
      exitOrder: block[start + EXIT_ORDER],
    };
  }
}
