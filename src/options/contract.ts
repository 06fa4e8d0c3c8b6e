/**
 * What a pricing formula is told: one option and the market it stands in, by name, because seven bare numbers in a row
 * are seven chances to swap two of them.
 */
import { assert } from '../base/assert.ts';

export type Right = 'call' | 'put';

/** The market and the contract, without a vol: what an implied vol is asked for. */
export interface OptionTerms {
  readonly right: Right;
  /** Price of the underlying, money per share, from 0 up. */
  readonly spot: number;
  /** Money per share, from 0 up. */
  readonly strike: number;
  /** Time to expiry in years, act/365, from 0 up. */
  readonly years: number;
  /** Riskless rate per year, continuously compounded: 0.05 is 5 %. Any sign. */
  readonly rate: number;
  /** Dividend yield (or cost of borrowing) per year, continuously compounded. Any sign. */
  readonly dividendYield: number;
}

/** An option with its vol: everything a model needs to give a value. */
export interface OptionInputs extends OptionTerms {
  /** Volatility per year, from 0 up: 0.2 is 20 %. */
  readonly vol: number;
}

/** Stops when a price, a time or a vol is negative or no number: a formula has no answer then and silence would spread. */
export function assertInputs(option: OptionInputs): void {
  const { spot, strike, years, vol, rate, dividendYield } = option;
  if (!(spot >= 0 && strike >= 0 && years >= 0 && vol >= 0 && rate - dividendYield < Infinity)) stop(option);
}

/** The same without a vol. */
export function assertTerms(option: OptionTerms): void {
  const { spot, strike, years, rate, dividendYield } = option;
  if (!(spot >= 0 && strike >= 0 && years >= 0 && rate - dividendYield < Infinity)) stop(option);
}

function stop(option: OptionTerms): never {
  const shown = Object.entries(option).map(([name, value]) => `${name} ${value}`);
  assert(false, `spot, strike, years and vol must be numbers from 0 up and rates finite: ${shown.join(', ')}`);
}
