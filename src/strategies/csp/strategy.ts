/**
 * Cash-secured puts: sells short-dated puts below the price, each backed by cash, and buys them back by rule.
 *
 * How much may be committed follows volatility, on what is decided by rules on daily closes, and which contract by
 * premium, delta and distance. Every choice, refusal and hold is a note in the journal, with the numbers compared.
 */
import { defineStrategy } from '../../engine/strategy/strategy.ts';
import { setUpSeller, type Observe } from '../selling/define.ts';
import { misfit, unforeseen } from '../selling/fits.ts';
import type { SellerParts } from '../selling/seller.ts';
import { impossibility, PARAMETERS, type CspParameters } from './parameters.ts';

function partsOf(parameters: CspParameters): SellerParts {
  return { puts: parameters, onAssignment: parameters.onAssignment };
}

/** Returns the strategy; `observe` is shown every decision with all contracts, chosen or not. */
export function cashSecuredPuts(observe?: Observe) {
  return defineStrategy({
    name: 'csp',
    description: 'Sells cash-secured puts by volatility, trend and premium, and buys them back by rule.',
    parameters: PARAMETERS,
    check: impossibility,
    fits: (parameters, tape) => misfit(parameters, partsOf(parameters), tape),
    unforeseen: (parameters, tape) => unforeseen(parameters, partsOf(parameters), tape),
    setup: (context) => setUpSeller(context, 'csp', context.parameters, partsOf(context.parameters), observe),
  });
}

export default cashSecuredPuts();
