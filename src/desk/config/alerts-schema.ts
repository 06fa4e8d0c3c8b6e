/**
 * The keys of a deck that say who is told outside the terminal, and how. Addresses are secrets: they are in files or the
 * environment, never in a deck.
 */
import { z } from 'zod';

export const CHANNEL_KINDS = ['webhook', 'slack', 'discord', 'telegram', 'ntfy', 'email'] as const;

const reach = {
  keys: z
    .string()
    .min(1)
    .optional()
    .describe('A file with the address, or the token, that only its owner may read, relative to the deck.'),
  host: z.string().min(1).optional().describe('The host that the address may be at, where it is not the vendor’s own.'),
  local: z.boolean().optional().describe('Whether an address of this machine or its network is allowed.'),
};

const channelSchema = z
  .strictObject({
    kind: z.enum(CHANNEL_KINDS).describe('What is at the other end.'),
    ...reach,
    priority: z.int().min(1).max(3).optional().describe('What it is sent: 1 only what wakes somebody; 2 by default.'),
    escalation: z.boolean().optional().describe('Only what nobody has acknowledged after three repeats.'),
    chat: z.string().min(1).optional().describe('Of telegram: number or @name of the chat.'),
    from: z.string().min(3).optional().describe('Of email: who it is from.'),
    to: z.array(z.string().min(3)).min(1).max(20).optional().describe('Of email: who gets it.'),
  })
  .refine(({ kind, chat }) => kind !== 'telegram' || chat !== undefined, { message: 'telegram needs a `chat`' })
  .refine(({ kind, from, to }) => kind !== 'email' || (from !== undefined && to !== undefined), {
    message: 'email needs `from` and `to`',
  });

export const alertsSchema = z
  .strictObject({
    channels: z.array(channelSchema).max(8).optional().describe('Who is told.'),
    repeatSeconds: z
      .union([z.number().min(10).max(3600), z.literal('off')])
      .optional()
      .describe('How often what wakes somebody is said again until it is acknowledged; 120.'),
    perMinute: z
      .int()
      .min(1)
      .max(60)
      .optional()
      .describe('Most messages of a channel per minute; more become one; 10.'),
    fills: z.boolean().optional().describe('Whether each fill is told to channels of priority 3.'),
    heartbeat: z
      .strictObject({ ...reach, everySeconds: z.number().min(5).max(3600).optional().describe('60 by default.') })
      .optional()
      .describe('An address that is asked while the session lives: who watches it tells you when that ends.'),
    drillDays: z
      .union([z.number().min(1).max(366), z.literal('off')])
      .optional()
      .describe('How long a rehearsal of the kill switch is good for before people are told; with real money 31.'),
    watchdog: z
      .strictObject({
        url: z.url().describe('Where `tradedeck watchdog` listens, on another host.'),
        keys: z.string().min(1).describe('A file with the secret of heartbeats that only its owner may read.'),
        certificate: z
          .string()
          .min(1)
          .optional()
          .describe('A PEM file with its certificate, where nobody that the system trusts has signed it.'),
        everySeconds: z.number().min(0.25).max(600).optional().describe('How often it is spoken to; 10.'),
        plain: z.boolean().optional().describe('Allows an address elsewhere without TLS, as behind a tunnel.'),
      })
      .optional()
      .describe('A watchdog of ours on another host, which stops the account when the session is silent.'),
  })
  .describe('Who is told what matters, outside the terminal.');

export type AlertsConfig = z.output<typeof alertsSchema>;
export type ChannelConfig = z.output<typeof channelSchema>;
