/**
 * What is sold is covered (I20): by the broker's books, with all that works there as bad as it may come.
 *
 * A call that is sold has a hundred shares of the account or another call that is held; a put that is sold and that no other put
 * covers has its strike in cash. Looked at while the desk's books are those of the broker, for what was assigned and is not told
 * yet nobody can heed. Not when shares were delivered: one call may have taken those that covered another.
 */
import type { LiveSession } from '../../src/engine/live/index.ts';
import type { SimulatedBroker } from './broker.ts';
import { CLOSE, CONTRACTS, EXPIRING, UNDERLYING } from './option-world.ts';

const PUTS = CONTRACTS.filter(({ option }) => option!.right === 'put');
const CALLS = CONTRACTS.filter(({ option }) => option!.right === 'call');

export function checkCovered(
  broker: SimulatedBroker,
  session: LiveSession,
  now: number,
  fail: (text: string) => void,
): void {
  const { deck } = session;
  if (broker.hasDelivered) return;
  const isKnown = deck.markets.every(({ symbol, index }) => deck.ledger.netQuantity(index) === heldOf(broker, symbol));
  if (!isKnown) return;
  const sold = (symbol: string): number => {
    let count = 0;
    // What traded until the close can fill no more, whether or not the broker has ended it yet.
    if (now >= CLOSE && EXPIRING.has(symbol)) return 0;
    for (const order of broker.live) {
      const left = order.quantity - order.filled;
      if (order.symbol === symbol && order.side < 0 && isOwn(session, order.clientId)) count += left;
    }
    return count;
  };
  const shares = heldOf(broker, UNDERLYING) - sold(UNDERLYING);
  const worst = CALLS.map(({ symbol }) => heldOf(broker, symbol) - sold(symbol));
  const covered = worst.reduce((sum, count) => sum + count, Math.floor(Math.max(0, shares) / 100));
  if (covered < 0 && worst.some((count) => count < 0)) fail(`I20 ${-covered} calls could be sold that nothing covers`);
  let cash = broker.cash;
  for (const { symbol, option } of PUTS) {
    const held = heldOf(broker, symbol);
    // What is bought covers one that is sold, whatever its strike.
    cash += (held - sold(symbol)) * option!.strike * 100;
  }
  const isSecured = cash >= 0 || cash >= broker.cash;
  if (!isSecured) fail(`I20 puts could be sold for ${-cash} more than there is in cash`);
}

/**
 * Whether so much of a symbol may have to be kept, because a call is sold, or could be, that it covers: `unsure` are the symbols
 * of orders of which nobody knows what became of them. Of a call no more is sold than the account has: what one strategy holds
 * covers what another one has sold.
 */
export function mayCover(
  broker: SimulatedBroker,
  symbol: string,
  quantity: number,
  unsure: ReadonlySet<string>,
): boolean {
  const calls = new Set(CALLS.map((call) => call.symbol));
  if (symbol !== UNDERLYING && !calls.has(symbol)) return false;
  if (calls.has(symbol) && quantity > heldOf(broker, symbol)) return true;
  const isOffered = [...broker.live].some((order) => order.side < 0 && calls.has(order.symbol));
  return isOffered || [...calls].some((call) => heldOf(broker, call) < 0 || unsure.has(call));
}

/** Exits wake with what they protect, by what was agreed then. */
function isOwn({ venue }: LiveSession, clientId: string): boolean {
  return venue!.tickets.get(clientId)?.order.parent === undefined;
}

function heldOf(broker: SimulatedBroker, symbol: string): number {
  return broker.positions.get(symbol) ?? 0;
}
