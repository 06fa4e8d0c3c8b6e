/**
 * Reading the vendor's books: open orders, executions and orders that ended; positions; balances.
 *
 * What is read arrives as the same events that come by themselves, and is heard where those are heard; here is only waited
 * until all of it has come. Most of these questions have no number, so one reading is begun when the one before has ended.
 */
import type { Contract, EventName } from '@stoqey/ib';
import type { BrokerPosition, Snapshot } from '../../engine/live/index.ts';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Books } from './books.ts';
import { Unanswered, type Connection } from './connection.ts';
import type { Library } from './library.ts';
import { symbolOf } from './symbols.ts';

type Api = Connection['api'];
type End = EventName.openOrderEnd | EventName.completedOrdersEnd | EventName.positionEnd;

export interface Balances {
  readonly account: Snapshot['account'];
  /** What may be spent on what is paid in full, as options are. */
  readonly available: number;
}

export interface Holding {
  readonly contract: Contract;
  readonly quantity: number;
  /** What a contract of it cost on average, its multiplier included. */
  readonly cost: number;
}

export class Reading {
  private readonly library: Library;
  private readonly account: string;
  private readonly readMs: number;
  private readonly books: Books;
  /** The reading that is under way, and the one that waits for it: whoever asks meanwhile shares that. */
  private current: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(library: Library, account: string, readMs: number, books: Books) {
    this.books = books;
    this.library = library;
    this.account = account;
    this.readMs = readMs;
  }

  /** Reads orders and executions; resolves when all that was true at the call has been heard. */
  orders(connection: Connection): Promise<void> {
    this.next ??= this.current
      // Whoever waited for the reading before was told that it failed.
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        this.current = this.pass(connection);
        return this.current;
      });
    return this.next;
  }

  private async pass(connection: Connection): Promise<void> {
    this.books.beginReading();
    await this.openOrders(connection);
    await this.executions(connection);
    await this.completedOrders(connection);
    this.books.endReading();
  }

  /** Has everything told that ended today, whoever placed it. */
  completedOrders(connection: Connection): Promise<void> {
    return this.until(connection, this.library.EventName.completedOrdersEnd, (api) => api.reqCompletedOrders(false));
  }

  /** Has everything told that works, whoever placed it. */
  openOrders(connection: Connection): Promise<void> {
    return this.until(connection, this.library.EventName.openOrderEnd, (api) => api.reqAllOpenOrders());
  }

  private executions(connection: Connection): Promise<void> {
    const { EventName } = this.library;
    return connection.ask<void>(
      (api, id) => api.reqExecutions(id, { acctCode: this.account }),
      (api, id, done) => {
        const onEnd = (of: number): void => {
          if (of === id) done();
        };
        api.on(EventName.execDetailsEnd, onEnd);
        return () => api.off(EventName.execDetailsEnd, onEnd);
      },
      'executions',
    );
  }

  /** `pointsOf` is money per point of the price of a contract. */
  async positions(
    connection: Connection,
    pointsOf: (contract: Contract) => Promise<number>,
  ): Promise<readonly BrokerPosition[]> {
    const positions: BrokerPosition[] = [];
    for (const { contract, quantity, cost } of await this.holdings(connection)) {
      // What it costs is told for a whole contract.
      positions.push({ symbol: symbolOf(contract), quantity, averagePrice: cost / (await pointsOf(contract)) });
    }
    return positions;
  }

  /** What is held, as the vendor has it; of every account where none is named. */
  async holdings(connection: Connection): Promise<readonly Holding[]> {
    const { EventName } = this.library;
    const found: Holding[] = [];
    const onPosition = (account: string, contract: Contract, quantity: number, cost = 0): void => {
      if (this.account === '' || account === this.account) found.push({ contract, quantity, cost });
    };
    connection.api.on(EventName.position, onPosition);
    try {
      await this.until(connection, EventName.positionEnd, (api) => api.reqPositions());
    } finally {
      connection.api.off(EventName.position, onPosition);
    }
    connection.send('query', (api) => api.cancelPositions());
    return found;
  }

  balances(connection: Connection): Promise<Balances> {
    const { EventName } = this.library;
    // The last one brings the ledger of cash in the currency that is traded here.
    const tags = 'NetLiquidation,TotalCashValue,BuyingPower,AvailableFunds,$LEDGER:USD';
    return connection.ask<Balances>(
      (api, id) => api.reqAccountSummary(id, 'All', tags),
      (api, id, done) => {
        const values = new Map<string, number>();
        const onValue = (of: number, account: string, tag: string, value: string): void => {
          if (of !== id || account !== this.account) return;
          // A balance that the summary has is the account's, in whatever currency the ledger has it too.
          if (!values.has(tag)) values.set(tag, Number(value));
        };
        const onEnd = (of: number): void => {
          if (of !== id) return;
          connection.send('query', (again) => again.cancelAccountSummary(id));
          const valueOf = (tag: string): number => values.get(tag) ?? Number.NaN;
          const ledger = {
            cash: valueOf('CashBalance'),
            dividends: values.get('NetDividend') ?? 0,
            interest: values.get('AccruedCash') ?? 0,
          };
          done({
            account: {
              number: this.account,
              cash: valueOf('TotalCashValue'),
              equity: valueOf('NetLiquidation'),
              buyingPower: valueOf('BuyingPower'),
              ...(values.has('AvailableFunds') ? { available: valueOf('AvailableFunds') } : {}),
              isBlocked: false,
              ...(ledger.cash === ledger.cash ? { ledger } : {}),
            },
            available: valueOf('AvailableFunds'),
          });
        };
        api.on(EventName.accountSummary, onValue);
        api.on(EventName.accountSummaryEnd, onEnd);
        return () => {
          api.off(EventName.accountSummary, onValue);
          api.off(EventName.accountSummaryEnd, onEnd);
        };
      },
      'balances',
    );
  }

  /** Sends a question without a number and waits for the event that ends its answer. */
  private until(connection: Connection, event: End, send: (api: Api) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onEnd = (): void => resolve();
    const timer = setTimeout(() => reject(new Unanswered(`${event}: no answer`)), this.readMs);
    const leave = connection.onEnd(() => reject(new Unanswered('the connection ended')));
    connection.send('query', (api) => {
      api.addListener(event, onEnd);
      send(api);
    });
    return promise.finally(() => {
      clearTimeout(timer);
      leave();
      connection.api.removeListener(event, onEnd);
    });
  }
}
