/**
 * The risk gate: the one place where an intent becomes an order.
 *
 * `Venue.send` takes only `Approved` orders and only this file can make one, so code that goes around the gate does
 * not compile. Controls run in a fixed order, cheap ones first; the first that refuses names the refusal.
 */
import type { Ledger } from './ledger.ts';
import { Order, type OrderIntent } from './order.ts';

declare const approval: unique symbol;

/** An order that passed every control. The type cannot be made outside this file. */
export type Approved = Order & { readonly [approval]: true };

/** Why an intent was refused: control, value and limit, in a form that a person and a program can read. */
export interface Refusal {
  /** Stable code, such as `format.lot`. */
  readonly code: string;
  readonly message: string;
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
}

export class Gate {
  private readonly controls: readonly Control[];
  /** The id of the next order. */
  nextId = 1;

  constructor(controls: readonly Control[]) {
    this.controls = controls;
  }

  /** The sentences of all controls, in order. */
  get sentences(): readonly string[] {
    return this.controls.map((control) => control.sentence);
  }

  /** Returns an approved order, or the first refusal. */
  approve(intent: OrderIntent, view: GateView): Approved | Refusal {
    return this.refusal(intent, view) ?? this.release(intent, view);
  }

  /** Returns why an intent would be refused, or `undefined`: for what an order is to be changed into. */
  refusal(intent: OrderIntent, view: GateView): Refusal | undefined {
    const { controls } = this;
    for (let i = 0; i < controls.length; i++) {
      const refusal = controls[i].check(intent, view);
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
