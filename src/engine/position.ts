/**
 * A position: open lots, first in first out, exact to the last digit.
 *
 * Every fill either adds a lot or closes the oldest lots and makes a trade of each. Prices and quantities are whole
 * units; profit is summed exactly in units of 10^-cashDecimals.
 */
import { ExactSum, fromUnits, scaleOf } from '../base/fixed.ts';
import type { Instrument } from '../market/instrument.ts';
import { decimalsOf } from '../market/instrument.ts';

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
  readonly entryReason: string;
  readonly exitReason: string;
}

interface Lot {
  /** Signed, in whole units. */
  units: number;
  readonly openedUnits: number;
  priceUnits: number;
  readonly at: number;
  readonly order: number;
  readonly reason: string;
  readonly fee: number;
}

/** How whole units of one instrument become units of money. */
export class Units {
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  readonly quantityScale: number;
  readonly priceScale: number;
  /** Money units per price unit and quantity unit. */
  readonly factor: number;
  readonly multiplier: number;

  constructor(instrument: Instrument, cashDecimals: number) {
    this.priceDecimals = instrument.priceDecimals;
    this.quantityDecimals = instrument.quantityDecimals;
    this.priceScale = scaleOf(instrument.priceDecimals);
    this.quantityScale = scaleOf(instrument.quantityDecimals);
    this.multiplier = instrument.multiplier;
    const multiplierDecimals = decimalsOf(instrument.multiplier);
    this.factor =
      Math.round(instrument.multiplier * scaleOf(multiplierDecimals)) *
      scaleOf(cashDecimals - this.priceDecimals - this.quantityDecimals - multiplierDecimals);
  }

  /** Decimals that money needs so that price times quantity is exact. */
  static cashDecimals(instruments: readonly Instrument[]): number {
    const needs = instruments.map((i) => i.priceDecimals + i.quantityDecimals + decimalsOf(i.multiplier));
    return Math.max(2, ...needs);
  }
}

export class Position {
  readonly instrument: number;
  readonly strategy: number;
  readonly units: Units;
  /** Signed, in whole units. */
  quantityUnits = 0;
  /** Signed, in shares, contracts or coins. */
  quantity = 0;
  /** Profit of closed lots before fees, exact. */
  readonly realized = new ExactSum();
  readonly fees = new ExactSum();
  private lots: Lot[] = [];
  private first = 0;

  constructor(instrument: number, strategy: number, units: Units) {
    this.instrument = instrument;
    this.strategy = strategy;
    this.units = units;
  }

  /** Average price of the open lots, NaN when flat. */
  get averagePrice(): number {
    if (this.quantityUnits === 0) return Number.NaN;
    let value = 0;
    for (let i = this.first; i < this.lots.length; i++) value += this.lots[i]!.units * this.lots[i]!.priceUnits;
    return value / this.quantityUnits / this.units.priceScale;
  }

  /** Money that the open lots cost, signed like the position. */
  get costBasis(): number {
    return this.quantityUnits === 0 ? 0 : this.averagePrice * this.quantity * this.units.multiplier;
  }

  /** When the oldest open lot was bought or sold, NaN when flat. */
  get openedAt(): number {
    return this.quantityUnits === 0 ? Number.NaN : this.lots[this.first]!.at;
  }

  /** Entry order and time of each open lot, oldest first. */
  get openLots(): readonly { readonly order: number; readonly at: number }[] {
    return this.lots.slice(this.first);
  }

  /** Applies a fill of `units` (signed). Closed lots are handed to `onTrade`. `fee` is in money. */
  fill(
    units: number,
    priceUnits: number,
    at: number,
    order: number,
    reason: string,
    fee: number,
    onTrade: (trade: Trade) => void,
  ): void {
    let remaining = units;
    while (remaining !== 0 && this.first < this.lots.length) {
      const lot = this.lots[this.first]!;
      if (lot.units > 0 === remaining > 0) break;
      const closing = lot.units > 0 ? Math.min(lot.units, -remaining) : Math.max(lot.units, -remaining);
      onTrade(this.close(lot, closing, priceUnits, at, order, reason, fee * Math.abs(closing / units)));
      lot.units -= closing;
      remaining += closing;
      if (lot.units === 0) this.first++;
    }
    if (this.first === this.lots.length && this.first > 0) {
      this.lots.length = 0;
      this.first = 0;
    } else if (this.first > 64) {
      this.lots.splice(0, this.first);
      this.first = 0;
    }
    if (remaining !== 0) {
      const share = remaining === units ? fee : fee * Math.abs(remaining / units);
      this.lots.push({ units: remaining, openedUnits: remaining, priceUnits, at, order, reason, fee: share });
    }
    this.quantityUnits += units;
    this.quantity = this.quantityUnits / this.units.quantityScale;
  }

  /**
   * Applies a split of `ratio` new for one old. Lots keep their cost; prices are rounded to the ledger's decimals.
   * Returns the fraction of a unit that is left over, to be paid out in cash, in units of the instrument (signed).
   */
  split(ratio: number): number {
    let total = 0;
    let exact = 0;
    for (let i = this.first; i < this.lots.length; i++) {
      const lot = this.lots[i]!;
      exact += lot.units * ratio;
      const units =
        i === this.lots.length - 1
          ? Math.trunc(exact + Math.sign(exact) * 1e-9) - total
          : Math.trunc(lot.units * ratio);
      lot.priceUnits = Math.round(lot.priceUnits / ratio);
      lot.units = units;
      total += units;
    }
    this.lots = this.lots.filter((lot, i) => i >= this.first && lot.units !== 0);
    this.first = 0;
    this.quantityUnits = total;
    this.quantity = fromUnits(total, this.units.quantityDecimals);
    const rest = (exact - total) / this.units.quantityScale;
    return Math.abs(rest) < 1e-9 ? 0 : rest;
  }

  private close(
    lot: Lot,
    closing: number,
    priceUnits: number,
    at: number,
    order: number,
    reason: string,
    fee: number,
  ): Trade {
    const { factor, priceScale, quantityScale, multiplier } = this.units;
    const move = priceUnits - lot.priceUnits;
    const product = move * closing;
    if (factor === 1 || Math.abs(product) > 2 ** 52) this.realized.addProduct(move, closing * factor);
    else this.realized.addProduct(product, factor);
    return {
      instrument: this.instrument,
      strategy: this.strategy,
      quantity: closing / quantityScale,
      entryAt: lot.at,
      exitAt: at,
      entryPrice: lot.priceUnits / priceScale,
      exitPrice: priceUnits / priceScale,
      grossProfit: (move / priceScale) * (closing / quantityScale) * multiplier,
      fees: lot.fee * Math.abs(closing / lot.openedUnits) + fee,
      entryOrder: lot.order,
      exitOrder: order,
      entryReason: lot.reason,
      exitReason: reason,
    };
  }
}
