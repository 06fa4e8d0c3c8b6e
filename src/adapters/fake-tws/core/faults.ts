/**
 * What can go wrong between a client and this server, as rules that are set by hand or drawn from a seed, and counted
 * when they fire: a fault that never fired has proved nothing.
 */
import { Random } from '../../../base/random.ts';
import { drawSwarm, StandingFaults, type RuleOptions } from '../../fake-broker/core/standing-faults.ts';
import type { Message, Request } from './protocol.ts';

/** A request is lost, or the connection breaks before or after it was acted on. */
export type RequestFault = { readonly kind: 'drop' } | { readonly kind: 'reset'; readonly acted: boolean };

/** A message is lost, told more than once, or comes so much later and so behind those that follow. */
export type MessageFault =
  | { readonly kind: 'lose' }
  | { readonly kind: 'duplicate'; readonly copies: number }
  | { readonly kind: 'delay'; readonly millis: number };

export interface RequestRule extends RuleOptions {
  readonly on: 'request';
  readonly request: Request;
  readonly fault: RequestFault;
}

export interface MessageRule extends RuleOptions {
  readonly on: 'message';
  readonly message: Message;
  readonly fault: MessageFault;
}

export type FaultRule = RequestRule | MessageRule;

export class Faults extends StandingFaults<FaultRule> {
  ofRequest(request: Request): RequestFault | undefined {
    return this.meet((rule): rule is RequestRule => rule.on === 'request' && rule.request === request);
  }

  ofMessage(message: Message): MessageFault | undefined {
    return this.meet((rule): rule is MessageRule => rule.on === 'message' && rule.message === message);
  }
}

/** Draws a swarm of faults from a seed: each kind is on or off by a coin, with a rate of up to `rate`. */
export function swarm(seed: number, rate: number): FaultRule[] {
  const random = new Random(seed).fork('swarm');
  const often = { times: Number.POSITIVE_INFINITY };
  const message = (name: Message, fault: MessageFault): FaultRule => ({
    on: 'message',
    message: name,
    fault,
    ...often,
  });
  const rules: FaultRule[] = [
    { on: 'request', request: 'placeOrder', fault: { kind: 'drop' }, ...often },
    { on: 'request', request: 'placeOrder', fault: { kind: 'reset', acted: true }, ...often },
    { on: 'request', request: 'cancelOrder', fault: { kind: 'drop' }, ...often },
    message('orderStatus', { kind: 'lose' }),
    message('orderStatus', { kind: 'duplicate', copies: 1 + random.below(2) }),
    message('openOrder', { kind: 'lose' }),
    message('execution', { kind: 'lose' }),
    message('execution', { kind: 'duplicate', copies: 1 }),
    message('execution', { kind: 'delay', millis: 1 + random.below(3000) }),
    message('commission', { kind: 'delay', millis: 1 + random.below(60_000) }),
  ];
  return drawSwarm(
    random,
    rate,
    rules.map((rule) => () => rule),
  );
}
