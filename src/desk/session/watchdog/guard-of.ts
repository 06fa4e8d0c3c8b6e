/**
 * The watchdog of a session as its deck wants it; on paper it ends a loop that stands still and tells of the death, at a
 * broker it also sees to what works there.
 */
import process from 'node:process';
import { assert } from '../../../base/assert.ts';
import type { AccountFacts, SessionMode } from '../../../engine/live/index.ts';
import type { DeckConfig } from '../../config/schema.ts';
import { programHash } from '../../run/engine-hash.ts';
import type { Broker, BrokerMode } from '../../wiring/brokers.ts';
import type { ChargeAtBroker } from './charge.ts';
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
  const { blockedSeconds = 10 } = config.session ?? {};
  if (blockedSeconds === 'off') return undefined;
  const atBroker = mode === 'paper' ? undefined : atBrokerOf(config, mode, fakeUrl, { broker, facts, lease });
  return Guard.start(
    {
      pid: process.pid,
      program: programHash(),
      mode,
      deckFolder,
      deck: nameOf(config),
      folder,
      alerts: config.alerts,
      blockedMs: blockedSeconds * 1000,
      ...(atBroker === undefined ? {} : { atBroker }),
    },
    () => notice('the watchdog of this session is gone: nobody watches it any more'),
    heldNow,
  );
}

function atBrokerOf(
  { session, broker: config, tape }: DeckConfig,
  mode: BrokerMode,
  fakeUrl: string | undefined,
  { broker, facts, lease }: Pick<Found, 'broker' | 'facts' | 'lease'>,
): ChargeAtBroker {
  const { atEnd, ifDead = atEnd ?? 'keep-exits', deadSeconds = 60 } = session ?? {};
  assert(broker !== undefined && facts !== undefined && lease !== undefined, 'a session at a broker holds its account');
  return {
    mode,
    broker: config,
    tape: { source: tape.source },
    fakeUrl,
    account: accountOf(broker, facts),
    epoch: lease.epoch,
    ifDead,
    deadMs: deadSeconds * 1000,
  };
}

/** Names an account's lease. */
export function accountOf(broker: Broker, { number }: AccountFacts): string {
  return `${broker.name} ${number}`;
}

export function nameOf({ name, strategy }: DeckConfig): string {
  return name ?? strategy.name ?? strategy.file ?? 'a deck';
}
