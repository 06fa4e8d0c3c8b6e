/**
 * Push messages to phones through ntfy, hosted or one's own; the address with its topic is the secret.
 * Source: https://docs.ntfy.sh/publish/#publish-as-json.
 */
import { post, type Reach, type Sender } from '../webhook/index.ts';

export const HOST = 'ntfy.sh';

/** From ours to theirs: 5 vibrates until it is seen, 4 is high, 2 is low. */
const URGENCY = { 1: 5, 2: 4, 3: 2 } as const;

/** `topicUrl` as https://ntfy.sh/topic; a token of access may stand before it, as in https://:token@host/topic. */
export function ntfy(topicUrl: URL, reach: Reach): Sender {
  const topic = topicUrl.pathname.replaceAll(/^\/+|\/+$/g, '');
  const url = new URL('/', topicUrl.origin);
  const token = decodeURIComponent(topicUrl.password);
  const headers: Readonly<Record<string, string>> = token === '' ? {} : { authorization: `Bearer ${token}` };
  return {
    send: ({ title, text, priority }) =>
      post({ url, headers, body: { topic, title, message: text, priority: URGENCY[priority] } }, reach),
  };
}
