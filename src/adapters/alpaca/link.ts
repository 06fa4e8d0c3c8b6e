/**
 * The way to Alpaca and back: requests go out through the vendor's own library, answers and updates come back as reports.
 *
 * Nothing is sent twice here: what to do about silence is decided by the order path. Updates are lost while the stream is
 * down, so it says when it is up again, and the books are read then.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import type {
  AssetRules,
  BrokerLink,
  BrokerReport,
  BrokerRequest,
  Fill,
  ReplaceRequest,
  SubmitRequest,
} from '../../engine/live/index.ts';
import { Fault } from '../../base/fault.ts';
import { causeOf, FOREVER, heartbeatOf, openAlpaca, signedBy, type AlpacaAccess } from './client.ts';
import { Lane } from './lane.ts';
import { ActivityStream } from './activity-stream.ts';
import { correctionsOf, failureOf, legFillsOf, microseconds, statusOf, updateOf } from './answers.ts';
import { isGroup, KnownOrders } from './known-orders.ts';
import type { Order, TradeUpdate, TradingStream } from './vendor-types.ts';
import { bookingsSince } from './bookings.ts';
import { newestFills } from './fill-history.ts';
import { blocksOf, marginOf, Standing } from './standing.ts';
import type { FillActivity } from './payload/account.ts';
import { wordsFor, type OptionOrders } from './words.ts';

export interface AlpacaLinkOptions extends AlpacaAccess {
  /** Shares of which the books tell how they may be traded; none unless named. */
  readonly shares?: readonly string[];
  /** Which orders it takes of options; the strict reading unless told. */
  readonly optionOrders?: OptionOrders;
  /** The session's clock, microseconds since 1970; without it no order is taken that is good till an instant. */
  readonly now?: () => number;
  /** How much faster than the wall the broker's time passes, as that of a fake; once where it is left out. */
  readonly rate?: () => number;
  /** Told everything that the broker says. */
  readonly report: (report: BrokerReport) => void;
}

export class AlpacaLink implements BrokerLink {
  private readonly alpaca: Alpaca;
  private readonly options: AlpacaLinkOptions;
  private readonly stream: TradingStream;
  private readonly known = new KnownOrders();
  /** Updates of orders that nobody knows yet wait for the books, one after the other. */
  private learning: Promise<void> = Promise.resolve();
  private activities: ActivityStream | undefined = undefined;
  private isClosed = false;
  private readonly lane: Lane;
  private readonly standing: Standing;
  private readonly waiting = new Set<NodeJS.Timeout>();
  /** Books are read once, however often they were asked for meanwhile. */
  private isSnapshotHeld = false;

  private constructor(alpaca: Alpaca, options: AlpacaLinkOptions, lane: Lane) {
    this.lane = lane;
    this.alpaca = alpaca;
    this.options = options;
    this.standing = new Standing(alpaca, options.shares ?? []);
    const { streamUrl } = options;
    const place = streamUrl === undefined ? {} : { url: streamUrl };
    this.stream = signedBy(options, alpaca.trading.stream({ ...place, ...heartbeatOf(options), ...FOREVER }));
  }

  /** Opens the account; nothing is connected yet. */
  static async open(options: AlpacaLinkOptions): Promise<AlpacaLink> {
    const lane = new Lane(() => performance.now(), options.rate);
    const alpaca = await openAlpaca(options, (...answer) => lane.answered(...answer));
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
    stream.onDisconnect(() => {
      if (!this.isClosed) options.report({ kind: 'link', state: 'down', reason: 'the stream of updates is down' });
    });
    stream.onError((message) => {
      // Of all that is told there only this is for good: the library tries nothing else anew.
      if (this.isClosed || !/auth failed/.test(String(message))) return;
      const reason = 'the stream of updates refuses the keys';
      options.report({ kind: 'link', state: 'locked', reason });
      listening.reject(new Fault('alpaca.stream', reason));
    });
    stream.onTradeUpdate((update: TradeUpdate) => {
      if (!this.known.isStranger(update.order)) this.tell(update);
      else this.learning = this.learning.then(() => this.learn(update));
    });
    stream.subscribeTradeUpdates();
    stream.connect();
    await listening.promise;
  }

  /** Busts and corrections are told on a stream of their own, from where the books were read last. */
  private listen(since: number | undefined): void {
    if (this.activities !== undefined || this.isClosed) return;
    const { report } = this.options;
    this.activities = new ActivityStream({
      ...this.options,
      since: since === undefined ? Date.now() : since / 1000,
      onTrade: (event) => correctionsOf(event, (orderId) => this.known.nameOf(orderId)).forEach((each) => report(each)),
      onGone: (reason) =>
        report({ kind: 'link', state: 'down', reason: `busts and corrections are not told: ${reason}` }),
    });
    this.activities.start();
  }

  private tell(update: TradeUpdate): void {
    const { known, options } = this;
    if (isGroup(update.order)) known.remember(update.order, known.idOf(update.order));
    for (const fill of legFillsOf(update, (order) => known.idOf(order))) options.report(fill);
    const before = known.filledOf(update.order);
    const order = known.whole(update.order);
    const report = known.isTaken(order)
      ? known.snapshotOf(order)
      : updateOf({ ...update, order }, (each) => known.idOf(each), before);
    if (report !== undefined) options.report(report);
  }

  /** An exit that the broker keeps has an id that only its books tie to the order that brought it. */
  private async learn(update: TradeUpdate): Promise<void> {
    const { symbol = '' } = update.order;
    if (this.known.isStranger(update.order)) {
      const query = { status: 'all', limit: 100, nested: true, symbols: symbol } as const;
      const orders = await this.alpaca.trading.orders.getAllOrders(query).catch(() => undefined);
      if (orders === undefined) {
        // Whose it is will be in the books when they are read again, and so is what it told.
        if (!this.isClosed) this.options.report({ kind: 'link', state: 'down', reason: 'an exit cannot be looked up' });
        return;
      }
      this.known.rememberAll(orders);
    }
    if (!this.isClosed) this.tell(update);
  }

  /** Requests that the broker answers until it counts anew, by its last answer. */
  get requestsLeft(): number | undefined {
    return this.lane.left;
  }

  close(): void {
    this.isClosed = true;
    for (const timer of this.waiting) clearTimeout(timer);
    this.activities?.close();
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
        return request.type === 'exercise' ? this.exercise(request) : this.submit(request);
      case 'cancel':
        return this.cancel(request);
      case 'replace':
        return this.replace(request);
      case 'lookup':
        return this.known.reportsOf(await this.find(request));
      case 'snapshot':
        for (const [brokerId, clientId] of request.known ?? []) this.known.name(brokerId, clientId);
        this.listen(request.since);
        return [await this.snapshot(request.since)];
    }
  }

  private fail(request: BrokerRequest, error: unknown): void {
    const { report } = this.options;
    if (statusOf(error) === 401) report({ kind: 'link', state: 'locked', reason: 'the broker refuses the keys' });
    // Books that were cut short by a 429 are asked for again when the broker counts anew, others by the clock.
    const closed = request.kind === 'snapshot' && statusOf(error) === 429 ? this.lane.enter() : undefined;
    if (request.kind === 'snapshot' && closed !== undefined) this.holdBack(request, closed);
    else if (request.kind === 'snapshot') {
      report({ kind: 'link', state: 'down', reason: `the books could not be read: ${causeOf(error)}`.slice(0, 200) });
    } else report(failureOf(request, error));
  }

  private async submit(request: SubmitRequest): Promise<readonly BrokerReport[]> {
    const { optionOrders, now } = this.options;
    const words = wordsFor(request, optionOrders, now?.());
    if ('unsupported' in words) {
      const { clientId } = request;
      return [{ kind: 'refused', clientId, code: 'desk.unsupported', message: words.unsupported }];
    }
    const { clientId } = request;
    if (request.exits !== undefined) this.known.expect(clientId);
    const order = await this.alpaca.trading.orders.postOrder({ postOrderRequest: words });
    this.known.remember(order, clientId);
    return [
      { kind: 'accepted', clientId, ...(order.id === undefined ? {} : { brokerId: order.id }) },
      ...this.known.reportsOf(order),
    ];
  }

  /** An instruction, not an order: it is taken or not, and what comes of it is in the history of the account. */
  private async exercise({ symbol, clientId }: SubmitRequest): Promise<readonly BrokerReport[]> {
    await this.alpaca.trading.positions.optionExercise({ symbolOrContractId: symbol });
    return [{ kind: 'accepted', clientId }];
  }

  private async lapse(symbol: string): Promise<BrokerReport> {
    const asked = { symbolOrContractId: symbol };
    return this.alpaca.trading.positions.optionDoNotExercise(asked).then(
      () => ({ kind: 'instruction', isTaken: true, text: `${symbol} will not be exercised at its expiry` }),
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        return {
          kind: 'instruction',
          isTaken: false,
          text: `${symbol} may be exercised at its expiry: ${why.slice(0, 200)}`,
        };
      },
    );
  }

  private async cancel(request: Extract<BrokerRequest, { kind: 'cancel' }>): Promise<readonly BrokerReport[]> {
    if (request.exercised !== undefined) {
      if (request.order === 0) return [await this.lapse(request.exercised)];
      await this.alpaca.trading.positions.optionDoNotExercise({ symbolOrContractId: request.exercised });
      return [{ kind: 'canceled', clientId: request.clientId, reason: 'taken back' }];
    }
    const orderId = request.brokerId ?? (await this.find(request)).id;
    await this.alpaca.trading.orders.deleteOrderByOrderID({ orderId: orderId ?? '' });
    // It was taken; that it is canceled comes as an update, or is found when the books are read.
    return this.known.reportsOf(await this.find(request));
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
    if (next.id !== undefined) this.known.name(next.id, clientId);
    // The request was taken, which is no word of the venue's: it may fill or refuse first, and says so on the stream.
    const { status, replacedBy, updatedAt, createdAt } = await this.alpaca.trading.orders.getOrderByOrderID({
      orderId,
    });
    if (status === 'replaced' && typeof replacedBy === 'string')
      return [{ kind: 'replaced', clientId, brokerId: replacedBy, updatedAt: microseconds(updatedAt ?? createdAt) }];
    return [{ kind: 'lost', clientId, request: 'replace', cause: 'the venue has not confirmed the change yet' }];
  }

  /** The order as it is now: what was replaced leads to what took its place. */
  private async find({ clientId, brokerId }: { clientId: string; brokerId?: string }): Promise<Order> {
    const { orders } = this.alpaca.trading;
    let order = await (brokerId === undefined
      ? orders.getOrderByClientOrderId({ clientOrderId: clientId })
      : orders.getOrderByOrderID({ orderId: brokerId }));
    while (order.status === 'replaced' && typeof order.replacedBy === 'string') {
      // An exit whose other side was touched is replaced by that one, which is another order of ours.
      if ((this.known.nameOf(order.replacedBy) ?? clientId) !== clientId) break;
      this.known.whole(order);
      order = await orders.getOrderByOrderID({ orderId: order.replacedBy });
      this.known.remember(order, clientId);
    }
    if (!isGroup(order) || order.id === undefined || (order.legs ?? []).length > 0) return order;
    const whole = await orders.getOrderByOrderID({ orderId: order.id, nested: true });
    this.known.remember(whole, clientId);
    return whole;
  }

  private async snapshot(since: number | undefined): Promise<BrokerReport> {
    const { trading } = this.alpaca;
    // Orders before positions: a fill between the two shows in the positions and is asked about once more, not missed.
    const orders = await trading.orders.getAllOrders({ status: 'all', limit: 500, nested: true });
    // The newest come first; a replacement is known by what it replaces.
    this.known.rememberAll(orders);
    // By the broker's own clock: on a machine whose clock is wrong, or against a fake, that is another time.
    const { timestamp } = await trading.clock.legacyClock();
    const askedAt = performance.now();
    const now = timestamp === undefined ? Date.now() : microseconds(timestamp) / 1000;
    const [account, standing, positions, fills, bookings] = await Promise.all([
      trading.account.getAccount(),
      this.standing.read(now).catch((error: unknown) => this.cannotTell(error)),
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
        ...marginOf(account),
        ...blocksOf(account),
        rules: this.standing.rulesOf(account),
      },
      ...(standing.length === 0 ? {} : { assets: standing }),
      positions: positions.map(({ symbol, qty, side, avgEntryPrice }) => ({
        symbol,
        quantity: side === 'short' ? -Math.abs(Number(qty)) : Number(qty),
        averagePrice: Number(avgEntryPrice),
      })),
      orders: orders.flatMap((order) => this.known.reportsOf(order)),
    };
  }

  /** How shares may be traded is not known: the broker decides, and a person is told. */
  private cannotTell(error: unknown): readonly AssetRules[] {
    const reason = `how the shares may be traded cannot be read: ${String(error)}`.slice(0, 200);
    this.options.report({ kind: 'link', state: 'down', reason });
    return [];
  }

  /** A line of the account's history as the fill that the stream would have told; none where the order is not ours. */
  private fillOf({ id, orderId, symbol, side, quantity, price }: FillActivity): Fill[] {
    const clientId = this.known.nameOf(orderId);
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
}
