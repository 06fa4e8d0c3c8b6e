/**
 * The heartbeats of a session as its deck wants them: where they go, what they say, and what their answers lead to.
 */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Conductor, SessionMode } from '../../engine/live/index.ts';
import type { SessionAlerts } from '../alerts/session-alerts.ts';
import type { DeckConfig } from '../config/schema.ts';
import { workingOf } from '../session/conduct.ts';
import type { Found, LiveWorld } from '../session/live-world.ts';
import { tailOf } from '../session/permission.ts';
import { nameOf } from '../session/watchdog/guard-of.ts';
import { secretOfFile } from '../wiring/keys.ts';
import { isLoopbackHost } from '../wiring/where-keys-go.ts';
import { Beats, type BeatsParts } from './beats.ts';
import { accountIdOf, checkSecret } from './heartbeat.ts';

const FIELD = 'alerts.watchdog';
const EVERY_SECONDS = 10;

/** What is needed to speak to the watchdog of a deck. */
export type BeatsPlace = Pick<BeatsParts, 'url' | 'secret' | 'certificate' | 'everyMs'>;

/** Reads where it is and the secret; undefined where the deck names none. A `Fault` shows nothing of the secret. */
export function beatsPlace({ alerts }: DeckConfig, folder: string): BeatsPlace | undefined {
  const config = alerts?.watchdog;
  if (config === undefined) return undefined;
  const url = new URL(config.url);
  const isPlain = url.protocol === 'http:';
  if (!isPlain && url.protocol !== 'https:') throw new Fault('config.value', 'must be https', { field: FIELD });
  if (isPlain && !isLoopbackHost(url.hostname) && config.plain !== true) {
    const rule = `${url.host} is not on this machine, and without TLS everybody on the way reads what is said`;
    throw new Fault('watchdog.plain', rule, { field: `${FIELD}.url` }, 'https; or plain: true behind a tunnel');
  }
  const file = resolve(folder, config.keys);
  const secret = checkSecret(secretOfFile(file, 'TRADEDECK_WATCHDOG_SECRET'), file);
  const certificate =
    config.certificate === undefined ? undefined : readFileSync(resolve(folder, config.certificate), 'utf8');
  return { url, secret, certificate, everyMs: (config.everySeconds ?? EVERY_SECONDS) * 1000 };
}

export interface BeatsWorld {
  readonly config: DeckConfig;
  readonly mode: SessionMode;
  readonly world: LiveWorld;
  readonly found: Found;
  readonly folder: string;
  readonly conductor: Conductor;
  readonly alerts: SessionAlerts;
}

/** Begins to speak; undefined where the deck names no watchdog on another host. */
export function beatsOf({ config, mode, world, found, folder, conductor, alerts }: BeatsWorld): Beats | undefined {
  const place = beatsPlace(config, world.deckFolder);
  if (place === undefined) return undefined;
  const { broker, facts, clock } = found;
  const { session } = conductor;
  const isAtBroker = broker !== undefined && facts !== undefined;
  const account = isAtBroker ? accountIdOf(broker.name, facts.number) : '';
  const tail = isAtBroker ? tailOf(facts.number) : '';
  return new Beats({
    ...place,
    saying: () => ({
      session: basename(folder),
      account,
      tail,
      mode,
      deck: nameOf(config),
      state: session.states.account,
      orders: workingOf(conductor),
      positions: session.deck.ledger.openPositions().length,
      records: conductor.records,
      hash: Buffer.from(conductor.hash).toString('hex'),
    }),
    onAway: (message, isOver) => alerts.notable('watchdog.away', message, clock.now(), 2, isOver),
    onStopped: (reason) => {
      world.notice(`the account was stopped at its broker: ${reason}`);
      if (session.isOver) return;
      conductor.take({ kind: 'command', at: clock.now(), by: 'watchdog', reason, command: { do: 'kill' } });
    },
  });
}

/** How long an end waits for the watchdog: a part of the eight seconds that it may take. */
const FAREWELL_MS = 2000;

/** Takes leave of the watchdog; a person is told where it could not be told. */
export async function takeLeave(beats: Beats | undefined, notice: LiveWorld['notice']): Promise<void> {
  const why = await beats?.farewell(FAREWELL_MS);
  if (why !== undefined)
    notice(`the watchdog could not be told that the session ended, and may stop the account: ${why}`);
}
