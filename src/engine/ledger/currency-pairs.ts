/**
 * Which instruments are currency pairs that price the ledger's cash accounts: their prices are its rates.
 */
import { listOf } from '../../base/list.ts';
import type { DeckOptions } from '../deck-options.ts';
import type { Ledger } from './ledger.ts';

export class CurrencyPairs {
  /** For each instrument the cash account whose rate its price sets, or −1. */
  readonly rateOf: Int32Array;
  private readonly inverted: Uint8Array;
  private readonly ledger: Ledger;
  /** Rates of bars whose instant is not over, by account; NaN where there is none. */
  private readonly closes: Float64Array;
  private isWaiting = false;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    const accounts = listOf(ledger.cash, (account) => account.currency);
    const base = accounts[0];
    this.rateOf = new Int32Array(ledger.instruments.length).fill(-1);
    this.inverted = new Uint8Array(ledger.instruments.length);
    this.closes = new Float64Array(ledger.cash.length).fill(Number.NaN);
    ledger.instruments.forEach((instrument, index) => {
      if (instrument.kind !== 'fx') return;
      const pair = instrument.symbol.replace('/', '');
      const [left, right] = [pair.slice(0, 3), pair.slice(3, 6)];
      if (right === base && accounts.includes(left)) this.rateOf[index] = accounts.indexOf(left);
      else if (left === base && accounts.includes(right)) {
        this.rateOf[index] = accounts.indexOf(right);
        this.inverted[index] = 1;
      }
    });
  }

  /** An instrument has a new price: where it is a pair, that is a rate. */
  mark(instrument: number, price: number): void {
    const account = this.rateOf[instrument];
    if (account >= 0) this.ledger.rates[account] = this.inverted[instrument] === 1 ? 1 / price : price;
  }

  /** The same for a bar: orders that fill on other bars of its instant filled before it closed, and do not know it. */
  markClose(instrument: number, price: number): void {
    const account = this.rateOf[instrument];
    if (account < 0) return;
    this.closes[account] = this.inverted[instrument] === 1 ? 1 / price : price;
    this.isWaiting = true;
  }

  /** All bars of an instant have met their orders. */
  settle(): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    const { closes } = this;
    for (let account = 0; account < closes.length; account++) {
      if (closes[account] === closes[account]) this.ledger.rates[account] = closes[account];
      closes[account] = Number.NaN;
    }
  }
}

/** Currencies that need an account although no instrument trades in them. */
export function otherCurrencies({ rates = {}, tape }: DeckOptions): string[] {
  const others = Object.keys(rates);
  for (const action of tape.actions) {
    if (action.kind === 'dividend' && action.currency !== undefined) others.push(action.currency);
  }
  return others;
}
