/**
 * One connection to the vendor's workstation: opened once, used until it breaks, never opened again.
 *
 * Each connection has an instance of the library of its own, because an instance that reconnects sends what was meant for
 * the session before. Whatever has not left when a connection ends is dropped, and whoever wanted it is told so. A cable
 * that was pulled closes nothing: the vendor's clock is asked for, and two questions without an answer end the connection.
 */
import type { Contract, Execution, IBApi, Order, OrderState } from '@stoqey/ib';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import type { Library } from './library.ts';
import { Pace, type Lane } from './pace.ts';

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
  readonly timings: Timings;
}

/** Milliseconds. */
export interface Timings {
  /** From the beginning of a connection until the first order number. */
  readonly connectMs: number;
  /** Until the answer to an order, a cancel or a change counts as lost. */
  readonly ackMs: number;
  /** Until a question about the books counts as lost. */
  readonly readMs: number;
  readonly heartbeatMs: number;
  /** How long a fill that the status told may be without its execution. */
  readonly fillMs: number;
  /** Until the first try to connect again. */
  readonly retryMs: number;
  readonly messagesPerSecond: number;
}

export const TIMINGS: Timings = {
  connectMs: 10_000,
  ackMs: 5000,
  readMs: 15_000,
  heartbeatMs: 5000,
  fillMs: 2000,
  retryMs: 1000,
  messagesPerSecond: 35,
};

/** What is heard on a connection. */
export interface Listener {
  /** The first order number is there: from now on it may be asked. */
  onReady(nextOrderId: number): void;
  /** The number that it names when it is asked again. */
  onNextId(orderId: number): void;
  onOpenOrder(orderId: number, contract: Contract, order: Order, state: OrderState): void;
  onStatus(status: StatusNews): void;
  onExecution(contract: Contract, execution: Execution): void;
  onCommission(executionId: string, commission: number): void;
  onCompleted(contract: Contract, order: Order, state: OrderState): void;
  onOrderError(orderId: number, code: number, text: string): void;
  /** A message that is about nothing in particular. */
  onNotice(code: number, text: string): void;
  onClosed(reason: string): void;
}

export interface StatusNews {
  readonly orderId: number;
  readonly status: string;
  readonly filled: number;
  readonly averagePrice: number;
  readonly permId: number;
  readonly clientId: number;
}

/** A question that was not answered, or whose connection ended. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** A question that was answered with an error. */
export class Answered extends Error {
  override readonly name = 'Answered';
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

/** Questions have numbers far above those of orders, so that an error names one or the other. */
const FIRST_QUESTION = 1_000_000_000;
const HEARTBEATS_MISSED_MAX = 2;

export class Connection {
  readonly api: IBApi;
  /** Accounts that this user may see. */
  accounts: readonly string[] = [];
  /** What the workstation said of itself: the version of its interface, and its own time with its zone. */
  server: { readonly version: number; readonly time: string } | undefined;
  isReady = false;
  private nextOrder = 0;
  isClosed = false;
  private readonly library: Library;
  private readonly listener: Listener;
  private readonly timings: Timings;
  private readonly pace: Pace;
  private readonly questions = new Map<number, (error: Error) => void>();
  private readonly ends = new Set<() => void>();
  private nextQuestion = FIRST_QUESTION;
  /** Set while an order number is waited for. */
  private numbering: NodeJS.Timeout | undefined;
  private heart: NodeJS.Timeout | undefined;
  private missed = 0;
  /** The newest second that the vendor's clock told, and when. */
  private second: { readonly at: number; readonly wallMs: number } | undefined;

  constructor(library: Library, options: ConnectionOptions, listener: Listener) {
    const { host, port, clientId, timings } = options;
    this.library = library;
    this.listener = listener;
    this.timings = timings;
    this.pace = new Pace(timings.messagesPerSecond);
    // What is fast enough here is never kept there.
    this.api = new library.IBApi({ host, port, clientId, maxReqPerSec: 100_000 });
    this.listen();
    this.expectNumber(timings.connectMs);
    this.api.connect();
  }

  /** Now by the vendor's clock, to the second; undefined before it told it, or where it told it long ago. */
  get now(): number | undefined {
    const { second, timings } = this;
    if (second === undefined) return undefined;
    const passedMs = performance.now() - second.wallMs;
    return passedMs > 3 * timings.heartbeatMs ? undefined : second.at + passedMs * 1000;
  }

  /** Sends when its turn comes; `drop` is called instead where the connection ended before. */
  send(lane: Lane, act: (api: IBApi) => void, drop: () => void = () => undefined): void {
    this.pace.add(lane, () => act(this.api), drop);
  }

  /**
   * Asks a question with a number of its own. `begin` sends it and says how to listen; what it returns stops listening.
   * Rejects with `Answered` for an error, `Unanswered` for none.
   */
  ask<T>(
    send: (api: IBApi, id: number) => void,
    listen: (api: IBApi, id: number, done: (answer: T) => void) => () => void,
    name: string,
  ): Promise<T> {
    const id = this.nextQuestion++;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => reject(new Unanswered(`${name}: no answer`)), this.timings.readMs);
    this.questions.set(id, reject);
    const leave = listen(this.api, id, resolve);
    this.send(
      'query',
      (api) => send(api, id),
      () => reject(new Unanswered(`${name}: the connection ended`)),
    );
    return promise.finally(() => {
      clearTimeout(timer);
      leave();
      this.questions.delete(id);
    });
  }

  /** Calls back when the connection ends; what is returned forgets that. */
  onEnd(act: () => void): () => void {
    if (this.isClosed) act();
    this.ends.add(act);
    return () => void this.ends.delete(act);
  }

  /** A number for a subscription, which is not asked again. */
  takeNumber(): number {
    return this.nextQuestion++;
  }

  /** A number of this client's for an order that is only asked about: no other order leaves on this connection. */
  takeOrderNumber(): number {
    return this.nextOrder++;
  }

  /**
   * Asks which order number is free. No order leaves before that is answered: its number could be used already, and of an
   * order that left under a used number nobody knows whether it is there.
   */
  askNextId(): void {
    if (this.isClosed || this.numbering !== undefined) return;
    this.pace.holdOrders();
    this.expectNumber(this.timings.readMs);
    this.send('query', (api) => api.reqIds());
  }

  /** The vendor says that messages came too fast: half as many leave from here on. */
  slowDown(): void {
    this.pace.slowDown();
  }

  private expectNumber(withinMs: number): void {
    this.numbering = setTimeout(() => this.close('no order number came'), withinMs);
  }

  close(reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.numbering);
    clearInterval(this.heart);
    this.pace.close();
    for (const reject of this.questions.values()) reject(new Unanswered(reason));
    for (const act of this.ends) act();
    this.api.removeAllListeners();
    // The library reports on a socket that it has left; nobody listens any more.
    this.api.on(this.library.EventName.error, () => undefined);
    this.api.disconnect();
    this.listener.onClosed(reason);
  }

  private listen(): void {
    const { api, listener } = this;
    const { EventName } = this.library;
    api.on(EventName.server, (version, time) => {
      this.server = { version, time };
    });
    api.on(EventName.managedAccounts, (list) => {
      this.accounts = list.split(',').filter((account) => account !== '');
    });
    api.on(EventName.nextValidId, (orderId) => {
      clearTimeout(this.numbering);
      this.numbering = undefined;
      if (this.isReady) {
        listener.onNextId(orderId);
        this.pace.letOrdersGo();
        return;
      }
      this.isReady = true;
      this.nextOrder = orderId;
      this.heart = setInterval(() => this.beat(), this.timings.heartbeatMs);
      // Its time is asked for first of all: what follows is compared with it.
      this.beat();
      listener.onReady(orderId);
    });
    api.on(EventName.currentTime, (seconds) => {
      this.missed = 0;
      this.second = { at: seconds * 1_000_000, wallMs: performance.now() };
    });
    api.on(EventName.disconnected, () => this.close('the connection is closed'));
    api.on(EventName.openOrder, (orderId, contract, order, state) => {
      listener.onOpenOrder(orderId, contract, order, state);
    });
    api.on(
      EventName.orderStatus,
      (orderId, status, filled, _remaining, averagePrice, permId = 0, _parent, _last, clientId = 0) => {
        listener.onStatus({ orderId, status: String(status), filled, averagePrice, permId, clientId });
      },
    );
    api.on(EventName.execDetails, (_, contract, execution) => listener.onExecution(contract, execution));
    api.on(EventName.commissionReport, ({ execId = '', commission = Number.NaN }) => {
      listener.onCommission(execId, commission);
    });
    api.on(EventName.completedOrder, (contract, order, state) => listener.onCompleted(contract, order, state));
    api.on(EventName.error, (error, code, id) => this.onError(error.message, Number(code), id));
    api.on(EventName.info, (text, code) => listener.onNotice(code, text));
  }

  private onError(text: string, code: number, id: number): void {
    const question = this.questions.get(id);
    if (question !== undefined) question(new Answered(code, text));
    else if (id >= 0 && id < FIRST_QUESTION) this.listener.onOrderError(id, code, text);
    else this.listener.onNotice(code, text);
  }

  private beat(): void {
    if (this.missed >= HEARTBEATS_MISSED_MAX) {
      this.close(`no answer to ${this.missed} questions for the time`);
      return;
    }
    this.missed++;
    this.send('query', (api) => api.reqCurrentTime());
  }
}
