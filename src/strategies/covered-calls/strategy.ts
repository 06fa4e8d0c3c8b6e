/**
 * Covered calls: sells short-dated calls above the price on shares that are held, and buys the shares where told.
 *
 * A call never covers shares twice and, unless told, never lies below what the shares cost. What is called away is bought
 * again by the rules on underlyings and money. Every choice and refusal is a note with the numbers compared.
 */
import { choice, type ParameterValues } from '../../engine/strategy/parameters.ts';
import { defineStrategy } from '../../engine/strategy/strategy.ts';
import { setUpSeller, type Observe } from '../selling/define.ts';
import { misfit, unforeseen } from '../selling/fits.ts';
import { impossibleAtAll, impossibleCalls } from '../selling/impossible.ts';
import { CALLS, GENERAL } from '../selling/parameters.ts';
import type { SellerParts } from '../selling/seller.ts';

export const PARAMETERS = {
  ...GENERAL,
  ...CALLS,
  shares: choice('buy', ['buy', 'held'], 'whether shares are bought, or only those that are held count'),
} as const;

type CoveredCallParameters = ParameterValues<typeof PARAMETERS>;

/** Says what makes these parameters unable to trade, or nothing. */
export function impossibility(of: CoveredCallParameters): string | undefined {
  return impossibleAtAll(of) ?? impossibleCalls(of);
}

function partsOf(parameters: CoveredCallParameters): SellerParts {
  return { calls: parameters, buysShares: parameters.shares === 'buy', onAssignment: 'hold' };
}

/** Returns the strategy; `observe` is shown every decision with all contracts, chosen or not. */
export function coveredCalls(observe?: Observe) {
  return defineStrategy({
    name: 'covered-calls',
    description: 'Sells calls on shares that are held, never below their cost, and buys the shares where told.',
    parameters: PARAMETERS,
    check: impossibility,
    fits: (parameters, tape) =>
      parameters.shares === 'held' && tape.isFlat
        ? 'shares is held, and the account begins without any'
        : misfit(parameters, partsOf(parameters), tape),
    unforeseen: (parameters, tape) => unforeseen(parameters, partsOf(parameters), tape),
    setup: (context) => setUpSeller(context, 'covered-calls', context.parameters, partsOf(context.parameters), observe),
  });
}

export default coveredCalls();
