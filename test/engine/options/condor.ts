/** The contracts that tests of packages and collateral trade: an iron condor about a share at 100. */
import type { ComboView, Context } from '../../../src/engine/strategy/strategy.ts';
import { onBars } from '../play.ts';
import type { Chain } from './chain.ts';

export const P90 = 'ABC240216P00090000';
export const P95 = 'ABC240216P00095000';
export const C105 = 'ABC240216C00105000';
export const C110 = 'ABC240216C00110000';
export const WHERE = { underlying: 'ABC', expiry: '2024-02-16' };

export const QUOTES = {
  [P90]: [
    [0.5, 0.6],
    [0.5, 0.6],
    [0.5, 0.6],
  ],
  [P95]: [
    [1.2, 1.3],
    [1.2, 1.3],
    [1.4, 1.5],
  ],
  [C105]: [
    [1.1, 1.2],
    [1.1, 1.2],
    [1.1, 1.2],
  ],
  [C110]: [
    [0.4, 0.5],
    [0.4, 0.5],
    [0.4, 0.5],
  ],
} as const;

/** Four closes, and the quotes of the condor at the first three; acts by the number of the close. */
export function chain(acts: Readonly<Record<number, (context: Context) => void>>, more: Partial<Chain> = {}): Chain {
  return { closes: [100, 100, 100, 100], quotes: QUOTES, setup: onBars(acts), ...more };
}

export const condor = ({ combo, standard }: Context, limit?: number, quantity = 1): ComboView | undefined =>
  combo(standard('iron-condor', { ...WHERE, strikes: [90, 95, 105, 110] }), {
    quantity,
    ...(limit === undefined ? {} : { limit }),
  });
