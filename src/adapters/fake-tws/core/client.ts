/**
 * One client of the server: its requests are read and answered here, its subscriptions kept.
 */
import { SECOND } from '../../../time/instant.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import { Position } from '../../fake-broker/core/holdings.ts';
import { marketNet } from '../../fake-broker/core/placing.ts';
import { isOpen } from '../../fake-broker/core/order.ts';
import { balances, cashLedger, portfolioFields, positionFields } from './account-views.ts';
import { barFields, BarPace } from './bar-requests.ts';
import { expiryText, readContract } from './contract-book.ts';
import { commissionFields, executionFields } from './executions.ts';
import { tellAll, tellHalt, tellLast, tellQuote, type Line } from './market-lines.ts';
import { completedOrderFields, openOrderFields, readPlacedOrder, type PlacedOrder } from './order-fields.ts';
import type { ClientOrder } from './orders.ts';
import { packageContract, packageFields, PACKAGE_LINE_AT, readLegs } from './packages.ts';

import { FROM_CLIENT, readNumber, type Message, type Request, type Token } from './protocol.ts';
import type { Tws } from './tws.ts';
import { TwsError } from './tws-error.ts';
import { DOLLAR } from '../../fake-broker/core/amounts.ts';

/** The way to a client's program. */
export interface Wire {
  send(message: Message, fields: readonly Token[]): void;
  end(): void;
}

type Fields = readonly string[];

export class Client {
  readonly id: number;
  readonly wire: Wire;
  /** Lines of market data by request. */
  readonly lines = new Map<number, Line>();
  private readonly tws: Tws;
  private readonly pace = new BarPace();
  private dataType = 1;
  private seesPositions = false;
  /** Requests of the second that began at `second`. */
  private count = 0;
  private second = 0;

  constructor(tws: Tws, wire: Wire, id: number) {
    this.tws = tws;
    this.wire = wire;
    this.id = id;
  }

  /** What a client is told when it has connected; from `nextValidId` on it may ask. */
  greet(): void {
    this.tell('managedAccounts', [1, this.tws.account]);
    this.tell('nextValidId', [1, this.tws.orders.nextId(this.id)]);
    this.error(-1, 2104, 'Market data farm connection is OK:usfarm');
    this.error(-1, 2106, 'HMDS data farm connection is OK:ushmds');
    this.error(-1, 2158, 'Sec-def data farm connection is OK:secdefil');
    if (!this.tws.isLinked) this.error(-1, 1100, 'Connectivity between the broker and the workstation has been lost.');
  }

  tell(message: Message, fields: readonly Token[]): void {
    const { faults, broker } = this.tws;
    const fault = faults.ofMessage(message);
    if (fault?.kind === 'lose') return;
    if (fault?.kind === 'delay') {
      const wait = fault.millis * 1000;
      broker.state.after([wait, wait], () => this.wire.send(message, fields));
      return;
    }
    this.wire.send(message, fields);
    for (let copy = 0; copy < (fault?.copies ?? 0); copy++) this.wire.send(message, fields);
  }

  /** `id` is the order or request that it is about, −1 where none. */
  error(id: number, code: number, text: string): void {
    this.tell('error', [2, id, code, text, '']);
  }

  /** Takes one message. */
  take(fields: Fields): void {
    const request: Request | undefined = FROM_CLIENT[Number(fields[0]) as keyof typeof FROM_CLIENT];
    if (request === undefined) {
      this.error(-1, 320, `this server does not know message ${fields[0]}`);
      return;
    }
    if (this.isTooFast()) return;
    const fault = this.tws.faults.ofRequest(request);
    if (fault?.kind === 'drop') return;
    if (fault?.kind !== 'reset' || fault.acted) this.answer(request, fields);
    if (fault?.kind === 'reset') this.wire.end();
  }

  private answer(request: Request, fields: Fields): void {
    try {
      this.handlers[request](fields);
    } catch (error) {
      if (!(error instanceof TwsError)) throw error;
      const isOrder = request === 'placeOrder' || request === 'cancelOrder';
      const id = readNumber(fields[isOrder ? (request === 'placeOrder' ? 1 : 2) : idIndex(request)]) ?? -1;
      this.error(id, error.code, error.message);
      if (request === 'placeOrder' && error.code !== 103) this.tws.orders.use(this.id, id);
    }
  }

  private isTooFast(): boolean {
    const { broker, options } = this.tws;
    if (broker.now >= this.second + SECOND) {
      this.second = broker.now;
      this.count = 0;
    }
    if (++this.count <= options.messagesPerSecond) return false;
    this.error(-1, 100, 'Max rate of messages per second has been exceeded.');
    if (this.count >= options.messagesPerSecond + 3) this.wire.end();
    return true;
  }

  // ---- What it hears of the market ------------------------------------------------------------------------------------

  hearQuote(listing: Listing): void {
    for (const line of this.lines.values()) {
      if (line.listing === listing || line.listing.option?.underlying === listing)
        tellQuote(line, this.tws.broker.state);
    }
  }

  hearTrade(listing: Listing): void {
    for (const line of this.lines.values()) if (line.listing === listing) tellLast(line);
  }

  hearHalt(listing: Listing): void {
    for (const line of this.lines.values()) if (line.listing === listing) tellHalt(line);
  }

  hearPosition(listing: Listing): void {
    if (!this.seesPositions) return;
    const position = this.tws.broker.state.holdings.positions.get(listing) ?? new Position(listing);
    this.tell('position', [3, this.tws.account, ...positionFields(position, this.tws.contracts)]);
  }

  // ---- Requests -------------------------------------------------------------------------------------------------------

  private readonly handlers: Readonly<Record<Request, (fields: Fields) => void>> = {
    startApi: () => undefined,
    reqIds: () => this.tell('nextValidId', [1, this.tws.orders.nextId(this.id)]),
    reqManagedAccts: () => this.tell('managedAccounts', [1, this.tws.account]),
    reqCurrentTime: () => this.tell('currentTime', [1, Math.floor(this.tws.broker.now / SECOND)]),
    placeOrder: (fields) => this.place(readPlacedOrder(fields)),
    cancelOrder: (fields) => {
      const orderId = readNumber(fields[2]) ?? 0;
      const instruction = this.tws.exercises.cancel(this.id, orderId);
      if (instruction !== undefined) {
        this.error(orderId, 202, 'Order Canceled - reason:');
        this.tws.tellExercise(instruction);
        return;
      }
      const entry = this.tws.orders.find(this.id, orderId);
      if (entry === undefined) {
        throw new TwsError(10147, `OrderId ${orderId} that needs to be cancelled is not found.`);
      }
      this.tws.desk.cancel(entry);
    },
    exerciseOptions: (fields) => this.tws.tellExercise(this.tws.exercises.take(this.id, fields, this.tws.account)),
    reqGlobalCancel: () => {
      for (const entry of this.tws.orders.all)
        if (entry.isOpen && entry.status !== 'PendingCancel') this.tws.desk.cancel(entry);
      // Whether the original takes instructions along nobody has seen: here the worse is assumed.
      for (const one of this.tws.exercises.all) {
        if (this.tws.exercises.cancel(one.clientId, one.words.orderId) !== undefined) this.tws.tellExercise(one);
      }
    },
    reqOpenOrders: () => this.tellOpenOrders((entry) => entry.clientId === this.id),
    reqAllOpenOrders: () => this.tellOpenOrders(() => true),
    reqCompletedOrders: () => {
      for (const entry of this.tws.orders.all) {
        if (!isOpen(entry.order)) this.tell('completedOrder', completedOrderFields(entry.facts(this.tws.contracts)));
      }
      this.tell('completedOrdersEnd', []);
    },
    reqExecutions: (fields) => {
      const reqId = readNumber(fields[2]) ?? -1;
      for (const execution of this.tws.executions.ofToday()) {
        this.tell('execution', executionFields(execution, this.tws.contracts, reqId));
        if (execution.isCommissionTold) this.tell('commission', commissionFields(execution));
      }
      this.tell('executionEnd', [1, reqId]);
    },
    reqPositions: () => {
      this.seesPositions = true;
      for (const position of this.tws.broker.state.holdings.list()) {
        this.tell('position', [3, this.tws.account, ...positionFields(position, this.tws.contracts)]);
      }
      this.tell('positionEnd', [1]);
    },
    cancelPositions: () => {
      this.seesPositions = false;
    },
    reqAccountSummary: (fields) => {
      const reqId = readNumber(fields[2]) ?? -1;
      const tags = new Set((fields[4] ?? '').split(','));
      for (const [tag, value] of balances(this.tws.broker.state)) {
        if (!tags.has(tag) && !tags.has('All')) continue;
        const currency = tag === 'AccountType' ? '' : 'USD';
        this.tell('accountSummary', [1, reqId, this.tws.account, tag, value, currency]);
      }
      if (tags.has('$LEDGER') || tags.has('$LEDGER:USD') || tags.has('$LEDGER:ALL')) {
        for (const [tag, value] of cashLedger(this.tws.broker.state, this.tws.accrued)) {
          this.tell('accountSummary', [1, reqId, this.tws.account, tag, value, 'USD']);
        }
      }
      this.tell('accountSummaryEnd', [1, reqId]);
    },
    cancelAccountSummary: () => undefined,
    reqAccountUpdates: (fields) => {
      if (fields[2] !== '1') return;
      const { account, broker, contracts } = this.tws;
      for (const [tag, value] of balances(broker.state)) {
        this.tell('accountValue', [2, tag, value, tag === 'AccountType' ? '' : 'USD', account]);
      }
      for (const position of broker.state.holdings.list()) {
        this.tell('portfolio', portfolioFields(position, contracts, account));
      }
      this.tell('accountDownloadEnd', [1, account]);
    },
    reqContractDetails: (fields) => {
      const reqId = readNumber(fields[2]) ?? -1;
      const found = this.tws.contracts.find(readContract(fields, 3));
      if (found.length === 0) throw new TwsError(200, 'No security definition has been found for the request');
      for (const listing of found) this.tell('contractDetails', [reqId, ...this.tws.contracts.details(listing)]);
      this.tell('contractDetailsEnd', [1, reqId]);
    },
    reqMarketRule: (fields) => {
      const tick = readNumber(fields[1]) ?? 0;
      // The number of a rule is its step, in ten-thousandths: one step for all prices.
      this.tell('marketRule', [tick, 1, 0, tick / DOLLAR]);
    },
    reqSecDefOptParams: (fields) => this.tellOptionParameters(readNumber(fields[1]) ?? -1, fields[2] ?? ''),
    reqMarketDataType: (fields) => {
      this.dataType = readNumber(fields[2]) ?? 1;
    },
    reqMktData: (fields) => this.openLine(fields),
    cancelMktData: (fields) => {
      this.lines.delete(readNumber(fields[2]) ?? -1);
    },
    reqHistoricalData: (fields) => {
      const [listing] = this.one(fields, 2);
      const [end = '', size = '', duration = '', , what = '', format] = fields.slice(15);
      const reqId = readNumber(fields[1]) ?? -1;
      const request = { reqId, listing, end, size, duration, what, format: readNumber(format) ?? 1 };
      this.pace.check(request, this.tws.broker.now);
      this.tell('historicalData', barFields(request, this.tws.broker.now));
    },
    cancelHistoricalData: () => undefined,
  };

  private place(asked: PlacedOrder): void {
    const { desk, orders, account, contracts, options } = this.tws;
    const words = options.takesWhatIf ? { ...asked, whatIf: false } : asked;
    if (options.isReadOnly) {
      throw new TwsError(
        321,
        "Error validating request.-'b8' : cause - The API interface is currently in Read-Only mode.",
      );
    }
    if (words.account !== '' && words.account !== account) {
      throw new TwsError(321, `Error validating request:-'bW' : cause - Invalid account code '${words.account}'.`);
    }
    const own = orders.find(this.id, words.orderId);
    if (words.whatIf) {
      const margin = desk.whatIf(words);
      const [listing] = contracts.find(words.contract);
      this.tell(
        'openOrder',
        openOrderFields({
          contract: listing === undefined ? packageContract([]) : contracts.fields(listing),
          pack: packageFields(undefined, undefined, contracts),
          words,
          quantity: words.quantity ?? 0,
          limit: words.limit,
          aux: words.aux,
          clientId: this.id,
          permId: 0,
          status: 'PreSubmitted',
          filled: 0,
          warning: '',
          margin,
        }),
      );
      return;
    }
    if (own === undefined) desk.place(this.id, { ...words, account }, (entry) => this.tellTaken(entry));
    else desk.change(own, { ...words, account }, (entry) => this.tws.tellOrder(entry));
  }

  private tellTaken(entry: ClientOrder): void {
    if (entry.warning !== '') this.error(entry.words.orderId, 399, `Order Message:\n${entry.warning}`);
    this.tws.tellOrder(entry);
  }

  private tellOpenOrders(isAsked: (entry: ClientOrder) => boolean): void {
    for (const entry of this.tws.orders.all) {
      if (!isOpen(entry.order) || !isAsked(entry)) continue;
      this.tell('openOrder', openOrderFields(entry.facts(this.tws.contracts)));
      this.tell('orderStatus', this.tws.statusFields(entry));
    }
    for (const one of this.tws.exercises.all) {
      if (!this.tws.exercises.isOpen(one)) continue;
      this.tell('openOrder', openOrderFields(this.tws.exercises.facts(one)));
      this.tell('orderStatus', this.tws.exercises.statusFields(one));
    }
    this.tell('openOrderEnd', [1]);
  }

  private tellOptionParameters(reqId: number, symbol: string): void {
    const { state } = this.tws.broker;
    const share = state.listings.get(symbol);
    if (share === undefined) throw new TwsError(200, 'No security definition has been found for the request');
    const chain = state.chainOf(share);
    const expiries = [...new Set(chain.map(({ option }) => expiryText(option!.expiryDay)))].sort();
    const strikes = [...new Set(chain.map(({ option }) => option!.strike / DOLLAR))].sort((a, b) => a - b);
    const id = this.tws.contracts.idOf(share);
    this.tell('optionParameters', [
      reqId,
      'SMART',
      id,
      symbol,
      100,
      expiries.length,
      ...expiries,
      strikes.length,
      ...strikes,
    ]);
    this.tell('optionParametersEnd', [reqId]);
  }

  private openLine(fields: Fields): void {
    const reqId = readNumber(fields[2]) ?? -1;
    if (fields[5] === 'BAG') {
      this.tellPackage(reqId, fields);
      return;
    }
    const [listing] = this.one(fields, 3);
    const { isDataLive, linesMax } = this.tws.options;
    if (this.lines.size >= linesMax) throw new TwsError(101, 'Max number of tickers has been reached.');
    const isDelayed = !isDataLive && this.dataType >= 3;
    if (!isDataLive && !isDelayed) {
      throw new TwsError(354, 'Requested market data is not subscribed. Delayed market data is available.');
    }
    if (isDelayed) this.error(reqId, 10167, 'Requested market data is not subscribed. Displaying delayed market data.');
    this.tell('marketDataType', [1, reqId, isDelayed ? 3 : 1]);
    const tell: Line['tell'] = (message, values) => this.tell(message, values);
    const line: Line = { reqId, listing, isDelayed, tell };
    const isSnapshot = fields[17] === '1';
    if (!isSnapshot) this.lines.set(reqId, line);
    tellAll(line, this.tws.broker.state);
    if (isSnapshot) this.tell('tickSnapshotEnd', [1, reqId]);
  }

  /** What a package costs and brings, once: its line does not move here. */
  private tellPackage(reqId: number, fields: Fields): void {
    const { contracts, broker, options } = this.tws;
    const legs = readLegs(fields, PACKAGE_LINE_AT).map(({ conId, ratio, action }) => {
      const [listing] = contracts.find({ ...readContract(fields, 3), conId });
      if (listing === undefined) throw new TwsError(200, 'No security definition has been found for the request');
      return { listing, ratio, side: action === 'SELL' ? ('sell' as const) : ('buy' as const) };
    });
    const opposite = legs.map((leg) => ({ ...leg, side: leg.side === 'buy' ? ('sell' as const) : ('buy' as const) }));
    const isMixed = legs.some(({ listing }) => listing.option === undefined);
    const unit = DOLLAR / (isMixed ? options.packagePoints : 1);
    this.tell('tickPrice', [6, reqId, 1, -marketNet(broker.state, opposite) / unit, 1, 0]);
    this.tell('tickPrice', [6, reqId, 2, marketNet(broker.state, legs) / unit, 1, 0]);
  }

  private one(fields: Fields, from: number): readonly [Listing] {
    const [listing, ...more] = this.tws.contracts.find(readContract(fields, from));
    if (listing === undefined || more.length > 0) {
      throw new TwsError(200, 'No security definition has been found for the request');
    }
    return [listing];
  }
}

/** Where a request has its own number. */
function idIndex(request: Request): number {
  return request === 'reqHistoricalData' || request === 'reqSecDefOptParams' ? 1 : 2;
}
