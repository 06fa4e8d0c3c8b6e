/**
 * The wait for a broker's books at the start of a session. Until they are read nothing is sent, and no loop runs yet that
 * would ask again: an answer that was lost, cut short or refused for a while must not end the day before it began.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';
import type { Conductor } from '../../engine/live/index.ts';
import type { SessionClock } from './clock.ts';

export interface FirstBooks {
  readonly clock: Pick<SessionClock, 'now'>;
  readonly stop: { readonly isStopped: boolean };
  /** Whether the broker refuses the keys: asking it again would be a storm. */
  readonly isLocked: () => boolean;
  /** After how many milliseconds they are asked for again, and when it is given up. */
  readonly againMs?: number;
  readonly forMs?: number;
}

/** A broker that takes no more requests for now says so for a minute at most. */
const FOR_MS = 90_000;
const AGAIN_MS = 12_000;

/** Resolves when the books were compared, or the session is stopped. Throws a `Fault` where they cannot be had. */
export async function firstBooks(
  conductor: Pick<Conductor, 'session' | 'take'>,
  { clock, stop, isLocked, againMs = AGAIN_MS, forMs = FOR_MS }: FirstBooks,
): Promise<void> {
  const { session } = conductor;
  const began = performance.now();
  let askedMs = began;
  while (session.reconciledAt !== session.reconciledAt || session.states.account === 'recovering') {
    if (stop.isStopped) return;
    const wallMs = performance.now();
    if (wallMs - began > (isLocked() ? forMs / 3 : forMs)) {
      const rule = `the broker's books could not be read in ${Math.round((wallMs - began) / 1000)} s`;
      throw new Fault('session.unreconciled', rule, {}, 'its last word is above, as link.down');
    }
    if (wallMs - askedMs > againMs && !isLocked()) {
      askedMs = wallMs;
      const reason = 'the books are not read yet';
      conductor.take({ kind: 'command', at: clock.now(), by: 'desk', reason, command: { do: 'reconcile' } });
    }
    await wait(10);
  }
}
