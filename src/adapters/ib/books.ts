/**
 * What is known of orders from what the vendor says of them, in whatever order and how often it says it.
 *
 * An execution is the truth of a fill, once by its id; statuses repeat themselves and skip steps, so they only say how far an
 * order got. An execution that the exchange corrected has the same id with a higher last part: the ones before it are taken
 * back, and it stands for itself.
 */
import type { Contract, Execution, Order } from '@stoqey/ib';
import type { BrokerOrderStatus, BrokerReport, Fill, OrderSnapshot } from '../../engine/live/index.ts';
import type { OrderWords } from './words.ts';
import { isExercise } from './exercising.ts';
import { readReference } from './exits.ts';
import { pricesOf } from './placed-words.ts';
import { filledLegs, isBag, legsOf, type KnownLeg, type LegExecution } from './packages.ts';
import { symbolOf } from './symbols.ts';

/** What is waited for, with what to do when it does not come. */
export interface Awaited {
  readonly kind: 'submit' | 'cancel' | 'replace';
  readonly timer: NodeJS.Timeout;
}

export class Known {
  readonly clientId: string;
  orderId: number | undefined = undefined;
  /** How many exits were placed as its children. */
  children = 0;
  /** The client number under which it was placed: only the same may change or cancel it. */
  owner: number | undefined = undefined;
  permId = 0;
  symbol = '';
  side: 1 | -1 = 1;
  quantity = 0;
  contract: Contract | undefined = undefined;
  /** An instruction to exercise: it has no reference, and fills nothing. */
  isExercise = false;
  /** Of a package; its quantity then counts packages. */
  legs: readonly KnownLeg[] | undefined = undefined;
  words: OrderWords | undefined = undefined;
  /** The change that was asked for. */
  asked: OrderWords | undefined = undefined;
  awaited: Awaited | undefined = undefined;
  isAccepted = false;
  /** Which reading of the books showed it last. */
  seenIn = 0;
  /** The books show it neither among the open orders nor among those that ended. */
  isGone = false;
  wasCancelAsked = false;
  /** How it ended, once it has. */
  ended: Exclude<BrokerOrderStatus, 'working' | 'replaced'> | undefined = undefined;
  reason = '';
  /** Filled by its statuses. */
  statusFilled = 0;
  statusPrice = 0;
  /** The prices that it waits for there. */
  prices: { readonly limit?: number; readonly stop?: number } = {};
  readonly executions = new Map<string, LegExecution>();
  /** What was said of it beside the point, each once. */
  readonly remarks = new Set<string>();

  constructor(clientId: string) {
    this.clientId = clientId;
  }

  get brokerId(): { brokerId?: string } {
    return this.permId === 0 ? {} : { brokerId: String(this.permId) };
  }

  /** Filled by its executions; of a package, as many as all of its legs have. */
  get executed(): { readonly shares: number; readonly price: number } {
    const { legs } = this;
    if (legs !== undefined) {
      const filled = filledLegs(legs, this.executions.values());
      const shares = Math.min(...legs.map(({ ratio }, i) => filled[i].filled / ratio));
      return { shares: Math.floor(shares + 1e-9), price: this.statusPrice };
    }
    let shares = 0;
    let value = 0;
    for (const one of this.executions.values()) {
      shares += one.shares;
      value += one.shares * one.price;
    }
    return { shares, price: shares === 0 ? 0 : value / shares };
  }

  /** Whether its statuses tell of fills whose executions are missing. */
  get isMissingExecutions(): boolean {
    return this.statusFilled > this.executed.shares + 1e-9;
  }

  /** The order as the vendor's books have it; `at` makes newer ones of later news. */
  snapshot(at: number): OrderSnapshot {
    const { shares, price } = this.executed;
    const isStatus = this.isMissingExecutions;
    return {
      kind: 'order',
      clientId: this.clientId,
      ...this.brokerId,
      // What was exercised is booked from what it delivered: until then it works.
      status: this.isExercise && this.ended === 'filled' ? 'working' : (this.ended ?? 'working'),
      symbol: this.symbol,
      side: this.side,
      quantity: this.quantity,
      filled: isStatus ? this.statusFilled : shares,
      averagePrice: isStatus ? this.statusPrice : price,
      // What a status tells of the whole says nothing of the price of a leg: only its executions do.
      ...(this.legs === undefined ? {} : { legs: filledLegs(this.legs, this.executions.values()) }),
      ...this.prices,
      updatedAt: at,
      ...(this.reason === '' ? {} : { reason: this.reason }),
    };
  }
}

export class Books {
  private readonly byClientId = new Map<string, Known>();
  private readonly byOrderId = new Map<number, Known>();
  private readonly byPermId = new Map<number, Known>();
  private readonly names = new Map<number, string>();
  private readonly told = new Set<string>();
  private readonly busted = new Set<string>();
  private readings = 0;

  get all(): Iterable<Known> {
    return this.byClientId.values();
  }

  /** How many executions were heard of. */
  get executions(): number {
    return this.told.size;
  }

  beginReading(): void {
    this.readings++;
  }

  /** All that the books have was heard: what they did not show is filled, or gone. */
  endReading(): void {
    for (const known of this.byClientId.values()) {
      if (known.permId === 0 || known.ended !== undefined || known.seenIn === this.readings) continue;
      if (known.executed.shares > 0 && known.executed.shares >= known.quantity) known.ended = 'filled';
      else known.isGone = true;
    }
  }

  /** An order that is about to be placed. */
  add(clientId: string, orderId: number, owner: number): Known {
    const known = this.of(clientId);
    known.orderId = orderId;
    known.owner = owner;
    this.byOrderId.set(orderId, known);
    return known;
  }

  find({ clientId, brokerId }: { readonly clientId: string; readonly brokerId?: string }): Known | undefined {
    return this.byClientId.get(clientId) ?? (brokerId === undefined ? undefined : this.byPermId.get(Number(brokerId)));
  }

  /** Numbers that instructions of ours have by what an earlier process knew: they bring no reference. */
  name(permId: number, clientId: string): void {
    this.names.set(permId, clientId);
  }

  /** The order of this client number that has a number; others' orders may have the same. */
  byNumber(orderId: number): Known | undefined {
    return this.byOrderId.get(orderId);
  }

  byPermanentId(permId: number): Known | undefined {
    return permId === 0 ? undefined : this.byPermId.get(permId);
  }

  /** What the vendor says of an order's terms. `own` is our client number. */
  note(contract: Contract, order: Order, orderId: number | undefined, own: number): Known {
    const { orderRef = '', permId = 0, clientId, action, totalQuantity = 0 } = order;
    const instruction = isExercise(order)
      ? this.instruction(permId, clientId === own ? orderId : undefined)
      : undefined;
    const known = this.byPermanentId(permId) ?? instruction ?? this.named(orderRef, permId);
    known.isExercise ||= isExercise(order);
    if (permId !== 0) {
      known.permId = permId;
      this.byPermId.set(permId, known);
    }
    if (orderId !== undefined && orderId > 0) {
      known.orderId = orderId;
      known.owner = clientId ?? known.owner;
      if (known.owner === own) this.byOrderId.set(orderId, known);
    }
    known.seenIn = this.readings;
    known.isGone = false;
    known.symbol = isBag(contract) ? '' : symbolOf(contract);
    known.side = String(action) === 'SELL' || known.isExercise ? -1 : 1;
    if (isBag(contract) && (contract.comboLegs?.length ?? 0) > 0) known.legs ??= legsOf(contract, String(action));
    if (totalQuantity > 0) known.quantity = totalQuantity;
    known.contract ??= contract;
    known.prices = pricesOf(order);
    return known;
  }

  /** What an execution tells anew, oldest first; nothing where it was told before. */
  execution(contract: Contract, execution: Execution): readonly BrokerReport[] {
    const { execId = '', permId = 0, orderRef = '', shares = 0, price = 0, side } = execution;
    if (this.told.has(execId)) return [];
    this.told.add(execId);
    // Of a package its net price is told, and then each of its legs: those are what moved.
    if (isBag(contract)) return [];
    // Positions tell what an exercise delivered, of ours as of those that nobody ordered.
    if (this.byPermanentId(permId)?.isExercise === true) return [];
    // What nobody ordered, as an assignment, has no number: positions tell of it, and what they explain is booked.
    if (permId === 0 && orderRef === '') return [];
    const known = this.byPermanentId(permId) ?? this.named(orderRef, permId);
    if (permId !== 0) {
      known.permId = permId;
      this.byPermId.set(permId, known);
    }
    const { base, revision } = partsOf(execId);
    const earlier = Array.from(
      { length: revision - 1 },
      (_, i) => `${base}.${String(revision - 1 - i).padStart(2, '0')}`,
    );
    const isNews = earlier.some((id) => !this.busted.has(id));
    for (const id of earlier) {
      this.busted.add(id);
      known.executions.delete(id);
    }
    // One that is corrected already is history that came late: it is booked and taken back by whoever was told of the bust.
    const symbol = symbolOf(contract);
    if (!this.busted.has(execId)) known.executions.set(execId, { symbol, shares, price });
    const fill: Fill = {
      kind: 'fill',
      clientId: known.clientId,
      ...known.brokerId,
      executionId: execId,
      symbol,
      side: side === 'SLD' ? -1 : 1,
      quantity: shares,
      price,
      fee: 0,
    };
    if (!isNews) return [fill];
    // Which of those before it was booked, if any was, is known where the books are kept.
    const [executionId, ...before] = earlier;
    return [{ kind: 'bust', executionId, before, by: fill }];
  }

  /** Whether an execution was heard of. */
  isTold(executionId: string): boolean {
    return this.told.has(executionId);
  }

  /** An order, and the exits that were placed with it. */
  groupOf(clientId: string): readonly Known[] {
    return ['', '/target', '/stop'].flatMap((role) => this.byClientId.get(clientId + role) ?? []);
  }

  /** An instruction brings no reference: ours is known by its number of this process, or by its permanent one. */
  private instruction(permId: number, orderId: number | undefined): Known | undefined {
    const name = this.names.get(permId);
    return this.byNumber(orderId ?? 0) ?? (name === undefined ? undefined : this.of(name));
  }

  private named(orderRef: string, permId: number): Known {
    if (orderRef === '') return this.of(`foreign-${permId}`);
    const { clientId, children } = readReference(orderRef);
    const known = this.of(clientId);
    known.children = Math.max(known.children, children);
    return known;
  }

  private of(clientId: string): Known {
    return this.byClientId.getOrInsertComputed(clientId, () => new Known(clientId));
  }
}

/** `0000e0d5.5f3a.01.02` is the second version of `0000e0d5.5f3a.01`. */
function partsOf(execId: string): { readonly base: string; readonly revision: number } {
  const dot = execId.lastIndexOf('.');
  const revision = Number(execId.slice(dot + 1));
  return dot < 0 || !Number.isInteger(revision)
    ? { base: execId, revision: 1 }
    : { base: execId.slice(0, dot), revision };
}
