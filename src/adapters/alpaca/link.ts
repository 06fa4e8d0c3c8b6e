/**
 * The way to Alpaca and back: requests go out through the vendor's own library, answers and updates come back as reports.
 *
 * Nothing is sent twice here: what to do about silence is decided by the order path. Updates are lost while the stream is
 * down, so it says when it is up again, and the books are read then.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import type {
  BrokerLink,
  BrokerReport,
  BrokerRequest,
  Fill,
  OrderSnapshot,
  ReplaceRequest,
  SubmitRequest,
} from '../../engine/live/index.ts';
import { openAlpaca, type AlpacaAccess } from './client.ts';
import { Lane } from './lane.ts';
import { failureOf, legFillsOf, microseconds, snapshotOf, statusOf, updateOf } from './answers.ts';
import type { Order, TradeUpdate, TradingStream } from './vendor-types.ts';
import { bookingsSince } from './bookings.ts';
import { newestFills } from './fill-history.ts';
import type { FillActivity } from './payload/account.ts';
import { wordsFor } from './words.ts';

export interface AlpacaLinkOptions extends AlpacaAccess {
  /** Told everything that the broker says. */
  readonly report: (report: BrokerReport) => void;
}

export class AlpacaLink implements BrokerLink {
  private readonly alpaca: Alpaca;
  private readonly options: AlpacaLinkOptions;
  private readonly stream: TradingStream;
  /** Our ids by the broker's: a replacement has an id of its own that we did not choose. */
  private readonly ours = new Map<string, string>();
  /** What each of the broker's orders was filled, and which it took the place of. */
  private readonly known = new Map<string, { readonly filled: number; readonly replaces: string | undefined }>();
  private isClosed = false;
  private readonly lane: Lane;
  private readonly waiting = new Set<NodeJS.Timeout>();
  /** Books are read once, however often they were asked for meanwhile. */
  private isSnapshotHeld = false;

  private constructor(alpaca: Alpaca, options: AlpacaLinkOptions, lane: Lane) {
    this.lane = lane;
    this.alpaca = alpaca;
    this.options = options;
    this.stream = alpaca.trading.stream(options.streamUrl === undefined ? {} : { url: options.streamUrl });
  }

  /** Opens the account; nothing is connected yet. */
  static async open(options: AlpacaLinkOptions): Promise<AlpacaLink> {
    const lane = new Lane(() => performance.now());
    const alpaca = await openAlpaca(options, (status, reset) => lane.answered(status, reset, Date.now()));
    return new AlpacaLink(alpaca, options, lane);
  }

  /** Connects the stream of updates; resolves once it listens. */
  async connect(): Promise<void> {
    const { stream, options } = this;
    const listening = Promise.withResolvers<void>();
    stream.on('subscription', () => {
      listening.resolve();
      options.report({ kind: 'link', state: 'up', reason: 'listening' });
    });
    stream.on('disconnect', () => {
      if (!this.isClosed) options.report({ kind: 'link', state: 'down', reason: 'the stream of updates is down' });
    });
    stream.onTradeUpdate((update: TradeUpdate) => {
      for (const fill of legFillsOf(update, (order) => this.idOf(order))) options.report(fill);
      const report = updateOf({ ...update, order: this.whole(update.order) }, (order) => this.idOf(order));
      if (report !== undefined) options.report(report);
    });
    stream.subscribeTradeUpdates();
    stream.connect();
    await listening.promise;
  }

  close(): void {
    this.isClosed = true;
    for (const timer of this.waiting) clearTimeout(timer);
    this.stream.disconnect();
  }

  send(request: BrokerRequest): void {
    const closed = request.kind === 'cancel' ? undefined : this.lane.enter();
    if (closed !== undefined && request.kind !== 'cancel') {
      this.holdBack(request, closed);
      return;
    }
    // Every way that this can end is a report.
    void this.ask(request).then(
      (reports) => reports.forEach((report) => this.options.report(report)),
      (error: unknown) => this.fail(request, error),
    );
  }

  /** Questions are asked later; what would make risk is old then, and is reported as not sent. */
  private holdBack(
    request: Exclude<BrokerRequest, { kind: 'cancel' }>,
    { why, forMs }: NonNullable<ReturnType<Lane['enter']>>,
  ): void {
    const { report } = this.options;
    const cause = why === 'throttled' ? 'the broker takes no more requests for now' : 'the broker refuses the keys';
    if (request.kind === 'submit' && request.posts === 1) {
      report({ kind: 'refused', clientId: request.clientId, code: `desk.${why}`, message: cause });
    } else if (request.kind === 'replace') {
      report({ kind: 'replace-refused', clientId: request.clientId, reason: `desk.${why}: ${cause}` });
    } else if (request.kind === 'submit') {
      report({ kind: 'lost', clientId: request.clientId, request: 'submit', cause });
    } else if (request.kind !== 'snapshot' || !this.isSnapshotHeld) {
      if (request.kind === 'snapshot') this.isSnapshotHeld = true;
      const timer = setTimeout(() => {
        this.waiting.delete(timer);
        if (request.kind === 'snapshot') this.isSnapshotHeld = false;
        this.send(request);
      }, forMs);
      this.waiting.add(timer);
    }
  }

  private async ask(request: BrokerRequest): Promise<readonly BrokerReport[]> {
    switch (request.kind) {
      case 'submit':
        return this.submit(request);
      case 'cancel':
        return this.cancel(request);
      case 'replace':
        return this.replace(request);
      case 'lookup':
        return [this.snapshotOf(await this.find(request))];
      case 'snapshot':
        for (const [brokerId, clientId] of request.known ?? []) this.ours.set(brokerId, clientId);
        return [await this.snapshot(request.since)];
    }
  }

  private fail(request: BrokerRequest, error: unknown): void {
    const { report } = this.options;
    if (statusOf(error) === 401) report({ kind: 'link', state: 'locked', reason: 'the broker refuses the keys' });
    // Books that could not be read are asked for again by the clock, not by us.
    if (request.kind === 'snapshot') {
      report({ kind: 'link', state: 'down', reason: `the books could not be read: ${String(error)}`.slice(0, 200) });
    } else report(failureOf(request, error));
  }

  private async submit(request: SubmitRequest): Promise<readonly BrokerReport[]> {
    const words = wordsFor(request);
    if ('unsupported' in words) {
      const { clientId } = request;
      return [{ kind: 'refused', clientId, code: 'desk.unsupported', message: words.unsupported }];
    }
    const order = await this.alpaca.trading.orders.postOrder({ postOrderRequest: words });
    const { clientId } = request;
    this.remember(order, clientId);
    return [
      { kind: 'accepted', clientId, ...(order.id === undefined ? {} : { brokerId: order.id }) },
      this.snapshotOf(order),
    ];
  }

  private async cancel(request: Extract<BrokerRequest, { kind: 'cancel' }>): Promise<readonly BrokerReport[]> {
    const orderId = request.brokerId ?? (await this.find(request)).id;
    await this.alpaca.trading.orders.deleteOrderByOrderID({ orderId: orderId ?? '' });
    // It was taken; that it is canceled comes as an update, or is found when the books are read.
    return [this.snapshotOf(await this.find(request))];
  }

  private async replace(request: ReplaceRequest): Promise<readonly BrokerReport[]> {
    const { clientId, quantity, limit, stop } = request;
    const orderId = request.brokerId ?? (await this.find(request)).id ?? '';
    const next = await this.alpaca.trading.orders.patchOrderByOrderId({
      orderId,
      patchOrderRequest: {
        qty: quantity,
        ...(limit === undefined ? {} : { limitPrice: limit }),
        ...(stop === undefined ? {} : { stopPrice: stop }),
      },
    });
    if (next.id !== undefined) this.ours.set(next.id, clientId);
    const updatedAt = microseconds(next.updatedAt ?? next.createdAt);
    return [{ kind: 'replaced', clientId, updatedAt, ...(next.id === undefined ? {} : { brokerId: next.id }) }];
  }

  /** The order as it is now: what was replaced leads to what took its place. */
  private async find({ clientId, brokerId }: { clientId: string; brokerId?: string }): Promise<Order> {
    const { orders } = this.alpaca.trading;
    let order = await (brokerId === undefined
      ? orders.getOrderByClientOrderId({ clientOrderId: clientId })
      : orders.getOrderByOrderID({ orderId: brokerId }));
    while (order.status === 'replaced' && typeof order.replacedBy === 'string') {
      this.whole(order);
      order = await orders.getOrderByOrderID({ orderId: order.replacedBy });
      this.remember(order, clientId);
    }
    return order;
  }

  private async snapshot(since: number | undefined): Promise<BrokerReport> {
    const { trading } = this.alpaca;
    // Orders before positions: a fill between the two shows in the positions and is asked about once more, not missed.
    const orders = await trading.orders.getAllOrders({ status: 'all', limit: 500, nested: true });
    // The newest come first; a replacement is known by what it replaces.
    for (const order of orders.toReversed()) {
      if (order.id !== undefined) this.remember(order, this.idOf(order));
      this.whole(order);
    }
    // By the broker's own clock: on a machine whose clock is wrong, or against a fake, that is another time.
    const { timestamp } = await trading.clock.legacyClock();
    const askedAt = performance.now();
    const now = timestamp === undefined ? Date.now() : microseconds(timestamp) / 1000;
    const [account, positions, fills, bookings] = await Promise.all([
      trading.account.getAccount(),
      trading.positions.getAllOpenPositions(),
      newestFills(this.alpaca),
      bookingsSince(this.alpaca, since, now),
    ]);
    return {
      kind: 'snapshot',
      // What was asked since then has taken its time.
      at: Math.round((now + performance.now() - askedAt) * 1000),
      happened: [...fills.flatMap((fill) => this.fillOf(fill)), ...bookings],
      account: {
        number: account.accountNumber ?? '',
        cash: Number(account.cash ?? 0),
        equity: Number(account.equity ?? 0),
        buyingPower: Number(account.buyingPower ?? 0),
        isBlocked: account.accountBlocked === true || account.tradingBlocked === true,
      },
      positions: positions.map(({ symbol, qty, side, avgEntryPrice }) => ({
        symbol,
        quantity: side === 'short' ? -Math.abs(Number(qty)) : Number(qty),
        averagePrice: Number(avgEntryPrice),
      })),
      orders: orders.map((order) => this.snapshotOf(order)),
    };
  }

  /** A line of the account's history as the fill that the stream would have told; none where the order is not ours. */
  private fillOf({ id, orderId, symbol, side, quantity, price }: FillActivity): Fill[] {
    const clientId = this.ours.get(orderId);
    if (clientId === undefined) return [];
    return [
      {
        kind: 'fill',
        clientId,
        brokerId: orderId,
        executionId: id.slice(id.indexOf('::') + 2),
        symbol,
        side: side === 'buy' ? 1 : -1,
        quantity: quantity.toNumber(),
        price: price.toNumber(),
        fee: 0,
      },
    ];
  }

  /**
   * An order with the size that we know it by: what took the place of a part-filled one is of what was left, and counts
   * its own fills only. Those of the former are known by their executions.
   */
  private whole(order: Order): Order {
    if (order.id !== undefined)
      this.known.set(order.id, { filled: Number(order.filledQty ?? 0), replaces: order.replaces ?? undefined });
    let before = 0;
    for (let id = order.replaces ?? undefined; id !== undefined; id = this.known.get(id)?.replaces)
      before += this.known.get(id)?.filled ?? 0;
    return before === 0 ? order : { ...order, qty: String(Number(order.qty ?? 0) + before) };
  }

  private snapshotOf(order: Order): OrderSnapshot {
    return snapshotOf(this.whole(order), (each) => this.idOf(each));
  }

  /** Notes whose order it is, and of a package, whose legs. */
  private remember({ id, legs }: Order, clientId: string): void {
    for (const each of [id, ...(legs ?? []).map((leg) => leg.id)])
      if (each !== undefined) this.ours.set(each, clientId);
  }

  private idOf(order: Order): string {
    const known = order.id === undefined ? undefined : this.ours.get(order.id);
    const before = order.replaces === undefined || order.replaces === null ? undefined : this.ours.get(order.replaces);
    return known ?? before ?? order.clientOrderId ?? '';
  }
}
