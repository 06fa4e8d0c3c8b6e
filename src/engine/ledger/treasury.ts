/**
 * The treasury: what happens to cash besides fills. It knows the rates between currencies, converts, and charges and
 * pays for the nights.
 */
import { listOf } from '../../base/list.ts';
import { Fault, show } from '../../base/fault.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { CorporateAction } from '../../market/actions.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { Control } from '../gate/gate.ts';
import { ENTRY, type Journal } from '../journal/journal.ts';
import type { Ledger } from './ledger.ts';
import { onlyReduces } from '../limits/reduces.ts';
import { refuse } from '../limits/format.ts';
import type { MarketHours } from '../ports.ts';
import type { Conventions } from '../sim/conventions.ts';
import { isBorrowed } from '../sim/financing.ts';
import type { Wakes } from '../play/wakes.ts';

const DAY = 86_400_000_000;

export class Treasury {
  private readonly ledger: Ledger;
  private readonly journal: Journal;
  private readonly conventions: Conventions;
  /** The open of the session for which interest was last charged. */
  rolledAt: number | undefined;
  private readonly hasSource: readonly boolean[];

  /** `rates` are fixed, base currency per unit; `priced` the accounts whose rate an instrument on the tape gives. */
  constructor(
    ledger: Ledger,
    journal: Journal,
    conventions: Conventions,
    rates: Readonly<Record<string, number>>,
    priced: readonly number[],
  ) {
    this.ledger = ledger;
    this.journal = journal;
    this.conventions = conventions;
    for (const [currency, rate] of Object.entries(rates)) {
      if (!(rate > 0) || rate === Infinity) {
        throw new Fault('currency.rate', `a rate must be finite and positive, was ${show(rate)}`, { field: currency });
      }
      const account = this.account(currency);
      // What the tape says is newer than what was stated before it began.
      if (account !== 0) ledger.rates[account] = rate;
    }
    this.hasSource = listOf(
      ledger.cash,
      (_, account) => account === 0 || priced.includes(account) || ledger.rates[account] === ledger.rates[account],
    );
  }

  /** Refuses, before the first row, dividends in a currency that could never be valued. */
  checkDividends(actions: readonly CorporateAction[]): void {
    for (const action of actions) {
      if (action.kind !== 'dividend' || action.currency === undefined) continue;
      if (this.hasSource[this.account(action.currency)]) continue;
      const rule = `${action.symbol} pays a dividend in ${action.currency}, whose rate is missing`;
      throw new Fault('currency.no-rate', rule, {}, 'put the currency pair on the tape, or state the rate');
    }
  }

  /** Refuses to open what cannot be valued in base currency. */
  get control(): Control {
    return {
      name: 'rate',
      sentence: 'Nothing is opened in a currency whose rate is not known.',
      check: (intent, { ledger }) => {
        const account = ledger.currencyOf[intent.instrument];
        const rate = ledger.rates[account];
        if (rate === rate || onlyReduces(intent, ledger)) return undefined;
        const { currency } = ledger.cash[account];
        const missing = this.hasSource[account]
          ? 'has no price yet'
          : 'is missing: put the currency pair on the tape, or state the rate';
        return refuse('currency.no-rate', `the rate of ${currency} in ${ledger.cash[0].currency} ${missing}`);
      },
    };
  }

  get sentences(): readonly string[] {
    const { conventions, ledger } = this;
    return [
      ...(conventions.financing.charges || conventions.margin.allowsShort ? [conventions.financing.sentence] : []),
      ...(ledger.cash.length > 1 ? [conventions.conversion.sentence] : []),
      ...(conventions.settlementDays > 0 && conventions.margin.spendsCash === true
        ? [`The proceeds of a sale can be spent ${conventions.settlementDays} session(s) later.`]
        : []),
    ];
  }

  /** Settles what a fill left in another currency, as the conventions say. */
  afterFill(instrument: number, strategy: number, at: number): void {
    const { after } = this.conventions.conversion;
    const account = this.ledger.currencyOf[instrument];
    if (after === 'keep' || account === 0) return;
    // Currencies have hundredths: what is paid back is rounded up to them, what is swept down.
    const { amount } = this.ledger.cash[account];
    if (amount < 0) this.buy(account, 0, Math.ceil(-amount * 100 - 1e-6) / 100, strategy, at);
    else if (after === 'sweep' && amount >= 0.01) {
      this.sell(account, 0, Math.floor(amount * 100 + 1e-6) / 100, strategy, at);
    }
  }

  /**
   * Converts `amount` of one currency into another at the current rate less the spread, and returns what it gave.
   * An unknown currency, a missing rate, and more than the account has are `Fault`s.
   */
  convert(amount: number, from: string, to: string, strategy: number, at: number): number {
    const [source, target] = [this.account(from), this.account(to)];
    if (!(amount > 0) || amount === Infinity) {
      throw new Fault('currency.amount', `the amount to convert must be finite and positive, was ${show(amount)}`);
    }
    const { amount: has } = this.ledger.cash[source];
    if (amount > has) throw new Fault('currency.amount', `${from} ${amount} is more than the account’s ${has}`);
    return source === target ? amount : this.sell(source, target, amount, strategy, at);
  }

  /** Charges and pays for the nights, before the first trade of each session of `hours`. */
  start(wakes: Wakes, hours: MarketHours, around: (work: () => void) => void, since?: number): void {
    const { financing, margin } = this.conventions;
    const earns = financing.cashRate(this.ledger.cash[0].currency, 1) !== 0;
    // In a cash account nothing can be owed, so without interest on cash there is nothing to look at.
    if (!financing.charges || !(margin.allowsShort || earns)) return;
    const roll = (before: number): void => {
      this.rolledAt = before;
      const open = hours.openAfter(hours.closeAfter(before + 1));
      wakes.at(open - 0.5, () => {
        around(() => this.chargeNights(Math.round((open - before) / DAY), open));
        roll(open);
      });
    };
    wakes.untilFirst((from) => roll(since ?? hours.openAfter(from)));
  }

  private chargeNights(nights: number, at: number): void {
    const { ledger, conventions } = this;
    const { financing } = conventions;
    const years = nights / financing.dayCount;
    for (let account = 0; account < ledger.cash.length; account++) {
      const { currency, amount } = ledger.cash[account];
      const interest = amount * financing.cashRate(currency, amount) * years;
      if (interest !== 0) this.book(account, interest, -1, 0, amount > 0 ? 'interest' : 'debit interest', at);
    }
    for (const { instrument: index, strategy, quantity } of ledger.openPositions()) {
      const instrument: Instrument = ledger.instruments[index];
      if (quantity >= 0 || !isBorrowed(instrument)) continue;
      const value = -quantity * ledger.marks[index] * instrument.multiplier;
      const fee = value * financing.borrowRate(instrument) * years;
      if (fee > 0) this.book(ledger.currencyOf[index], -fee, index, strategy, 'borrow fee', at);
    }
  }

  private book(account: number, money: number, instrument: number, strategy: number, text: string, at: number): void {
    const { ledger, journal } = this;
    const booked = ledger.move(account, money, 'interest');
    if (booked === 0) return;
    journal.write(ENTRY.cash, at, 0, instrument, strategy, 0, Number.NaN, booked, ledger.cash[account].amount, text);
  }

  /** Buys exactly `wanted` of an account's currency with another's. */
  private buy(account: number, payer: number, wanted: number, strategy: number, at: number): void {
    const rate = this.rate(account, payer) * (1 + this.conventions.conversion.spreadBps / 10_000);
    this.move(payer, account, wanted * rate, wanted, strategy, at);
  }

  private sell(account: number, receiver: number, given: number, strategy: number, at: number): number {
    const rate = this.rate(account, receiver) * (1 - this.conventions.conversion.spreadBps / 10_000);
    return this.move(account, receiver, given, given * rate, strategy, at);
  }

  private move(from: number, to: number, given: number, got: number, strategy: number, at: number): number {
    const { ledger, journal } = this;
    const paid = -ledger.move(from, -given, 'other');
    const received = ledger.move(to, got, 'other');
    const text = `${ledger.cash[from].currency} → ${ledger.cash[to].currency}`;
    journal.write(
      ENTRY.converted,
      at,
      0,
      -1,
      strategy,
      received,
      received / paid,
      -paid,
      ledger.cash[from].amount,
      text,
    );
    return received;
  }

  /** Units of `to` per unit of `from`. */
  private rate(from: number, to: number): number {
    const { rates, cash } = this.ledger;
    const rate = rates[from] / rates[to];
    if (rate === rate) return rate;
    throw new Fault('currency.no-rate', `the rate of ${cash[from].currency} in ${cash[to].currency} is not known`);
  }

  private account(currency: string): number {
    const names = this.ledger.cash.map((cash) => cash.currency);
    const account = names.indexOf(currency);
    if (account >= 0) return account;
    const rule = `the account has no ${show(currency)}; it has ${names.join(', ')}`;
    throw new Fault('currency.unknown', rule, {}, didYouMean(currency, names));
  }
}
