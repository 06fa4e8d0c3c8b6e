/**
 * Everything the broker knows, and the small moves that all of its parts share: ids, the schedule, what it tells.
 *
 * Time is a number that only `advance` moves. Whatever is due later stands in a heap, ordered by time and arrival, so that
 * the same requests and prices give the same answers and events to the byte.
 */
import { Heap } from '../../../base/heap.ts';
import { Random } from '../../../base/random.ts';
import { DOLLAR, dollars, type Money } from './amounts.ts';
import type { Activity } from './activities.ts';
import type { BrokerConfig, Delay } from './config.ts';
import { listContracts, makeContract, refreshQuote } from './contracts.ts';
import { parseOcc } from '../../../options/occ.ts';
import { parseDay } from '../../../time/civil.ts';
import type { CorporateAction } from '../../../market/actions.ts';
import { Bars } from './history.ts';
import { Holdings } from './holdings.ts';
import { CONTRACT, Listing, type ListingOptions } from './listing.ts';
import type { Order } from './order.ts';
import { localDay, uuid } from './random-ids.ts';
import { phaseAt, type Phase } from './sessions.ts';
import type { BrokerEvent, TradeUpdate } from './broker-events.ts';

interface Due {
  readonly at: number;
  readonly ordinal: number;
  readonly run: () => void;
}

export interface AccountFlags {
  status: 'ACTIVE' | 'ACCOUNT_CLOSED' | 'REJECTED';
  tradingBlocked: boolean;
  accountBlocked: boolean;
  transfersBlocked: boolean;
  suspendedByUser: boolean;
  noShorting: boolean;
  keyRevoked: boolean;
}

/** What was asked of the broker and is to be done in the night. */
export interface ExerciseNote {
  readonly contract: Listing;
  readonly exercise: boolean;
}

/** What is to be booked before the next session. */
export interface NightEvent {
  readonly contract: Listing;
  /** Signed contracts in units of quantity that the event closes; what is held then is the limit. */
  readonly quantity: number;
  readonly type: 'OPASN' | 'OPEXC' | 'OPEXP';
}

/** A fault of the venue's that the next fill of a matching order takes. */
export interface FillFault {
  readonly symbol: string | undefined;
  /** The fill is reported so much later; the order meets the market no more meanwhile. */
  readonly lateBy?: number;
  /** Shares too many, in units of quantity. */
  readonly overfill?: number;
}

export class BrokerState {
  readonly config: BrokerConfig;
  now: number;
  phase: Phase;
  accountId: string;
  accountNumber: string;
  readonly flags: AccountFlags = {
    status: 'ACTIVE',
    tradingBlocked: false,
    accountBlocked: false,
    transfersBlocked: false,
    suspendedByUser: false,
    noShorting: false,
    keyRevoked: false,
  };
  readonly settings = new Map<string, unknown>();
  readonly holdings: Holdings;
  readonly listings = new Map<string, Listing>();
  readonly listingsById = new Map<string, Listing>();
  readonly orders: Order[] = [];
  readonly ordersById = new Map<string, Order>();
  readonly ordersByClientId = new Map<string, Order>();
  readonly open = new Set<Order>();
  readonly activities: Activity[] = [];
  readonly corporateActions: (CorporateAction & { readonly id: string })[] = [];
  readonly appliedActions = new Set<string>();
  readonly nightEvents: NightEvent[] = [];
  /** What the broker could not do and the operator should know. */
  readonly notes: string[] = [];
  exercises: ExerciseNote[] = [];
  /** Equity at the close of the session before, and its curve of closes. */
  lastEquity: Money;
  readonly equityCurve: { readonly at: number; readonly equity: Money }[] = [];
  readonly chance: { readonly ids: Random; readonly delays: Random; readonly fills: Random; readonly nights: Random };
  /** What becomes of an order that arrives at the venue; the broker wires it to its market. */
  onWork: (order: Order) => void = () => undefined;
  /** Executions that are to be reported late, or to overfill: the next fills take them in turn. */
  readonly fillFaults: FillFault[] = [];
  /** So many of the next cancels are never confirmed by the venue. */
  stuckCancels = 0;
  /** How many of the broker's seconds pass in one of its customers': what they have to answer in is theirs. */
  pace = 1;
  private epoch = 0;
  private readonly due = new Heap<Due>((a, b) => a.at < b.at || (a.at === b.at && a.ordinal < b.ordinal));
  private dueCount = 0;
  private eventCount = 0;
  private readonly listeners: ((event: BrokerEvent) => void)[] = [];

  constructor(config: BrokerConfig) {
    this.config = config;
    const random = new Random(config.seed);
    this.chance = {
      ids: random.fork('ids'),
      delays: random.fork('delays'),
      fills: random.fork('fills'),
      nights: random.fork('nights'),
    };
    this.now = config.startAt;
    this.phase = phaseAt(config.startAt);
    this.accountId = uuid(this.chance.ids);
    this.accountNumber = `${config.paper ? 'PA' : ''}${100_000_000 + this.chance.ids.below(900_000_000)}`;
    this.holdings = new Holdings(dollars(config.cash));
    this.lastEquity = this.holdings.cash;
    for (const options of config.symbols) this.list(options, options.price);
  }

  /** A paper account that its owner resets is a new one: new id and number, the cash of the start, and nothing else. */
  resetAccount(): void {
    this.accountId = uuid(this.chance.ids);
    this.accountNumber = `${this.config.paper ? 'PA' : ''}${100_000_000 + this.chance.ids.below(900_000_000)}`;
    for (const listing of this.listings.values()) {
      listing.working.length = 0;
      listing.watched.clear();
    }
    this.open.clear();
    this.orders.length = 0;
    this.ordersById.clear();
    this.ordersByClientId.clear();
    this.activities.length = 0;
    this.nightEvents.length = 0;
    this.exercises = [];
    this.equityCurve.length = 0;
    this.holdings.positions.clear();
    this.holdings.cash = dollars(this.config.cash);
    this.lastEquity = this.holdings.cash;
    // What was on its way to the venue belongs to the account that is gone.
    this.epoch++;
  }

  // ---- What can be traded --------------------------------------------------------------------------------------------

  list(options: ListingOptions, price?: number): Listing {
    const listing = new Listing(options, this.config.keepHistory ? new Bars() : undefined);
    if (price !== undefined) listing.previousClose = Math.round(price * DOLLAR);
    return this.add(listing);
  }

  add(listing: Listing): Listing {
    this.listings.set(listing.symbol, listing);
    this.listingsById.set(listing.id, listing);
    const underlying = listing.option?.underlying;
    if (underlying !== undefined) this.contracts.getOrInsertComputed(underlying, () => []).push(listing);
    return listing;
  }

  /** Returns a share or contract by symbol or id; a contract is listed when it is first asked for and fits its share. */
  find(name: string): Listing | undefined {
    const known = this.listings.get(name) ?? this.listingsById.get(name);
    if (known !== undefined) return known;
    const occ = parseOcc(name);
    const underlying = occ.ok ? this.listings.get(occ.root) : undefined;
    if (!occ.ok || underlying?.hasOptions !== true) return undefined;
    this.chainOf(underlying);
    return this.listings.get(name);
  }

  private readonly contracts = new Map<Listing, Listing[]>();
  private readonly chainDays = new Map<Listing, number>();

  /** Lists the day's contracts of a share, once a day, and returns all that have not expired. */
  chainOf(underlying: Listing): Listing[] {
    const day = localDay(this.now);
    const isGrid = underlying.hasOptions && !underlying.hasRecordedChain;
    if (isGrid && this.chainDays.get(underlying) !== day && underlying.mark > 0) {
      this.chainDays.set(underlying, day);
      for (const contract of listContracts(underlying, day, this.config.chain)) {
        if (!this.listings.has(contract.symbol)) this.add(contract);
      }
    }
    return this.knownContracts(underlying).filter((contract) => contract.option!.expiryDay >= day);
  }

  /** Every contract on a share that was ever listed. */
  knownContracts(underlying: Listing): Listing[] {
    return this.contracts.get(underlying) ?? [];
  }

  /** Lists a contract that a tape brings, whatever the grid of strikes. */
  listContract(symbol: string): Listing | undefined {
    const known = this.listings.get(symbol);
    if (known !== undefined) return known;
    const occ = parseOcc(symbol);
    const underlying = occ.ok ? this.listings.get(occ.root) : undefined;
    if (!occ.ok || underlying === undefined) return undefined;
    const strike = Math.round(occ.strike * DOLLAR);
    const bars = this.config.keepHistory ? new Bars() : undefined;
    const contract = makeContract(underlying, occ.right, strike, parseDay(occ.expiry), CONTRACT, bars);
    return contract === undefined ? undefined : this.add(contract);
  }

  /** Brings the quote of a contract up to its share's price. */
  refresh(listing: Listing): void {
    if (listing.isModelled) refreshQuote(listing, this.now, this.config.chain);
  }

  // ---- Time ----------------------------------------------------------------------------------------------------------

  /** Has something done at an instant; at equal instants, what was asked first is done first. */
  schedule(at: number, run: () => void): void {
    this.due.push({ at: Math.max(at, this.now), ordinal: this.dueCount++, run });
  }

  /** Has something done to the account after a delay drawn from a range. */
  after(delay: Delay, run: () => void): void {
    const [shortest, longest] = delay;
    const span = longest - shortest;
    const wait = span <= 0 ? shortest : shortest + Math.floor(this.chance.delays.uniform() * span);
    const { epoch } = this;
    this.schedule(this.now + wait, () => {
      if (epoch === this.epoch) run();
    });
  }

  /** When the next scheduled thing is due, if anything is. */
  get nextDue(): number | undefined {
    return this.due.peek()?.at;
  }

  advance(to: number): void {
    for (let next = this.due.peek(); next !== undefined && next.at <= to; next = this.due.peek()) {
      this.due.pop();
      this.now = next.at;
      next.run();
    }
    if (to > this.now) this.now = to;
  }

  // ---- What it tells -------------------------------------------------------------------------------------------------

  listen(listener: (event: BrokerEvent) => void): () => void {
    this.listeners.push(listener);
    return () => {
      const at = this.listeners.indexOf(listener);
      if (at >= 0) this.listeners.splice(at, 1);
    };
  }

  get isHeard(): boolean {
    return this.listeners.length > 0;
  }

  tell(event: BrokerEvent): void {
    // A listener may leave while it is told; the list is short.
    for (const listener of this.listeners.slice()) listener(event);
  }

  tellTrade(event: TradeUpdate['event'], order: Order, more: Partial<TradeUpdate> = {}): void {
    const ordinal = this.nextEvent();
    if (this.isHeard) this.tell({ kind: 'trade-update', at: this.now, ordinal, event, order, ...more });
  }

  /** The number of the next event; ids of events are made from it. */
  nextEvent(): number {
    return ++this.eventCount;
  }

  // ---- Views of the books that several parts need --------------------------------------------------------------------

  /** Signed quantity that open orders on one side would move, in units. */
  pending(listing: Listing, side: 'buy' | 'sell'): number {
    let sum = 0;
    for (const order of this.open) {
      if (order.listing !== listing || order.terms.side !== side || isSleeping(order)) continue;
      sum += order.remaining;
    }
    return sum;
  }

  /** What can be sold (or bought back) of a position without an order that already wants to. */
  available(listing: Listing): number {
    const quantity = this.holdings.quantityOf(listing);
    return quantity >= 0
      ? Math.max(0, quantity - this.pending(listing, 'sell'))
      : -Math.max(0, -quantity - this.pending(listing, 'buy'));
  }

  /** The orders that are open now, oldest first, as a list that stays as it is while they change. */
  openOrders(): Order[] {
    return [...this.open];
  }

  get reserved(): Money {
    let sum = 0n;
    for (const order of this.open) {
      if (order.reserve === 0n || order.quantity === 0) continue;
      sum += (order.reserve * BigInt(order.remaining)) / BigInt(order.quantity);
    }
    return sum;
  }
}

/** Legs that wait for their parent, and the second of two exits, do not hold shares of their own. */
function isSleeping(order: Order): boolean {
  if (order.status === 'held') return true;
  const { parent } = order;
  const kind = parent?.terms.orderClass;
  if (parent === undefined || kind === 'mleg' || kind === 'oto') return false;
  return parent.terms.orderClass === 'oco' ? true : order.terms.type !== 'limit';
}
