/**
 * Whether the price that a decision stands on is there: a quote that is fresh, has two sides, and is not too wide.
 *
 * They ask only where quotes arrive; where bars are all there is, there is nothing to be fresh.
 */
import type { Control } from '../gate/gate.ts';
import { askedAgain } from './asked-again.ts';
import { refuse } from './format.ts';
import { kindOf, type ByKind } from './settings.ts';

/** Refuses orders on a quote older than so many seconds. */
export function freshQuote(age: ByKind): Control {
  return askedAgain({
    name: 'quote-age',
    sentence: `No orders on a quote older than ${age.shares} s, of an option ${age.options} s.`,
    check(intent, { market, now }) {
      if (!market.quoted || isForOpen(intent.type)) return undefined;
      const limit = kindOf(age, market.instrument.option !== undefined);
      const seconds = (now - market.quotedAt) / 1e6;
      if (seconds <= limit) return undefined;
      return seconds === seconds
        ? refuse('quote.stale', `the quote of ${market.symbol} is ${seconds.toFixed(1)} s old, the limit is ${limit} s`)
        : refuse('quote.stale', `${market.symbol} has no quote yet, the limit is ${limit} s`);
    },
  });
}

/** Refuses orders on a quote with one side, or one wider than a share of its middle. */
export function narrowSpread(share: ByKind): Control {
  return askedAgain({
    name: 'spread',
    sentence: `No orders on a quote with one side or wider than ${share.shares * 100} %, of an option ${share.options * 100} %.`,
    check(intent, { market }) {
      if (!market.quoted || isForOpen(intent.type)) return undefined;
      const { bid, ask, symbol } = market;
      if (!(bid > 0) || !(ask > 0)) {
        return refuse('quote.one-sided', `${symbol} is quoted ${shown(bid)} to ${shown(ask)}: a side is missing`);
      }
      if (ask < bid) return refuse('quote.crossed', `${symbol} is quoted ${bid} to ${ask}: the bid is above the ask`);
      const limit = kindOf(share, market.instrument.option !== undefined);
      const width = (ask - bid) / ((ask + bid) / 2);
      // A nickel at a dime is half of it: what is one step apart is as narrow as it gets.
      return width > limit && ask - bid > market.stepAt(ask) * (1 + 1e-9)
        ? refuse(
            'quote.wide',
            `the spread of ${symbol} is ${(width * 100).toFixed(2)} %, above the limit of ${limit * 100} %`,
          )
        : undefined;
    },
  });
}

function isForOpen(type: string): boolean {
  return type.endsWith('on-open') || type === 'exercise';
}

function shown(price: number): string {
  return price > 0 ? String(price) : 'nothing';
}
