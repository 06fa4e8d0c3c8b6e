/**
 * What can go wrong between a client and this server, as rules that are set by hand or drawn from a seed, and counted
 * when they fire: a fault that never fired has proved nothing.
 */
import { Random } from '../../../base/random.ts';
import type { Message, Request } from './protocol.ts';

/** A request is lost, or the connection breaks before or after it was acted on. */
export type RequestFault = { readonly kind: 'drop' } | { readonly kind: 'reset'; readonly acted: boolean };

/** A message is lost, told more than once, or comes so much later and so behind those that follow. */
export type MessageFault =
  | { readonly kind: 'lose' }
  | { readonly kind: 'duplicate'; readonly copies: number }
  | { readonly kind: 'delay'; readonly millis: number };

interface RuleOptions {
  /** How often the rule may fire; once unless told. */
  readonly times?: number;
  /** Chance that it fires where it matches; 1 unless told. */
  readonly probability?: number;
  /** Matches that are let through first. */
  readonly skip?: number;
}

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

interface Standing {
  readonly rule: FaultRule;
  left: number;
  skip: number;
}

export class Faults {
  /** How often each kind of fault has fired. */
  readonly fired = new Map<string, number>();
  private standing: Standing[] = [];
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  add(rule: FaultRule): void {
    this.standing.push({ rule, left: rule.times ?? 1, skip: rule.skip ?? 0 });
  }

  /** Takes all rules away. */
  clear(): void {
    this.standing = [];
  }

  ofRequest(request: Request): RequestFault | undefined {
    for (const one of this.standing) {
      const { rule } = one;
      if (rule.on === 'request' && rule.request === request && this.fires(one)) return rule.fault;
    }
    return undefined;
  }

  ofMessage(message: Message): MessageFault | undefined {
    for (const one of this.standing) {
      const { rule } = one;
      if (rule.on === 'message' && rule.message === message && this.fires(one)) return rule.fault;
    }
    return undefined;
  }

  private fires(one: Standing): boolean {
    if (one.skip > 0) {
      one.skip--;
      return false;
    }
    const { probability = 1, fault } = one.rule;
    if (probability < 1 && this.random.uniform() >= probability) return false;
    one.left--;
    if (one.left <= 0) this.standing = this.standing.filter((other) => other !== one);
    this.fired.set(fault.kind, (this.fired.get(fault.kind) ?? 0) + 1);
    return true;
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
  return rules.flatMap((rule) => {
    const isOn = random.uniform() < 0.5;
    const probability = random.uniform() * rate;
    return isOn ? [{ ...rule, probability }] : [];
  });
}
