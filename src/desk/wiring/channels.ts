/**
 * Where alerts go: the channels of a deck with their addresses, which are secrets in files that only their owner reads, or,
 * unless there is real money, in the environment.
 */
import { resolve } from 'node:path';
import { email } from '../../adapters/email/index.ts';
import { discord, HOST as DISCORD } from '../../adapters/discord/index.ts';
import { HOST as NTFY, ntfy } from '../../adapters/ntfy/index.ts';
import { HOST as SLACK, slack } from '../../adapters/slack/index.ts';
import { HOST as TELEGRAM, telegram } from '../../adapters/telegram/index.ts';
import {
  addressOf,
  checkHost,
  post,
  webhook,
  type Address,
  type Reach,
  type Sender,
} from '../../adapters/webhook/index.ts';
import { Fault } from '../../base/fault.ts';
import { Secret } from '../../base/secret.ts';
import type { AlertsConfig, ChannelConfig } from '../config/alerts-schema.ts';
import { secretOf, secretOfFile, type Environment } from './keys.ts';

export interface Channel {
  /** For people: the kind, and the host where that is the deck's to say. */
  readonly name: string;
  readonly priority: 1 | 2 | 3;
  readonly isEscalation: boolean;
  readonly sender: Sender;
}

export interface ChannelsWorld {
  readonly folder: string;
  readonly environment: Environment;
  /** With real money secrets are in files alone. */
  readonly isLive: boolean;
}

interface Kind {
  /** The variable of the environment, or with `_FILE` at its end of a file, where the deck names none. */
  readonly variable: string;
  readonly host?: string;
  open(secret: Secret, channel: ChannelConfig, check: (url: Address) => Address, reach: Reach): Sender;
}

const ofUrl =
  (make: (url: Address, reach: Reach) => Sender): Kind['open'] =>
  (secret, { kind }, check, reach) =>
    make(check(addressOf(secret, kind)), reach);

const KINDS: Readonly<Record<ChannelConfig['kind'], Kind>> = {
  webhook: { variable: 'TRADEDECK_WEBHOOK_URL', open: ofUrl(webhook) },
  slack: { variable: 'SLACK_WEBHOOK_URL', host: SLACK, open: ofUrl(slack) },
  discord: { variable: 'DISCORD_WEBHOOK_URL', host: DISCORD, open: ofUrl(discord) },
  ntfy: { variable: 'NTFY_URL', host: NTFY, open: ofUrl(ntfy) },
  telegram: {
    variable: 'TELEGRAM_BOT_TOKEN',
    host: TELEGRAM,
    open: (secret, { chat = '', host, local }, check, reach) => {
      const base = host === undefined ? `https://${TELEGRAM}` : `${local === true ? 'http' : 'https'}://${host}`;
      check(addressOf(new Secret(base), 'telegram'));
      return telegram(secret, chat, base, reach);
    },
  },
  email: {
    variable: 'SMTP_URL',
    open: (secret, { from = '', to = [], host, local }, _check, reach) => {
      const server = addressOf(secret, 'email');
      if (local !== true && server.hostname !== host) {
        const rule = `the secret’s mail server is ${server.hostname}, and the deck allows ${host ?? 'none'}`;
        throw new Fault('alerts.host', rule, {}, `host: ${server.hostname} in the channel allows it`);
      }
      return email(server, { from, to }, reach);
    },
  },
};

/** Opens the channels of a deck; nothing is sent. A secret that is missing or wrong is a `Fault` that shows none of it. */
export function channelsOf(config: AlertsConfig | undefined, world: ChannelsWorld): readonly Channel[] {
  return (config?.channels ?? []).map((channel, i) => {
    const { variable, open } = KINDS[channel.kind];
    const field = `alerts.channels[${i}]`;
    const secret = secretFor(channel.keys, variable, field, world);
    const reach = { isLocal: channel.local === true };
    const host = channel.host === undefined ? '' : ` ${channel.host}`;
    return {
      name: `${channel.kind}${host}`,
      priority: priorityOf(channel),
      isEscalation: channel.escalation === true,
      sender: placed(field, () => open(secret, channel, (url) => checked(url, channel, reach), reach)),
    };
  });
}

/** The address that is asked while a session lives; undefined where the deck names none. */
export function heartbeatOf(
  config: AlertsConfig | undefined,
  world: ChannelsWorld,
): { readonly everyMs: number; readonly beat: () => Promise<void> } | undefined {
  const heartbeat = config?.heartbeat;
  if (heartbeat === undefined) return undefined;
  const field = 'alerts.heartbeat';
  const reach = { isLocal: heartbeat.local === true };
  const secret = secretFor(heartbeat.keys, 'TRADEDECK_HEARTBEAT_URL', field, world);
  const url = placed(field, () => {
    const parsed = addressOf(secret, 'the heartbeat');
    checkHost(
      parsed,
      heartbeat.host === undefined ? (reach.isLocal ? [parsed.hostname] : []) : [heartbeat.host],
      reach,
    );
    return parsed;
  });
  return { everyMs: (heartbeat.everySeconds ?? 60) * 1000, beat: () => post({ url }, reach) };
}

function checked(url: Address, { kind, host, local }: ChannelConfig, reach: Reach): Address {
  const own = KINDS[kind].host;
  const allowed = host === undefined ? (local === true ? [url.hostname] : own === undefined ? [] : [own]) : [host];
  checkHost(url, allowed, reach);
  return url;
}

function priorityOf({ priority = 2 }: ChannelConfig): 1 | 2 | 3 {
  return priority === 1 ? 1 : priority === 3 ? 3 : 2;
}

function secretFor(
  file: string | undefined,
  variable: string,
  field: string,
  { folder, environment, isLive }: ChannelsWorld,
): Secret {
  if (file !== undefined) return secretOfFile(resolve(folder, file), variable);
  if (isLive && (environment[variable] ?? '') !== '') {
    const rule = `with real money no secret is taken from the environment, and ${variable} is set`;
    throw new Fault('keys.environment', rule, { field }, 'name a file: keys');
  }
  const secret = secretOf(environment, variable);
  if (secret !== undefined) return secret;
  throw new Fault('keys.missing', 'there is no address to send to', { field }, `keys: a file; or ${variable}`);
}

/** Runs `open`, and says where in the deck it stands when that fails. */
function placed<T>(field: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.code, error.rule, { ...error.place, field }, error.hint);
  }
}
