/**
 * What a loss leads to where the deck wants more than a stop: what would open is canceled, and what is held is closed.
 *
 * It closes with orders at the market that may only close, which leave for a broker as limits at the collar, and only on a
 * quote that the controls would take: fresh, with two sides, not too wide, in the session. What does not fill is sent anew
 * around the quote of then. Options that were sold are bought back before what covers them is sold. After a minute a person
 * is told what is still held, and why.
 */
import type { Control, Refusal } from '../gate/gate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Order } from '../orders/order.ts';
import type { Position } from '../ledger/position.ts';
import type { Market } from '../sim/market.ts';
import { isLive } from '../sim/working-orders.ts';
import { ACCOUNT, type Brake } from './brake.ts';

/** Why its orders are sent, and under which code others are canceled. */
const CLOSING = 'loss.flatten';
const CANCELING = 'loss.cancel';
/** How long one of its orders may work before it is sent anew. */
const RETRY_US = 15e6;
/** After how long a person hears that something is still held. */
const TOLD_AFTER_US = 60e6;

/** What it does with orders; the deck does it. */
export interface LossHands {
  cancel(order: Order, code: string): void;
  /** Closes a position with an order, or says which control its market does not pass. */
  close(strategy: number, instrument: number, reason: string, asked: readonly Control[]): Refusal | undefined;
}

export interface LossPolicyParts {
  readonly ledger: Ledger;
  readonly markets: readonly Market[];
  readonly brake: Brake;
  readonly hands: LossHands;
  /** Controls that a market must pass before something is closed there. */
  readonly asked: readonly Control[];
}

export class LossPolicy {
  /** Whether the desk may close something there now: not while the account is halted, recovering or frozen. */
  mayClose: (instrument: number) => boolean = () => true;
  readonly control: Control;
  private readonly parts: LossPolicyParts;
  /** When a position was tried to be closed last, by strategy and instrument. */
  private readonly triedAt = new Map<string, number>();
  /** Since when each is being closed, and whether a person was told that it takes long. */
  private readonly since = new Map<number, { readonly at: number; isTold: boolean }>();

  constructor(parts: LossPolicyParts) {
    this.parts = parts;
    this.control = {
      name: 'loss-policy',
      sentence: 'After a loss limit the desk cancels, and closes, what the deck says.',
      check: () => undefined,
      memory: { instant: (at) => this.act(at) },
    };
  }

  private act(at: number): void {
    const { brake } = this.parts;
    if (brake.canceling.size === 0 && brake.closing.size === 0) return;
    for (const whose of brake.canceling) {
      for (const order of this.working(whose)) if (!order.reduceOnly) this.parts.hands.cancel(order, CANCELING);
    }
    brake.canceling.clear();
    for (const whose of brake.closing) this.close(whose, at);
    for (const whose of this.since.keys()) if (!brake.closing.has(whose)) this.since.delete(whose);
  }

  private close(whose: number, at: number): void {
    const { brake, ledger } = this.parts;
    const held = ledger.openPositions().filter(({ strategy }) => whose === ACCOUNT || strategy === whose);
    const working = this.working(whose);
    if (held.length === 0 && working.length === 0) {
      brake.closed(whose, at);
      return;
    }
    // What nothing is held of any more needs no exit either.
    for (const order of working) {
      const isHeld = held.some(({ strategy, instrument }) => isOf(order, strategy, instrument));
      if (!isHeld && order.reason !== CLOSING) this.parts.hands.cancel(order, CANCELING);
    }
    const open: string[] = [];
    // What is sold comes first: it is covered by what is bought.
    for (const position of held.toSorted((a, b) => a.quantity - b.quantity)) {
      const why = this.closeOne(position, held, working, at);
      open.push(`${this.parts.markets[position.instrument].symbol} (${why})`);
    }
    this.tell(whose, open, at);
  }

  /** Closes a position as far as it can be; returns how it stands. */
  private closeOne(position: Position, held: readonly Position[], working: readonly Order[], at: number): string {
    const { hands, asked } = this.parts;
    const { strategy, instrument } = position;
    const own = working.find((order) => order.reason === CLOSING && isOf(order, strategy, instrument));
    if (own !== undefined) {
      if (at - own.submittedAt >= RETRY_US) hands.cancel(own, 'loss.retry');
      return `order ${own.id} works`;
    }
    if (!this.mayClose(instrument)) return 'nothing may be sent there now';
    if (this.covers(position, held)) return 'it covers what was sold';
    const key = `${strategy}/${instrument}`;
    if (at - (this.triedAt.get(key) ?? -Infinity) < RETRY_US) return 'its order has ended, the next one follows';
    const refusal = hands.close(strategy, instrument, CLOSING, asked);
    if (refusal !== undefined) return `${refusal.code}: ${refusal.message}`;
    this.triedAt.set(key, at);
    return 'its order is sent';
  }

  /** Whether options on the same underlying are still sold, which this position may cover. */
  private covers({ quantity, instrument, strategy }: Position, held: readonly Position[]): boolean {
    if (quantity < 0) return false;
    const { instruments } = this.parts.ledger;
    const group = (index: number): string => instruments[index].option?.underlying ?? instruments[index].symbol;
    return held.some((other) => {
      const isSoldOption = other.quantity < 0 && instruments[other.instrument].option !== undefined;
      return isSoldOption && other.strategy === strategy && group(other.instrument) === group(instrument);
    });
  }

  private tell(whose: number, open: readonly string[], at: number): void {
    const known = this.since.get(whose) ?? { at, isTold: false };
    this.since.set(whose, known);
    if (known.isTold || at - known.at < TOLD_AFTER_US || open.length === 0) return;
    known.isTold = true;
    const message = `still held after a minute: ${open.join(', ')}`;
    this.parts.brake.tell({ state: 'reducing', strategy: whose, code: 'loss.not-closed', message }, at);
  }

  private working(whose: number): Order[] {
    return this.parts.markets.flatMap(({ working }) =>
      working.filter((order) => isLive(order) && (whose === ACCOUNT || order.strategy === whose)),
    );
  }
}

function isOf(order: Order, strategy: number, instrument: number): boolean {
  return order.strategy === strategy && order.instrument === instrument;
}
