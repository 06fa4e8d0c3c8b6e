/**
 * The way between a customer and the broker in a simulation: requests travel, may meet a fault, and answers lie in a
 * queue when they have arrived. Time is the broker's; nothing waits.
 */
import type { Random } from '../../../base/random.ts';
import { MILLISECOND } from '../../../time/instant.ts';
import { tooManyAnswer, type Api, type ApiRequest } from './api.ts';
import type { Delay } from '../../fake-broker/core/config.ts';
import type { Faults, RequestFault } from './faults.ts';
import type { Answer } from '../../fake-broker/core/refusal.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';

export type Delivery =
  | { readonly kind: 'answer'; readonly request: number; readonly at: number; readonly answer: Answer }
  /** What arrived is no JSON: a page, or half an answer. */
  | { readonly kind: 'garbage'; readonly request: number; readonly at: number; readonly status: number }
  | { readonly kind: 'reset'; readonly request: number; readonly at: number };

export class Link {
  /** What has arrived and was not taken yet, in the order of arrival. */
  readonly inbox: Delivery[] = [];
  private count = 0;
  private readonly state: BrokerState;
  private readonly api: Api;
  private readonly faults: Faults;
  private readonly random: Random;
  private readonly delay: Delay;

  constructor(state: BrokerState, api: Api, faults: Faults, random: Random, delay: Delay) {
    this.state = state;
    this.api = api;
    this.faults = faults;
    this.random = random;
    this.delay = delay;
  }

  /** Sends a request and returns its number; what comes back, if anything, comes to the inbox. */
  send(request: ApiRequest): number {
    const number = ++this.count;
    const fault = this.faults.ofRequest(request.method, request.path);
    if (fault?.kind === 'drop-request') return number;
    const wait = fault?.kind === 'delay' && fault.part === 'request' ? fault.millis * MILLISECOND : 0;
    this.later(wait, () => this.arrive(number, request, fault));
    return number;
  }

  private arrive(number: number, request: ApiRequest, fault: RequestFault | undefined): void {
    if (fault?.kind === 'too-many') {
      const answer = tooManyAnswer(this.state.now, fault.headers);
      this.deliver({ kind: 'answer', request: number, at: 0, answer });
      return;
    }
    if ((fault?.kind === 'reset' || fault?.kind === 'answer') && !fault.acted) {
      this.deliver(failed(number, fault));
      return;
    }
    const answer = this.api.handle(request);
    if (fault?.kind === 'drop-response') return;
    if (fault?.kind === 'reset' || fault?.kind === 'answer') this.deliver(failed(number, fault));
    else if (fault?.kind === 'truncate') {
      this.deliver({ kind: 'garbage', request: number, at: 0, status: answer.status });
    } else {
      const wait = fault?.kind === 'delay' && fault.part === 'response' ? fault.millis * MILLISECOND : 0;
      this.deliver({ kind: 'answer', request: number, at: 0, answer }, wait);
    }
  }

  private deliver(delivery: Delivery, wait = 0): void {
    this.later(wait, () => this.inbox.push({ ...delivery, at: this.state.now }));
  }

  private later(wait: number, run: () => void): void {
    const [shortest, longest] = this.delay;
    const travel = shortest + Math.floor(this.random.uniform() * (longest - shortest));
    this.state.schedule(this.state.now + wait + travel, run);
  }
}

function failed(request: number, fault: RequestFault & { readonly kind: 'reset' | 'answer' }): Delivery {
  if (fault.kind === 'reset') return { kind: 'reset', request, at: 0 };
  if (fault.html) return { kind: 'garbage', request, at: 0, status: fault.status };
  const body = { code: 50010000, message: 'internal server error occurred' };
  return { kind: 'answer', request, at: 0, answer: { status: fault.status, headers: {}, body } };
}
