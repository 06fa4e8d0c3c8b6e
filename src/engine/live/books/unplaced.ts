/** What the broker booked and our books could not place yet. */
import type { Activity } from '../broker/reports.ts';

/** Something that ends contracts of which our books have too few: a fill of them may not have been told yet. */
export interface Unplaced {
  readonly option: Activity;
  /** Left out of an expiry. */
  readonly delivery?: Activity;
  /** Whether people were told. */
  isRaised: boolean;
}

/** Why what ends contracts is not placed: see `lacking`. */
export const LACKING = 'our books have too few';

/** An activity, for people. */
export function whatOf({ name, symbol, quantity, money }: Activity): string {
  return `${name} of ${symbol || 'the account'}, ${quantity} units and ${money} in money`;
}
