/**
 * How many units of an instrument a sum of money buys, with the fee of buying them where the conventions reserve it.
 *
 * Every order toward a target comes here. What the search goes by lies in fields that stay: numbers that functions hand
 * to each other, or that a function made for the occasion remembers, are put into boxes on the heap.
 */
import { lotsIn, toLots, type Instrument } from '../../market/instrument.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Position } from '../ledger/position.ts';
import type { Conventions } from '../sim/conventions.ts';
import type { FillContext } from '../sim/models.ts';

export class Sizing {
  private readonly instrument: Instrument;
  private readonly ledger: Ledger;
  private readonly conventions: Conventions;
  private readonly held: Position;
  /** For asking what a fee would be; used again and again. */
  private readonly context: FillContext;
  /** Whole units of a lot, and of one share, contract or coin. */
  private readonly lotUnits: number;
  private readonly scale: number;
  // Not 0: what begins as a small whole number has to be made over when fractions come.
  /** Base currency per unit of the instrument's currency. */
  private rate = Number.NaN;
  /** What one unit costs, in base currency. */
  private perUnit = Number.NaN;

  constructor(instrument: Instrument, ledger: Ledger, conventions: Conventions, held: Position) {
    this.instrument = instrument;
    this.ledger = ledger;
    this.conventions = conventions;
    this.held = held;
    this.scale = held.units.quantityScale;
    this.lotUnits = Math.round(instrument.lot * this.scale);
    this.context = {
      instrument,
      side: 1,
      quantity: Number.NaN,
      price: Number.NaN,
      opening: true,
      maker: false,
      quantityBefore: 0,
      valueBefore: 0,
      high: Number.NaN,
      low: Number.NaN,
      volume: Number.NaN,
      bid: Number.NaN,
      ask: Number.NaN,
    };
  }

  /**
   * Largest whole-lot quantity whose value at `price`, and its fee where the conventions reserve it, stays within `value`
   * of base currency. Signed like `value`.
   */
  quantityWorth(value: number, price: number): number {
    const { ledger, instrument, context } = this;
    const rate = ledger.rates[ledger.currencyOf[this.held.instrument]];
    const perUnit = price * instrument.multiplier * rate;
    const shares = value / perUnit;
    if (!this.conventions.sizing.reservesFees) return toLots(instrument, shares);
    const lots = lotsIn(instrument, Math.abs(shares));
    if (lots === 0) return 0;
    this.rate = rate;
    this.perUnit = perUnit;
    context.price = price;
    const room = Math.abs(value) * (1 + 1e-12);
    const { lotUnits, scale } = this;
    const cost = this.costOf(lots);
    if (cost <= room) return toLots(instrument, shares);
    // Were its fee in proportion to its size, this would be the answer; from there it is a lot or two as a rule.
    let most = Math.min(lots, Math.floor((lots * Math.abs(value)) / cost));
    let step = 1;
    if (this.costOf(most) <= room) {
      // Steps up double while they fit.
      while (most + step < lots && this.costOf(most + step) <= room) {
        most += step;
        step *= 2;
      }
    } else {
      while (most > 0 && !(this.costOf(most) <= room)) {
        most = Math.max(0, most - step);
        step *= 2;
      }
      step /= 2;
    }
    // Then they halve.
    for (step /= 2; step >= 1; step /= 2) {
      if (most + step < lots && this.costOf(most + step) <= room) most += step;
    }
    const size = (most * lotUnits) / scale;
    return value < 0 ? -size : size;
  }

  /** Value of so many lots, and the fee of what of them is not held yet (or of what is sold for it), in base currency. */
  private costOf(lots: number): number {
    const { context } = this;
    const size = (lots * this.lotUnits) / this.scale;
    const change = size - Math.abs(this.held.quantity);
    const traded = this.conventions.sizing.reservesFees === 'sales-too' ? Math.abs(change) : Math.max(0, change);
    context.quantity = traded;
    const fee = traded === 0 ? 0 : this.conventions.fees.fee(context);
    return size * this.perUnit + fee * this.rate;
  }
}
