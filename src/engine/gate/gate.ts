/**
 * The risk gate: the one place where an intent becomes an order.
 *
 * `Venue.send` takes only `Approved` orders and only this file can make one, so code that goes around the gate does
 * not compile. Controls run in a fixed order, cheap ones first; the first that refuses names the refusal.
 */
import { assert } from '../../base/assert.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PreTrade } from '../limits/pre-trade.ts';
import type { LimitSettings } from '../limits/settings.ts';
import { Order, type OrderIntent } from '../orders/order.ts';
import type { MarketHours } from '../ports.ts';
import type { Market } from '../sim/market.ts';

declare const approval: unique symbol;

/** An order that passed every control. The type cannot be made outside this file. */
export type Approved = Order & { readonly [approval]: true };

/** Why an intent was refused: control, value and limit, in a form that a person and a program can read. */
export interface Refusal {
  /** Stable code, such as `format.lot`. */
  readonly code: string;
  readonly message: string;
  /** Orders at work that are canceled because of it; mostly left out. */
  readonly cancels?: readonly Order[];
}

/** How much of a limit is used. */
export interface LimitUse {
  /** Key of the limit in a deck. */
  readonly key: keyof LimitSettings;
  /** Of what, where there are several: a symbol. */
  readonly of?: string;
  readonly used: number;
  readonly limit: number;
  /** Money in base currency, or how many of something. */
  readonly unit: 'money' | 'orders' | 'messages' | 'units';
}

/** What controls may look at. */
export interface GateView {
  readonly ledger: Ledger;
  /** Now, an Instant. */
  readonly now: number;
  /** Whole units of the intent, already cut to lots. */
  readonly units: number;
  /** Last price of the intent's instrument; NaN before the first. */
  readonly mark: number;
  /** Whether the strategy is still warming up. */
  readonly warming: boolean;
  /** Whether the instrument has been delisted or has not started. */
  readonly tradable: boolean;
  /** Working orders of the strategy. */
  readonly workingOrders: number;
  /** Highest value the account has had. */
  readonly peak: number;
  /** The intent's market, all of them, and when each trades. */
  readonly market: Market;
  readonly markets: readonly Market[];
  readonly hours: readonly MarketHours[];
  /** The order that the intent would change: it does not count beside what it becomes. */
  readonly changing: Order | undefined;
  /** How many exits the intent will wake as it fills; left out or 0 where it has none. */
  readonly exits?: number;
  /** The limit that an order at work may yet get by a change on its way; NaN where none is. */
  pendingLimit(order: Order): number;
  /** Whether orders go to a broker, where nothing is sure before it is told. */
  readonly isForBroker?: boolean;
  /** Whether its limit was set here, at the collar, and not by who wanted it. */
  readonly isReshaped?: boolean;
  /** All legs of the package that the intent belongs to, where it is one of several. */
  readonly pack?: readonly OrderIntent[] | undefined;
  /** Orders of every strategy that are at work in an instrument: what they may fill counts as held. */
  readonly working: (instrument: number) => readonly Order[];
}

export interface Control {
  readonly name: string;
  /** Says in one sentence what is refused, with the limit. */
  readonly sentence: string;
  check(intent: OrderIntent, view: GateView): Refusal | undefined;
  /** How much of what it limits is used now, for people; `idle` is an order for nothing. */
  use?(idle: OrderIntent, view: GateView): readonly LimitUse[];
  /**
   * Asked once more right before an order leaves for a broker, about what may have changed since it was decided. It looks
   * only: what it finds becomes an input, and only inputs change a session.
   */
  again?(intent: OrderIntent, view: GateView): Refusal | undefined;
  /** What a control that remembers is told. */
  readonly memory?: Memory;
}

/** What a control that remembers is told of, after it happened; all that it keeps follows from that. */
export interface Memory {
  /** Every control let the order pass, new or changed, and it goes out. */
  passed?(intent: OrderIntent, view: GateView, order: Order): void;
  /** Units, always positive, moved at a price. */
  filled?(order: Order, units: number, price: number, at: number): void;
  /** An order came to another end than being filled. */
  ended?(order: Order, code: string, at: number): void;
  /** All that the market did at an instant is known. */
  instant?(at: number): void;
  /** What a later run goes on from, as plain data, under the control's name. */
  save?(): unknown;
  restore?(saved: unknown): void;
}

const none: Control = { name: 'none', sentence: '', check: () => undefined };

export class Gate {
  private readonly controls: Control[];
  /** The two that it begins with, in most gates the same: who is always the same is called without being looked up. */
  private readonly first: Control;
  private readonly second: Control;
  /** The id of the next order. */
  nextId = 1;
  /** Says how an order is put where the venue must not get it as it was asked for; undefined where it may. */
  reshape: ((intent: OrderIntent, view: GateView) => OrderIntent) | undefined = undefined;
  /** Orders whose limit it set. */
  readonly reshaped = new WeakSet<Order>();
  /** The controls of `limits:`, where there are any, for what reaches them from outside the market. */
  limits: PreTrade | undefined = undefined;
  /** What controls remember; undefined where none does. */
  readonly memory: Memories | undefined;

  constructor(controls: readonly Control[]) {
    this.controls = [...controls];
    this.memory = controls.some(({ memory }) => memory !== undefined) ? new Memories(controls) : undefined;
    this.first = controls[0] ?? none;
    this.second = controls[1] ?? none;
  }

  /** The sentences of all controls, in order. */
  get sentences(): readonly string[] {
    return this.controls.map((control) => control.sentence);
  }

  /** How much of each limit is used that can be said as a number. */
  uses(idle: OrderIntent, view: GateView): readonly LimitUse[] {
    return this.controls.flatMap((control) => control.use?.(idle, view) ?? []);
  }

  /** Puts a control in the place of another; none that remembers, for what it remembers would be lost. */
  replace(before: Control, after: Control): void {
    assert(before.memory === undefined && after.memory === undefined, 'a control that remembers keeps its place');
    const place = this.controls.indexOf(before);
    assert(place > 1, () => `${before.name} is a control of this gate, and none that every order meets first`);
    this.controls[place] = after;
  }

  /** Returns an approved order, or the first refusal. */
  approve(intent: OrderIntent, view: GateView): Approved | Refusal {
    return this.refusal(intent, view) ?? this.releaseAsSent(intent, view);
  }

  /** Approves without asking again, in the form in which the venue may get it. */
  releaseAsSent(intent: OrderIntent, view: GateView): Approved {
    const sent = this.asSent(intent, view);
    const order = this.release(sent, view);
    if (sent !== intent) this.reshaped.add(order);
    return order;
  }

  /** Returns the order as it is put to the venue. */
  asSent(intent: OrderIntent, view: GateView): OrderIntent {
    return this.reshape === undefined ? intent : this.reshape(intent, view);
  }

  /** Returns why an intent would be refused, or `undefined`: for what an order is to be changed into. */
  refusal(intent: OrderIntent, view: GateView): Refusal | undefined {
    const early = this.first.check(intent, view) ?? this.second.check(intent, view);
    if (early !== undefined) return early;
    const { controls } = this;
    for (let i = 2; i < controls.length; i++) {
      const refusal = controls[i].check(intent, view);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** Returns why an order that was approved must not leave now, or `undefined`. Nothing changes by asking. */
  againstLeaving(intent: OrderIntent, view: GateView): Refusal | undefined {
    for (const control of this.controls) {
      const refusal = control.again?.(intent, view);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** Approves without asking: for what must be closed (a margin call, a delisting), which no control may prevent. */
  release(intent: OrderIntent, view: GateView): Approved {
    // The one cast that makes an approval; nothing else in the project may do this.
    return new Order(this.nextId++, intent, view.units, view.now) as Approved;
  }
}

/** Tells controls that remember; each by its own list, so that nobody is asked in vain. */
export class Memories {
  private readonly all: readonly { readonly name: string; readonly memory: Memory }[];
  private readonly onPassed: readonly Memory[];
  private readonly onFilled: readonly Memory[];
  private readonly onEnded: readonly Memory[];
  private readonly onInstant: readonly Memory[];

  constructor(controls: readonly Control[]) {
    this.all = controls.flatMap(({ name, memory }) => (memory === undefined ? [] : [{ name, memory }]));
    const having = (method: 'passed' | 'filled' | 'ended' | 'instant'): readonly Memory[] =>
      this.all.map(({ memory }) => memory).filter((memory) => memory[method] !== undefined);
    this.onPassed = having('passed');
    this.onFilled = having('filled');
    this.onEnded = having('ended');
    this.onInstant = having('instant');
  }

  passed(intent: OrderIntent, view: GateView, order: Order): void {
    for (let i = 0; i < this.onPassed.length; i++) this.onPassed[i].passed!(intent, view, order);
  }

  filled(order: Order, units: number, price: number, at: number): void {
    for (let i = 0; i < this.onFilled.length; i++) this.onFilled[i].filled!(order, units, price, at);
  }

  ended(order: Order, code: string, at: number): void {
    for (let i = 0; i < this.onEnded.length; i++) this.onEnded[i].ended!(order, code, at);
  }

  instant(at: number): void {
    for (let i = 0; i < this.onInstant.length; i++) this.onInstant[i].instant!(at);
  }

  /** What controls remember, by their names. */
  save(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      this.all.flatMap(({ name, memory }) => (memory.save === undefined ? [] : [[name, memory.save()]])),
    );
  }

  restore(saved: Readonly<Record<string, unknown>>): void {
    for (const { name, memory } of this.all) if (name in saved) memory.restore?.(saved[name]);
  }
}
