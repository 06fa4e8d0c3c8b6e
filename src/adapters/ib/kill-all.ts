/**
 * The last way to stop an account here: it needs the workstation or gateway and nothing else. No desk, no journal, no prices.
 *
 * Under a client number of its own it reads what works of all clients, has everything canceled at once, and cancels one by
 * one, under the number that each order was placed with, what is left. It goes on until the list was empty twice or time is
 * up. Instructions to exercise contracts, or to let them lapse, are no orders and stay: where there are any, nothing is
 * canceled at once, because nobody knows whether that would take them along. Positions are closed only where that is asked
 * for, and only when nothing works any more. This broker cannot block new orders: a desk that lives can send more, and shows
 * as such.
 */
import type { Order } from '@stoqey/ib';
import { setTimeout as wait } from 'node:timers/promises';
import { Books } from './books.ts';
import { Connection, TIMINGS, Unanswered, type Listener } from './connection.ts';
import { askDetails } from './contracts.ts';
import type { AccountLook, KillReportWith } from '../../engine/live/broker/kill-report.ts';
import { heldOf, KillBooks, type Working } from './kill-books.ts';
import { loadLibrary, type Library } from './library.ts';
import { CLIENTS, type Access } from './opening.ts';
import { Reading, type Holding } from './reading.ts';
import { symbolOf } from './symbols.ts';

export interface KillOptions extends Access {
  /** Whose orders; left out, those of every account of the user that is logged in. */
  readonly account?: string | undefined;
  /** Closes positions at the market once no order works; needs an account where the user has several. */
  readonly flatten: boolean;
  /** What only closes what is held is left at work: the protection of positions that nobody looks after. */
  readonly isKeepingExits?: boolean;
  /** Milliseconds after which it gives up, and says what is left. */
  readonly forMs: number;
  /** Told each step as it happens. */
  readonly tell?: (line: string) => void;
}

/** What the broker has confirmed when it was over, and what it has not. */
export type IbKillReport = KillReportWith<'ended' | 'instructions' | 'kept' | 'positions'>;

const PAUSE_MS = 250;
/** The list is not empty before it was so twice: an order that was on its way may show after the first. */
const EMPTY_TIMES = 2;
/** How long the first list is waited for; without one all is canceled unread. */
const FIRST_LIST_MS = 3000;

/** Stops the account; never throws but where the library is not installed. */
export async function killAll(options: KillOptions): Promise<IbKillReport> {
  return new Kill(await loadLibrary(), options).run();
}

/** What works and what is held, and nothing is changed; undefined what could not be read. Never throws. */
export async function lookAt(options: Omit<KillOptions, 'flatten'>): Promise<AccountLook> {
  return new Kill(await loadLibrary(), { ...options, flatten: false }).look();
}

class Kill {
  private readonly library: Library;
  private readonly options: KillOptions;
  private readonly until: number;
  private readonly failures = new Map<string, number>();
  private readonly asked = new Set<number>();
  private readonly books: KillBooks;
  private connection: Connection | undefined;
  private nextOrderId = 0;
  private open: readonly Working[] = [];
  private kept: readonly Working[] = [];
  private empty = 0;
  private readonly closing: { readonly symbol: string; readonly quantity: number }[] = [];

  constructor(library: Library, options: KillOptions) {
    this.library = library;
    this.options = options;
    this.books = new KillBooks(options.account);
    this.until = performance.now() + options.forMs;
  }

  async run(): Promise<IbKillReport> {
    await this.cancelUntilEmpty();
    let positions = await this.attempt('positions', () => this.positions());
    if (this.options.flatten && this.isEmpty && positions !== undefined) {
      await this.attempt('closing positions', () => this.flatten());
      // What did not fill must not work on behind everybody's back.
      this.empty = 0;
      await this.cancelUntilEmpty();
      positions = await this.attempt('positions', () => this.positions());
    }
    if (this.asked.size > 0) {
      await this.attempt('what became of the orders', async () => {
        const connection = await this.opened();
        await this.reading().completedOrders(connection);
      });
    }
    this.connection?.close('the kill is over');
    return {
      isEmpty: this.isEmpty,
      asked: this.asked.size,
      ended: this.books.ended(this.asked),
      open: this.open.map(({ permId, symbol, status }) => ({ id: String(permId), symbol, status })),
      kept: this.kept.length,
      ...(this.isKeepingExits && positions !== undefined ? { unprotected: this.unprotected(positions) } : {}),
      instructions: this.books.instructions,
      ...(this.options.flatten ? { closing: this.closing } : {}),
      positions: positions?.map(({ contract, quantity }) => ({ symbol: symbolOf(contract), quantity })),
      failures: [...this.failures].map(([what, times]) => (times > 1 ? `${what} (${times} times)` : what)),
    };
  }

  async look(): Promise<AccountLook> {
    const orders = await this.attempt('the list of orders', async () => {
      this.books.beginListing();
      await this.reading().openOrders(await this.opened());
      return this.books.working.length;
    });
    const positions = await this.attempt('positions', () => this.positions());
    this.connection?.close('it was looked at');
    return {
      orders,
      positions: positions?.map(({ contract, quantity }) => ({ symbol: symbolOf(contract), quantity })),
      failures: [...this.failures.keys()],
    };
  }

  private unprotected(positions: readonly Holding[]): NonNullable<IbKillReport['unprotected']> {
    const closed = new Set(this.kept.flatMap(({ parts }) => parts.map(({ conId }) => conId)));
    return positions
      .filter(({ contract }) => !closed.has(contract.conId ?? 0))
      .map(({ contract, quantity }) => ({ symbol: symbolOf(contract), quantity }));
  }

  private get isEmpty(): boolean {
    return this.empty >= EMPTY_TIMES;
  }

  private get hasTime(): boolean {
    return performance.now() < this.until;
  }

  private async cancelUntilEmpty(): Promise<void> {
    for (let round = 0; !this.isEmpty && (this.hasTime || round === 0); round++) {
      if (round > 0) await wait(PAUSE_MS);
      const isListed = await this.attempt('the list of orders', () => this.list(round === 0));
      if (isListed === undefined) await this.attempt('the cancel of all', () => this.cancelUnread());
      // A cancel of all that works was not enough, or would be too much.
      else if (this.open.length > 0 && (round > 0 || this.isOneByOne)) await this.cancelEach();
      if (isListed === true && !this.isOneByOne) this.connection?.send('cancel', (api) => api.reqGlobalCancel());
    }
  }

  /** Reads what works, and what of it is to end. */
  private async list(isFirst: boolean): Promise<true> {
    const connection = await this.opened();
    const before = this.isKeepingExits ? heldOf(await this.positions()) : undefined;
    this.books.beginListing();
    await this.reading(isFirst ? FIRST_LIST_MS : undefined).openOrders(connection);
    const { working } = this.books;
    if (before === undefined) this.open = working;
    else {
      const readings = [before, heldOf(await this.positions())];
      this.open = working.filter((order) => !this.books.onlyCloses(order, readings));
    }
    this.kept = working.filter((order) => !this.open.includes(order));
    for (const { permId } of this.open) this.asked.add(permId);
    this.empty = this.open.length === 0 ? this.empty + 1 : 0;
    this.options.tell?.(`${this.open.length} orders work`);
    return true;
  }

  /** Whether each is canceled by itself: what is to stay would go along with all the others. */
  private get isOneByOne(): boolean {
    return this.isKeepingExits || !this.isWholeLogin(this.connection) || this.books.hasInstructions;
  }

  /** Nobody says what works: then all of it is canceled, but where something is to stay. */
  private async cancelUnread(): Promise<void> {
    const connection = await this.opened();
    if (this.isOneByOne) return;
    this.options.tell?.('what works is not told: all of it is canceled, instructions to exercise perhaps too');
    connection.send('cancel', (api) => api.reqGlobalCancel());
  }

  private get isKeepingExits(): boolean {
    return this.options.isKeepingExits === true;
  }

  private isWholeLogin(connection: Connection | undefined): boolean {
    const { account } = this.options;
    return account === undefined || (connection?.accounts.length ?? 0) <= 1;
  }

  private reading(withinMs: number = Number.POSITIVE_INFINITY): Reading {
    const { account = '', timings } = this.options;
    const { readMs } = { ...TIMINGS, ...timings };
    return new Reading(this.library, account, Math.min(readMs, withinMs), new Books());
  }

  /** Cancels under the number that placed each: where that number is free, the program that had it is dead. */
  private async cancelEach(): Promise<void> {
    for (const [clientId, orders] of Map.groupBy(this.open, (order) => order.clientId)) {
      if (!this.hasTime) return;
      await this.attempt(`the orders of client ${clientId}`, async () => {
        const own = await this.connect(clientId);
        for (const { orderId } of orders) if (orderId > 0) own.send('cancel', (api) => api.cancelOrder(orderId));
        // The answers show in the next list; the cancels have left when a question after them was answered.
        await this.reading().openOrders(own);
        own.close('its orders were canceled');
      });
    }
  }

  // ---- Positions ------------------------------------------------------------------------------------------------------

  private async positions(): Promise<readonly Holding[]> {
    const connection = await this.opened();
    const held = await this.reading().holdings(connection);
    return held.filter(({ quantity }) => quantity !== 0);
  }

  private async flatten(): Promise<void> {
    const connection = await this.opened();
    const { account = connection.accounts.length === 1 ? connection.accounts[0] : undefined } = this.options;
    if (account === undefined) throw new Error('the user has several accounts: name the one that is meant');
    // What was sold first: it may be covered by what was bought.
    const held = (await this.positions()).toSorted((a, b) => Number(a.quantity > 0) - Number(b.quantity > 0));
    for (const { contract, quantity } of held) {
      const { conId = 0 } = contract;
      const [details] = await askDetails(this.library, connection, { conId }, symbolOf(contract));
      const exchange = String(contract.secType) === 'FUT' ? details?.contract.exchange : 'SMART';
      const orderId = this.nextOrderId++;
      const order = {
        action: quantity > 0 ? 'SELL' : 'BUY',
        orderType: 'MKT',
        totalQuantity: Math.abs(quantity),
        tif: 'DAY',
        account,
        orderRef: `kill-${conId}`,
        transmit: true,
      };
      this.options.tell?.(`${symbolOf(contract)}: ${order.action} ${order.totalQuantity} at the market`);
      connection.send('order', (api) =>
        // The library's enums are these texts.
        api.placeOrder(orderId, { conId, ...(exchange === undefined ? {} : { exchange }) }, order as Order),
      );
      this.closing.push({ symbol: symbolOf(contract), quantity });
    }
    while (this.hasTime && (await this.positions()).length > 0) await wait(PAUSE_MS);
  }

  // ---- The connection -------------------------------------------------------------------------------------------------

  private async opened(): Promise<Connection> {
    if (this.connection === undefined || this.connection.isClosed) {
      this.connection = await this.connect(this.options.clientId + CLIENTS.kill);
    }
    return this.connection;
  }

  private connect(clientId: number): Promise<Connection> {
    const { host, port, timings } = this.options;
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const nothing = (): void => undefined;
    let refusal = '';
    const listener: Listener = {
      onReady: (next) => {
        if (clientId === this.options.clientId + CLIENTS.kill) this.nextOrderId = Math.max(this.nextOrderId, next);
        resolve(connection);
      },
      onNextId: nothing,
      onOpenOrder: (orderId, contract, order, state) => this.books.onOpenOrder(orderId, contract, order, state),
      onStatus: (news) => this.books.onStatus(news),
      onExecution: nothing,
      onCommission: nothing,
      onCompleted: (_, order, state) => this.books.onCompleted(order, state),
      onOrderError: nothing,
      onNotice: (code, text) => {
        if (code === 326) refusal = `${code}: a program with this number is at work`;
        else if (code === 502) refusal = text;
      },
      onClosed: (reason) => reject(new Unanswered(refusal === '' ? reason : refusal)),
    };
    const connection = new Connection(
      this.library,
      { host, port, clientId, timings: { ...TIMINGS, ...timings } },
      listener,
    );
    return promise;
  }

  private async attempt<T>(what: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      const text = `${what}: ${error instanceof Error ? error.message : String(error)}`;
      this.failures.set(text, (this.failures.get(text) ?? 0) + 1);
      return undefined;
    }
  }
}
