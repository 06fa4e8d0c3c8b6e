/**
 * Push messages to phones through ntfy, hosted or one's own; the address with its topic is the secret.
 * Source: https://docs.ntfy.sh/publish/#publish-as-json.
 */
import { Secret } from '../../base/secret.ts';
import { addressOf, post, type Address, type Reach, type Sender } from '../webhook/index.ts';

export const HOST = 'ntfy.sh';

/** From ours to theirs: 5 vibrates until it is seen, 4 is high, 2 is low. */
const URGENCY = { 1: 5, 2: 4, 3: 2 } as const;

/** `topicUrl` as https://ntfy.sh/topic; a token of access may stand before it, as in https://:token@host/topic. */
export function ntfy({ whole }: Address, reach: Reach): Sender {
  const { pathname, origin, password } = new URL(whole.reveal());
  const topic = new Secret(pathname.replaceAll(/^\/+|\/+$/g, ''));
  const url = addressOf(new Secret(`${origin}/`), 'ntfy');
  const token = new Secret(decodeURIComponent(password));
  const access = token.isEmpty ? {} : { authorization: token.after('Bearer ') };
  return {
    send: ({ title, text, priority }) =>
      post(
        { url, ...access, body: { topic: topic.reveal(), title, message: text, priority: URGENCY[priority] } },
        reach,
      ),
  };
}
