/**
 * The way to Interactive Brokers and back, through a workstation or gateway that somebody is logged in to.
 *
 * Orders leave only while the gate is open: a connection stands, its account is the configured one, and the books were read
 * on this connection. Every connection begins with reading the books; nothing of the one before is sent on it. Another
 * program with the same client number, or a user without the account, closes the gate for good.
 */
import { setTimeout, clearTimeout } from 'node:timers';
import { Fault } from '../../base/fault.ts';
import type { BrokerLink, BrokerReport, BrokerRequest, LookupRequest } from '../../engine/live/index.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { Known } from './books.ts';
import { hintOf, linkNews } from './codes.ts';
import { Connection, TIMINGS, type Timings } from './connection.ts';
import { lapse } from './exercising.ts';
import { loadLibrary, type Library } from './library.ts';
import { Contracts } from './contracts.ts';
import { MarginBook, type MarginParts } from './margins.ts';
import { OrderIds } from './order-ids.ts';
import { Orders } from './orders.ts';
import { Reading } from './reading.ts';
import { isResetting, needsLogin, RESET_WINDOWS, retryDelayMs, type ResetWindow } from './reconnecting.ts';

export interface IbLinkOptions {
  readonly host: string;
  readonly port: number;
  /** Fixed per desk: only the same number can change or cancel its orders. */
  readonly clientId: number;
  readonly account: string;
  /** The session's clock, microseconds since 1970. */
  readonly now: () => number;
  /** Told everything that the broker says. */
  readonly report: (report: BrokerReport) => void;
  /** Where the last order number is kept. */
  readonly orderIds?: OrderIds;
  readonly timings?: Partial<Timings>;
  readonly resetWindows?: readonly ResetWindow[];
  /** What is traded, and how it is asked what a unit of it ties up; left out where the vendor's numbers are not wanted. */
  readonly instruments?: readonly Instrument[];
  readonly whatIf?: MarginParts['ask'];
  /** 0 … 1, to spread reconnecting programs. */
  readonly chance?: () => number;
}

export class IbLink implements BrokerLink {
  readonly contracts: Contracts;
  readonly orders: Orders;
  private readonly options: IbLinkOptions;
  private readonly library: Library;
  private readonly timings: Timings;
  private reading: Reading;
  private readonly orderIds: OrderIds;
  private connection: Connection | undefined;
  /** The connection on which the books were read and compared. */
  private opened: Connection | undefined;
  /** Whether the workstation has its own connection to the exchanges. */
  private isLinked = true;
  private isOver = false;
  private wasUp = false;
  /** When a connection stood last. */
  private upAt = -Infinity;
  private tries = 0;
  private retry: NodeJS.Timeout | undefined;
  private readonly firstUp = Promise.withResolvers<void>();
  private readonly margins: MarginBook | undefined;
  private readonly subscribers = new Set<(connection: Connection) => void>();

  private constructor(library: Library, options: IbLinkOptions) {
    const { now, report, account, clientId, orderIds = new OrderIds() } = options;
    this.library = library;
    this.options = options;
    this.timings = { ...TIMINGS, ...options.timings };
    this.orderIds = orderIds;
    this.contracts = new Contracts(library, now);
    this.orders = new Orders({
      account,
      clientId,
      contracts: this.contracts,
      orderIds,
      timings: this.timings,
      now,
      report,
      open: () => this.open,
      closedBecause: () => this.closedBecause,
      askNextId: () => this.connection?.askNextId(),
      lookUp: (known) => void this.readThenReport(known),
    });
    this.reading = this.readingOf();
    const { whatIf, instruments = [] } = options;
    if (whatIf !== undefined) {
      this.margins = new MarginBook({
        instruments,
        ask: whatIf,
        now,
        executions: () => this.orders.books.executions,
        onOrder: ({ message }) => this.lock(message),
      });
    }
  }

  /** Loads the library; a `Fault` tells how to install it where it is not there. */
  static async open(options: IbLinkOptions): Promise<IbLink> {
    return new IbLink(await loadLibrary(), options);
  }

  /** Connects, and again whenever the connection is lost; resolves when it stands for the first time. */
  connect(): Promise<void> {
    this.begin();
    return this.firstUp.promise;
  }

  close(): void {
    this.isOver = true;
    this.margins?.close();
    clearTimeout(this.retry);
    this.connection?.close('the desk closes it');
  }

  /** Calls back now and on every connection that follows, once it stands: for subscriptions to prices. */
  onConnection(subscribe: (connection: Connection) => void): void {
    this.subscribers.add(subscribe);
    if (this.connection?.isReady === true) subscribe(this.connection);
  }

  send(request: BrokerRequest): void {
    switch (request.kind) {
      case 'submit':
        for (const { symbol } of request.legs ?? [request]) this.margins?.want(symbol);
        void this.orders.submit(request);
        return;
      case 'cancel':
        if (request.exercised === undefined || request.order !== 0) this.orders.cancel(request);
        else void this.lapse(request.exercised);
        return;
      case 'replace':
        this.orders.replace(request);
        return;
      case 'lookup':
        void this.lookUp(request);
        return;
      case 'snapshot':
        for (const [brokerId, clientId] of request.known ?? []) this.orders.books.name(Number(brokerId), clientId);
        void this.snapshot();
    }
  }

  /** The connection on which orders may leave. */
  private get open(): Connection | undefined {
    const { opened } = this;
    return opened !== undefined && !opened.isClosed && this.isLinked && !this.isReset ? opened : undefined;
  }

  private get closedBecause(): string {
    if (this.isReset) return 'the vendor restarts its servers at this hour';
    if (this.connection?.isReady !== true) return 'there is no connection to the broker';
    return this.isLinked ? 'the books are not compared yet' : 'the workstation has lost its own connection';
  }

  private get isReset(): boolean {
    return isResetting(this.options.now(), this.options.resetWindows ?? RESET_WINDOWS);
  }

  // ---- The connection -------------------------------------------------------------------------------------------------

  private begin(): void {
    if (this.isOver) return;
    const { host, port, clientId } = this.options;
    const connection: Connection = new Connection(
      this.library,
      { host, port, clientId, timings: this.timings },
      {
        onReady: (next) => void this.onReady(connection, next),
        onOpenOrder: (...news) => this.orders.onOpenOrder(...news),
        onStatus: (news) => this.orders.onStatus(news),
        onExecution: (...news) => this.orders.onExecution(...news),
        onCommission: (...news) => this.orders.onCommission(...news),
        onCompleted: (...news) => this.orders.onCompleted(...news),
        onOrderError: (...news) => this.orders.onError(...news),
        onNextId: (next) => this.orderIds.raise(next - 1),
        onNotice: (code, text) => this.onNotice(connection, code, text),
        onClosed: (reason) => this.onClosed(connection, reason),
      },
    );
    this.connection = connection;
    this.isLinked = true;
    this.reading = this.readingOf();
  }

  private readingOf(): Reading {
    return new Reading(this.library, this.options.account, this.timings.readMs, this.orders.books);
  }

  private async onReady(connection: Connection, next: number): Promise<void> {
    const { account } = this.options;
    this.orderIds.raise(next - 1);
    if (!connection.accounts.includes(account)) {
      this.lock(`the user that is logged in has no account …${account.slice(-4)}`);
      return;
    }
    try {
      // What the vendor knows of our orders comes before anything new leaves: numbers, names, fills.
      await this.reading.orders(connection);
    } catch (error) {
      connection.close(`the books could not be read: ${String(error)}`);
      return;
    }
    this.tries = 0;
    this.orders.endCutOff(connection);
    for (const subscribe of this.subscribers) subscribe(connection);
    if (this.isLinked) this.up('connected');
  }

  private up(reason: string): void {
    this.options.report({ kind: 'link', state: 'up', reason });
    this.wasUp = true;
    this.upAt = this.options.now();
    this.firstUp.resolve();
  }

  private onClosed(connection: Connection, reason: string): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.opened = undefined;
    if (this.wasUp && connection.isReady) this.upAt = this.options.now();
    this.orders.lose(reason);
    if (this.isOver) return;
    this.down(reason);
    const chance = (this.options.chance ?? Math.random)();
    const delay = retryDelayMs(this.tries++, this.isReset, chance, this.timings.retryMs);
    this.retry = setTimeout(() => this.begin(), delay);
  }

  /** Says that nothing can be asked, and why where that is the vendor's way. */
  private down(reason: string): void {
    const now = this.options.now();
    const isLogin = !this.isReset && needsLogin(now, this.upAt);
    const cause = this.isReset ? ({ cause: 'restart' } as const) : isLogin ? ({ cause: 'login' } as const) : {};
    const hint = isLogin ? 'log in to the workstation or gateway: the login of the week ended on Sunday; ' : '';
    this.options.report({ kind: 'link', state: 'down', reason: `${hint}${reason}`, ...cause });
  }

  private onNotice(connection: Connection, code: number, text: string): void {
    switch (linkNews(code)) {
      case 'lost':
        this.isLinked = false;
        this.orders.lose(`${code}: ${text}`);
        this.down(`${code}: ${text}`);
        return;
      case 'back':
      case 'back-without-data':
        this.isLinked = true;
        // Whatever happened meanwhile is in the books: the gate opens when they are compared.
        this.opened = undefined;
        this.up(`${code}: ${text}`);
        if (linkNews(code) === 'back-without-data') for (const subscribe of this.subscribers) subscribe(connection);
        return;
      case 'locked':
        this.lock(`${code}: ${text}${hintOf(code, text) === undefined ? '' : `: ${hintOf(code, text)}`}`);
        return;
      case 'garbled':
        connection.close(`${code}: ${text}`);
        return;
      case 'too-fast':
        connection.slowDown();
        this.options.report({ kind: 'remark', text: `${code}: ${text}`, isForPeople: true });
        return;
      case 'none':
    }
  }

  /** For good: a person has to look. */
  private lock(reason: string): void {
    this.isOver = true;
    this.margins?.close();
    this.options.report({ kind: 'link', state: 'locked', reason });
    this.firstUp.reject(new Fault('ib.locked', reason, {}));
    this.connection?.close(reason);
  }

  // ---- The books ------------------------------------------------------------------------------------------------------

  private async lookUp(request: LookupRequest): Promise<void> {
    const { clientId } = request;
    const { connection, options } = this;
    const lost = (cause: string): void => options.report({ kind: 'lost', clientId, request: 'lookup', cause });
    if (connection?.isReady !== true || !this.isLinked) {
      lost('there is no connection to the broker');
      return;
    }
    try {
      await this.reading.orders(connection);
      await this.orders.nameLegs(connection);
    } catch (error) {
      lost(String(error));
      return;
    }
    const known = this.orders.books.find(request);
    // What we wrote down when we sent it is no evidence: only what the books show is.
    if (known === undefined || known.permId === 0 || known.isGone) options.report({ kind: 'absent', clientId });
    else {
      // Of an order with exits all are told: they are looked for under its id.
      const group = this.orders.books.groupOf(known.clientId).filter((one) => one.permId !== 0 && !one.isGone);
      for (const one of group.length === 0 ? [known] : group) options.report(one.snapshot(this.orders.at));
    }
  }

  private async lapse(symbol: string): Promise<void> {
    const { library, contracts, reading, orderIds, timings, options } = this;
    const connection = this.open;
    if (connection === undefined) {
      const text = `${symbol} may be exercised at its expiry: ${this.closedBecause}`;
      options.report({ kind: 'instruction', isTaken: false, text });
      return;
    }
    const { account } = options;
    const { ackMs } = timings;
    options.report(await lapse(symbol, { library, connection, contracts, reading, orderIds, account, ackMs }));
  }

  private async readThenReport(known: Known): Promise<void> {
    const { connection } = this;
    if (connection === undefined) return;
    try {
      await this.reading.orders(connection);
      await this.orders.nameLegs(connection);
    } catch {
      // The connection is about to end for it; the next one reads the books again.
      return;
    }
    if (known.isMissingExecutions) this.options.report(known.snapshot(this.orders.at));
  }

  private async snapshot(): Promise<void> {
    const { connection, options } = this;
    const down = (reason: string): void => options.report({ kind: 'link', state: 'down', reason });
    if (connection?.isReady !== true || !this.isLinked) {
      // Before the first connection nothing is lost: it begins with the books.
      if (this.wasUp) down('there is no connection to the broker');
      return;
    }
    try {
      await this.reading.orders(connection);
      await this.orders.nameLegs(connection);
      const positions = await this.reading.positions(connection, (one) => this.contracts.pointsOf(one, connection));
      const { account } = await this.reading.balances(connection);
      if (connection.isClosed) return;
      for (const { symbol } of positions) this.margins?.want(symbol);
      const margins = this.margins?.told() ?? [];
      const orders = [...this.orders.books.all]
        .filter(({ permId, isGone }) => permId !== 0 && !isGone)
        .map((known) => known.snapshot(this.orders.at));
      // The gate opens with the comparison that this brings about.
      this.opened = connection;
      const at = connection.now;
      const clock = at === undefined ? {} : { at };
      const told = margins.length === 0 ? {} : { margins };
      options.report({ kind: 'snapshot', happened: [], account, positions, orders, ...told, ...clock });
    } catch (error) {
      down(`the books could not be read: ${String(error)}`.slice(0, 200));
    }
  }
}
