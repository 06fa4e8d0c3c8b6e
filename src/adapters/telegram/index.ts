/**
 * Messages to a chat of Telegram from a bot, whose token is the secret. They are sent and never read: whoever is in the
 * chat can command nothing.
 * Source: https://core.telegram.org/bots/api#sendmessage; at most 4,096 characters.
 */
import { Secret } from '../../base/secret.ts';
import { addressOf, post, type Reach, type Sender } from '../webhook/index.ts';

export const HOST = 'api.telegram.org';

const LONGEST = 4096;

/** `token` as the vendor gives it, `chat` the number or the @name of the chat. */
export function telegram(token: Secret, chat: string, baseUrl: string, reach: Reach): Sender {
  const url = addressOf(new Secret(`${baseUrl}/bot${token.reveal().trim()}/sendMessage`), 'telegram');
  return {
    send: ({ title, text, priority }) => {
      const whole = `${title}\n${text}`;
      const cut = whole.length > LONGEST ? `${whole.slice(0, LONGEST - 1)}…` : whole;
      // What only is told makes no sound.
      return post({ url, body: { chat_id: chat, text: cut, disable_notification: priority === 3 } }, reach);
    },
  };
}
