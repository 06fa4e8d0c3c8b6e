/**
 * Messages to a channel of Slack, through one of its incoming webhooks, whose whole address is the secret.
 * Source: https://api.slack.com/messaging/webhooks, and "Formatting text for app surfaces" for what is escaped.
 */
import { post, type Address, type Reach, type Sender } from '../webhook/index.ts';

export const HOST = 'hooks.slack.com';

export function slack(url: Address, reach: Reach): Sender {
  return {
    send: ({ title, text }) => post({ url, body: { text: `*${escaped(title)}*\n${escaped(text)}` } }, reach),
  };
}

/** Nothing in a message may call somebody or be a link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
