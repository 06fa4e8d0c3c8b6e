/**
 * The brake: what controls that watch over time have stopped, and why. A loss makes the account reduce and then halt; a
 * breaker pauses one strategy.
 *
 * Each change is written into the journal, so that a report shows it and a session that is replayed has it again. A
 * session hears of it and tells people; only a person lets a halt or a pause go.
 */
import type { Refusal } from '../gate/gate.ts';
import { ENTRY, type Journal } from '../journal/journal.ts';
import { refuse } from './format.ts';

/** What is done beyond stopping when a loss limit is reached. */
export type LossAction = 'halt' | 'halt+cancel' | 'halt+cancel+flatten';

/** The account, where strategies have their numbers. */
export const ACCOUNT = -1;

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
  /** Whose orders are to be canceled, and whose positions closed, because of a loss: strategies, or the account. */
  readonly canceling = new Set<number>();
  readonly closing = new Set<number>();
  private reason: Refusal = refuse('loss', '');
  /** It reduces because a loss limit is near, and none was reached yet. */
  private isNear = false;
  private readonly paused = new Map<number, Refusal>();
  private readonly journal: Journal;
  private readonly onLoss: LossAction;

  constructor(journal: Journal, onLoss: LossAction = 'halt') {
    this.journal = journal;
    this.onLoss = onLoss;
  }

  get accountReason(): Refusal {
    return this.reason;
  }

  pausedBecause(strategy: number): Refusal | undefined {
    return this.paused.size === 0 ? undefined : this.paused.get(strategy);
  }

  /** A loss limit is near: only closing orders pass from here on, and nothing else is done. */
  near(code: string, message: string, at: number): void {
    if (this.account !== 'active' || this.closing.has(ACCOUNT)) return;
    this.account = 'reducing';
    this.isNear = true;
    this.reason = refuse(code, message);
    this.tell({ state: 'reducing', strategy: ACCOUNT, code, message }, at);
  }

  /** Stops more than is stopped already; never less. */
  stop(wanted: 'reducing' | 'halted', code: string, loss: string, at: number): void {
    const isStopped = this.account === wanted && !this.isNear;
    if (this.account === 'halted' || isStopped || this.closing.has(ACCOUNT)) return;
    this.isNear = false;
    const message = this.act(ACCOUNT, loss);
    // While all is being closed the account reduces, and only the desk does; then it is halted.
    const state = this.closing.has(ACCOUNT) ? 'reducing' : wanted;
    this.account = state;
    this.reason = refuse(code, message);
    this.tell({ state, strategy: ACCOUNT, code, message }, at);
  }

  /** Begins what a loss leads to beside the stop; returns the loss with that in words. */
  act(whose: number, loss: string): string {
    if (this.onLoss === 'halt') return loss;
    this.canceling.add(whose);
    if (this.onLoss === 'halt+cancel') return `${loss}; what would open is canceled`;
    this.closing.add(whose);
    return `${loss}; all is being closed`;
  }

  /** What a loss made the desk close is closed. */
  closed(whose: number, at: number): void {
    this.closing.delete(whose);
    const { code, message } = this.reason;
    if (whose !== ACCOUNT) {
      const text = 'all that the strategy held is closed';
      this.tell({ state: 'reducing', strategy: whose, code: 'loss.strategy-day', message: text }, at);
      return;
    }
    this.account = 'halted';
    this.reason = refuse(code, message.replace(/all is being closed$/, 'all is closed'));
    this.tell({ state: 'halted', strategy: ACCOUNT, code, message: this.reason.message }, at);
  }

  pause(strategy: number, code: string, message: string, at: number): void {
    if (this.paused.has(strategy)) return;
    this.paused.set(strategy, refuse(code, message));
    this.tell({ state: 'paused', strategy, code, message }, at);
  }

  /** What stopped the account for a day ends with it; a halt does not. */
  release(code: string, at: number): void {
    if (this.account !== 'reducing' || this.reason.code !== code || this.closing.has(ACCOUNT)) return;
    this.account = 'active';
    this.isNear = false;
    this.tell({ state: 'active', strategy: -1, code, message: 'another day' }, at);
  }

  /** A person lets go of what stopped the account. */
  clear(): void {
    this.cleared++;
    this.account = 'active';
    this.isNear = false;
    this.canceling.clear();
    this.closing.clear();
  }

  resume(strategy: number): void {
    this.paused.delete(strategy);
  }

  save(): SavedBrake {
    const { account, reason, canceling, closing, isNear } = this;
    const stopped = { account, reason, paused: [...this.paused], canceling: [...canceling], closing: [...closing] };
    return isNear ? { ...stopped, isNear } : stopped;
  }

  restore({ account, reason, paused, canceling, closing, isNear = false }: SavedBrake): void {
    this.account = account;
    this.isNear = isNear;
    this.reason = reason;
    for (const whose of canceling ?? []) this.canceling.add(whose);
    for (const whose of closing ?? []) this.closing.add(whose);
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
  /** Left out by those that were saved before there was such a thing. */
  readonly canceling?: readonly number[];
  readonly closing?: readonly number[];
  /** Left out where it is not so. */
  readonly isNear?: boolean;
}
