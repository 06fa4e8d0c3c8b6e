/**
 * What a person can tell a session. A command is an input like any other: it is written down with who gave it and why.
 */
import type { Deck } from '../deck.ts';
import { plainMarket } from '../orders/intents.ts';
import { ENTRY } from '../journal/journal.ts';
import { isLive } from '../sim/working-orders.ts';
import type { Alerts } from './alerts.ts';
import { flatten } from './closing.ts';
import type { CommandInput } from './inputs.ts';
import type { TradingStates } from './trading-state.ts';

/** Carries a command out; names it does not know were refused before it became an input. */
export function obey(
  { command, by, reason }: CommandInput,
  deck: Deck,
  states: TradingStates,
  alerts: Alerts,
  at: number,
): void {
  const because = `${reason} (${by})`;
  switch (command.do) {
    case 'pause':
      states.pause(command.strategy, because, at);
      return;
    case 'resume':
      deck.orders.gate.limits?.brake.resume(command.strategy);
      states.resume(command.strategy, at);
      return;
    case 'reduce':
      states.stop('reducing', because, at);
      return;
    case 'halt':
      states.stop('halted', because, at);
      return;
    case 'kill':
      // New orders are blocked first, then what works is canceled.
      states.stop('killed', because, at);
      cancelAll(deck, 'kill');
      return;
    case 'clear':
      deck.orders.gate.limits?.brake.clear();
      states.clear(because, at);
      return;
    case 'reconcile':
      // The session asks for the books; nothing of the deck moves.
      return;
    case 'cancel':
      if (command.order === 'all') cancelAll(deck, 'operator');
      else for (const order of working(deck)) if (order.id === command.order) deck.venue.cancel(order, 'operator');
      return;
    case 'flatten':
      flatten(deck, states, alerts, command.symbol, because, at);
      return;
    case 'flatten-halted':
      states.letClose(because, at);
      flatten(deck, states, alerts, command.symbol, because, at);
      return;
    case 'exercise':
      exercise(deck, command.symbol, because);
      return;
    case 'limit': {
      const { gate } = deck.orders;
      const before = gate.limits?.changing.change(command.limit, command.value, gate);
      const text = `limit ${command.limit}: ${before ?? 'none, and so it stays'} → ${command.value}: ${because}`;
      deck.journal.write(ENTRY.state, at, 0, -1, 0, 0, Number.NaN, 0, 0, text);
      return;
    }
    case 'do-not-exercise':
    case 'acknowledge':
    case 'note':
      // The session asks the broker, or takes note; nothing of the deck moves.
      return;
    case 'freeze':
      states.freeze(instrumentOf(deck, command.symbol), because, at);
      return;
    case 'unfreeze':
      states.unfreeze(instrumentOf(deck, command.symbol), at);
  }
}

/** Index of an instrument by the name it trades under now; −1 when the deck has none. */
export function instrumentOf(deck: Deck, symbol: string): number {
  return deck.markets.findIndex((market) => market.symbol === symbol);
}

function working(deck: Deck) {
  return deck.markets.flatMap((market) => market.working.filter(isLive));
}

function cancelAll(deck: Deck, code: string): void {
  // Contracts that are being exercised are no order at work: they are taken back by number, or by a kill.
  const all = working(deck).filter(({ type }) => type !== 'exercise' || code === 'kill');
  for (const order of all) deck.venue.cancel(order, code);
}

function exercise(deck: Deck, symbol: string, reason: string): void {
  const instrument = instrumentOf(deck, symbol);
  for (const { strategy, quantity, instrument: held } of deck.ledger.openPositions().slice()) {
    if (held !== instrument || quantity <= 0) continue;
    const intent = plainMarket(instrument, strategy);
    deck.orders.exercise({ ...intent, side: -1, quantity, type: 'exercise', reduceOnly: true, reason });
  }
}
