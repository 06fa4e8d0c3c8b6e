/**
 * What can go wrong between a customer and the broker, as rules that are set by hand or drawn from a seed, and counted
 * when they fire: a fault that never fired has proved nothing.
 */
import { Random } from '../../../base/random.ts';
import { drawSwarm, StandingFaults, type RuleOptions } from '../../fake-broker/core/standing-faults.ts';

export type RequestFault =
  /** The request is lost before the broker sees it; nobody answers. */
  | { readonly kind: 'drop-request' }
  /** The broker acts on the request, and its answer is lost. */
  | { readonly kind: 'drop-response' }
  /** The request arrives, or the answer leaves, so much later. */
  | { readonly kind: 'delay'; readonly millis: number; readonly part: 'request' | 'response' }
  /** The connection breaks, before or after the broker has acted. */
  | { readonly kind: 'reset'; readonly acted: boolean }
  /** Another answer than the broker's, in JSON or as a page of HTML, before or after it has acted. */
  | { readonly kind: 'answer'; readonly status: number; readonly html: boolean; readonly acted: boolean }
  /** The broker's answer, cut in the middle. */
  | { readonly kind: 'truncate' }
  /** Too many requests, with the headers that say until when, or without. */
  | { readonly kind: 'too-many'; readonly headers: boolean };

export type StreamFault =
  | { readonly kind: 'drop' }
  | { readonly kind: 'duplicate'; readonly copies: number }
  /** The message comes so much later, and so behind those that follow. */
  | { readonly kind: 'delay'; readonly millis: number };

export interface RequestRule extends RuleOptions {
  readonly on: 'request';
  readonly method?: string;
  /** The beginning of the path. */
  readonly path?: string;
  readonly fault: RequestFault;
}

export interface StreamRule extends RuleOptions {
  readonly on: 'stream';
  readonly stream?: StreamName;
  /** `fill`, `new` … of the trade stream; `q`, `t`, `b` … of a data stream. */
  readonly event?: string;
  readonly fault: StreamFault;
}

export type FaultRule = RequestRule | StreamRule;
export type StreamName = 'trade' | 'stocks' | 'options';

export class Faults extends StandingFaults<FaultRule> {
  /** Returns the fault that a request meets, if any; a rule that is used up goes. */
  ofRequest(method: string, path: string): RequestFault | undefined {
    return this.meet(
      (rule): rule is RequestRule =>
        rule.on === 'request' &&
        (rule.method === undefined || rule.method === method) &&
        (rule.path === undefined || path.startsWith(rule.path)),
    );
  }

  ofMessage(stream: StreamName, event: string): StreamFault | undefined {
    return this.meet(
      (rule): rule is StreamRule =>
        rule.on === 'stream' &&
        (rule.stream === undefined || rule.stream === stream) &&
        (rule.event === undefined || rule.event === event),
    );
  }
}

/** Draws a swarm of faults from a seed; see `drawSwarm`. */
export function swarm(seed: number, rate: number): FaultRule[] {
  const random = new Random(seed).fork('swarm');
  const always = { times: Number.POSITIVE_INFINITY };
  const orders = { on: 'request', ...always, path: '/v2/orders' } as const;
  const kinds: (() => FaultRule)[] = [
    () => ({ ...orders, fault: { kind: 'drop-request' } }),
    () => ({ ...orders, fault: { kind: 'drop-response' } }),
    () => ({ ...orders, fault: { kind: 'delay', millis: 1 + random.below(20_000), part: 'request' } }),
    () => ({ ...orders, fault: { kind: 'delay', millis: 1 + random.below(20_000), part: 'response' } }),
    () => ({ ...orders, fault: { kind: 'reset', acted: random.uniform() < 0.5 } }),
    () => ({
      ...orders,
      fault: { kind: 'answer', status: 500 + random.below(5), html: true, acted: random.uniform() < 0.5 },
    }),
    () => ({ ...orders, fault: { kind: 'truncate' } }),
    () => ({ ...orders, fault: { kind: 'too-many', headers: random.uniform() < 0.5 } }),
    () => ({ on: 'stream', ...always, stream: 'trade', fault: { kind: 'drop' } }),
    () => ({ on: 'stream', ...always, stream: 'trade', fault: { kind: 'duplicate', copies: 1 + random.below(3) } }),
    () => ({ on: 'stream', ...always, stream: 'trade', fault: { kind: 'delay', millis: 1 + random.below(5000) } }),
  ];
  return drawSwarm(random, rate, kinds);
}
