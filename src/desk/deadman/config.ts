/**
 * The set-up of a watchdog on another host: where it listens, which accounts it watches with keys of its own, and who is told.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import { alertsSchema } from '../config/alerts-schema.ts';
import { readYaml } from '../config/read.ts';
import { BROKER_NAMES } from '../config/sources.ts';
import { ownersText, secretOfFile } from '../wiring/keys.ts';
import { isLoopbackHost } from '../wiring/where-keys-go.ts';
import { checkSecret } from './heartbeat.ts';

const file = z.string().min(1);

const accountSchema = z
  .strictObject({
    broker: z.enum(BROKER_NAMES).describe('Who has the account.'),
    account: z.string().min(1).describe('Its number, as the broker says it.'),
    mode: z.enum(['rehearsal', 'live']).describe('Whether it is the test account or the real one.'),
    keys: file.optional().describe('A file with keys of the broker that only its owner may read; ib has none.'),
    url: z.string().min(1).optional().describe('Another server than the usual: a fake, or of ib tcp://HOST:PORT.'),
    ifSilent: z
      .enum(['alert', 'killall', 'killall+flatten'])
      .optional()
      .describe('What is done beside telling people when its session is silent; killall.'),
    silentSeconds: z.number().min(1).max(3600).optional().describe('How long silence is borne; 60.'),
  })
  .describe('An account that is stopped with keys of the watchdog’s own.');

export const watchdogSchema = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().min(1).optional().describe('An address of this machine; 127.0.0.1, which nobody else reaches.'),
      port: z.int().min(0).max(65_535).optional().describe('8787; 0 takes any that is free.'),
      certificate: file.optional().describe('A PEM file with the certificate of its name, and those above it.'),
      key: file.optional().describe('The private key of the certificate, which only its owner may read.'),
      plain: z.boolean().optional().describe('Allows an address that others reach without TLS, as behind a tunnel.'),
    })
    .optional(),
  secret: file.describe('A file with the secret of heartbeats, which only its owner may read.'),
  clockSeconds: z
    .number()
    .min(1)
    .max(3600)
    .optional()
    .describe('How far clocks may differ, and how old a heartbeat may be; 60.'),
  accounts: z.array(accountSchema).max(50).optional(),
  alerts: alertsSchema.optional(),
  drillDays: z
    .number()
    .min(1)
    .max(366)
    .optional()
    .describe('How often the kill switch is rehearsed at a fake broker, and people are told the result; never.'),
});

export type WatchdogConfig = z.output<typeof watchdogSchema>;
export type WatchedAccount = z.output<typeof accountSchema>;

export interface WatchdogSetup {
  readonly config: WatchdogConfig;
  /** Where relative paths start. */
  readonly folder: string;
  readonly secret: Secret;
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
}

const PORT = 8787;

/** Reads a set-up and all secrets that it names; what is missing or readable by others is a `Fault`. */
export function readWatchdog(path: string): WatchdogSetup {
  const found = resolve(path);
  const folder = dirname(found);
  const config = readYaml(watchdogSchema, textOf(found), path);
  const { host = '127.0.0.1', port = PORT, plain = false, certificate, key } = config.listen ?? {};
  if ((certificate === undefined) !== (key === undefined)) {
    throw new Fault('config.value', 'TLS takes a certificate and its key', { file: path, field: 'listen' });
  }
  const tls =
    certificate === undefined || key === undefined
      ? undefined
      : { cert: textOf(resolve(folder, certificate)), key: ownersText(resolve(folder, key), 'private key') };
  if (!isLoopbackHost(host) && tls === undefined && !plain) {
    const rule = `${host} can be reached by others, and without TLS everybody on the way reads what is said`;
    const hint = 'listen.certificate and listen.key; or listen.plain: true behind a tunnel';
    throw new Fault('watchdog.plain', rule, { file: path, field: 'listen.host' }, hint);
  }
  const secretFile = resolve(folder, config.secret);
  const secret = checkSecret(secretOfFile(secretFile, 'TRADEDECK_WATCHDOG_SECRET'), secretFile);
  return { config, folder, secret, host, port, tls };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Fault('file.unreadable', `it cannot be read: ${why}`, { file: path });
  }
}
