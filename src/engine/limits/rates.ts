/**
 * How many orders may leave: token buckets for a strategy, for a symbol, and for the account, which keeps a share for
 * cancels and questions. A bucket of `burst` that fills at `perSecond` lets no window of t seconds have more than
 * `burst + perSecond · t`.
 *
 * A change is an order; a cancel always passes, and takes from the account's bucket what is there.
 */
import type { Control, GateView, Refusal } from '../gate/gate.ts';
import type { OrderIntent } from '../orders/order.ts';
import { refuse } from './format.ts';

/** Buckets of one size, by index. */
export class Buckets {
  readonly perSecond: number;
  readonly burst: number;
  private readonly tokens: number[] = [];
  private readonly filledAt: number[] = [];

  constructor(perSecond: number, burst: number) {
    this.perSecond = perSecond;
    this.burst = burst;
  }

  /** What is in a bucket at an instant. */
  at(index: number, now: number): number {
    // A bucket that nobody has used is full.
    if (index >= this.tokens.length) return this.burst;
    const tokens = this.tokens[index] + ((now - this.filledAt[index]) / 1e6) * this.perSecond;
    return tokens < this.burst ? tokens : this.burst;
  }

  /** Takes tokens out, as far as there are any. */
  take(index: number, now: number, count = 1): void {
    while (this.tokens.length <= index) {
      this.tokens.push(this.burst);
      this.filledAt.push(now);
    }
    this.tokens[index] = Math.max(0, this.at(index, now) - count);
    this.filledAt[index] = now;
  }

  save(): readonly (readonly [tokens: number, at: number])[] {
    return this.tokens.map((tokens, i) => [tokens, this.filledAt[i]]);
  }

  restore(saved: ReturnType<Buckets['save']>): void {
    saved.forEach(([tokens, at], i) => {
      this.tokens[i] = tokens;
      this.filledAt[i] = at;
    });
  }
}

/** Refuses orders of a strategy beyond its rate. */
export function strategyRate(perSecond: number, burst: number): Control {
  const sentence = `A strategy sends ${perSecond} orders a second, ${burst} at once.`;
  return rate('rate.strategy', sentence, new Buckets(perSecond, burst), ({ strategy }) => strategy, 0);
}

/** Refuses orders in a symbol beyond its rate; ten seconds' worth may come at once. */
export function symbolRate(perMinute: number): Control {
  const burst = Math.max(1, Math.ceil(perMinute / 6));
  const sentence = `In a symbol ${perMinute} orders a minute are sent, ${burst} at once.`;
  return rate('rate.symbol', sentence, new Buckets(perMinute / 60, burst), ({ instrument }) => instrument, 0);
}

/** The account's budget of messages; `reserved` is the share that only cancels and questions may use. */
export class MessageBudget {
  readonly control: Control;
  private readonly buckets: Buckets;

  constructor(perMinute: number, reserved: number) {
    this.buckets = new Buckets(perMinute / 60, perMinute);
    const sentence = `The account sends ${perMinute} messages a minute; ${reserved * 100} % of them are kept for cancels.`;
    this.control = {
      ...rate('rate.account', sentence, this.buckets, () => 0, Math.ceil(reserved * perMinute)),
      use: (_idle, { now }) => {
        const used = perMinute - this.buckets.at(0, now);
        return [{ key: 'messagesPerMinute', used: Math.round(used), limit: perMinute, unit: 'messages' }];
      },
    };
  }

  /** Cancels and questions went out. */
  spend(messages: number, at: number): void {
    this.buckets.take(0, at, messages);
  }
}

function rate(
  code: string,
  sentence: string,
  buckets: Buckets,
  indexOf: (intent: OrderIntent) => number,
  reserved: number,
): Control {
  return {
    name: code,
    sentence,
    check(intent: OrderIntent, view: GateView): Refusal | undefined {
      // A package is one message.
      if (view.pack !== undefined && view.pack[0] !== intent) return undefined;
      const tokens = buckets.at(indexOf(intent), view.now);
      if (tokens >= reserved + 1) return undefined;
      const wait = (reserved + 1 - tokens) / buckets.perSecond;
      const kept = reserved === 0 ? '' : ` with ${reserved} kept for cancels`;
      return refuse(
        code,
        `${tokens.toFixed(2)} of ${buckets.burst} are left${kept}, at ${Number(buckets.perSecond.toPrecision(4))} a second; the next one passes in ${wait.toFixed(2)} s`,
      );
    },
    memory: {
      passed(intent, view) {
        buckets.take(indexOf(intent), view.now);
      },
      save: () => buckets.save(),
      restore: (saved) => buckets.restore(saved as ReturnType<Buckets['save']>), // What `save` gave.
    },
  };
}
