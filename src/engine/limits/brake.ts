/**
 * The brake: what controls that watch over time have stopped, and why. A loss makes the account reduce and then halt; a
 * breaker pauses one strategy.
 *
 * Each change is written into the journal, so that a report shows it and a session that is replayed has it again. A
 * session hears of it and tells people; only a person lets a halt or a pause go.
 */
import type { Refusal } from '../gate.ts';
import { ENTRY, type Journal } from '../journal.ts';
import { refuse } from './format.ts';

/** One thing that was stopped, or let go. */
export interface Stop {
  readonly state: 'active' | 'reducing' | 'halted' | 'paused' | 'resumed';
  /** Of the strategy that pauses; −1 for the account. */
  readonly strategy: number;
  readonly code: string;
  readonly message: string;
}

export class Brake {
  account: 'active' | 'reducing' | 'halted' = 'active';
  /** Changes that nobody has been told of yet; whoever tells takes them out. */
  readonly news: Stop[] = [];
  /** How often the brake was cleared by a person: who measures losses begins anew with each. */
  cleared = 0;
  private reason: Refusal = refuse('loss', '');
  private readonly paused = new Map<number, Refusal>();
  private readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  get accountReason(): Refusal {
    return this.reason;
  }

  pausedBecause(strategy: number): Refusal | undefined {
    return this.paused.size === 0 ? undefined : this.paused.get(strategy);
  }

  /** Stops more than is stopped already; never less. */
  stop(state: 'reducing' | 'halted', code: string, message: string, at: number): void {
    if (this.account === 'halted' || this.account === state) return;
    this.account = state;
    this.reason = refuse(code, message);
    this.tell({ state, strategy: -1, code, message }, at);
  }

  pause(strategy: number, code: string, message: string, at: number): void {
    if (this.paused.has(strategy)) return;
    this.paused.set(strategy, refuse(code, message));
    this.tell({ state: 'paused', strategy, code, message }, at);
  }

  /** What stopped the account for a day ends with it; a halt does not. */
  release(code: string, at: number): void {
    if (this.account !== 'reducing' || this.reason.code !== code) return;
    this.account = 'active';
    this.tell({ state: 'active', strategy: -1, code, message: 'another day' }, at);
  }

  /** A person lets go of what stopped the account. */
  clear(): void {
    this.cleared++;
    this.account = 'active';
  }

  resume(strategy: number): void {
    this.paused.delete(strategy);
  }

  save(): SavedBrake {
    return { account: this.account, reason: this.reason, paused: [...this.paused] };
  }

  restore({ account, reason, paused }: SavedBrake): void {
    this.account = account;
    this.reason = reason;
    for (const [strategy, why] of paused) this.paused.set(strategy, why);
  }

  /** Writes down what was stopped or let go, for whoever is to hear of it. */
  tell(stop: Stop, at: number): void {
    const { state, strategy, code, message } = stop;
    this.news.push(stop);
    this.journal.write(
      ENTRY.state,
      at,
      0,
      -1,
      Math.max(0, strategy),
      0,
      Number.NaN,
      0,
      0,
      `${state}: ${code}: ${message}`,
    );
  }
}

export interface SavedBrake {
  readonly account: Brake['account'];
  readonly reason: Refusal;
  readonly paused: readonly (readonly [strategy: number, reason: Refusal])[];
}
