/**
 * Cash dividends on known days: what they are worth now, and the share that is left after them.
 */
import { assert } from '../base/assert.ts';
import type { OptionInputs } from './contract.ts';
import { europeanPrice } from './european.ts';

export interface CashDividend {
  /** Years from now to the ex-date, act/365. */
  readonly years: number;
  /** Money per share, from 0 up. */
  readonly amount: number;
}

/** Returns the present value of the dividends that go ex after now and up to `until` years, money per share. */
export function presentValueOfDividends(dividends: readonly CashDividend[], rate: number, until: number): number {
  let value = 0;
  for (const { years, amount } of dividends) {
    assert(
      amount >= 0 && Number.isFinite(years),
      () => `a dividend must be 0 or more at a time, was ${amount}@${years}`,
    );
    if (years > 0 && years <= until) value += amount * Math.exp(-rate * years);
  }
  return value;
}

/**
 * Returns the European value with cash dividends by the escrowed model: the share without its dividends is the one
 * that moves with `vol`. Money per share. Dividends worth more than the share leave a share worth nought.
 */
export function europeanPriceWithDividends(option: OptionInputs, dividends: readonly CashDividend[]): number {
  const escrow = presentValueOfDividends(dividends, option.rate, option.years);
  return europeanPrice({ ...option, spot: Math.max(0, option.spot - escrow) });
}
