/**
 * Messages outside a session: one to each channel, to see whether it arrives, or because the session cannot speak any more.
 */
import { Fault } from '../../base/fault.ts';
import type { DeckConfig } from '../config/schema.ts';
import { channelsOf, heartbeatOf, type Channel, type ChannelsWorld } from '../wiring/channels.ts';
import { messageOf, type Notice, type Speaker } from './notice.ts';

/** Where a deck says who is told. */
export const SESSION_ALERTS_FIELD = 'alerts.channels';

export interface Tried {
  readonly name: string;
  /** Why it was not taken; null where it was. */
  readonly error: string | null;
  readonly ms: number;
}

/** Sends a test through each channel of a deck, and asks the address of the heartbeat. */
export async function testChannels(
  config: DeckConfig,
  { folder, environment, by }: Omit<ChannelsWorld, 'isLive'> & { readonly by: string },
): Promise<readonly Tried[]> {
  const world = { folder, environment, isLive: config.mode === 'live' };
  const speaker = { mode: config.mode ?? 'test', deck: config.name ?? config.strategy.name ?? 'a deck', account: '' };
  const message = `${by} asked whether this arrives: it does`;
  const tried = await sendToAll(channelsOf(config.alerts, world), speaker, testOf(message));
  const heartbeat = heartbeatOf(config.alerts, world);
  return heartbeat === undefined ? tried : [...tried, await timed('heartbeat', heartbeat.beat)];
}

/** Sends one notice through all channels that want it, side by side; never rejects. */
export function sendToAll(channels: readonly Channel[], speaker: Speaker, notice: Notice): Promise<readonly Tried[]> {
  const wanted = channels.filter(({ priority }) => notice.code === TEST || notice.priority <= priority);
  return Promise.all(wanted.map(({ name, sender }) => timed(name, () => sender.send(messageOf(notice, speaker)))));
}

const TEST = 'alerts.test';

function testOf(message: string): Notice {
  return { code: TEST, priority: 2, message, at: new Date().toISOString() };
}

async function timed(name: string, act: () => Promise<void>): Promise<Tried> {
  const began = performance.now();
  const error = await act().then(
    () => null,
    (reason: unknown) => (reason instanceof Fault ? reason.message : 'it failed in a way that was not foreseen'),
  );
  return { name, error, ms: Math.round(performance.now() - began) };
}
