/**
 * A simulated broker with books of its own: the independent truth that a desk's books are held against.
 *
 * It enforces unique client ids for ever, fills by a random price, partially and late, and never forgets.
 */
import type { Activity, BrokerReport, Bust, Commission, Fill, Snapshot } from '../../src/engine/live/broker/reports.ts';
import type { BrokerRequest, ReplaceRequest, SubmitRequest } from '../../src/engine/live/broker/requests.ts';
import type { Side } from '../../src/engine/orders/order.ts';
import { snapshotOf, type BookedFill, type BookedOrder } from './booked.ts';
import type { Faults } from './faults.ts';
import { isHeld, KeptExits } from './kept-exits.ts';
import { againstPart, exact, trails } from './parts-and-trails.ts';
import { PackageOrders, type BookedLeg } from './package-orders.ts';
import { isOption, TakenBack } from './taken-back.ts';
import { MILLI, SECOND, type World } from './world.ts';

const FEE = 0;
/** How far back one can ask: further than any outage of these worlds lasts. */
const LOOK_BACK = 400 * SECOND;

export class SimulatedBroker {
  readonly orders = new Map<string, BookedOrder>();
  /** Those that work. */
  readonly live = new Set<BookedOrder>();
  /** Those that have several legs. */
  readonly packs: PackageOrders;
  readonly fills: BookedFill[] = [];
  /** Everything that could be asked for later, in order. */
  readonly happened: { readonly at: number; readonly report: Fill | Bust | Activity | Commission }[] = [];
  /** What was charged for executions, by their ids. */
  readonly commissions = new Map<string, number>();
  readonly positions = new Map<string, number>();
  cash: number;
  lookBack: number = LOOK_BACK;
  /** Grows with every change of what is held or works. */
  changes = 0;
  /** The newest quote of each symbol. */
  readonly quotes = new Map<string, { bid: number; ask: number }>();
  /** What is taken back of what has filled. */
  readonly back: TakenBack;
  /** Exits that are kept here, and what came of them. */
  readonly kept: KeptExits;
  /** Whether what rests holds what it would close, so that a second order for it is refused. */
  holdsShares = false;
  /** Orders that were refused because another one held what they would close. */
  readonly secondExits: string[] = [];
  /** Whether parts of a share are taken as they are in the US: for the day, alone, and never sold short. */
  isStrict = false;
  /** Whether the net price of a package that works is changed. */
  changesPackages = false;
  /** Whether an id is taken for ever. */
  hasUniqueIds = true;
  /** Whether shares have moved without an order. */
  hasDelivered = false;
  /** Stops that followed the price here until it reached them. */
  followed = 0;
  /** Parts of a share that were refused. */
  partsRefused = 0;
  /** Ids of which a second order came. */
  readonly twice: string[] = [];
  /** Symbols that the exchange has halted: nothing fills there. */
  readonly halted = new Set<string>();
  /** Of books whose parts are of different ages, by when they are said to be made: up to when they tell what happened. */
  private readonly toldUntil = new Map<number, number>();
  private readonly world: World;
  private readonly faults: Faults;
  private readonly tell: (report: BrokerReport) => void;
  private count = 0;
  private executions = 0;

  /** `tell` puts an event on the stream to the desk. */
  constructor(world: World, faults: Faults, cash: number, tell: (report: BrokerReport) => void) {
    this.world = world;
    this.faults = faults;
    this.cash = cash;
    this.tell = tell;
    this.back = new TakenBack(world, this);
    this.packs = new PackageOrders(faults, this);
    this.kept = new KeptExits(world, {
      live: this.live,
      book: ({ symbol, side, quantity, epoch, ...of }, clientId, type, limit, stop) => {
        const closing: Side = of.reduceOnly ? side : side > 0 ? -1 : 1;
        return this.book(clientId, symbol, closing, type, quantity, limit, stop, epoch, false, true);
      },
      end: (order) => this.end(order),
      tellOf: (order) => this.tell(snapshotOf(order)),
      match: (order) => this.match(order),
    });
  }

  /** Answers a request that has arrived. */
  answer(request: BrokerRequest, epoch: number): BrokerReport {
    switch (request.kind) {
      case 'submit':
        return this.submit(request, epoch);
      case 'cancel':
        return this.cancel(request.clientId);
      case 'replace':
        return this.replace(request);
      case 'lookup': {
        const order = this.orders.get(request.clientId);
        return order === undefined ? { kind: 'absent', clientId: request.clientId } : snapshotOf(order);
      }
      case 'snapshot':
        return this.snapshot();
    }
  }

  /** A new price: what rests is matched against it. */
  quote(symbol: string, bid: number, ask: number): void {
    this.quotes.set(symbol, { bid, ask });
    for (const order of this.live) if (order.symbol === symbol) this.match(order);
    this.packs.quoted(symbol);
  }

  /** Somebody trades by hand. */
  tradeByHand(symbol: string): void {
    const side: Side = this.world.chance(0.5) ? 1 : -1;
    const order = this.book(`hand-${this.count}`, symbol, side, 'market', 10, Number.NaN, Number.NaN, 0, true, false);
    this.match(order);
  }

  /** Tells again some of what was told during the last minutes, in any order. */
  replay(): void {
    const { latest, now } = this.world;
    const told = this.happened.filter(({ at, report }) => at >= now - 120 * SECOND && report.kind !== 'activity');
    for (let count = Math.min(told.length, 1 + latest.below(8)); count > 0; count--) {
      this.tell(told[latest.below(told.length)].report);
    }
  }

  /** An order is touched, and stays as it is. */
  touchOne(): void {
    const orders = [...this.orders.values()];
    if (orders.length > 0) orders[this.world.latest.below(orders.length)].updatedAt = this.world.now;
  }

  /** The exchange halts a symbol, or lets it trade again. */
  halt(symbol: string, isHalted: boolean): void {
    if (isHalted) this.halted.add(symbol);
    else this.halted.delete(symbol);
    for (const order of this.live) if (order.symbol === symbol) this.match(order);
  }

  happen(report: Fill | Bust | Commission): void {
    this.happened.push({ at: this.world.now, report });
    this.tell(report);
  }

  private submit(request: SubmitRequest, epoch: number): BrokerReport {
    const { clientId, symbol, side, type } = request;
    if (this.orders.has(clientId)) {
      if (this.hasUniqueIds) return { kind: 'duplicate', clientId };
      this.changes++;
      this.twice.push(clientId);
    }
    if (this.faults.strikes('refused')) {
      return { kind: 'refused', clientId, code: '40310000', message: 'insufficient buying power' };
    }
    const isPart = this.isStrict && !Number.isInteger(Number(request.quantity));
    const wrong = isPart ? againstPart(request, this.positions.get(symbol) ?? 0) : undefined;
    if (wrong !== undefined) {
      this.partsRefused++;
      return { kind: 'refused', clientId, code: '42210000', message: wrong };
    }
    if (this.holdsShares && request.reduceOnly && isHeld(request, this.fills, this.live)) {
      this.secondExits.push(clientId);
      return { kind: 'refused', clientId, code: '40310000', message: 'insufficient qty available for order' };
    }
    const limit = request.limit === undefined ? Number.NaN : Number(request.limit);
    const stop = request.stop === undefined ? Number.NaN : Number(request.stop);
    const quantity = Number(request.quantity);
    const order = this.book(clientId, symbol, side, type, quantity, limit, stop, epoch, false, request.reduceOnly);
    order.strategy = request.strategy;
    if (request.trail !== undefined) {
      order.trail = { by: Number(request.trail), isFraction: request.trailIsFraction === true };
    }
    if (request.legs !== undefined) this.packs.add(order, request.legs);
    this.kept.add(order, request);
    this.world.in(this.world.between(0, 20 * MILLI), () => {
      if (order.status === 'working') this.match(order);
    });
    return { kind: 'accepted', clientId, brokerId: order.brokerId };
  }

  private book(
    clientId: string,
    symbol: string,
    side: Side,
    type: string,
    quantity: number,
    limit: number,
    stop: number,
    epoch: number,
    isForeign: boolean,
    reduceOnly: boolean,
  ): BookedOrder {
    const { now } = this.world;
    const order: BookedOrder = {
      clientId,
      brokerId: `b${++this.count}`,
      symbol,
      side,
      type,
      quantity,
      limit,
      stop,
      filled: 0,
      value: 0,
      status: 'working',
      updatedAt: now,
      createdAt: now,
      epoch,
      isForeign,
      reduceOnly,
      strategy: -1,
    };
    this.changes++;
    this.orders.set(clientId, order);
    this.live.add(order);
    return order;
  }

  private cancel(clientId: string): BrokerReport {
    const order = this.orders.get(clientId);
    if (order === undefined) return { kind: 'cancel-refused', clientId, reason: 'order not found' };
    if (order.status !== 'working') {
      return { kind: 'cancel-refused', clientId, reason: `order is already in "${order.status}" state` };
    }
    this.end(order);
    this.kept.ended(order);
    return snapshotOf(order);
  }

  /** An order ends there, and nobody here wanted it. */
  endOne(): void {
    const { latest } = this.world;
    const order = [...this.live].filter(({ isForeign }) => !isForeign).at(latest.below(this.live.size + 1));
    if (order === undefined) return;
    this.end(order, (['canceled', 'expired', 'rejected'] as const)[latest.below(3)]);
    this.kept.ended(order);
  }

  private end(order: BookedOrder, kind: 'canceled' | 'expired' | 'rejected' = 'canceled'): void {
    this.changes++;
    order.status = kind;
    this.leave(order);
    order.updatedAt = this.world.now;
    const { clientId, filled, value } = order;
    this.tell({ kind, clientId, reason: kind, filled, averagePrice: value / filled });
  }

  leave(order: BookedOrder): void {
    this.live.delete(order);
    if (order.legs !== undefined) this.packs.live.delete(order);
  }

  private replace({ clientId, quantity, limit, stop }: ReplaceRequest): BrokerReport {
    const order = this.orders.get(clientId);
    if (order?.status !== 'working' || Number(quantity) <= order.filled || !this.live.has(order)) {
      return { kind: 'replace-refused', clientId, reason: 'not replaceable' };
    }
    this.changes++;
    order.quantity = Number(quantity);
    if (limit !== undefined) order.limit = Number(limit);
    if (order.legs !== undefined) this.packs.changed++;
    if (stop !== undefined) order.stop = Number(stop);
    order.updatedAt = this.world.now;
    return { kind: 'replaced', clientId, brokerId: order.brokerId, updatedAt: order.updatedAt };
  }

  /** Books of now of which a part is as it was then: brokers keep orders, positions and what happened apart. */
  partlyOf(then: Snapshot): Snapshot {
    const now = this.snapshot();
    const { positions, orders, happened } = then;
    const old = [{ positions }, { orders }, { happened }, { orders, happened }][this.world.latest.below(4)];
    if ('happened' in old) this.toldUntil.set(now.at!, then.at!);
    return { ...now, ...old };
  }

  private snapshot(): Snapshot {
    const positions = this.faults.strikes('emptyPositions')
      ? []
      : [...this.positions].map(([symbol, quantity]) => ({ symbol, quantity, averagePrice: 100 }));
    const since = this.world.now - this.lookBack;
    const isRecent = ({ isForeign, status, updatedAt }: BookedOrder): boolean =>
      !isForeign && (status === 'working' || updatedAt >= since);
    return {
      kind: 'snapshot',
      at: this.world.now,
      happened: this.happened.filter(({ at }) => at >= since).map(({ report }) => report),
      account: { number: 'PA0001', cash: this.cash, equity: this.cash, buyingPower: this.cash, isBlocked: false },
      positions,
      orders: [...this.orders.values()].filter(isRecent).map(snapshotOf),
    };
  }

  private match(order: BookedOrder): void {
    const quote = this.quotes.get(order.symbol);
    if (order.legs !== undefined) this.packs.match(order, order.legs);
    if (quote === undefined || this.halted.has(order.symbol)) return;
    const far = order.side > 0 ? quote.ask : quote.bid;
    if (order.trail !== undefined) {
      if (!trails(order, far)) return;
      this.followed++;
    }
    if (order.type === 'stop' && order.side * far < order.side * order.stop) return;
    if (order.type === 'limit' && order.side * far > order.side * order.limit) return;
    let quantity = exact(order.quantity - order.filled);
    if (quantity > 1 && this.faults.strikes('partialFill')) quantity = Math.ceil(quantity / 2);
    if (this.faults.strikes('overfill')) quantity += 1;
    this.fill(order, quantity, far);
  }

  private fill(order: BookedOrder, quantity: number, price: number): void {
    const fill = this.execute(order, quantity, price);
    if (order.filled >= order.quantity) {
      order.status = 'filled';
      this.leave(order);
    }
    if (!order.isForeign) this.happened.push({ at: this.world.now, report: fill });
    this.tell(fill);
    this.kept.filled(order, quantity);
    if (!order.isForeign && this.faults.strikes('lateCommission')) this.charge(fill.executionId, quantity);
  }

  /** Books an execution. */
  execute(order: BookedOrder, quantity: number, price: number, leg?: BookedLeg): Fill {
    this.changes++;
    const { symbol, side } = leg ?? order;
    const counted = leg ?? order;
    counted.filled = exact(counted.filled + quantity);
    counted.value += quantity * price;
    order.updatedAt = this.world.now;
    const executionId = `x${++this.executions}-${order.brokerId}`;
    this.fills.push({ executionId, order, quantity, price, ...(leg === undefined ? {} : { leg }) });
    this.move(symbol, side * quantity, price, FEE);
    return {
      kind: 'fill',
      clientId: order.clientId,
      brokerId: order.brokerId,
      executionId,
      symbol,
      side,
      quantity,
      price,
      fee: FEE,
    };
  }

  /** Money booked without an order up to what books told that are said to be made at an instant. */
  bookedUntil(at: number): number {
    const until = this.toldUntil.get(at) ?? at;
    const booked = this.happened.filter((each) => each.at <= until);
    return booked.reduce((sum, { report }) => (report.kind === 'activity' ? sum + report.money : sum), 0);
  }

  private charge(executionId: string, quantity: number): void {
    this.world.in(this.world.between(0, 20) * SECOND, () => {
      if (!this.fills.some((fill) => fill.executionId === executionId)) return;
      const commission: Commission = { kind: 'commission', executionId, fee: quantity / 100 };
      this.cash -= commission.fee;
      this.commissions.set(executionId, commission.fee);
      this.happen(commission);
    });
  }

  move(symbol: string, quantity: number, price: number, fee: number): void {
    this.positions.set(symbol, exact((this.positions.get(symbol) ?? 0) + quantity));
    this.cash -= quantity * price * (isOption(symbol) ? 100 : 1) + fee;
  }

  /** Books what moves without an order, at once; it is told `later`, to whoever asks and perhaps to whoever listens. */
  bookActivity(activity: Activity, later: number, isTold: boolean): void {
    const { symbol, quantity, money } = activity;
    this.changes++;
    this.hasDelivered ||= activity.activity === 'delivery';
    this.positions.set(symbol, (this.positions.get(symbol) ?? 0) + quantity);
    this.cash += money;
    this.world.in(later, () => {
      this.happened.push({ at: this.world.now, report: activity });
      if (isTold) this.tell(activity);
    });
  }

  /** A contract has come to its end: what works there ends. */
  expire(symbol: string): void {
    const isOn = (order: BookedOrder): boolean =>
      order.symbol === symbol || order.legs?.some((leg) => leg.symbol === symbol) === true;
    for (const order of [...this.live].filter(isOn)) this.end(order, 'expired');
  }
}
