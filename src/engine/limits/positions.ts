/**
 * How much may be held, at worst: of one instrument, of one underlying with its options, of all, long less short, by one
 * strategy; and whether anything may be held short. None of them keeps a position from being closed. What cannot be valued
 * (NaN: something held has no price yet) is not within a limit, and refused.
 *
 * Sold options count with what backs them, of which `collateral.ts` knows; their premium is the least of it.
 */
import type { OptionMarginRule } from '../../options/margin/requirement.ts';
import type { Control, GateView } from '../gate/gate.ts';
import { optionMargins } from '../options/collateral.ts';
import type { OrderIntent } from '../orders/order.ts';
import { changesOf, worstAtWork } from './collateral.ts';
import { valueOf } from './exposure.ts';
import { refuse } from './format.ts';
import { ACCOUNT, couldHoldWith, grows, mostHeld, type Whose } from './worst-case.ts';

/** Refuses orders after which more than `most` units of an instrument could be held, long or short. */
export function largestPosition(most: number): Control {
  return {
    name: 'position-quantity',
    sentence: `At worst ${most} units of an instrument are held, long or short.`,
    check(intent, view) {
      if (!grows(intent, view)) return undefined;
      const could = mostHeld(intent, view);
      return could > most
        ? refuse('position.quantity', `${could} ${view.market.symbol} could be held, above the limit of ${most}`)
        : undefined;
    },
  };
}

/** Refuses orders after which one instrument could be worth more than a share of the account. */
export function largestPositionShare(share: number): Control {
  return {
    name: 'position-share',
    sentence: `At worst one instrument is worth ${share * 100} % of the account.`,
    check(intent, view) {
      if (!grows(intent, view)) return undefined;
      const { instrument } = intent;
      const could = mostHeld(intent, view);
      const value = valueOf(could, view.ledger, instrument, view.ledger.marks[instrument]);
      const limit = share * view.ledger.equity();
      return !(value <= limit)
        ? refuse(
            'position.share',
            `${view.market.symbol} could be worth ${value.toFixed(2)}, above the limit of ${limit.toFixed(2)}`,
          )
        : undefined;
    },
    use(idle, view) {
      let used = 0;
      let of = '';
      for (const { index, symbol } of view.markets) {
        const value = worstValue(index, { ...idle, instrument: index }, view, ACCOUNT);
        if (value > used) [used, of] = [value, symbol];
      }
      const limit = share * view.ledger.equity();
      return [{ key: 'positionShare', ...(of === '' ? {} : { of }), used, limit, unit: 'money' }];
    },
  };
}

/** Refuses orders after which an underlying and all options on it could be worth more than a share of the account. */
export function largestGroup(share: number, rule: OptionMarginRule): Control {
  return {
    name: 'group-share',
    sentence: `At worst one underlying with its options is worth ${share * 100} % of the account.`,
    check(intent, view) {
      const book = view.ledger.options;
      const own = book?.contracts[intent.instrument]?.underlying ?? intent.instrument;
      if (book === undefined || !isFirst(intent, view) || !grows(intent, view)) return undefined;
      let value = collateral(view, rule, intent, (underlying) => underlying === own);
      if (value === Infinity) return undefined;
      value += worstValue(own, intent, view, ACCOUNT);
      for (const contract of book.on.get(own) ?? []) value += worstValue(contract.instrument, intent, view, ACCOUNT);
      const limit = share * view.ledger.equity();
      return !(value <= limit)
        ? refuse(
            'position.group',
            `${view.ledger.instruments[own].symbol} with its options could be worth ${value.toFixed(2)}, above the limit of ${limit.toFixed(2)}`,
          )
        : undefined;
    },
  };
}

/** Refuses orders after which all positions could together be worth more than so many times the account. */
export function largestGross(multiple: number, rule: OptionMarginRule): Control {
  return {
    name: 'gross-exposure',
    sentence: `At worst all positions together are worth ${multiple} times the account.`,
    check(intent, view) {
      if (!isFirst(intent, view) || !grows(intent, view)) return undefined;
      const backing = view.ledger.options === undefined ? 0 : collateral(view, rule, intent);
      // What nothing backs is refused by the controls of collateral, in their words.
      if (backing === Infinity) return undefined;
      const gross = backing + worstGross(intent, view, ACCOUNT);
      const limit = multiple * view.ledger.equity();
      return !(gross <= limit)
        ? refuse(
            'exposure.gross',
            `gross exposure could be ${gross.toFixed(2)}, above the limit of ${limit.toFixed(2)}`,
          )
        : undefined;
    },
    use(idle, view) {
      const backing = view.ledger.options === undefined ? 0 : collateral(view, rule, idle);
      const used = backing + worstGross(idle, view, ACCOUNT);
      return [{ key: 'grossExposure', used, limit: multiple * view.ledger.equity(), unit: 'money' }];
    },
  };
}

/** Refuses orders after which what is long could exceed what is short, or the other way, by more than so much. */
export function largestNet(multiple: number): Control {
  return {
    name: 'net-exposure',
    sentence: `At worst long less short is ${multiple} times the account, either way.`,
    check(intent, view) {
      if (!isFirst(intent, view) || !grows(intent, view)) return undefined;
      const net = worstNet(intent, view, intent.side);
      const limit = multiple * view.ledger.equity();
      return !(net <= limit)
        ? refuse('exposure.net', `net exposure could be ${net.toFixed(2)}, above the limit of ${limit.toFixed(2)}`)
        : undefined;
    },
    use(idle, view) {
      const used = Math.max(worstNet(idle, view, 1), worstNet(idle, view, -1), 0);
      return [{ key: 'netExposure', used, limit: multiple * view.ledger.equity(), unit: 'money' }];
    },
  };
}

/** Refuses orders after which what one strategy holds could be worth more than a share of the account. */
export function largestStrategy(share: number): Control {
  return {
    name: 'strategy-exposure',
    sentence: `At worst what a strategy holds is worth ${share * 100} % of the account.`,
    check(intent, view) {
      if (!isFirst(intent, view) || !grows(intent, view)) return undefined;
      const gross = worstGross(intent, view, intent.strategy);
      const limit = share * view.ledger.equity();
      return !(gross <= limit)
        ? refuse(
            'exposure.strategy',
            `the strategy could hold ${gross.toFixed(2)}, above the limit of ${limit.toFixed(2)}`,
          )
        : undefined;
    },
  };
}

/** Refuses sales after which something but an option could be held short. */
export const noShorts: Control = {
  name: 'shorts',
  sentence: 'Nothing but options is sold short.',
  check(intent, view) {
    if (intent.side > 0 || view.market.instrument.option !== undefined || intent.reduceOnly) return undefined;
    const could = couldHoldWith(intent, view, intent.instrument, -1);
    return could > 0
      ? refuse('position.short', `${could} ${view.market.symbol} could be held short, and shorts are not allowed`)
      : undefined;
  },
};

/** A package is judged once, as a whole. */
export function isFirst(intent: OrderIntent, { pack }: GateView): boolean {
  return pack === undefined || pack[0] === intent;
}

/** What could be held on a side less what could be on the other, in money. */
function worstNet(intent: OrderIntent, view: GateView, side: 1 | -1): number {
  const { ledger, markets } = view;
  let net = 0;
  for (let instrument = 0; instrument < markets.length; instrument++) {
    const could = couldHoldWith(intent, view, instrument, side);
    if (could !== 0) net += valueOf(could, ledger, instrument, ledger.marks[instrument]);
  }
  return net;
}

function worstGross(intent: OrderIntent, view: GateView, whose: Whose): number {
  let gross = 0;
  for (let instrument = 0; instrument < view.markets.length; instrument++) {
    gross += worstValue(instrument, intent, view, whose);
  }
  return gross;
}

/** The larger of what could be held long and what could be held short, in money; premium alone for what is sold. */
export function worstValue(instrument: number, intent: OrderIntent, view: GateView, whose: Whose): number {
  const { ledger } = view;
  const long = couldHoldWith(intent, view, instrument, 1, whose);
  const short = couldHoldWith(intent, view, instrument, -1, whose);
  const most = long > short ? long : short;
  return most > 0 ? valueOf(most, ledger, instrument, ledger.marks[instrument]) : 0;
}

/** Money that backs the options sold, at worst, in base currency: all of it, or that on some underlyings. */
export function collateral(
  view: GateView,
  rule: OptionMarginRule,
  intent: OrderIntent,
  isMeant?: (underlying: number) => boolean,
): number {
  const { ledger } = view;
  const changes = [...worstAtWork(view, rule), ...changesOf(intent, view)];
  let total = 0;
  for (const { underlying, margin } of optionMargins(ledger, rule, changes)) {
    if (isMeant === undefined || isMeant(underlying))
      total += margin.amount * ledger.rates[ledger.currencyOf[underlying]];
  }
  return total;
}
