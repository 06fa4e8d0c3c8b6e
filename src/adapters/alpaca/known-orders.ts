/**
 * Whose order each of the vendor's is. A replacement and the exits that go with an order have ids that we did not choose;
 * by the books they are tied to the order that brought them.
 */
import type { OrderSnapshot } from '../../engine/live/index.ts';
import { snapshotOf, type Filled } from './answers.ts';
import type { Order } from './vendor-types.ts';

const GROUPS: ReadonlySet<string> = new Set(['bracket', 'oco', 'oto']);

/** Whether an order is, or goes with, one that brings exits. */
export function isGroup({ orderClass }: Order): boolean {
  return GROUPS.has(orderClass ?? '');
}

export class KnownOrders {
  /** Our ids by the vendor's. */
  private readonly ours = new Map<string, string>();
  /** Our ids of orders that bring exits, from before they are sent. */
  private readonly leaders = new Set<string>();
  /** What each of the vendor's orders was filled, and which it took the place of. */
  private readonly known = new Map<string, Filled & { readonly replaces: string | undefined }>();

  /** An order that brings exits is about to be sent under this id. */
  expect(clientId: string): void {
    this.leaders.add(clientId);
  }

  name(brokerId: string, clientId: string): void {
    this.ours.set(brokerId, clientId);
  }

  nameOf(brokerId: string): string | undefined {
    return this.ours.get(brokerId);
  }

  /** Whether an update is of an exit that nothing ties to an order of ours yet. */
  isStranger(order: Order): boolean {
    if (!isGroup(order) || this.nameIn(order) !== undefined) return false;
    return !this.leaders.has(order.clientOrderId ?? '') && (order.legs ?? []).length === 0;
  }

  /** Notes whose order it is; of a package, whose legs; of an order with exits, which of them is what. */
  remember({ id, legs, orderClass }: Order, clientId: string): void {
    if (id !== undefined) this.ours.set(id, clientId);
    for (const leg of legs ?? []) {
      if (leg.id === undefined) continue;
      const isLeg = orderClass === 'mleg';
      this.ours.set(leg.id, isLeg ? clientId : `${clientId}/${leg.type === 'limit' ? 'target' : 'stop'}`);
    }
  }

  /** Reads the books, newest first: a replacement is known by what it replaces. */
  rememberAll(orders: readonly Order[]): void {
    for (const order of orders.toReversed()) {
      if (order.id !== undefined) this.remember(order, this.idOf(order));
      this.whole(order);
      if (isGroup(order)) for (const leg of order.legs ?? []) this.whole(asOrder(leg));
    }
  }

  /** Our id of an order; the one that it came with where it is not ours. */
  idOf(order: Order): string {
    return this.nameIn(order) ?? order.clientOrderId ?? '';
  }

  /** The order as the books have it, and the exits that go with it. */
  reportsOf(order: Order): OrderSnapshot[] {
    if (isGroup(order)) this.remember(order, this.idOf(order));
    const legs = isGroup(order) ? (order.legs ?? []).map(asOrder) : [];
    return [order, ...legs].map((each) => this.snapshotOf(each));
  }

  /**
   * An order with the size that we know it by: what took the place of a part-filled one is of what was left, and counts
   * its own fills only. Those of the former are known by their executions.
   */
  whole(order: Order): Order {
    if (order.id !== undefined) {
      const [filled, averagePrice] = [Number(order.filledQty ?? 0), Number(order.filledAvgPrice ?? 0)];
      this.known.set(order.id, { filled, averagePrice, replaces: order.replaces ?? undefined });
    }
    let before = 0;
    for (let id = order.replaces ?? undefined; id !== undefined; id = this.known.get(id)?.replaces)
      before += this.known.get(id)?.filled ?? 0;
    return before === 0 ? order : { ...order, qty: String(Number(order.qty ?? 0) + before) };
  }

  /** What an order had filled when it was seen last. */
  filledOf({ id }: Order): Filled | undefined {
    return id === undefined ? undefined : this.known.get(id);
  }

  snapshotOf(order: Order): OrderSnapshot {
    const snapshot = snapshotOf(this.whole(order), (each) => this.idOf(each));
    return this.isTaken(order) ? { ...snapshot, status: 'canceled' } : snapshot;
  }

  /** When its other side is touched an exit is "replaced" by that one: for us it has ended. */
  isTaken(order: Order): boolean {
    const { status, replacedBy } = order;
    if (status !== 'replaced' || !isGroup(order)) return false;
    const clientId = this.idOf(order);
    return typeof replacedBy !== 'string' || (this.ours.get(replacedBy) ?? clientId) !== clientId;
  }

  private nameIn({ id, replaces }: Order): string | undefined {
    const known = id === undefined ? undefined : this.ours.get(id);
    return known ?? (replaces === undefined || replaces === null ? undefined : this.ours.get(replaces));
  }
}

/** The library reads the same fields of a leg as of an order, and gives its type one less: legs of its own. */
function asOrder({ legs: _none, ...leg }: NonNullable<Order['legs']>[number]): Order {
  return leg;
}
