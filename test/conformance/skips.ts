/** Which cases of the suite are not for which venue, each with its reason. */
import type { Case } from './steps.ts';

const IN_ONE_PROCESS =
  'The simulated venue lives in the session: nothing between the two can be lost, doubled or late.';
const REVERSAL = 'Alpaca refuses an order that closes a position and opens the opposite one; a strategy sends two.';

/** Why a case is not run; `undefined` where it is. */
export const SKIPS: Readonly<Record<string, (one: Case) => string | undefined>> = {
  simulated: ({ needs }) => (needs === undefined ? undefined : IN_ONE_PROCESS),
  Alpaca: ({ id }) => (id === 'V-06' || id === 'V-07' ? REVERSAL : undefined),
  'Interactive Brokers': () => undefined,
};
