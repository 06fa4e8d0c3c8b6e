/**
 * Orders by the numbers that clients give them, and by the permanent number that they have for everybody.
 */
import { DOLLAR, SHARE } from '../../fake-broker/core/amounts.ts';
import { pointsOf } from '../../fake-broker/core/listing.ts';
import { isOpen, waitsForPrice, type Order } from '../../fake-broker/core/order.ts';
import { activityPrefix } from '../../fake-broker/core/random-ids.ts';
import type { ContractBook } from './contract-book.ts';
import type { OrderFacts, PlacedOrder } from './order-fields.ts';
import type { Token } from './protocol.ts';
import { packageContract, packageFields } from './packages.ts';

export class ClientOrder {
  readonly clientId: number;
  readonly permId: number;
  readonly order: Order;
  /** As it was placed, with the changes since. */
  words: PlacedOrder;
  warning = '';
  /** Why the broker took it off by itself. */
  takenOff = '';
  endedAt: number | undefined = undefined;

  constructor(clientId: number, permId: number, order: Order, words: PlacedOrder) {
    this.clientId = clientId;
    this.permId = permId;
    this.order = order;
    this.words = words;
  }

  get isOpen(): boolean {
    return isOpen(this.order);
  }

  /** The state in the words of this API. */
  get status(): string {
    const { status, terms, isTriggered } = this.order;
    const sleeps = waitsForPrice(terms) && !isTriggered;
    switch (status) {
      case 'accepted':
      case 'pending_new':
      case 'held':
        return 'PreSubmitted';
      case 'filled':
        return 'Filled';
      case 'pending_cancel':
        return 'PendingCancel';
      case 'canceled':
      case 'expired':
      case 'replaced':
        return 'Cancelled';
      case 'rejected':
        return 'Inactive';
      default:
        return sleeps ? 'PreSubmitted' : 'Submitted';
    }
  }

  facts(book: ContractBook): OrderFacts {
    const { order, words, clientId, permId, status, warning, endedAt } = this;
    const { type, isTouch } = order.terms;
    const isStop = type === 'stop' || type === 'stop_limit' || isTouch === true;
    return {
      contract: this.contract(book),
      pack: packageFields(order, words.pack, book),
      words,
      quantity: order.quantity / SHARE,
      limit: words.limit === undefined ? undefined : dollars(order.limit),
      aux: isStop ? dollars(order.stop) : words.aux,
      clientId,
      permId,
      status,
      filled: order.filled / SHARE,
      warning,
      ...(endedAt === undefined
        ? {}
        : {
            completedAt: `${clockText(endedAt)} US/Eastern`,
            completedStatus: status === 'Filled' ? `Filled Size: ${order.filled / SHARE}` : `${status} by Trader`,
          }),
    };
  }

  /** Fields of what it trades. */
  contract(book: ContractBook): readonly Token[] {
    const { listing, legs } = this.order;
    return listing === undefined
      ? packageContract(legs.map((leg) => ({ listing: leg.listing! })))
      : book.fields(listing);
  }

  /** Shares or contracts that filled and that are left. */
  get amounts(): { readonly filled: number; readonly remaining: number } {
    const { filled, quantity } = this.order;
    return { filled: filled / SHARE, remaining: this.isOpen ? (quantity - filled) / SHARE : 0 };
  }

  /** Average price of its fills, 0 before the first. */
  get averagePrice(): number {
    const { order } = this;
    if (order.filled === 0) return 0;
    const points = order.listing?.multiplier ?? pointsOf(order.legs.map(({ listing }) => listing!));
    return Number(order.filledCost) / (order.filled * points) / DOLLAR;
  }
}

function dollars(price: number | undefined): number | undefined {
  return price === undefined ? undefined : price / DOLLAR;
}

/** `20261118 10:30:00`, New York's clock. */
export function clockText(at: number): string {
  const text = activityPrefix(at);
  return `${text.slice(0, 8)} ${text.slice(8, 10)}:${text.slice(10, 12)}:${text.slice(12, 14)}`;
}

export class OrderBook {
  readonly all: ClientOrder[] = [];
  private readonly byOrder = new Map<Order, ClientOrder>();
  private readonly byNumber = new Map<string, ClientOrder>();
  private readonly highest = new Map<number, number>();
  private permIds = 1_900_000_000;

  add(clientId: number, order: Order, words: PlacedOrder): ClientOrder {
    const entry = new ClientOrder(clientId, this.takePermId(), order, words);
    this.all.push(entry);
    this.byOrder.set(order, entry);
    this.byNumber.set(`${clientId}/${words.orderId}`, entry);
    this.use(clientId, words.orderId);
    return entry;
  }

  /** A permanent number, of which nothing else has the same. */
  takePermId(): number {
    return ++this.permIds;
  }

  /** Notes that a client used a number, whatever became of the order. */
  use(clientId: number, orderId: number): void {
    this.highest.set(clientId, Math.max(this.highest.get(clientId) ?? 0, orderId));
  }

  of(order: Order): ClientOrder | undefined {
    return this.byOrder.get(order);
  }

  find(clientId: number, orderId: number): ClientOrder | undefined {
    return this.byNumber.get(`${clientId}/${orderId}`);
  }

  /** The number above all that a client has used. */
  nextId(clientId: number): number {
    return (this.highest.get(clientId) ?? 0) + 1;
  }
}
