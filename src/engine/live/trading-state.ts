/**
 * Whether orders may be sent: for the account, for each strategy, for each symbol; the worst of the three decides.
 *
 * Cancels always pass. States are part of the session's history, so a halt survives a restart, and only a command lifts
 * it.
 */
import type { Control, GateView, Refusal } from '../gate/gate.ts';
import { ENTRY, type Journal } from '../journal/journal.ts';
import { refuse } from '../limits/format.ts';
import { reducesAtWorst } from '../limits/reduces.ts';
import type { Order, OrderIntent } from '../orders/order.ts';

/** From best to worst. `recovering` is how a session begins: nothing is sent before its books agree with the broker's. */
export const TRADING_STATES = ['active', 'reducing', 'recovering', 'halted', 'killed'] as const;
export type TradingState = (typeof TRADING_STATES)[number];

/** What stays stopped in the next session. */
export interface SavedStates {
  readonly account: TradingState;
  readonly reason: string;
  readonly paused: readonly (readonly [strategy: number, reason: string])[];
  readonly frozen: readonly (readonly [instrument: number, reason: string])[];
}

type Sendable = Pick<Order, 'strategy' | 'instrument' | 'reduceOnly' | 'parent'>;

/** How long the desk may close in an account that is stopped, from when a person said so. */
const CLOSING_US = 60e6;

const NO_DOUBTS: ReadonlyMap<number, string> = new Map();

export class TradingStates {
  account: TradingState;
  private accountReason: string;
  /** Why the account only reduces once it has recovered; undefined where it becomes active then. */
  private reducesAfter: string | undefined;
  /** Whether the books were compared with the broker's since the process began; always so where there is no broker. */
  private isCompared: boolean;
  /** Until when the desk itself may close though the account is halted or killed, an Instant; a person said so. */
  private closesUntil = -Infinity;
  private readonly strategies = new Map<number, string>();
  /** Frozen instruments with the reason. */
  private readonly frozen = new Map<number, string>();
  /** Instruments of which the venue does not know what is held, and why; set by whoever wires it. */
  doubts: () => ReadonlyMap<number, string> = () => NO_DOUBTS;
  private journal: Journal | undefined;

  constructor(account: TradingState, reason: string) {
    this.account = account;
    this.accountReason = reason;
    this.isCompared = account !== 'recovering';
  }

  /** From here on changes are written down. */
  writeTo(journal: Journal): void {
    this.journal = journal;
  }

  save(): SavedStates {
    const after = this.account === 'recovering' ? this.reducesAfter : undefined;
    return {
      account: after === undefined ? this.account : 'reducing',
      reason: after ?? this.accountReason,
      paused: [...this.strategies],
      frozen: [...this.frozen],
    };
  }

  /** Takes over what the session before had stopped: a night lifts nothing. */
  restore({ account, reason, paused, frozen }: SavedStates): void {
    // Closing too waits until books agree: what is held may have changed meanwhile.
    if (account === 'reducing' && this.account === 'recovering') this.reducesAfter = reason;
    else if (account !== 'active' && account !== 'recovering') {
      this.account = account;
      this.accountReason = reason;
    }
    for (const [strategy, why] of paused) this.strategies.set(strategy, why);
    for (const [instrument, why] of frozen) this.frozen.set(instrument, why);
  }

  set(account: TradingState, reason: string, at: number): void {
    this.account = account;
    this.accountReason = reason;
    this.closesUntil = -Infinity;
    if (account !== 'recovering') this.reducesAfter = undefined;
    this.write(-1, 0, `${account}: ${reason}`, at);
  }

  /**
   * Stops more than is stopped already, never less: a kill stays a kill when something else also asks to stop. An account
   * that recovers goes on to do so, and then only reduces.
   */
  stop(wanted: 'reducing' | 'halted' | 'killed', reason: string, at: number): void {
    this.closesUntil = -Infinity;
    if (wanted === 'reducing' && this.account === 'recovering') {
      this.reducesAfter = reason;
      this.write(-1, 0, `reducing once books agree: ${reason}`, at);
    } else if (isWorse(wanted, this.account)) this.set(wanted, reason, at);
    else this.write(-1, 0, `stays ${this.account}, asked to be ${wanted}: ${reason}`, at);
  }

  /** The process began again: nothing is sent before its books agree. */
  recover(reason: string, at: number): void {
    this.isCompared = false;
    this.closesUntil = -Infinity;
    if (this.account !== 'active' && this.account !== 'reducing') return;
    if (this.account === 'reducing') this.reducesAfter = this.accountReason;
    this.set('recovering', reason, at);
  }

  /** Books were compared; what differs is frozen, and what was to reduce does. */
  compared(reason: string, at: number): void {
    this.isCompared = true;
    if (this.account !== 'recovering') return;
    const after = this.reducesAfter;
    if (after === undefined) this.set('active', reason, at);
    else this.set('reducing', after, at);
  }

  /** A person lets go. Nothing is sent even then before the books were compared. */
  clear(reason: string, at: number): void {
    this.reducesAfter = undefined;
    if (this.isCompared) this.set('active', reason, at);
    else this.set('recovering', reason, at);
  }

  /**
   * A person has the desk close in an account that is halted or killed, for a minute; strategies stay stopped, and so does
   * the account. It ends with the next stop, with a restart, and when its minute is over.
   */
  letClose(reason: string, at: number): void {
    this.closesUntil = at + CLOSING_US;
    this.write(-1, 0, `${this.account}, and closing for a minute: ${reason}`, at);
  }

  /** Whether the desk itself may close now though the account is halted or killed. */
  isLettingClose(at: number): boolean {
    return at <= this.closesUntil && this.isCompared && this.account !== 'recovering';
  }

  /** Follows what a control stopped, which is written down already. */
  adopt(account: TradingState, reason: string): void {
    this.account = account;
    this.accountReason = reason;
  }

  adoptPause(strategy: number, reason: string): void {
    this.strategies.set(strategy, reason);
  }

  pause(strategy: number, reason: string, at: number): void {
    this.strategies.set(strategy, reason);
    this.write(-1, strategy, `paused: ${reason}`, at);
  }

  resume(strategy: number, at: number): void {
    if (this.strategies.delete(strategy)) this.write(-1, strategy, 'resumed', at);
  }

  freeze(instrument: number, reason: string, at: number): void {
    if (this.frozen.get(instrument) === reason) return;
    this.frozen.set(instrument, reason);
    this.write(instrument, 0, `frozen: ${reason}`, at);
  }

  unfreeze(instrument: number, at: number): void {
    if (this.frozen.delete(instrument)) this.write(instrument, 0, 'unfrozen', at);
  }

  /** Why an instrument takes no new orders, whoever froze it; `undefined` where it does. */
  frozenBecause(instrument: number): string | undefined {
    return this.frozen.get(instrument) ?? this.doubts().get(instrument);
  }

  isPaused(strategy: number): boolean {
    return this.strategies.has(strategy);
  }

  /**
   * Whether an order that was approved before, and that its broker never got, may go out again: what would pass the gate and
   * the way out now. What only closes goes while the account reduces, and an exit of an entry whoever is paused.
   */
  maySend({ strategy, instrument, reduceOnly, parent }: Sendable): boolean {
    const isExit = parent !== undefined;
    const isAllowed = this.account === 'active' || (this.account === 'reducing' && reduceOnly);
    const isPaused = this.strategies.has(strategy) && !isExit;
    return isAllowed && !isPaused && this.frozenBecause(instrument) === undefined;
  }

  /** Why the desk itself may close nothing in an instrument, however its strategies are; `undefined` where it may. */
  againstClosing(instrument: number, symbol: string, at: number): Refusal | undefined {
    const ofAccount = this.isLettingClose(at) ? undefined : this.ofAccount();
    return ofAccount ?? this.ofSymbol(instrument, symbol);
  }

  get reason(): string {
    return this.accountReason;
  }

  /** Everything that is not as it should be, for people. */
  get all(): {
    readonly account: TradingState;
    readonly reason: string;
    readonly paused: ReadonlyMap<number, string>;
    readonly frozen: ReadonlyMap<number, string>;
  } {
    return {
      account: this.account,
      reason: this.accountReason,
      paused: this.strategies,
      frozen: new Map([...this.doubts(), ...this.frozen]),
    };
  }

  /** The first control of a live gate. */
  get control(): Control {
    return {
      name: 'trading-state',
      sentence:
        'Orders are sent only while account, strategy and symbol are active; while reducing, only closing ones.',
      check: (intent, view) => this.refusal(intent, view, reducesAtWorst(intent, view)),
      // What is to close and is tied to others that close the same was counted together with them when it was decided.
      again: (intent, view) => this.refusal(intent, view, intent.reduceOnly || reducesAtWorst(intent, view)),
    };
  }

  private refusal(intent: OrderIntent, view: GateView, isClosing: boolean): Refusal | undefined {
    const { symbol } = view.ledger.instruments[intent.instrument];
    const stopped = this.ofAccount();
    if (stopped !== undefined) return stopped;
    const paused = this.strategies.get(intent.strategy);
    if (paused !== undefined) return refuse('state.paused', `the strategy is paused: ${paused}`);
    const frozen = this.ofSymbol(intent.instrument, symbol);
    if (frozen !== undefined) return frozen;
    if (this.account === 'reducing' && !isClosing) {
      return refuse('state.reducing', `the account only reduces: ${this.accountReason}`);
    }
    return undefined;
  }

  private ofAccount(): Refusal | undefined {
    if (this.account === 'active' || this.account === 'reducing') return undefined;
    return refuse(`state.${this.account}`, `the account is ${this.account}: ${this.accountReason}`);
  }

  private ofSymbol(instrument: number, symbol: string): Refusal | undefined {
    const frozen = this.frozenBecause(instrument);
    return frozen === undefined ? undefined : refuse('state.frozen', `${symbol} is frozen: ${frozen}`);
  }

  private write(instrument: number, strategy: number, text: string, at: number): void {
    this.journal?.write(ENTRY.state, at, 0, instrument, strategy, 0, Number.NaN, 0, 0, text);
  }
}

/** Whether a state lets less happen than another. */
export function isWorse(a: TradingState, b: TradingState): boolean {
  return TRADING_STATES.indexOf(a) > TRADING_STATES.indexOf(b);
}
