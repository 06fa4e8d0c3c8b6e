/**
 * The server behind all clients: orders and executions of the account, who is connected, and what each is told.
 *
 * It has no socket, clock or timer: messages go in and out as tokens, time moves with the broker.
 */
import { hash32 } from '../../../base/random.ts';
import { SECOND } from '../../../time/instant.ts';
import { roughMoney } from '../../fake-broker/core/amounts.ts';
import type { BrokerEvent, TradeUpdate } from '../../fake-broker/core/broker-events.ts';
import type { Broker } from '../../fake-broker/core/broker.ts';
import { endOrder } from '../../fake-broker/core/lifecycle.ts';
import { Client, type Wire } from './client.ts';
import { ContractBook } from './contract-book.ts';
import { commissionFields, executionFields, Executions, type Execution } from './executions.ts';
import { Exercises, type Exercise } from './exercises.ts';
import type { Faults } from './faults.ts';
import { openOrderFields } from './order-fields.ts';
import { OrderBook, type ClientOrder } from './orders.ts';
import { OrderDesk } from './placing-orders.ts';
import type { Token } from './protocol.ts';

export interface TwsOptions {
  /** Microseconds from an execution to its commission. */
  readonly commissionAfter: number;
  /** How often the last status of an order is told: real servers repeat themselves. */
  readonly statusCopies: number;
  readonly messagesPerSecond: number;
  /** Whether the account may see prices as they are made, or only those of a while ago. */
  readonly isDataLive: boolean;
  readonly linesMax: number;
  /** Takes a question what an order would tie up for the order: for tests of whoever asks. */
  readonly takesWhatIf: boolean;
  /** By how much the price of a package with shares is more than per share: 1, or 100 for tests of whoever checks that. */
  readonly packagePoints: number;
  /** Whether the workstation takes no orders from programs, as it is set until somebody says otherwise. */
  readonly isReadOnly: boolean;
}

export const TWS_DEFAULTS: TwsOptions = {
  commissionAfter: SECOND / 10,
  statusCopies: 2,
  messagesPerSecond: 50,
  isDataLive: true,
  linesMax: 100,
  takesWhatIf: false,
  packagePoints: 1,
  isReadOnly: false,
};

export class Tws {
  readonly broker: Broker;
  readonly faults: Faults;
  readonly options: TwsOptions;
  readonly orders = new OrderBook();
  readonly contracts: ContractBook;
  readonly executions: Executions;
  readonly desk: OrderDesk;
  readonly exercises: Exercises;
  readonly clients = new Set<Client>();
  readonly account: string;
  /** Whether the server has its own connection to the exchanges. */
  isLinked = true;
  /** Dollars that were earned and are not paid yet. */
  readonly accrued = { dividends: 0, interest: 0 };
  /** Nobody can connect until then: the nightly restart. */
  closedUntil = 0;

  constructor(broker: Broker, faults: Faults, options: Partial<TwsOptions> = {}) {
    const { state } = broker;
    this.broker = broker;
    this.faults = faults;
    this.options = { ...TWS_DEFAULTS, ...options };
    this.account = `${state.config.paper ? 'DU' : 'U'}${1_000_000 + (hash32(state.accountId) % 9_000_000)}`;
    this.contracts = new ContractBook(state);
    this.executions = new Executions(state);
    this.desk = new OrderDesk(state, this.contracts, this.orders);
    this.exercises = new Exercises(state, this.contracts, this.orders);
    broker.listen((event) => this.hear(event));
  }

  /** A client connected; `undefined` where it is turned away. */
  connect(wire: Wire, clientId: number): Client | undefined {
    if (this.broker.now < this.closedUntil) return undefined;
    const client = new Client(this, wire, clientId);
    if ([...this.clients].some(({ id }) => id === clientId)) {
      client.error(-1, 326, 'Unable to connect as the client id is already in use. Retry with a unique client id.');
      return undefined;
    }
    this.clients.add(client);
    client.greet();
    return client;
  }

  leave(client: Client): void {
    this.clients.delete(client);
  }

  /** Drops every connection, and lets nobody in for a while. */
  restart(span: number): void {
    this.closedUntil = this.broker.now + span;
    for (const client of this.clients) client.wire.end();
  }

  /** The server's own link to the exchanges is lost, or comes back with or without the data subscriptions. */
  link(code: 1100 | 1101 | 1102): void {
    this.isLinked = code !== 1100;
    const texts = {
      1100: 'Connectivity between the broker and the workstation has been lost.',
      1101: 'Connectivity between the broker and the workstation has been restored- data lost.',
      1102: 'Connectivity between the broker and the workstation has been restored- data maintained.',
    };
    for (const client of this.clients) {
      if (code === 1101) client.lines.clear();
      client.error(-1, code, texts[code]);
    }
  }

  /** The farm that makes prices breaks, or is well again. */
  farm(isBroken: boolean): void {
    for (const client of this.clients) {
      if (isBroken) client.error(-1, 2103, 'Market data farm connection is broken:usfarm');
      else client.error(-1, 2104, 'Market data farm connection is OK:usfarm');
    }
  }

  /** Says something of an order, by its code, or of nothing in particular. */
  say(code: number, text: string, entry?: ClientOrder): void {
    if (entry === undefined) for (const client of this.clients) client.error(-1, code, text);
    else this.toOwner(entry, (client) => client.error(entry.words.orderId, code, text));
  }

  /** The same user has logged in elsewhere and takes the prices there. */
  compete(): void {
    for (const client of this.clients) {
      for (const reqId of client.lines.keys()) {
        client.error(reqId, 10197, 'No market data during competing live session');
      }
      client.lines.clear();
    }
  }

  /** The exchange corrects the price of an execution. Returns whether there is one of that id. */
  correct(id: string, price: number): boolean {
    const execution = this.executions.correct(id, price);
    if (execution !== undefined) this.tellExecution(execution);
    return execution !== undefined;
  }

  /** Moves cash without an order, which no message of this interface tells; out of what has accrued where that is named. */
  pay(dollars: number, from?: 'dividends' | 'interest'): void {
    this.broker.state.holdings.cash += roughMoney(dollars);
    if (from !== undefined) this.accrued[from] -= dollars;
  }

  /** The broker takes an order off by itself, as one whose price is too far from the market. */
  takeOff(entry: ClientOrder, reason: string): void {
    entry.takenOff = reason;
    endOrder(this.broker.state, entry.order, 'cancel');
  }

  /** Tells the client of an order, and those who see all, how it is. */
  tellOrder(entry: ClientOrder, copies = 1): void {
    const facts = entry.facts(this.contracts);
    const status = this.statusFields(entry);
    for (const client of this.clients) {
      if (client.id !== entry.clientId) continue;
      client.tell('openOrder', openOrderFields(facts));
      for (let copy = 0; copy < copies; copy++) client.tell('orderStatus', status);
    }
  }

  /** Tells the client of an instruction how it is. */
  tellExercise(one: Exercise): void {
    for (const client of this.clients) {
      if (client.id !== one.clientId) continue;
      client.tell('openOrder', openOrderFields(this.exercises.facts(one)));
      client.tell('orderStatus', this.exercises.statusFields(one));
    }
  }

  statusFields(entry: ClientOrder): readonly Token[] {
    const { order, words, permId, clientId, status, averagePrice } = entry;
    const { filled, remaining } = entry.amounts;
    return [
      words.orderId,
      status,
      filled,
      remaining,
      averagePrice,
      permId,
      words.parentId,
      order.filled === 0 ? 0 : averagePrice,
      clientId,
      '',
      0,
    ];
  }

  private hear(event: BrokerEvent): void {
    switch (event.kind) {
      case 'trade-update':
        this.hearOrder(event);
        return;
      case 'quote':
        for (const client of this.clients) client.hearQuote(event.listing);
        return;
      case 'trade':
        for (const client of this.clients) client.hearTrade(event.listing);
        return;
      case 'status':
        for (const client of this.clients) client.hearHalt(event.listing);
        return;
      // Of bars there is no stream there, and what the exchange says afterwards is not told.
      case 'activity':
      case 'bar':
      case 'updated-bar':
      case 'corrected-trade':
      case 'band':
    }
  }

  private hearOrder(update: TradeUpdate): void {
    const entry = this.orders.of(update.order);
    if (entry === undefined) return;
    switch (update.event) {
      case 'fill':
      case 'partial_fill':
        for (const execution of this.executions.add(entry, update)) this.tellExecution(execution);
        if (!entry.isOpen) entry.endedAt = this.broker.now;
        this.tellOrder(entry, this.options.statusCopies);
        for (const other of this.desk.settleGroup(entry, update.quantity ?? 0)) if (other.isOpen) this.tellOrder(other);
        for (const { listing } of update.legs?.map(({ order }) => order) ?? [update.order]) {
          for (const client of this.clients) client.hearPosition(listing!);
        }
        return;
      case 'canceled':
      case 'expired':
        entry.endedAt = this.broker.now;
        this.toOwner(entry, (client) =>
          client.error(entry.words.orderId, 202, `Order Canceled - reason:${entry.takenOff}`),
        );
        this.tellOrder(entry, this.options.statusCopies);
        return;
      case 'rejected':
        entry.endedAt = this.broker.now;
        this.toOwner(entry, (client) =>
          client.error(entry.words.orderId, 201, 'Order rejected - reason:by the exchange'),
        );
        this.tellOrder(entry);
        return;
      default:
        this.tellOrder(entry);
    }
  }

  private tellExecution(execution: Execution): void {
    const fields = executionFields(execution, this.contracts, -1);
    this.toOwner(execution.entry, (client) => client.tell('execution', fields));
    // What a package costs is told of its legs.
    if (execution.listing === undefined) return;
    const { commissionAfter } = this.options;
    this.broker.state.after([commissionAfter, commissionAfter], () => {
      execution.isCommissionTold = true;
      this.toOwner(execution.entry, (client) => client.tell('commission', commissionFields(execution)));
    });
  }

  private toOwner(entry: ClientOrder, act: (client: Client) => void): void {
    for (const client of this.clients) if (client.id === entry.clientId) act(client);
  }
}
