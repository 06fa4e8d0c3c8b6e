/**
 * Reconciliation: what we believe we hold against what the broker's books say.
 *
 * A difference freezes the symbol and is raised; nothing is ever bought or sold because of one. A later reading that
 * agrees lifts the freeze that a difference made.
 */
import type { Deck } from '../../deck.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import type { Snapshot } from '../broker/reports.ts';
import type { TradingStates } from '../trading-state.ts';

export interface Difference {
  readonly symbol: string;
  readonly ours: number;
  readonly theirs: number;
}

const DRIFT = 'positions differ from the broker’s';
/** Books that are made within this of a fill of ours may have been read before it: they are asked for again. */
const FRESH_US = 1_000_000;
const ASK_AGAIN_US = 2_000_000;

/** Compares, freezes and raises; returns the differences. The orders of the snapshot must have been reported before. */
export function reconcile(
  { account, positions, orders, at: madeAt }: Snapshot,
  deck: Deck,
  venue: BrokerVenue,
  states: TradingStates,
  at: number,
): readonly Difference[] {
  const theirs = new Map(positions.map(({ symbol, quantity }) => [symbol, quantity]));
  const differences: Difference[] = [];
  let isFresh = false;
  // Another number takes the place of the one before: that is over.
  const drifts = (symbol: string, message: string): void => {
    venue.alerts.settle('position.drift', `${symbol}:`, at, message);
    venue.alerts.raise('position.drift', message, at);
  };
  for (const market of deck.markets) {
    const { index, symbol } = market;
    const ours = deck.ledger.netQuantity(index);
    const held = theirs.get(symbol) ?? 0;
    theirs.delete(symbol);
    if (Math.round((ours - held) * market.scale) === 0) {
      if (states.frozenBecause(index)?.startsWith(DRIFT) === true) states.unfreeze(index, at);
      venue.alerts.settle('position.drift', `${symbol}:`, at);
      continue;
    }
    if (madeAt !== undefined && madeAt < venue.filledAt(index) + FRESH_US) {
      isFresh = true;
      continue;
    }
    differences.push({ symbol, ours, theirs: held });
    states.freeze(index, `${DRIFT}: ours ${ours}, theirs ${held}`, at);
    drifts(symbol, `${symbol}: ours ${ours}, the broker's ${held}`);
  }
  for (const [symbol, quantity] of theirs) {
    if (quantity === 0) continue;
    differences.push({ symbol, ours: 0, theirs: quantity });
    drifts(symbol, `${symbol}: not on this deck, the broker has ${quantity}`);
  }
  if (isFresh) venue.askForBooksAt(at + ASK_AGAIN_US);
  const listed = new Set(orders.map(({ clientId }) => clientId));
  for (const ticket of venue.open) {
    // What the broker does not list may have ended, or may never have arrived: it is asked about.
    const isListed = listed.has(ticket.clientId) || ticket.order.type === 'exercise';
    if (ticket.isOut && !ticket.isOver && !isListed) venue.contact.lookUp(ticket);
  }
  if (!account.isBlocked) venue.alerts.settle('account.blocked', '', at);
  if (account.isBlocked) {
    const why = account.blocked === undefined ? '' : `: ${account.blocked}`;
    venue.alerts.raise('account.blocked', `the broker has blocked account ${tail(account.number)}${why}`, at);
    if (states.account === 'active' || states.account === 'recovering') {
      states.set('reducing', `the broker has blocked the account${why}`, at);
    }
  }
  states.compared('books agree with the broker’s or are frozen where they do not', at);
  return differences;
}

/** The last digits of an account number: enough to recognise it, too little to use it. */
function tail(number: string): string {
  return `…${number.slice(-4)}`;
}
