/**
 * How many contracts one entry sells: what its share of the money and the money that is free allow, and never one more.
 *
 * There is no least quantity: where not even one contract fits, none is sold and the reason is told.
 */
import { wholeLots } from '../../market/instrument.ts';

export interface SizingInput {
  /** Money that a contract (or a round lot of shares) ties up: strike × multiplier for a put. */
  readonly collateral: number;
  /** Money the strategy may commit in all, and what of it is still free. */
  readonly capital: number;
  readonly available: number;
  /** The most that one position may tie up, as a part of `capital`. */
  readonly positionShare: number;
  readonly contractsMax: number;
}

export type Size =
  | { readonly contracts: number; readonly rule: undefined }
  | {
      readonly contracts: 0;
      readonly rule: 'positionShare' | 'available';
      /** What one contract ties up, and what could be. */
      readonly value: number;
      readonly threshold: number;
    };

/** Returns the contracts of an entry, or which rule leaves room for none. */
export function sizeEntry({ collateral, capital, available, positionShare, contractsMax }: SizingInput): Size {
  const allowed = positionShare * capital;
  const byShare = wholeLots(Math.max(0, allowed), collateral);
  if (byShare < 1) return { contracts: 0, rule: 'positionShare', value: collateral, threshold: allowed };
  const byMoney = wholeLots(Math.max(0, available), collateral);
  if (byMoney < 1) return { contracts: 0, rule: 'available', value: collateral, threshold: available };
  return { contracts: Math.min(byShare, byMoney, contractsMax), rule: undefined };
}

/** Says why a size is none; nothing where there is one. */
export function saySize(size: Size, what: string): string | undefined {
  if (size.rule === undefined) return undefined;
  return `${size.rule}: ${what} ties up ${size.value}, ${Math.floor(size.threshold)} is left for it`;
}
