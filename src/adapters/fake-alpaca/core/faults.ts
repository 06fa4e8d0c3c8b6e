/**
 * What can go wrong between a customer and the broker, as rules that are set by hand or drawn from a seed, and counted
 * when they fire: a fault that never fired has proved nothing.
 */
import { Random } from '../../../base/random.ts';

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

interface Standing {
  readonly id: number;
  readonly rule: FaultRule;
  left: number;
  skip: number;
}

export class Faults {
  /** How often each kind of fault has fired. */
  readonly fired = new Map<string, number>();
  private standing: Standing[] = [];
  private readonly random: Random;
  private count = 0;

  constructor(random: Random) {
    this.random = random;
  }

  add(rule: FaultRule): number {
    const id = ++this.count;
    this.standing.push({ id, rule, left: rule.times ?? 1, skip: rule.skip ?? 0 });
    return id;
  }

  /** Takes away one rule, or all; returns how many there were. */
  clear(id?: number): number {
    const before = this.standing.length;
    this.standing = id === undefined ? [] : this.standing.filter((one) => one.id !== id);
    return before - this.standing.length;
  }

  list(): { readonly id: number; readonly rule: FaultRule; readonly left: number }[] {
    return this.standing.map(({ id, rule, left }) => ({ id, rule, left }));
  }

  /** Returns the fault that a request meets, if any; a rule that is used up goes. */
  ofRequest(method: string, path: string): RequestFault | undefined {
    for (const one of this.standing) {
      const { rule } = one;
      if (rule.on !== 'request') continue;
      if (rule.method !== undefined && rule.method !== method) continue;
      if (rule.path !== undefined && !path.startsWith(rule.path)) continue;
      if (this.fires(one)) return rule.fault;
    }
    return undefined;
  }

  ofMessage(stream: StreamName, event: string): StreamFault | undefined {
    for (const one of this.standing) {
      const { rule } = one;
      if (rule.on !== 'stream') continue;
      if (rule.stream !== undefined && rule.stream !== stream) continue;
      if (rule.event !== undefined && rule.event !== event) continue;
      if (this.fires(one)) return rule.fault;
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

/**
 * Draws a swarm of faults from a seed: each kind is switched on or off by a coin, and those that are on get a rate of up
 * to `rate`, so that some runs have one kind of fault often and others many kinds now and then.
 */
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
  return kinds.flatMap((make) => {
    const isOn = random.uniform() < 0.5;
    const probability = random.uniform() * rate;
    const rule = make();
    return isOn ? [{ ...rule, probability }] : [];
  });
}
