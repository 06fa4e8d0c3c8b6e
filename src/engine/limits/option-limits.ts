/**
 * What may be done with options: by the account's level, by number of contracts, by what the options sold are exposed to,
 * and not on the last afternoon of a contract or the eve of a dividend.
 *
 * Levels are those of US brokers: 1 sells what is covered, 2 buys too, 3 makes spreads, 4 sells naked.
 */
import { contractLife, yearsToSettlement } from '../../market/option/life.ts';
import type { CorporateAction } from '../../market/actions.ts';
import { europeanGreeks, Greeks } from '../../options/european.ts';
import { impliedVolOrNaN } from '../../options/implied-vol.ts';
import { cashOptions, regTOptions, type OptionMarginRule } from '../../options/margin/requirement.ts';
import type { Control, GateView } from '../gate/gate.ts';
import type { Contract } from '../options/book.ts';
import { optionCollateral } from '../options/collateral.ts';
import type { OrderIntent } from '../orders/order.ts';
import { changesOf, worstAtWork } from './collateral.ts';
import { askedAgain } from './asked-again.ts';
import { refuse } from './format.ts';
import { onlyReduces } from './reduces.ts';
import { couldHoldWith } from './worst-case.ts';

const LEVELS = [
  'no options',
  'covered sales',
  'covered sales and purchases',
  'spreads too',
  'naked sales too',
] as const;

/** The level that may sell calls which nothing covers. */
export const NAKED = 4;

/** Spreads cover, as on margin; what nothing covers has no end, but for puts, which cash secures. */
const coveredOnly: OptionMarginRule = { ...regTOptions, pairsNaked: false, naked: cashOptions.naked };

/** Refuses what the account's level does not allow. */
export function optionLevel(level: number): Control {
  return {
    name: 'option-level',
    sentence: `Options by level ${level}: ${LEVELS[level]}.`,
    check(intent, view) {
      const book = view.ledger.options;
      if (book === undefined) return undefined;
      const { pack } = view;
      const contract = book.contracts[intent.instrument];
      if (contract !== undefined && !onlyReduces(intent, view.ledger)) {
        const legs = pack?.filter((leg) => book.contracts[leg.instrument] !== undefined).length ?? 1;
        const needed = legs > 1 ? 3 : intent.side > 0 ? 2 : 1;
        if (level < needed) {
          return refuse(
            'option.level',
            `this needs level ${needed} (${LEVELS[needed]}), the account has level ${level}`,
          );
        }
      }
      if (level >= NAKED || (pack !== undefined && pack[0] !== intent)) return undefined;
      // Shares and calls that cover what was sold are sold like a naked call, however little is left of them.
      if (!mayUncover(intent, view) || coverAfter(intent, view) < Infinity) return undefined;
      return contract === undefined && pack === undefined
        ? refuse(
            'option.level',
            `calls would be left without these shares, which needs level 4; the account has level ${level}`,
          )
        : refuse('option.level', `a naked sale needs level 4, the account has level ${level}`);
    },
  };
}

/**
 * Whether what an intent sells could leave a sold call without shares or a call that cover it, everything at work on the
 * same shares included.
 */
export function uncovers(intent: OrderIntent, view: GateView): boolean {
  return mayUncover(intent, view) && coverAfter(intent, view) === Infinity;
}

/** Packages, and sales of calls and of shares that have options. */
function mayUncover({ instrument, side }: OrderIntent, { ledger: { options: book }, pack }: GateView): boolean {
  if (book === undefined) return false;
  const contract = book.contracts[instrument];
  if (pack === undefined && (side > 0 || contract?.terms.right === 'put')) return false;
  return contract !== undefined || book.on.has(instrument);
}

/** What options tie up in money with the intent and the worst of what works; Infinity where nothing covers a call. */
function coverAfter(intent: OrderIntent, view: GateView): number {
  const after = [...worstAtWork(view, coveredOnly), ...changesOf(intent, view)];
  return optionCollateral(view.ledger, coveredOnly, after);
}

/** Refuses orders after which more than `most` contracts on one underlying could be long, or short. */
export function largestContracts(most: number): Control {
  return {
    name: 'option-contracts',
    sentence: `At worst ${most} contracts on one underlying are long, or short.`,
    check(intent, view) {
      const own = contractsWith(intent, view);
      if (own === undefined) return undefined;
      let count = 0;
      for (const { instrument } of own) {
        count += Math.max(0, couldHoldWith(intent, view, instrument, intent.side));
      }
      return count > most
        ? refuse(
            'option.contracts',
            `${count} contracts could be ${intent.side > 0 ? 'long' : 'short'}, the limit is ${most}`,
          )
        : undefined;
    },
  };
}

export interface ShortRule {
  /** Shares of the account; Infinity for none. */
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
}

/** Refuses sales after which the options sold on one underlying could be exposed to more than the rule allows. */
export function shortExposure(rule: ShortRule): Control {
  const greeks = new Greeks();
  return {
    name: 'option-exposure',
    sentence: `Options sold on one underlying have at most ${rule.delta * 100} % of the account in delta, ${rule.gamma * 100} % in gamma for 1 %, and ${rule.vega * 100} % in vega for one point.`,
    check(intent, view) {
      if (intent.side > 0 && view.pack === undefined) return undefined;
      const own = contractsWith(intent, view);
      if (own === undefined) return undefined;
      const sum = { delta: 0, gamma: 0, vega: 0 };
      for (const contract of own) {
        const sold = couldHoldWith(intent, view, contract.instrument, -1);
        if (sold > 0) addShort(sum, contract, sold, view, greeks);
      }
      const equity = view.ledger.equity();
      for (const name of ['delta', 'gamma', 'vega'] as const) {
        const value = Math.abs(sum[name]);
        const limit = rule[name] * equity;
        if (value > limit) {
          return refuse(
            `option.${name}`,
            `the options sold could have ${value.toFixed(2)} in ${name}, the limit is ${limit.toFixed(2)}`,
          );
        }
      }
      return undefined;
    },
  };
}

/** Adds what a short position in a contract is exposed to, in base currency. */
function addShort(
  sum: { delta: number; gamma: number; vega: number },
  contract: Contract,
  sold: number,
  view: GateView,
  greeks: Greeks,
): void {
  const { ledger } = view;
  const { right } = contract.terms;
  const spot = ledger.marks[contract.underlying];
  const years = yearsToSettlement(contractLife(ledger.instruments[contract.instrument]), view.now);
  const money = sold * contract.multiplier * ledger.rates[ledger.currencyOf[contract.underlying]];
  const terms = { right, spot, strike: contract.strike, years, rate: 0, dividendYield: 0 };
  const vol = impliedVolOrNaN(terms, ledger.marks[contract.instrument]);
  const isIn = right === 'call' ? spot > contract.strike : spot < contract.strike;
  if (!(vol > 0)) {
    // Worth what it would bring at once, or not priced: in the money it moves like the shares.
    if (isIn) sum.delta += money * spot * (right === 'call' ? 1 : -1);
    return;
  }
  europeanGreeks(greeks, { ...terms, vol });
  sum.delta += money * spot * greeks.delta;
  sum.gamma += money * spot * greeks.gamma * spot * 0.01;
  sum.vega += money * greeks.vega * 0.01;
}

/** Refuses to open a contract within so many minutes of the end of its trading. */
export function expiryCutoff(minutes: number): Control {
  return askedAgain({
    name: 'option-expiry',
    sentence: `No option is opened in the last ${minutes} minutes of its trading.`,
    check(intent, view) {
      const { instrument } = view.market;
      if (instrument.option === undefined || onlyReduces(intent, view.ledger)) return undefined;
      const left = contractLife(instrument).tradesUntil - view.now;
      return left <= minutes * 60e6
        ? refuse(
            'option.expiry-day',
            `${instrument.symbol} trades for ${Math.max(0, left / 60e6).toFixed(0)} more minutes, the limit is ${minutes}`,
          )
        : undefined;
    },
  });
}

/** How long before an ex-date a call sold is likely to be exercised for the dividend: the last session and its night. */
const EVE_US = 4 * 86_400e6;

/**
 * Refuses to sell calls in the money that a dividend within the next days makes worth exercising: what they have in time
 * value is less than the dividend. `actions` are announced, and announced dividends are known beforehand.
 */
export function exDividendEve(actions: readonly CorporateAction[]): Control {
  const dividends = actions.filter((action) => action.kind === 'dividend');
  return {
    name: 'option-dividend',
    sentence: 'No call is sold that a dividend of the next days makes worth exercising.',
    check(intent, view) {
      const book = view.ledger.options;
      const contract = book?.contracts[intent.instrument];
      if (contract?.terms.right !== 'call' || intent.side > 0 || onlyReduces(intent, view.ledger)) return undefined;
      const { symbol } = view.ledger.instruments[contract.underlying];
      const spot = view.ledger.marks[contract.underlying];
      const timeValue = view.mark - Math.max(0, spot - contract.strike);
      if (spot <= contract.strike) return undefined;
      const due = dividends.find(
        (action) =>
          action.symbol === symbol &&
          action.at > view.now &&
          action.at <= view.now + EVE_US &&
          action.amount > timeValue,
      );
      return due === undefined
        ? undefined
        : refuse(
            'option.ex-dividend',
            `${symbol} pays ${due.amount} within days, more than the ${Math.max(0, timeValue).toFixed(2)} of time value: early assignment is likely`,
          );
    },
  };
}

/** The contracts on the intent's underlying, for an option that opens; a package is judged with its first leg. */
function contractsWith(intent: OrderIntent, view: GateView): readonly Contract[] | undefined {
  const book = view.ledger.options;
  const contract = book?.contracts[intent.instrument];
  if (book === undefined || contract === undefined || onlyReduces(intent, view.ledger)) return undefined;
  if (view.pack !== undefined && view.pack[0] !== intent) return undefined;
  return book.on.get(contract.underlying);
}
