/**
 * The legs of an option position, share legs included: what payoff diagrams and strategy recognition work on.
 */
import type { Right } from './contract.ts';

export interface OptionLeg {
  readonly kind: 'option';
  readonly right: Right;
  /** Money per share. */
  readonly strike: number;
  /** `YYYY-MM-DD`; sorts as text. */
  readonly expiry: string;
  /** Contracts: above 0 bought, below 0 sold. */
  readonly quantity: number;
  /** Shares per contract; 100 unless told. */
  readonly multiplier?: number;
  /** Price paid or received per share; 0 unless told. */
  readonly price?: number;
}

export interface ShareLeg {
  readonly kind: 'shares';
  /** Shares: above 0 held, below 0 sold short. */
  readonly quantity: number;
  /** Price per share; 0 unless told. */
  readonly price?: number;
}

export type Leg = OptionLeg | ShareLeg;

/** Shares one unit of the leg stands for. */
export function unitsOf(leg: Leg): number {
  return leg.kind === 'shares' ? leg.quantity : leg.quantity * (leg.multiplier ?? 100);
}
