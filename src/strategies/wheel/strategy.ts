/**
 * The wheel: sells puts, takes the shares when they are assigned, sells calls on them until they are called away, and
 * begins again.
 *
 * Puts are those of `csp`, calls those of `covered-calls`, with the same names and meanings. Each turn is a round whose
 * premiums, shares and fees are told in the journal when it is over.
 */
import type { ParameterValues } from '../../engine/strategy/parameters.ts';
import { defineStrategy } from '../../engine/strategy/strategy.ts';
import { setUpSeller, type Observe } from '../selling/define.ts';
import { misfit, unforeseen } from '../selling/fits.ts';
import { impossibleAtAll, impossibleCalls, impossiblePuts } from '../selling/impossible.ts';
import { CALLS, GENERAL, PUTS } from '../selling/parameters.ts';
import type { SellerParts } from '../selling/seller.ts';

export const PARAMETERS = { ...GENERAL, ...PUTS, ...CALLS } as const;

type WheelParameters = ParameterValues<typeof PARAMETERS>;

/** Says what makes these parameters unable to trade, or nothing. */
export function impossibility(of: WheelParameters): string | undefined {
  return impossibleAtAll(of) ?? impossiblePuts(of) ?? impossibleCalls(of);
}

function partsOf(parameters: WheelParameters): SellerParts {
  return { puts: parameters, calls: parameters, onAssignment: 'hold' };
}

/** Returns the strategy; `observe` is shown every decision with all contracts, chosen or not. */
export function wheel(observe?: Observe) {
  return defineStrategy({
    name: 'wheel',
    description: 'Sells puts, and calls on the shares that come of them, until they are called away; and again.',
    parameters: PARAMETERS,
    check: impossibility,
    fits: (parameters, tape) => misfit(parameters, partsOf(parameters), tape),
    unforeseen: (parameters, tape) => unforeseen(parameters, partsOf(parameters), tape),
    setup: (context) => setUpSeller(context, 'wheel', context.parameters, partsOf(context.parameters), observe),
  });
}

export default wheel();
