/**
 * Opens the live tape of a session: what its source delivers becomes inputs, and what the journal has of it is known.
 */
import type { SessionFiles } from '../../adapters/session-files/index.ts';
import { inputOf, type Conductor, type SessionHead } from '../../engine/live/index.ts';
import { LiveTape, type LiveTapeEvents } from './live-tape.ts';
import type { Found, LiveWorld } from './live-world.ts';

export async function openTape(
  world: LiveWorld,
  found: Found,
  { tape: info, streams }: SessionHead,
  conductor: Conductor,
  files: SessionFiles,
): Promise<LiveTape> {
  const feed = await found.source.open({ tape: info, streams }, found.clock);
  const futures = new Set(info.instruments.flatMap(({ symbol, future }) => (future === undefined ? [] : [symbol])));
  const events: LiveTapeEvents = {
    take: (input) => conductor.take(input),
    beforeHole: () => {
      if (found.broker !== undefined) conductor.take({ kind: 'start', at: found.clock.now() });
    },
    notice: world.notice,
    status: (symbol, state, reason) => conductor.take({ kind: 'status', at: found.clock.now(), symbol, state, reason }),
    amend: (row) => conductor.take({ kind: 'amend', at: found.clock.now(), row }),
    band: (symbol, up, down) => conductor.take({ kind: 'band', at: found.clock.now(), symbol, up, down }),
    locked: (reason) => {
      world.notice(`prices: ${reason}; they will not come back in this session`);
      if (found.broker === undefined) return;
      conductor.take({ kind: 'command', at: found.clock.now(), by: 'desk', reason, command: { do: 'reduce' } });
    },
  };
  const tape = new LiveTape(feed, found.clock, events, futures);
  for (const text of files.stored.texts.slice(1)) {
    const input = inputOf(text);
    if (input.kind === 'market') tape.inbox.seen(input);
  }
  return tape;
}
