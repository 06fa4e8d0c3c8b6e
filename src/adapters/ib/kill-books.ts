/**
 * What a kill knows of the vendor's orders: what works, how much of each is left, which of them only close what is held, and
 * what became of those that ended meanwhile. It hears what the vendor says and decides nothing else.
 */
import type { Contract, Order, OrderState } from '@stoqey/ib';
import type { KilledOrder, StandingInstruction } from '../../engine/live/broker/kill-report.ts';
import { onlyCloses } from '../../engine/live/broker/only-closes.ts';
import type { StatusNews } from './connection.ts';
import { isExercise, isLapse } from './exercising.ts';
import { isBag, legsOf } from './packages.ts';
import type { Holding } from './reading.ts';
import { symbolOf } from './symbols.ts';

export interface Working {
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly symbol: string;
  readonly status: string;
  readonly side: KilledOrder['side'];
  /** Units that it was placed for. */
  readonly quantity: number;
  /** What it trades: one part, or each leg of a package; units by one of it are bought above nought, sold below. */
  readonly parts: readonly { readonly conId: number; readonly units: number }[];
}

/** Units held by contract, as they were read at one moment. */
export type Held = ReadonlyMap<number, number>;

export function heldOf(holdings: readonly Holding[]): Held {
  const held = new Map<number, number>();
  for (const { contract, quantity } of holdings) {
    const { conId = 0 } = contract;
    held.set(conId, (held.get(conId) ?? 0) + quantity);
  }
  return held;
}

export class KillBooks {
  private readonly account: string | undefined;
  /** What the listing that is under way has heard so far. */
  private heard = new Map<number, Working>();
  private instructed = new Map<number, StandingInstruction>();
  /** Whether any listing showed an instruction. */
  hasInstructions = false;
  /** Units filled by permanent number: they only grow. */
  private readonly filled = new Map<number, number>();
  private readonly completed = new Map<number, KilledOrder['how']>();
  /** Every order that was seen at work, with the newest that was said of it. */
  private readonly seen = new Map<number, Working>();

  /** Of one account, or of all that the user has. */
  constructor(account: string | undefined) {
    this.account = account;
  }

  beginListing(): void {
    this.heard = new Map();
    this.instructed = new Map();
  }

  /** What worked by the listing that has come. */
  get working(): readonly Working[] {
    return [...this.heard.values()];
  }

  get instructions(): readonly StandingInstruction[] {
    return [...this.instructed.values()];
  }

  onOpenOrder(orderId: number, contract: Contract, order: Order, { status }: OrderState): void {
    const { clientId = 0, permId = 0, account = '', action, totalQuantity: quantity = 0 } = order;
    if (order.whatIf === true || (this.account !== undefined && account !== this.account)) return;
    const symbol = symbolOf(contract);
    if (isExercise(order) || isLapse(order)) {
      const what = isLapse(order) ? 'lapse' : 'exercise';
      this.hasInstructions = true;
      this.instructed.set(permId, { id: String(permId), symbol, what, quantity });
      return;
    }
    const side = String(action) === 'BUY' ? 'buy' : 'sell';
    const parts = isBag(contract)
      ? legsOf(contract, String(action)).map((leg) => ({ conId: leg.conId, units: leg.side * leg.ratio }))
      : [{ conId: contract.conId ?? 0, units: side === 'buy' ? 1 : -1 }];
    const name = isBag(contract) ? `package of ${symbol}` : symbol;
    const one: Working = { orderId, clientId, permId, symbol: name, status: String(status), side, quantity, parts };
    this.heard.set(permId, one);
    this.seen.set(permId, one);
  }

  onStatus({ permId, filled }: Pick<StatusNews, 'permId' | 'filled'>): void {
    this.filled.set(permId, Math.max(filled, this.filled.get(permId) ?? 0));
  }

  onCompleted(order: Order, { status }: OrderState): void {
    const { permId = 0, filledQuantity = 0 } = order;
    this.onStatus({ permId, filled: filledQuantity });
    const text = String(status);
    this.completed.set(permId, text === 'Filled' ? 'filled' : text === 'Inactive' ? 'rejected' : 'canceled');
  }

  /**
   * Whether what is left of an order can only close what is held, by one of the readings of positions around the listing: an
   * exit that fills between two of them looks too large by the later one, and one that wakes by the earlier. What closes by
   * neither is seen so again by the next listing.
   */
  onlyCloses({ permId, quantity, parts }: Working, readings: readonly Held[]): boolean {
    const left = quantity - (this.filled.get(permId) ?? 0);
    return (
      parts.length > 0 &&
      readings.some((held) => parts.every(({ conId, units }) => onlyCloses(units * left, held.get(conId) ?? 0)))
    );
  }

  /** What became of the orders that were to end and work no more. */
  ended(asked: ReadonlySet<number>): readonly KilledOrder[] {
    return [...this.seen.values()]
      .filter(({ permId }) => asked.has(permId) && !this.heard.has(permId))
      .map(({ permId, symbol, side, quantity }) => {
        const filled = this.filled.get(permId) ?? 0;
        const isWhole = quantity > 0 && filled >= quantity;
        return {
          id: String(permId),
          symbol,
          side,
          quantity,
          filled,
          how: isWhole ? 'filled' : (this.completed.get(permId) ?? 'unknown'),
        };
      });
  }
}
