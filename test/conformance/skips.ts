/** Which cases of the suite are not for which venue, each with its reason. */
import type { Case } from './steps.ts';

const IN_ONE_PROCESS =
  'The simulated venue lives in the session: nothing between the two can be lost, doubled or late.';
const IN_ORDER =
  'Between a strategy and its desk is a pipe: what is said comes once and in order, or the process is over.';
const ITS_OWN_PRICE =
  'A package that rests at the simulated venue fills for its own net price, and the case wants a better one.';
const REVERSAL =
  'Alpaca refuses an order that closes a position and opens the opposite one. Two in its place could be half done, which one cannot be: a strategy sends two, and sees what became of the first.';
const TYPES =
  'Alpaca has no touch orders and no trailing limits. What only this desk knows of would not be there while it is down: they are refused before anything is sent.';
const NET_PRICE =
  'What becomes of a package whose price is changed Alpaca does not document, nor what of its legs has filled then: a strategy cancels it, and sends another when it has ended.';
const HELD_BY_EXITS =
  'Shares that an order at Alpaca would close belong to it: another sale of them is refused there. A strategy cancels it first.';
const FUTURES = 'Alpaca has no futures.';
const SHARES_IN_PACKAGES = 'Alpaca takes no shares in an order of several legs: send the shares first.';

const UNKNOWN_TO_ALPACA: Readonly<Record<string, string>> = {
  'V-06': REVERSAL,
  'V-07': REVERSAL,
  'V-42': TYPES,
  'V-43': TYPES,
  'V-44': TYPES,
  'V-46': FUTURES,
  'V-47': FUTURES,
  'V-49': NET_PRICE,
  'V-54': SHARES_IN_PACKAGES,
  'V-55': SHARES_IN_PACKAGES,
  'V-56': SHARES_IN_PACKAGES,
  'V-59': HELD_BY_EXITS,
};

/** Why a case is not run; `undefined` where it is. */
export const SKIPS: Readonly<Record<string, (one: Case) => string | undefined>> = {
  simulated: ({ needs }) => (needs === undefined ? undefined : IN_ONE_PROCESS),
  'a desk behind a door': ({ id, needs }) => {
    if (id === 'V-41') return ITS_OWN_PRICE;
    return needs === undefined || needs === 'process' ? undefined : IN_ORDER;
  },
  Alpaca: ({ id }) => UNKNOWN_TO_ALPACA[id],
  'Interactive Brokers': () => undefined,
};
