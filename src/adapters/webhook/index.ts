/**
 * Messages to any server that takes JSON by POST, and what all channels over https share.
 */
import { post } from './post.ts';
import type { Address } from './address.ts';
import type { Message, Reach, Sender } from './message.ts';

export { addressOf, checkHost, placeOf, type Address } from './address.ts';
export { plain, type Message, type Reach, type Sender } from './message.ts';
export { post } from './post.ts';

/** A channel of its own shape: the facts of a message, with its title and text, as one JSON object. */
export function webhook(url: Address, reach: Reach): Sender {
  return {
    send: ({ title, text, priority, facts }: Message) =>
      post({ url, body: { title, text, priority, ...facts } }, reach),
  };
}
