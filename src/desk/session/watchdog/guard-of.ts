/**
 * The watchdog of a session as its deck wants it: none on paper, where nothing works at a broker.
 */
import process from 'node:process';
import type { AccountFacts, SessionMode } from '../../../engine/live/index.ts';
import type { DeckConfig } from '../../config/schema.ts';
import type { Broker } from '../../wiring/brokers.ts';
import type { Found, LiveWorld } from '../live-world.ts';
import { Guard } from './guard.ts';

/** Has a process of its own watch the session; undefined where there is nothing to watch, or the deck wants none. */
export function guardOf(
  config: DeckConfig,
  mode: SessionMode,
  { deckFolder, fakeUrl, notice }: LiveWorld,
  { broker, facts, lease }: Found,
  folder: string,
  heldNow: () => readonly string[],
): Guard | undefined {
  const { atEnd, ifDead = atEnd ?? 'keep-exits', blockedSeconds = 10, deadSeconds = 60 } = config.session ?? {};
  if (mode === 'paper' || broker === undefined || facts === undefined || lease === undefined) return undefined;
  if (blockedSeconds === 'off') return undefined;
  return Guard.start(
    {
      pid: process.pid,
      mode,
      broker: config.broker,
      tape: { source: config.tape.source },
      deckFolder,
      fakeUrl,
      account: accountOf(broker, facts),
      epoch: lease.epoch,
      deck: nameOf(config),
      folder,
      alerts: config.alerts,
      ifDead,
      blockedMs: blockedSeconds * 1000,
      deadMs: deadSeconds * 1000,
    },
    () => notice('the watchdog of this session is gone: nobody watches it any more'),
    heldNow,
  );
}

/** Names an account's lease. */
export function accountOf(broker: Broker, { number }: AccountFacts): string {
  return `${broker.name} ${number}`;
}

export function nameOf({ name, strategy }: DeckConfig): string {
  return name ?? strategy.name ?? strategy.file ?? 'a deck';
}
