/** A session is made from its journal's head, by the code that it began with. */
import { expect, test } from 'vitest';
import { sessionOf } from '../../../src/desk/session/options.ts';
import { SESSION_JOURNAL, SESSION_VERSION, type SessionHead } from '../../../src/engine/live/index.ts';
import { deckOf } from '../../engine/live/bench.ts';

const OTHER = '0'.repeat(64);

/** The head of a session of a shipped strategy, whose code then had these hashes. */
function headOf(code: SessionHead['code']): SessionHead {
  return {
    journal: SESSION_JOURNAL,
    version: SESSION_VERSION,
    mode: 'live',
    deck: { strategy: { name: 'buy-and-hold' }, tape: { source: 'simulated' } },
    strategies: [{ name: 'buy-and-hold', parameters: {} }],
    tape: deckOf().tape,
    streams: [],
    conventions: '',
    seed: 1,
    lineage: '',
    code,
    universe: null,
    restored: null,
  };
}

test('LF-42 code that has changed since a session began is refused, and both hashes are said', async () => {
  await expect(sessionOf(headOf({ strategy: OTHER, engine: OTHER }), '.')).rejects.toThrow(
    /the strategy's code has changed since: its hash was 000000000000…, is [0-9a-f]{12}…/,
  );
});
