/**
 * The last way to stop an account here: it needs the workstation or gateway and nothing else. No desk, no journal, no prices.
 *
 * Under a client number of its own it has everything canceled at once, reads what works of all clients, and cancels one by
 * one, under the number that each order was placed with, what is left. It goes on until the list was empty twice or time is
 * up. Positions are closed only where that is asked for, and only when nothing works any more. This broker cannot block new
 * orders: a desk that lives can send more, and shows as such.
 */
import type { Contract, Order } from '@stoqey/ib';
import { setTimeout as wait } from 'node:timers/promises';
import { onlyCloses } from '../../engine/live/only-closes.ts';
import { Books } from './books.ts';
import { Connection, TIMINGS, Unanswered, type Listener } from './connection.ts';
import { askDetails } from './contracts.ts';
import { loadLibrary, type Library } from './library.ts';
import { CLIENTS, type Access } from './opening.ts';
import { Reading } from './reading.ts';
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
export interface KillReport {
  /** The list of working orders was read, and was empty, twice. */
  readonly isEmpty: boolean;
  /** Orders that were seen at work. */
  readonly asked: number;
  /** Orders that worked when they were listed last. */
  readonly open: readonly { readonly id: string; readonly symbol: string; readonly status: string }[];
  /** Orders that were left at work because they only close; not among the open ones. */
  readonly kept: number;
  /** What is held, where it could be read. */
  readonly positions: readonly { readonly symbol: string; readonly quantity: number }[] | undefined;
  readonly failures: readonly string[];
}

interface Working {
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly account: string;
  readonly symbol: string;
  readonly status: string;
  /** Units that it is for: bought above nought, sold below. */
  readonly size: number;
}

const PAUSE_MS = 250;
/** The list is not empty before it was so twice: an order that was on its way may show after the first. */
const EMPTY_TIMES = 2;

/** Stops the account; never throws but where the library is not installed. */
export async function killAll(options: KillOptions): Promise<KillReport> {
  return new Kill(await loadLibrary(), options).run();
}

class Kill {
  private readonly library: Library;
  private readonly options: KillOptions;
  private readonly until: number;
  private readonly failures = new Map<string, number>();
  private readonly seen = new Set<number>();
  private connection: Connection | undefined;
  private nextOrderId = 0;
  /** What the listing that is under way has heard so far. */
  private heard: Working[] = [];
  private open: readonly Working[] = [];
  private kept = 0;
  private empty = 0;

  constructor(library: Library, options: KillOptions) {
    this.library = library;
    this.options = options;
    this.until = performance.now() + options.forMs;
  }

  async run(): Promise<KillReport> {
    await this.cancelUntilEmpty();
    let positions = await this.attempt('positions', () => this.positions());
    if (this.options.flatten && this.isEmpty && positions !== undefined) {
      await this.attempt('closing positions', () => this.flatten());
      // What did not fill must not work on behind everybody's back.
      this.empty = 0;
      await this.cancelUntilEmpty();
      positions = await this.attempt('positions', () => this.positions());
    }
    this.connection?.close('the kill is over');
    return {
      isEmpty: this.isEmpty,
      asked: this.seen.size,
      open: this.open.map(({ permId, symbol, status }) => ({ id: String(permId), symbol, status })),
      kept: this.kept,
      positions: positions?.map(({ contract, quantity }) => ({ symbol: symbolOf(contract), quantity })),
      failures: [...this.failures].map(([what, times]) => (times > 1 ? `${what} (${times} times)` : what)),
    };
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
      await this.attempt('the list of orders', async () => {
        const connection = await this.opened();
        // Of one account among several only its own orders may be touched: they are canceled one by one below.
        if (this.isWholeLogin(connection) && !this.isKeepingExits)
          connection.send('cancel', (api) => api.reqGlobalCancel());
        this.open = await this.withoutExits(await this.list(connection));
        for (const { permId } of this.open) this.seen.add(permId);
        this.empty = this.open.length === 0 ? this.empty + 1 : 0;
        this.options.tell?.(`${this.open.length} orders work`);
      });
      const isOneByOne = this.isKeepingExits || !this.isWholeLogin(this.connection);
      if (this.open.length > 0 && (round > 0 || isOneByOne)) await this.cancelEach();
    }
  }

  private get isKeepingExits(): boolean {
    return this.options.isKeepingExits === true;
  }

  /** Leaves out those that only close what is held. */
  private async withoutExits(working: readonly Working[]): Promise<readonly Working[]> {
    if (!this.isKeepingExits) return working;
    const held = new Map((await this.positions()).map(({ contract, quantity }) => [symbolOf(contract), quantity]));
    const rest = working.filter(({ symbol, size }) => !onlyCloses(size, held.get(symbol) ?? 0));
    this.kept = working.length - rest.length;
    return rest;
  }

  private isWholeLogin(connection: Connection | undefined): boolean {
    const { account } = this.options;
    return account === undefined || (connection?.accounts.length ?? 0) <= 1;
  }

  /** Everything that works, of all clients. */
  private async list(connection: Connection): Promise<readonly Working[]> {
    const { account } = this.options;
    this.heard = [];
    const reading = new Reading(this.library, account ?? '', TIMINGS.readMs, new Books());
    await reading.openOrders(connection);
    return this.heard.filter((order) => account === undefined || order.account === account);
  }

  /** Cancels under the number that placed each: where that number is free, the program that had it is dead. */
  private async cancelEach(): Promise<void> {
    for (const [clientId, orders] of Map.groupBy(this.open, (order) => order.clientId)) {
      if (!this.hasTime) return;
      await this.attempt(`the orders of client ${clientId}`, async () => {
        const own = await this.connect(clientId);
        for (const { orderId } of orders) if (orderId > 0) own.send('cancel', (api) => api.cancelOrder(orderId));
        // The answers show in the next list; the cancels have left when a question after them was answered.
        await new Reading(this.library, '', TIMINGS.readMs, new Books()).openOrders(own);
        own.close('its orders were canceled');
      });
    }
  }

  // ---- Positions ------------------------------------------------------------------------------------------------------

  private async positions(): Promise<readonly { readonly contract: Contract; readonly quantity: number }[]> {
    const connection = await this.opened();
    const { account = '' } = this.options;
    const held = await new Reading(this.library, account, TIMINGS.readMs, new Books()).holdings(connection);
    return held.filter(({ quantity }) => quantity !== 0);
  }

  private async flatten(): Promise<void> {
    const connection = await this.opened();
    const { account = connection.accounts.length === 1 ? connection.accounts[0] : undefined } = this.options;
    if (account === undefined) throw new Error('the user has several accounts: name the one that is meant');
    for (const { contract, quantity } of await this.positions()) {
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
      onOpenOrder: (orderId, contract, order, { status }) => {
        const { clientId: owner = 0, permId = 0, account = '' } = order;
        this.heard = this.heard.filter((one) => one.permId !== permId);
        const symbol = symbolOf(contract);
        const { action, totalQuantity = 0 } = order;
        const size = String(action) === 'BUY' ? totalQuantity : -totalQuantity;
        this.heard.push({ orderId, clientId: owner, permId, account, symbol, status: String(status), size });
      },
      onStatus: nothing,
      onExecution: nothing,
      onCommission: nothing,
      onCompleted: nothing,
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
