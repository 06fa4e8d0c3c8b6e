/**
 * Every parameter of the put seller, and which sets of them can never trade.
 */
import { choice, type ParameterValues } from '../../engine/strategy/parameters.ts';
import { impossibleAtAll, impossiblePuts } from '../selling/impossible.ts';
import { GENERAL, PUTS } from '../selling/parameters.ts';

export const PARAMETERS = {
  ...GENERAL,
  ...PUTS,
  onAssignment: choice('hold', ['hold', 'sell'], 'what becomes of shares that were assigned'),
} as const;

export type CspParameters = ParameterValues<typeof PARAMETERS>;

/** Says what makes these parameters unable to trade, or nothing. */
export function impossibility(of: CspParameters): string | undefined {
  return impossibleAtAll(of) ?? impossiblePuts(of);
}
