/** A position whose exits its broker does not keep, or keeps one of. */
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import type { ExitRules } from '../../../src/engine/live/index.ts';
import { OPEN, SECOND } from './bench.ts';
import { ExitBench } from './exit-bench.ts';

/** A broker that keeps no two exits, and takes one of shares alone. */
export const SINGLE: ExitRules = {
  entries: [],
  timesInForce: [],
  kinds: [],
  mustOpen: true,
  stopDistance: 0.01,
  single: { kinds: ['equity'], types: ['stop', 'stop-limit', 'trailing-stop', 'limit'] },
};
/** One that takes none at all, as of options. */
export const NONE: ExitRules = { ...SINGLE, single: { kinds: [], types: [] } };
export const BOTH = { limit: 100, stopLoss: 95, takeProfit: 105, timeInForce: 'GTC' } as const;

/** Ten are bought, and the broker has what it was asked for then. */
export function held(
  exits = SINGLE,
  filled = 10,
  options: Parameters<ExitBench['buy']>[0] = BOTH,
  deck: Partial<DeckOptions> = {},
): ExitBench {
  const its = new ExitBench(undefined, OPEN, exits, {}, deck);
  const entry = its.buy(options);
  its.bench.report({ kind: 'accepted', clientId: entry.clientId, brokerId: 'b1' });
  its.fill(entry.clientId, 'x1', filled, 100, 1);
  if (its.newest !== entry) its.bench.report({ kind: 'accepted', clientId: its.newest.clientId, brokerId: 'b2' });
  return its;
}

/** Two prices, a second apart. */
export function reach(its: ExitBench, bid: number): void {
  its.bench.quote(bid, bid + 0.02);
  its.bench.at += SECOND;
  its.bench.quote(bid, bid + 0.02);
}
