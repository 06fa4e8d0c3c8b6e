/**
 * Between a session and the controls of its gate: what they stopped is told to people, what people and exchanges say is told
 * to them.
 */
import type { Deck } from '../deck.ts';
import { ENTRY } from '../journal/journal.ts';
import type { Stop } from '../limits/brake.ts';
import type { Alerts } from './alerts.ts';
import { instrumentOf } from './commands.ts';
import type { BandInput, StatusInput } from './inputs.ts';
import type { BrokerRequest } from './broker/requests.ts';
import type { TradingStates } from './trading-state.ts';

/**
 * After an input: counts what goes out beside orders, and tells what the controls stopped while it was taken. `states`
 * are left out where orders go to a simulated venue: there the controls alone decide, as in a backtest.
 */
export function hearLimits(
  deck: Deck,
  alerts: Alerts,
  states: TradingStates | undefined,
  requests: readonly BrokerRequest[],
  at: number,
): void {
  const { limits } = deck.orders.gate;
  if (limits === undefined) return;
  let others = 0;
  for (const request of requests) if (!isNew(request)) others++;
  if (others > 0) limits.messages?.spend(others, at);
  const { news } = limits.brake;
  for (const stop of news.length === 0 ? [] : news.splice(0)) {
    if (states !== undefined) follow(stop, states);
    const isOver = stop.state === 'active' || stop.state === 'resumed';
    if (isOver) alerts.settle(stop.strategy < 0 ? 'loss.limit' : 'strategy.stopped', '', at);
    else {
      alerts.raise(stop.strategy < 0 ? 'loss.limit' : 'strategy.stopped', `${stop.code}: ${stop.message}`, at);
    }
  }
}

/** What the gate counted when it let the order pass. */
function isNew(request: BrokerRequest): boolean {
  return request.kind === 'replace' || (request.kind === 'submit' && request.posts === 1);
}

/** The session's own states follow, so that what is on its way is held back as well; they never get better by this. */
function follow({ state, strategy, code, message }: Stop, states: TradingStates): void {
  const reason = `${code}: ${message}`;
  if (state === 'paused') states.adoptPause(strategy, reason);
  else if (strategy >= 0) return;
  else if (state === 'halted' && states.account !== 'killed') states.adopt('halted', reason);
  else if (state === 'reducing' && states.account === 'active') states.adopt('reducing', reason);
  else if (state === 'active' && states.account === 'reducing' && states.reason.startsWith(`${code}:`)) {
    states.adopt('active', message);
  }
}

/**
 * An exchange halts a symbol or lets it trade again. Where nothing is to be done about it, it is written down all the same; a
 * person hears of what is held or has an order.
 */
export function obeyExchange({ symbol, state, reason, at }: StatusInput, deck: Deck, alerts: Alerts): void {
  const instrument = instrumentOf(deck, symbol);
  if (instrument < 0) return;
  const { limits } = deck.orders.gate;
  if (state === 'halted') limits?.halts?.halt(instrument, reason);
  else limits?.halts?.resume(instrument, at);
  const isOurs = deck.ledger.netQuantity(instrument) !== 0 || deck.markets[instrument].count > 0;
  if (state === 'trading') alerts.settle('symbol.halted', `${symbol}:`, at);
  else if (isOurs) alerts.raise('symbol.halted', `${symbol}: ${reason}`, at);
  deck.journal.write(ENTRY.state, at, 0, instrument, 0, 0, Number.NaN, 0, 0, `${state}: ${reason}`);
}

/** An exchange tells between which prices a symbol may trade. */
export function hearBand({ symbol, up, down, at }: BandInput, deck: Deck): void {
  const instrument = instrumentOf(deck, symbol);
  if (instrument >= 0) deck.orders.gate.limits?.bands?.tell(instrument, up, down, at);
}
