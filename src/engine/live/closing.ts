/**
 * What the desk itself closes: on a person's word, after a loss, by an exit that it holds. Whatever its strategies are, it
 * closes nothing on books that nobody compared or that differ, in an account that is stopped, or while an exchange halts the
 * symbol: what is sold then may not be held, or goes at whatever price the market opens with.
 */
import type { Deck } from '../deck.ts';
import type { Refusal } from '../gate/gate.ts';
import type { Alerts } from './alerts.ts';
import type { TradingStates } from './trading-state.ts';

/** Why the desk may close nothing in an instrument at an Instant; `undefined` where it may. */
export function againstClosing(
  { markets, ledger, orders }: Deck,
  states: TradingStates,
  instrument: number,
  at: number,
): Refusal | undefined {
  const { symbol } = markets[instrument];
  return states.againstClosing(instrument, symbol, at) ?? orders.gate.limits?.halts?.against(instrument, ledger, at);
}

/**
 * Closes what is held of a symbol, or all of it, at the market, what was sold first; what works there for its strategy ends,
 * and so do sales of calls that it was to cover. A person hears of what may not be closed now, and of nothing else: it is not
 * closed later.
 */
export function flatten(
  deck: Deck,
  states: TradingStates,
  alerts: Alerts,
  what: string | 'all',
  reason: string,
  at: number,
): void {
  alerts.settle('position.kept', what === 'all' ? '' : `${what}:`, at);
  for (const { instrument, strategy, quantity } of deck.ledger
    .openPositions()
    .toSorted((a, b) => a.quantity - b.quantity)) {
    const { symbol } = deck.markets[instrument];
    if (what !== 'all' && symbol !== what) continue;
    const refusal = againstClosing(deck, states, instrument, at);
    if (refusal === undefined) {
      if (quantity > 0 && deck.orders.keepsCover) endOffers(deck, instrument, reason);
      deck.orders.close(strategy, instrument, reason, []);
    } else alerts.raise('position.kept', `${symbol}: not closed, ${refusal.code}: ${refusal.message}`, at);
  }
}

/** Cancels sales of calls that what is closed was to cover: it would wait for them, as long as they work. */
function endOffers({ markets, venue }: Deck, instrument: number, reason: string): void {
  const { option } = markets[instrument].instrument;
  if (option?.right === 'put') return;
  const underlying = option?.underlying ?? markets[instrument].symbol;
  for (const { instrument: each, working } of markets) {
    if (each.option?.right !== 'call' || each.option.underlying !== underlying) continue;
    for (const order of working.slice()) if (order.side < 0 && !order.reduceOnly) venue.cancel(order, reason);
  }
}
