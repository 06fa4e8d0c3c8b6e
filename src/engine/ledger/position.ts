/**
 * A position: open lots, first in first out, exact to the last digit.
 *
 * Every fill either adds a lot or closes the oldest lots and makes a trade of each. Prices and quantities are whole
 * units; profit is summed exactly in units of 10^-cashDecimals.
 */
import { ExactSum, fromUnits, scaleOf } from '../../base/fixed.ts';
import type { Instrument } from '../../market/instrument.ts';
import { decimalsOf } from '../../market/instrument.ts';
import type { Booking } from './booking.ts';
import type { TradeLog } from './trade-log.ts';

/** An open piece of a position. Lots are used again: a position that opens and closes allocates nothing. */
export class Lot {
  /** Signed, in whole units. */
  units = Number.NaN;
  openedUnits = Number.NaN;
  /** A whole number until a split divides it. */
  priceUnits = Number.NaN;
  /** What it cost since a split, in whole units of price times quantity; NaN where that is price times units. */
  cost = Number.NaN;
  at = Number.NaN;
  order = 0;
  fee = Number.NaN;
  /** Base currency per unit of the instrument's, when it was opened. */
  rate = 1;
}

type SavedLot = Readonly<Omit<Lot, 'cost'> & Partial<Pick<Lot, 'cost'>>>;

/** A position as plain data. */
export interface SavedPosition {
  readonly instrument: number;
  readonly strategy: number;
  /** Exact, in the ledger's smallest units, as text. */
  readonly realized: string;
  readonly fees: string;
  /** `cost` is left out where no split has divided the price. */
  readonly lots: readonly SavedLot[];
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
  readonly isFuture: boolean;

  constructor(instrument: Instrument, cashDecimals: number) {
    this.priceDecimals = instrument.priceDecimals;
    this.quantityDecimals = instrument.quantityDecimals;
    this.priceScale = scaleOf(instrument.priceDecimals);
    this.quantityScale = scaleOf(instrument.quantityDecimals);
    this.multiplier = instrument.multiplier;
    this.isFuture = instrument.future !== undefined;
    const multiplierDecimals = decimalsOf(instrument.multiplier);
    this.factor =
      Math.round(instrument.multiplier * scaleOf(multiplierDecimals)) *
      scaleOf(cashDecimals - this.priceDecimals - this.quantityDecimals - multiplierDecimals);
  }

  /** Decimals that money needs so that price times quantity is exact. */
  static cashDecimals(instruments: readonly Instrument[]): number {
    // A chain of years has more contracts than a call takes arguments.
    return instruments.reduce(
      (most, each) => Math.max(most, each.priceDecimals + each.quantityDecimals + decimalsOf(each.multiplier)),
      2,
    );
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
    for (let i = this.first; i < this.lots.length; i++) value += costOf(this.lots[i]);
    return value / this.quantityUnits / this.units.priceScale;
  }

  /** Money that the open lots cost, signed like the position. */
  get costBasis(): number {
    return this.quantityUnits === 0 ? 0 : this.averagePrice * this.quantity * this.units.multiplier;
  }

  /** When the oldest open lot was bought or sold, NaN when flat. */
  get openedAt(): number {
    return this.quantityUnits === 0 ? Number.NaN : this.lots[this.first].at;
  }

  /** Entry order and time of each open lot, oldest first. */
  get openLots(): readonly { readonly order: number; readonly at: number }[] {
    return this.lots.slice(this.first);
  }

  /** Applies a fill. Closed lots are written to `trades`. */
  fill(booking: Booking, trades: TradeLog): void {
    const { units, fee } = booking;
    let remaining = units;
    while (remaining !== 0 && this.first < this.lots.length) {
      const lot = this.lots[this.first];
      if (lot.units > 0 === remaining > 0) break;
      const closing = Math.abs(lot.units) <= Math.abs(remaining) ? lot.units : -remaining;
      booking.closing = closing;
      booking.closingFee = closing === -units ? fee : fee * Math.abs(closing / units);
      this.close(lot, booking, trades);
      lot.units -= closing;
      remaining += closing;
      if (lot.units === 0) this.first++;
    }
    if (remaining !== 0) {
      const lot = this.nextLot();
      lot.units = remaining;
      lot.openedUnits = remaining;
      lot.priceUnits = booking.priceUnits;
      lot.cost = Number.NaN;
      lot.at = booking.at;
      lot.order = booking.order;
      lot.rate = booking.rate;
      lot.fee = remaining === units ? fee : fee * Math.abs(remaining / units);
    }
    this.quantityUnits += units;
    this.quantity = this.quantityUnits / this.units.quantityScale;
  }

  /**
   * Applies a split of `ratio` new for one old. Lots keep their cost to the last unit, and with it the profit of what closes
   * them; what is left over of earlier lots goes to the last one, with its cost.
   * Returns the fraction of a unit that is left over, to be paid out in cash, in units of the instrument (signed).
   */
  split(ratio: number): number {
    let total = 0;
    let exact = 0;
    let carried = 0;
    let carriedCost = 0;
    for (let i = this.first; i < this.lots.length; i++) {
      const lot = this.lots[i];
      exact += lot.units * ratio;
      const isLast = i === this.lots.length - 1;
      const whole = lot.units * ratio + (isLast ? carried : 0);
      const cost = costOf(lot) + (isLast ? carriedCost : 0);
      const units = isLast ? Math.trunc(exact + Math.sign(exact) * 1e-9) - total : Math.trunc(whole);
      lot.cost = Math.abs(whole - units) < 1e-9 ? cost : Math.round((cost * units) / whole);
      if (units !== 0) lot.priceUnits = lot.cost / units;
      carried += whole - units;
      carriedCost += cost - lot.cost;
      // The rest of its fee goes with what the lot is from here on.
      lot.fee *= lot.units / lot.openedUnits;
      lot.units = units;
      lot.openedUnits = units;
      total += units;
    }
    this.lots = this.lots.filter((lot, i) => i >= this.first && lot.units !== 0);
    this.first = 0;
    this.quantityUnits = total;
    this.quantity = fromUnits(total, this.units.quantityDecimals);
    const rest = (exact - total) / this.units.quantityScale;
    return Math.abs(rest) < 1e-9 ? 0 : rest;
  }

  /** Quantity, cost and what was realised, as plain data; `undefined` when nothing ever happened. */
  save(): SavedPosition | undefined {
    const { instrument, strategy, realized, fees } = this;
    if (this.quantityUnits === 0 && realized.sign() === 0 && fees.sign() === 0) return undefined;
    const lots = this.lots.slice(this.first).map(({ cost, ...lot }) => (cost === cost ? { ...lot, cost } : lot));
    return { instrument, strategy, realized: realized.toBigInt().toString(), fees: fees.toBigInt().toString(), lots };
  }

  restore({ realized, fees, lots }: SavedPosition): void {
    this.realized.clear();
    this.realized.addBig(BigInt(realized));
    this.fees.clear();
    this.fees.addBig(BigInt(fees));
    this.lots = lots.map((lot) => Object.assign(new Lot(), lot));
    this.first = 0;
    this.quantityUnits = lots.reduce((sum, lot) => sum + lot.units, 0);
    this.quantity = this.quantityUnits / this.units.quantityScale;
  }

  /** A lot for what is opened now: an old one where none is open. */
  private nextLot(): Lot {
    const { lots } = this;
    if (this.first > 0 && this.first === lots.length) {
      // Setting a length costs more than all the rest, even to what it is.
      if (lots.length !== 1) lots.length = 1;
      this.first = 0;
      return lots[0];
    }
    if (this.first > 64) {
      lots.splice(0, this.first);
      this.first = 0;
    }
    const lot = new Lot();
    lots.push(lot);
    return lot;
  }

  private close(lot: Lot, booking: Booking, trades: TradeLog): void {
    const { factor } = this.units;
    const { closing } = booking;
    if (lot.cost === lot.cost) {
      this.closeAtCost(lot, booking);
      trades.close(this.instrument, this.strategy, lot, booking);
      return;
    }
    const move = booking.priceUnits - lot.priceUnits;
    const product = move * closing;
    if (Math.abs(product) > 2 ** 52) this.realized.addBig(BigInt(move) * BigInt(closing) * BigInt(factor));
    else this.realized.addProduct(product, factor);
    trades.close(this.instrument, this.strategy, lot, booking);
  }

  /** What a split has divided: a part takes its part of the cost, the last takes all that is left. */
  private closeAtCost(lot: Lot, { closing, priceUnits }: Booking): void {
    const part = closing === lot.units ? lot.cost : Math.round((lot.cost * closing) / lot.units);
    lot.cost -= part;
    this.realized.addBig((BigInt(priceUnits) * BigInt(closing) - BigInt(part)) * BigInt(this.units.factor));
  }
}

/** What a lot cost, signed like it, in units of price times quantity. */
function costOf({ units, priceUnits, cost }: Lot): number {
  return cost === cost ? cost : units * priceUnits;
}
