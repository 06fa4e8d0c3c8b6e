/**
 * The option contracts on a deck, with the terms they have now: splits and special dividends change strikes and what is
 * delivered while a position is open.
 */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import type { Instrument, OptionTerms } from '../../market/instrument.ts';

/** One contract as it stands. */
export interface Contract {
  /** Index of the contract's instrument, and of its underlying. */
  readonly instrument: number;
  readonly underlying: number;
  readonly symbol: string;
  readonly terms: OptionTerms;
  readonly multiplier: number;
  /** Money per point of the quoted price; the whole strike of a contract is `strike · multiplier`. */
  strike: number;
  /** Shares that one contract delivers. */
  shares: number;
  /** Money per contract that is handed over with the shares. */
  cash: number;
  /** Whether an odd split has changed what it delivers: then nothing new is opened in it. */
  isAdjusted: boolean;
  /** Whether strike or shares are no longer those of the listing. */
  isChanged: boolean;
}

export interface SavedContracts {
  readonly terms: readonly (readonly [instrument: number, strike: number, shares: number, isAdjusted: boolean])[];
  readonly splitUntil: readonly (readonly [underlying: number, until: number])[];
}

export class OptionBook {
  /** By index of the instrument; `undefined` for what is no option. */
  readonly contracts: readonly (Contract | undefined)[];
  /** By index of the underlying. */
  readonly on: ReadonlyMap<number, readonly Contract[]>;
  /** By underlying: until when no orders are taken in its options, because it has just split. */
  readonly splitUntil = new Map<number, number>();

  private constructor(contracts: readonly (Contract | undefined)[]) {
    this.contracts = contracts;
    this.on = Map.groupBy(
      contracts.filter((contract) => contract !== undefined),
      (contract) => contract.underlying,
    );
  }

  /**
   * Returns the options among the instruments; `undefined` when there are none. An option whose underlying is missing
   * is the fault `option.no-underlying`: nobody could say what it is worth when it expires.
   */
  static of(instruments: readonly Instrument[]): OptionBook | undefined {
    if (instruments.every(({ option }) => option === undefined)) return undefined;
    const indices = new Map(instruments.map(({ symbol }, index) => [symbol, index]));
    return new OptionBook(instruments.map((instrument, index) => contractOf(instrument, index, indices)));
  }

  /** Terms that are no longer those of the listing, as plain data. */
  save(): SavedContracts {
    return {
      terms: this.contracts
        .filter((contract) => contract !== undefined)
        .filter((contract) => contract.isChanged)
        .map(({ instrument, strike, shares, isAdjusted }) => [instrument, strike, shares, isAdjusted]),
      splitUntil: [...this.splitUntil],
    };
  }

  restore({ terms, splitUntil }: SavedContracts): void {
    for (const [instrument, strike, shares, isAdjusted] of terms) {
      Object.assign(this.of(instrument), { strike, shares, isAdjusted, isChanged: true });
    }
    for (const [underlying, until] of splitUntil) this.splitUntil.set(underlying, until);
  }

  /** The contract of an instrument that is one. */
  of(instrument: number): Contract {
    const contract = this.contracts[instrument];
    assert(contract !== undefined, 'the instrument is an option');
    return contract;
  }
}

function contractOf(instrument: Instrument, index: number, indices: ReadonlyMap<string, number>): Contract | undefined {
  const { option: terms, symbol, multiplier } = instrument;
  if (terms === undefined) return undefined;
  const underlying = indices.get(terms.underlying);
  if (underlying === undefined) {
    const rule = `${symbol} is an option on ${terms.underlying}, which is not on the tape`;
    throw new Fault('option.no-underlying', rule, {}, `add prices of ${terms.underlying}`);
  }
  const { deliverable } = terms;
  const foreign = deliverable?.shares.find((each) => each.symbol !== terms.underlying);
  if (foreign !== undefined) {
    const rule = `${symbol} also delivers ${foreign.symbol}: contracts on several shares are not played`;
    throw new Fault('option.deliverable', rule, {}, 'leave the contract out');
  }
  return {
    instrument: index,
    underlying,
    symbol,
    terms,
    multiplier,
    strike: terms.strike,
    shares: deliverable?.shares.reduce((sum, each) => sum + each.quantity, 0) ?? multiplier,
    cash: deliverable?.cash ?? 0,
    isAdjusted: false,
    isChanged: false,
  };
}

/** What one contract is worth when exercised with the underlying at `price`, in money, from 0 up. */
export function exerciseValue({ terms, shares, cash, strike, multiplier }: Contract, price: number): number {
  const delivered = shares * price + cash;
  const paid = strike * multiplier;
  // Money has no billionths: 0.07000000000000028 in the money is 0.07.
  const value = Math.round((terms.right === 'call' ? delivered - paid : paid - delivered) * 1e9) / 1e9;
  return Math.max(0, value);
}
