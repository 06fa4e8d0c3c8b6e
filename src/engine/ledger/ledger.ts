/**
 * The ledger: cash by currency and positions by strategy, exact; what fills, fees and dividends moved.
 *
 * Money only moves here, through one function per kind of movement, each of which conserves it to the last digit:
 * what leaves cash is in a position, a fee, or somebody else's dividend. Floats are for looking, not for keeping.
 */
import { listOf } from '../../base/list.ts';
import { addMoney, ExactMoney, ExactSum, toUnits } from '../../base/fixed.ts';
import { Booking } from './booking.ts';
import type { Instrument } from '../../market/instrument.ts';
import { OptionBook } from '../options/book.ts';
import { Position, Units } from './position.ts';
import { TradeLog } from './trade-log.ts';

/** Cash of one currency. `amount` is the float64 next to the exact sum. */
export class CashAccount {
  readonly currency: string;
  readonly decimals: number;
  readonly exact = new ExactSum();
  amount = 0;

  constructor(currency: string, decimals: number) {
    this.currency = currency;
    this.decimals = decimals;
  }

  /** Sets the exact amount, in units of 10^-decimals. */
  restore(units: bigint): void {
    this.exact.clear();
    this.exact.addBig(units);
    this.amount = this.exact.toNumber(this.decimals);
  }

  /** Adds money, rounded to the decimals of the account; returns what was really added. */
  add(money: number): number {
    const booked = addMoney(this.exact, money, this.decimals);
    this.amount = this.exact.toNumber(this.decimals);
    return booked;
  }
}

export class Ledger {
  readonly instruments: readonly Instrument[];
  readonly cashDecimals: number;
  readonly units: readonly Units[];
  /** Cash accounts; the first is the base currency. */
  readonly cash: readonly CashAccount[];
  /** Index of each instrument's currency in `cash`. */
  readonly currencyOf: Int32Array;
  /** Base currency per unit of each account's currency; 1 for the base. */
  readonly rates: Float64Array;
  /** Last known price of each instrument, NaN before the first. */
  readonly marks: Float64Array;
  readonly trades: TradeLog;
  readonly feesPaid = new ExactSum();
  /** The fee that is being charged; used again and again. */
  private readonly paid = new ExactMoney();
  readonly dividends = new ExactSum();
  readonly interest = new ExactSum();
  /** The same by account; fees only where there are several. */
  private readonly feesOf: readonly ExactSum[];
  private readonly dividendsOf: readonly ExactSum[];
  private readonly interestOf: readonly ExactSum[];
  readonly startingCash: number;
  /** The option contracts among the instruments; undefined where there are none. */
  readonly options: OptionBook | undefined;
  /** The fill that is being booked, or was booked last. */
  readonly booking = new Booking();
  /** positions[strategy][instrument] */
  readonly positions: readonly (readonly Position[])[];
  /** Positions that are not flat, for marking; order of first opening. */
  private readonly open: Position[] = [];

  /** `others` are currencies that need an account besides those of the instruments. */
  constructor(
    instruments: readonly Instrument[],
    currency: string,
    startingCash: number,
    strategies = 1,
    others: readonly string[] = [],
  ) {
    this.instruments = instruments;
    this.cashDecimals = Units.cashDecimals(instruments);
    this.units = listOf(instruments, (instrument) => new Units(instrument, this.cashDecimals));
    this.options = OptionBook.of(instruments);
    const currencies = [currency];
    for (const { currency: name } of instruments) if (!currencies.includes(name)) currencies.push(name);
    for (const name of others) if (!currencies.includes(name)) currencies.push(name);
    this.cash = listOf(currencies, (name) => new CashAccount(name, this.cashDecimals));
    this.trades = new TradeLog(this.units, this.cash.length > 1);
    this.feesOf = listOf(currencies, () => new ExactSum());
    this.dividendsOf = listOf(currencies, () => new ExactSum());
    this.interestOf = listOf(currencies, () => new ExactSum());
    // A sweep makes thousands of ledgers, and arrays made from others by name are slow to make.
    this.currencyOf = new Int32Array(instruments.length);
    for (let i = 0; i < instruments.length; i++) this.currencyOf[i] = currencies.indexOf(instruments[i].currency);
    this.rates = new Float64Array(currencies.length).fill(Number.NaN);
    this.rates[0] = 1;
    this.marks = new Float64Array(instruments.length).fill(Number.NaN);
    const positions: Position[][] = [];
    for (let strategy = 0; strategy < strategies; strategy++) {
      positions.push(listOf(this.units, (units, index) => new Position(index, strategy, units)));
    }
    this.positions = positions;
    this.startingCash = this.cash[0].add(startingCash);
  }

  /**
   * Books a fill: `units` signed, `price` in money (made exact here), `fee` in money of the instrument's currency.
   * Returns the fee as it was booked, rounded to the ledger's decimals.
   */
  fill(
    strategy: number,
    instrument: number,
    units: number,
    price: number,
    fee: number,
    at: number,
    order: number,
  ): number {
    const { booking } = this;
    booking.units = units;
    booking.price = price;
    booking.fee = fee;
    booking.at = at;
    booking.order = order;
    this.post(this.positions[strategy][instrument]);
    return booking.fee;
  }

  /** Books `booking`, whose `fee` is from here on what was booked. */
  post(position: Position): void {
    const { booking } = this;
    const { priceDecimals, factor, isFuture } = position.units;
    booking.priceUnits = toUnits(booking.price, priceDecimals);
    const currency = this.currencyOf[position.instrument];
    const account = this.cash[currency];
    // With one currency it is 1, and stays so.
    if (this.cash.length > 1) booking.rate = this.rates[currency];
    const wasFlat = position.quantityUnits === 0;
    if (booking.fee === 0) booking.fee = 0;
    else this.charge(account, position);
    if (isFuture) {
      // A future costs nothing to open; closing lots pays out, or takes, their profit.
      account.exact.addSum(position.realized, -1);
      position.fill(booking, this.trades);
      account.exact.addSum(position.realized);
    } else {
      const product = booking.priceUnits * booking.units;
      if (product <= 2 ** 52 && product >= -(2 ** 52)) account.exact.addProduct(-product, factor);
      else account.exact.addBig(-BigInt(booking.priceUnits) * BigInt(booking.units) * BigInt(factor));
      position.fill(booking, this.trades);
    }
    account.amount = account.exact.toNumber(account.decimals);
    if (wasFlat) this.open.push(position);
    else if (position.quantityUnits === 0) this.dropOpen(position);
  }

  /** The fee leaves cash, and is counted by position and over all. */
  private charge(account: CashAccount, position: Position): void {
    const { booking, cashDecimals, paid } = this;
    paid.set(-booking.fee, cashDecimals);
    const { units } = paid;
    if (units === units) {
      account.exact.add(units);
      position.fees.add(-units);
      this.feesPaid.add(-units);
      booking.fee = -paid.money;
    } else {
      const booked = -addMoney(account.exact, -booking.fee, cashDecimals);
      addMoney(position.fees, booked, cashDecimals);
      addMoney(this.feesPaid, booked, cashDecimals);
      booking.fee = booked;
    }
    if (this.cash.length > 1) addMoney(this.feesOf[this.currencyOf[position.instrument]], booking.fee, cashDecimals);
  }

  /** Moves cash that is no fill: a fee that was not told with one is negative. Returns what was booked after rounding. */
  move(currency: number, money: number, kind: 'dividend' | 'interest' | 'fee' | 'other'): number {
    const account = this.cash[currency];
    const booked = account.add(money);
    if (kind === 'other') return booked;
    if (kind === 'fee') {
      addMoney(this.feesPaid, -booked, this.cashDecimals);
      if (this.cash.length > 1) addMoney(this.feesOf[currency], -booked, this.cashDecimals);
      return booked;
    }
    addMoney(kind === 'dividend' ? this.dividends : this.interest, booked, this.cashDecimals);
    addMoney((kind === 'dividend' ? this.dividendsOf : this.interestOf)[currency], booked, this.cashDecimals);
    return booked;
  }

  /** What fees, dividends and interest came to in base currency, at the last known rates. */
  totals(): { readonly fees: number; readonly dividends: number; readonly interest: number } {
    const { cashDecimals, cash } = this;
    const sum = (sums: readonly ExactSum[]): number => this.inBase(sums.map((each) => each.toNumber(cashDecimals)));
    const fees = cash.length > 1 ? sum(this.feesOf) : this.feesPaid.toNumber(cashDecimals);
    return { fees, dividends: sum(this.dividendsOf), interest: sum(this.interestOf) };
  }

  /** Amounts by account, in base currency. What is nothing needs no rate. */
  private inBase(amounts: readonly number[]): number {
    return amounts.reduce((total, amount, i) => (amount === 0 ? total : total + amount * this.rates[i]), 0);
  }

  /** Net quantity of an instrument over all strategies, in units of the instrument. */
  netQuantity(instrument: number): number {
    let quantity = 0;
    for (const positions of this.positions) quantity += positions[instrument].quantity;
    return quantity;
  }

  /** Positions that are not flat. */
  openPositions(): readonly Position[] {
    return this.open;
  }

  private dropOpen(position: Position): void {
    const { open } = this;
    // The newest goes most often: where one thing is held, always.
    if (open[open.length - 1] === position) open.pop();
    else open.splice(open.indexOf(position), 1);
  }

  /** Takes a position out of, or back into, the list of open ones after something else than a fill changed it. */
  reconsider(position: Position): void {
    const at = this.open.indexOf(position);
    if (position.quantityUnits === 0 && at >= 0) this.open.splice(at, 1);
    else if (position.quantityUnits !== 0 && at < 0) this.open.push(position);
  }

  /** Cash of all currencies at the last known rates, in base currency. */
  cashValue(): number {
    const { cash } = this;
    if (cash.length === 1) return cash[0].amount;
    let value = 0;
    for (let i = 0; i < cash.length; i++) if (cash[i].amount !== 0) value += cash[i].amount * this.rates[i];
    return value;
  }

  /** What a position is worth now in base currency; for a future, its profit since it was last settled. */
  positionValue(position: Position): number {
    const { instrument } = position;
    const mark = this.marks[instrument];
    const rate = this.rates[this.currencyOf[instrument]];
    const price = this.instruments[instrument].future ? mark - position.averagePrice : mark;
    return position.quantity * price * this.units[instrument].multiplier * rate;
  }

  /** Cash plus positions at their last prices, in base currency. */
  equity(): number {
    const { open } = this;
    let value = this.cashValue();
    for (let i = 0; i < open.length; i++) value += this.positionValue(open[i]);
    return value;
  }
}
