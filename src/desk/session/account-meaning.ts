/**
 * What a broker says of an account, each fact with what it means for a deck: how much may be borrowed, whether shorts may be
 * sold, and whether day trades are counted.
 */
import type { AccountFacts } from '../../engine/live/index.ts';
import { conventionsOf } from '../config/resolve.ts';
import type { DeckConfig } from '../config/schema.ts';

/** A fact and its meaning; `isBad` where the deck wants what the account has not. */
export interface Meaning {
  readonly check: string;
  readonly detail: string;
  readonly isBad?: boolean;
}

/** Equity below which nothing is borrowed (Regulation T), and from which day trades were never counted (FINRA 4210). */
const MARGIN_MINIMUM = 2000;
const DAY_TRADER_MINIMUM = 25_000;
const DAY_TRADES_FREE = 3;

/** What the broker says of the account, in the order in which it is shown. */
export function meaningsOf({ account, conventions, limits }: DeckConfig, facts: AccountFacts): readonly Meaning[] {
  const { margin } = conventionsOf(conventions, account);
  const wanted = account?.type === 'leverage' ? (account.leverage ?? 1) : margin.spendsCash === true ? 1 : 2;
  return [borrowing(wanted, facts), shorts(margin.allowsShort, facts), dayTrades(limits, facts)];
}

/** `wanted` is how many times its equity the deck's books take. */
function borrowing(wanted: number, { multiplier, equity }: AccountFacts): Meaning {
  const check = 'margin';
  if (multiplier === undefined) {
    return { check, detail: 'the broker does not say how much may be borrowed: its buying power decides' };
  }
  const lends = multiplier <= 1 ? 'a cash account' : `up to ${multiplier} times its equity, overnight twice at most`;
  const has = `multiplier ${multiplier}: ${lends}`;
  if (multiplier > 1 && equity < MARGIN_MINIMUM && wanted > 1) {
    const detail = `${has}; with equity under ${MARGIN_MINIMUM} nothing is lent, and the deck wants ${wanted} times`;
    return { check, detail, isBad: true };
  }
  if (wanted > multiplier) {
    const detail = `${has}; the deck's books take ${wanted} times, and the broker refuses what is beyond its own`;
    return { check, detail, isBad: true };
  }
  return { check, detail: `${has}; the deck's books take ${wanted === 1 ? 'no credit' : `${wanted} times`}` };
}

function shorts(mayDeck: boolean, { mayShort }: AccountFacts): Meaning {
  const check = 'short sales';
  if (mayShort) {
    const deck = mayDeck ? 'and the deck may sell them' : 'and the deck sells none';
    return { check, detail: `the account may sell short what is easy to borrow, ${deck}` };
  }
  const detail = mayDeck
    ? 'the account may not, and the deck might: such an order is refused here (broker.no-shorts)'
    : 'the account may not, and the deck sells none';
  return { check, detail };
}

function dayTrades(limits: DeckConfig['limits'], { dayTrades: count, isDayTrader, equity }: AccountFacts): Meaning {
  const check = 'day trades';
  if (count === undefined && isDayTrader === undefined) {
    const detail = 'the broker counts none: since 2026-06-04 the rule may be that of the intraday margin level';
    return { check, detail };
  }
  const counted = `${count ?? 'an unknown number'} in five days, ${isDayTrader === true ? 'marked as a pattern day trader' : 'not marked as a pattern day trader'}`;
  if (equity >= DAY_TRADER_MINIMUM) {
    return { check, detail: `${counted}; with equity of ${DAY_TRADER_MINIMUM} or more none is refused` };
  }
  const rule = typeof limits === 'object' ? limits.marginRegime : undefined;
  const left = Math.max(0, DAY_TRADES_FREE - (count ?? 0));
  const here = rule === 'off' ? '; the deck does not count them (limits.marginRegime: off)' : '';
  const what =
    isDayTrader === true || left === 0
      ? 'where the broker holds on to that rule, what was bought today cannot be sold today'
      : `where the broker holds on to that rule, ${left} more are free`;
  return { check, detail: `${counted}; with equity under ${DAY_TRADER_MINIMUM}, ${what}${here}` };
}
