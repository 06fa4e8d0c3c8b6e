/**
 * Messages to a channel of Discord, through one of its webhooks, whose whole address is the secret.
 * Source: https://discord.com/developers/docs/resources/webhook#execute-webhook; at most 2,000 characters.
 */
import { post, type Address, type Reach, type Sender } from '../webhook/index.ts';

export const HOST = 'discord.com';

const LONGEST = 2000;

export function discord(url: Address, reach: Reach): Sender {
  return {
    send: ({ title, text }) => {
      const content = `**${title}**\n${text}`;
      const cut = content.length > LONGEST ? `${content.slice(0, LONGEST - 1)}…` : content;
      // Nothing in a message may call somebody.
      return post({ url, body: { content: cut, allowed_mentions: { parse: [] } } }, reach);
    },
  };
}
