/**
 * Cash-secured puts: sells short-dated puts below the price, each backed by cash, and buys them back by rule.
 *
 * How much may be committed follows volatility, on what is decided by rules on daily closes, and which contract by
 * premium, delta and distance. Every choice, refusal and hold is a note in the journal, with the numbers compared.
 */
import { Fault } from '../../base/fault.ts';
import { defineStrategy } from '../../engine/strategy.ts';
import type { BookState } from './book.ts';
import { impossibility, PARAMETERS } from './parameters.ts';
import type { Scan } from './scan.ts';
import { PutSeller } from './seller.ts';

/** Returns the strategy; `observe` is shown every decision with all contracts, chosen or not. */
export function cashSecuredPuts(observe?: (scan: Scan) => void) {
  return defineStrategy({
    name: 'csp',
    description: 'Sells cash-secured puts by volatility, trend and premium, and buys them back by rule.',
    parameters: PARAMETERS,
    check: impossibility,
    setup(context) {
      const { assets, asset } = context;
      const options = assets.filter(({ instrument }) => instrument.option !== undefined);
      const underlyings = [...new Set(options.map(({ instrument }) => instrument.option!.underlying))].sort();
      if (underlyings.length === 0) {
        const hint = 'a deck with tape.source options has some: decks/csp.yaml';
        throw new Fault('csp.no-options', 'puts are sold on a tape with options, and this one has none', {}, hint);
      }
      // Asked for here, so that the days of finer bars are gathered from the start.
      for (const symbol of underlyings) if (asset(symbol).bars.timeFrame !== '1d') asset(symbol).barsOf('1d');
      const seller = new PutSeller(context, underlyings, observe);
      return {
        onBar: () => seller.decide(),
        onFill: (fill) => seller.onFill(fill),
        onContract: (event) => seller.onContract(event),
        onOrderEnd: (order, code) => {
          if (order?.status !== 'filled') context.note(`an order ended without filling: ${code}`);
        },
        onEnd: () => seller.summarise(),
        save: () => seller.book.save(),
        restore: (state) => seller.book.restore(state as BookState), // What `save` gave.
      };
    },
  });
}

export default cashSecuredPuts();
