/**
 * Conducts a session through its day: time passes, books are compared, the lease is kept, and after the close it ends.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Lease } from '../../adapters/lease-files/index.ts';
import type { Command, Conductor } from '../../engine/live/index.ts';
import { SECOND } from '../../time/instant.ts';
import type { Session } from '../../time/session.ts';
import { AllSessions, type Whose } from './all-sessions.ts';
import { RENEW_MS } from './beginning-lease.ts';
import type { ActionsAhead } from './actions-ahead.ts';
import { FollowedClock, type SessionClock } from './clock.ts';
import { FollowedStop } from './everywhere.ts';
import type { Headroom } from './headroom.ts';
import { ordersAtWork, ordersToEnd, type AtEnd } from './leaving-orders.ts';
import type { LiveTape } from './live-tape.ts';

/** Why a session at the present time ended. */
export type DayEnd = 'closed' | 'stopped' | 'lease-lost' | 'broken';

export interface DayParts {
  readonly conductor: Conductor;
  readonly tape: LiveTape;
  readonly clock: SessionClock;
  readonly day: Session;
  readonly lease: Lease | undefined;
  readonly hasBroker: boolean;
  /** What becomes of orders that work after the close, and when it is stopped before. */
  readonly atEnd: AtEnd;
  readonly atStop: AtEnd;
  readonly reconcileUs: number;
  readonly staleUs: number;
  readonly stop: { readonly isStopped: boolean };
  /** Whether the broker refuses the keys: asking it again would be a storm. */
  readonly isLocked: () => boolean;
  readonly notice: (text: string) => void;
  /** As what it is held to the limits of all sessions together, and who is told what they led to. */
  readonly whose: Whose;
  readonly onBeyond: (message: string) => void;
  /** What is left of disk and limits, told while there is time. */
  readonly headroom: Headroom;
  /** Left out where the broker announces no corporate actions. */
  readonly ahead: ActionsAhead | undefined;
  /** Prices are silent, or come again. */
  readonly onSilence: (message: string, isOver: boolean) => void;
}

/** Turns of the loop, in milliseconds of the wall. */
const TURN_MS = 100;
/** How often a followed clock is asked. */
const FOLLOW_MS = 500;
/** Shortest silence that is worth a word, however fast time passes. */
const STALE_WALL_MS = 3000;
/** After the close, for the last bar and the broker's own end of day. */
const AFTER_CLOSE_US = 30 * SECOND;
/** How long confirmations of cancels are waited for: a part of the eight seconds that an end may take. */
const CANCELS_MS = 4000;

/** Plays the day to its end, or until the session is stopped. */
export async function conductDay(parts: DayParts): Promise<DayEnd> {
  const { conductor, tape, clock, day, lease, stop, notice } = parts;
  const { session } = conductor;
  let comparedAt = clock.now();
  let followedMs = performance.now();
  let renewedMs = followedMs;
  let isStale = false;
  let quietFor = '';
  const everywhere = new FollowedStop(conductor, () => clock.now());
  const all = new AllSessions(conductor, () => clock.now(), parts.whose, parts.onBeyond);
  // At a time that passes faster turns are shorter, so that a second is never missed by much.
  const turnMs = Math.max(5, Math.min(TURN_MS, TURN_MS / clock.rate));
  for (;;) {
    await wait(turnMs);
    if (conductor.broken !== undefined) return 'broken';
    if (stop.isStopped) return 'stopped';
    everywhere.look();
    const wallMs = performance.now();
    all.look(wallMs);
    parts.headroom.look(wallMs);
    if (!parts.isLocked()) void parts.ahead?.look();
    if (wallMs - renewedMs > RENEW_MS && lease !== undefined) {
      renewedMs = wallMs;
      if (!lease.renew()) return 'lease-lost';
    }
    if (clock instanceof FollowedClock && wallMs - followedMs > FOLLOW_MS) {
      followedMs = wallMs;
      // A clock that does not answer is asked again; until then it goes on at the pace it had.
      await clock.follow().catch(() => undefined);
    }
    const now = clock.now();
    if (session.deck.wakes.next < now) conductor.take({ kind: 'tick', at: now });
    if (parts.hasBroker && !parts.isLocked() && now - comparedAt >= parts.reconcileUs) {
      comparedAt = now;
      tell(parts, { do: 'reconcile' }, 'as planned');
    }
    // Where time passes faster, three seconds of ours are a long while of its own, and no silence yet.
    const silence = Math.max(parts.staleUs, STALE_WALL_MS * 1000 * clock.rate);
    const isQuiet = now > day.openAt + silence && now < day.closeAt && now - tape.inbox.arrivedAt > silence;
    if (isQuiet !== isStale) {
      isStale = isQuiet;
      quietFor = isQuiet ? `none for ${Math.round(silence / SECOND)} s` : quietFor;
      notice(isQuiet ? `prices: ${quietFor}` : 'prices: they come again');
      parts.onSilence(`prices: ${quietFor}`, !isQuiet);
    }
    if (now >= day.closeAt + AFTER_CLOSE_US) {
      await leaveBroker(parts, parts.atEnd);
      return 'closed';
    }
  }
}

/** What becomes of working orders when a session ends or is stopped; returns how many work still. */
export async function leaveBroker(parts: DayParts, atEnd: AtEnd): Promise<number> {
  const { conductor, hasBroker } = parts;
  if (!hasBroker || parts.isLocked() || conductor.broken !== undefined) return 0;
  const leaving = () => ordersToEnd(conductor.session, atEnd);
  if (atEnd === 'cancel' && leaving().length > 0) tell(parts, { do: 'cancel', order: 'all' }, 'the session ends');
  else for (const { id } of leaving()) tell(parts, { do: 'cancel', order: id }, 'the session ends');
  const before = conductor.session.reconciledAt;
  tell(parts, { do: 'reconcile' }, 'the session ends');
  const isDone = (): boolean => conductor.session.reconciledAt > before && leaving().length === 0;
  for (const until = performance.now() + CANCELS_MS; performance.now() < until && !isDone();) await wait(20);
  return workingOf(conductor);
}

/** How many orders work. */
export function workingOf(conductor: Conductor): number {
  return ordersAtWork(conductor.session).length;
}

function tell({ conductor, clock }: DayParts, command: Command, reason: string): void {
  conductor.take({ kind: 'command', at: clock.now(), by: 'desk', reason, command });
}
