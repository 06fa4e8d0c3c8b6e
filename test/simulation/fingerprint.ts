/**
 * Whether two sessions are in the same state: one that lived, and one that took its inputs again.
 */
import type { LiveSession } from '../../src/engine/live/index.ts';

/** Holds a replayed session, which nobody needs after it, against the one that lived. */
export function statesDiffer(again: LiveSession, lived: LiveSession): string | undefined {
  const differs = fingerprint(again) !== fingerprint(lived);
  again.deck.release();
  return differs ? 'the states differ' : undefined;
}

/** Everything of a session that must come out of a replay again. */
function fingerprint({ deck, venue, states }: LiveSession): string {
  return JSON.stringify([
    deck.ledger.cash.map(({ exact }) => exact.toBigInt().toString()),
    deck.markets.map(({ index }) => deck.ledger.netQuantity(index)),
    deck.journal.length,
    [...(venue?.tickets.values() ?? [])].map(({ clientId, order, isTombstone, probes }) => [
      clientId,
      order.status,
      order.filledUnits,
      order.units,
      isTombstone,
      probes,
    ]),
    states.account,
  ]);
}
