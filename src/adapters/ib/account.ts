/**
 * What is asked of an account before and beside trading: who it is, what it may spend, what time it is there, and which
 * contracts are listed.
 */
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';
import type { AccountFacts, MarketClock } from '../../engine/live/index.ts';
import type { Instrument } from '../../market/instrument.ts';
import { parseFuture } from '../../market/future-symbol.ts';
import { occInstrument } from '../../market/option/contract.ts';
import { ADJUSTED, type ListedNow, type ListingQuery } from '../../market/option/listing.ts';
import { formatOcc } from '../../options/occ.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDay } from '../../time/civil.ts';
import { SECOND } from '../../time/instant.ts';
import { Books } from './books.ts';
import { hintOf } from './codes.ts';
import { Answered, TIMINGS, type Connection } from './connection.ts';
import { askDetails, Contracts } from './contracts.ts';
import { describeFuture } from './futures.ts';
import { readHours, type Hours } from './hours.ts';
import { loadLibrary, type Library } from './library.ts';
import { openConnection, type Access } from './opening.ts';
import { readiness, type ReadyParts, type ReadyRow } from './readiness.ts';
import { Reading } from './reading.ts';
import { queriesOf } from './symbols.ts';
import { askWhatIf, type WhatIf } from './what-if.ts';

export interface IbAccountOptions {
  /** The account that is meant, where the user has several. */
  readonly named?: string | undefined;
  /** Under which of the client numbers it asks. */
  readonly purpose?: 'account' | 'listings';
}

/** Milliseconds without a question after which its connection ends: nothing keeps a process alive that is done. */
const IDLE_MS = 2000;

export class IbAccount {
  private readonly library: Library;
  private readonly access: Access;
  private readonly named: string | undefined;
  private readonly purpose: 'account' | 'listings';
  private readonly known: Contracts;
  private connection: Promise<Connection> | undefined;
  private hours: readonly Hours[] | undefined;
  /** The beginning of a second of the broker's, by the wall: its clock tells whole seconds only. */
  private edge: { readonly at: number; readonly wallMs: number } | undefined;
  /** How much faster than the wall it goes: a fake may play a day in a minute. */
  private rate = 1;

  private idle: NodeJS.Timeout | undefined;
  /** How much is under way for which the connection is kept. */
  private working = 0;

  private constructor(library: Library, access: Access, { named, purpose = 'account' }: IbAccountOptions) {
    this.library = library;
    this.known = new Contracts(library, () => 0);
    this.access = access;
    this.named = named;
    this.purpose = purpose;
  }

  static async open(access: Access, options: IbAccountOptions = {}): Promise<IbAccount> {
    return new IbAccount(await loadLibrary(), access, options);
  }

  close(): void {
    clearTimeout(this.idle);
    void this.connection?.then(
      (connection) => connection.close('it was asked enough'),
      // There is nothing to close.
      () => undefined,
    );
  }

  /** The account that is meant; a `Fault` where the user has several and none is named, or has not the one that is. */
  async number(): Promise<string> {
    const { accounts } = await this.open();
    const number = this.named ?? (accounts.length === 1 ? accounts[0] : undefined);
    if (number === undefined) {
      const rule = `the user that is logged in has ${accounts.length} accounts`;
      throw new Fault('account.unsaid', rule, { field: 'broker.account' }, 'name the one that is meant');
    }
    if (!accounts.includes(number)) {
      throw new Fault('account.other', `the user that is logged in has no account …${number.slice(-4)}`, {
        field: 'broker.account',
      });
    }
    return number;
  }

  async facts(): Promise<AccountFacts> {
    const connection = await this.open();
    const number = await this.number();
    const reading = new Reading(this.library, number, TIMINGS.readMs, new Books());
    const { account, available } = await reading.balances(connection);
    const { cash, equity, buyingPower } = account;
    return {
      number,
      status: 'ACTIVE',
      currency: 'USD',
      cash,
      equity,
      buyingPower,
      optionBuyingPower: available,
      // What an account may trade is told by its refusals only: nothing is assumed of it.
      optionLevel: Number.NaN,
      mayShort: true,
      blocked: undefined,
    };
  }

  /** Its time, and the hours of its market as a contract that trades there has them. */
  async clock(symbol = 'SPY'): Promise<MarketClock> {
    const connection = await this.open();
    const at = await this.time(connection);
    this.hours ??= await this.hoursOf(symbol, connection);
    const market = calendar(parseFuture(symbol) === undefined ? 'XNYS' : 'CMES');
    const session = this.hours.find(({ to }) => to > at);
    // The vendor tells a few days; what is beyond them is the calendar's.
    return {
      at,
      isOpen: this.hours.length === 0 ? market.isOpen(at) : session !== undefined && at >= session.from,
      nextOpen: this.hours.find(({ from }) => from > at)?.from ?? market.nextOpen(at),
      nextClose: session?.to ?? market.nextClose(at),
    };
  }

  /** Tradable contracts by their symbols; those of another class are left out with the reason. */
  async contracts(query: ListingQuery): Promise<ListedNow> {
    const { underlying, right, expiryFrom, expiryTo, strikeFrom, strikeTo } = query;
    const connection = await this.open();
    const found: Instrument[] = [];
    const leftOut: { symbol: string; reason: string }[] = [];
    for (const text of await this.expirations(connection, underlying)) {
      const expiry = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
      const day = parseDay(expiry);
      if (day < expiryFrom || day > expiryTo) continue;
      const query = { symbol: underlying, secType: 'OPT', exchange: 'SMART', currency: 'USD' } as const;
      const chain = await askDetails(
        this.library,
        connection,
        { ...query, lastTradeDateOrContractMonth: text },
        `the contracts on ${underlying}`,
      ).catch((error: unknown) => {
        throw askFault(`the contracts on ${underlying}`, error);
      });
      for (const { contract } of chain) {
        const { strike = 0, right: side, tradingClass } = contract;
        const isCall = String(side).startsWith('C');
        if (strike < strikeFrom || strike > strikeTo) continue;
        if (right !== 'both' && (right === 'call') !== isCall) continue;
        // Adjusted contracts have another class: their names do not say what they are on.
        if (tradingClass !== underlying) {
          const isPlain = /^[A-Z.]+$/.test(tradingClass ?? '');
          const reason = isPlain ? `of the class ${tradingClass}, which is not the one asked for` : ADJUSTED;
          leftOut.push({ symbol: contract.localSymbol ?? `${tradingClass} ${text} ${strike}`, reason });
          continue;
        }
        const symbol = formatOcc({ root: underlying, expiry, right: isCall ? 'call' : 'put', strike });
        if (symbol !== undefined) found.push(occInstrument(symbol));
      }
    }
    return { contracts: found.sort((a, b) => (a.symbol < b.symbol ? -1 : 1)), leftOut };
  }

  /** What a symbol is, where that is not known from its name: a future. */
  async instrument(symbol: string): Promise<Instrument | undefined> {
    if (parseFuture(symbol) === undefined) return undefined;
    const wanted = { symbol, number: await this.number() };
    return this.whileOpen((connection) => describeFuture(this.library, connection, this.known, wanted)).catch(
      (error: unknown) => {
        throw askFault(symbol, error);
      },
    );
  }

  /** What one unit would tie up, by an order that is asked about and never placed. */
  whatIf(symbol: string, side: 1 | -1): Promise<WhatIf> {
    return this.whileOpen(async (connection) => {
      const { contract } = await this.known.resolve(symbol, connection);
      return askWhatIf(this.library, connection, { contract, account: await this.number(), side });
    });
  }

  /** What must be set before the first session, as rows; see `readiness`. */
  async ready(wants: Pick<ReadyParts, 'instruments' | 'allowDelayed' | 'needsPrices'>): Promise<readonly ReadyRow[]> {
    const { library, access, known } = this;
    const account = await this.number();
    return this.whileOpen((connection) =>
      readiness({ library, access, connection, contracts: known, account, ...wants }),
    );
  }

  /** The newest price of a share: the middle of its quote, or the last. */
  async price(symbol: string): Promise<number | undefined> {
    const connection = await this.open();
    const { contract } = await new Contracts(this.library, () => 0).resolve(symbol, connection);
    const { EventName } = this.library;
    const prices = new Map<number, number>();
    await connection
      .ask<void>(
        (api, id) => api.reqMktData(id, contract, '', true, false),
        (api, id, done) => {
          const onPrice = (of: number, tick: number, price: number | undefined): void => {
            if (of === id && price !== undefined && price > 0) prices.set(tick, price);
          };
          const onEnd = (of: number): void => {
            if (of === id) done();
          };
          api.addListener(EventName.tickPrice, onPrice);
          api.addListener(EventName.tickSnapshotEnd, onEnd);
          return () => {
            api.removeListener(EventName.tickPrice, onPrice);
            api.removeListener(EventName.tickSnapshotEnd, onEnd);
          };
        },
        `the price of ${symbol}`,
      )
      .catch((error: unknown) => {
        throw askFault(`the price of ${symbol}`, error);
      });
    const [bid, ask] = [prices.get(1) ?? prices.get(66), prices.get(2) ?? prices.get(67)];
    if (bid !== undefined && ask !== undefined) return (bid + ask) / 2;
    return prices.get(4) ?? prices.get(68) ?? prices.get(9) ?? prices.get(75);
  }

  /** The connection, which ends by itself when nothing is asked for a while. */
  private open(): Promise<Connection> {
    this.expectIdle();
    this.connection ??= openConnection(this.library, this.access, this.purpose, {
      onClosed: () => {
        this.connection = undefined;
      },
    });
    return this.connection;
  }

  private expectIdle(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      if (this.working === 0) this.close();
      else this.expectIdle();
    }, IDLE_MS);
  }

  /** Does what takes longer than a connection would be kept for. */
  private async whileOpen<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    this.working++;
    try {
      return await work(await this.open());
    } finally {
      this.working--;
    }
  }

  /** Now by the broker: its second, and what of it has passed as far as that is known. */
  private async time(connection: Connection): Promise<number> {
    const second = await this.second(connection);
    this.edge ??= await this.nextEdge(connection, second.at);
    const { edge, rate } = this;
    const now = second.wallMs < edge.wallMs ? edge.at : edge.at + (second.wallMs - edge.wallMs) * 1000 * rate;
    const shown = Math.max(second.at, edge.at);
    if (now >= shown && now < shown + SECOND) return Math.floor(now);
    // Its clock goes faster or slower than was thought, or was set.
    const middle = shown + SECOND / 2;
    if (second.wallMs - edge.wallMs > 100) this.rate = (middle - edge.at) / ((second.wallMs - edge.wallMs) * 1000);
    return middle;
  }

  private async nextEdge(connection: Connection, after: number): Promise<{ at: number; wallMs: number }> {
    for (;;) {
      const second = await this.second(connection);
      if (second.at !== after) return second;
      await wait(EDGE_MS);
    }
  }

  private second(connection: Connection): Promise<{ at: number; wallMs: number }> {
    const { EventName } = this.library;
    const { promise, resolve, reject } = Promise.withResolvers<{ at: number; wallMs: number }>();
    const onTime = (seconds: number): void => resolve({ at: seconds * SECOND, wallMs: performance.now() });
    const leave = connection.onEnd(() => reject(new Fault('ib.connection', 'the connection to the broker ended')));
    connection.api.addListener(EventName.currentTime, onTime);
    connection.send('query', (api) => api.reqCurrentTime());
    return promise.finally(() => {
      leave();
      connection.api.removeListener(EventName.currentTime, onTime);
    });
  }

  private async hoursOf(symbol: string, connection: Connection): Promise<readonly Hours[]> {
    const details = await askDetails(this.library, connection, queriesOf(symbol)[0], `the hours of ${symbol}`).catch(
      (error: unknown) => {
        // A fake may not list it: then the calendar is all there is.
        if (error instanceof Answered) return [];
        throw askFault(`the hours of ${symbol}`, error);
      },
    );
    if (details[0] === undefined) return [];
    const { liquidHours, tradingHours, timeZoneId = 'US/Eastern' } = details[0];
    // Futures trade nearly around the clock, and their calendar says so.
    return readHours((parseFuture(symbol) === undefined ? liquidHours : tradingHours) ?? '', timeZoneId);
  }

  private async expirations(connection: Connection, underlying: string): Promise<readonly string[]> {
    const { EventName } = this.library;
    const [share] = await askDetails(this.library, connection, queriesOf(underlying)[0], underlying).catch(
      (error: unknown) => {
        throw askFault(underlying, error);
      },
    );
    const found = new Set<string>();
    await connection
      .ask<void>(
        (api, id) => api.reqSecDefOptParams(id, underlying, '', this.library.SecType.STK, share?.contract.conId ?? 0),
        (api, id, done) => {
          const onParameters = (of: number, exchange: string, ...more: readonly unknown[]): void => {
            const [, , , expirations] = more;
            if (of !== id || exchange !== 'SMART' || !Array.isArray(expirations)) return;
            for (const expiry of expirations) found.add(String(expiry));
          };
          const onEnd = (of: number): void => {
            if (of === id) done();
          };
          api.addListener(EventName.securityDefinitionOptionParameter, onParameters);
          api.addListener(EventName.securityDefinitionOptionParameterEnd, onEnd);
          return () => {
            api.removeListener(EventName.securityDefinitionOptionParameter, onParameters);
            api.removeListener(EventName.securityDefinitionOptionParameterEnd, onEnd);
          };
        },
        `the expiries on ${underlying}`,
      )
      .catch((error: unknown) => {
        throw askFault(`the expiries on ${underlying}`, error);
      });
    return [...found].sort();
  }
}

/** How often the clock is looked at while its next second is waited for, in milliseconds. */
const EDGE_MS = 20;

/** What was asked and not answered, or answered with an error, as what a person is told. */
export function askFault(what: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Answered)) return new Fault('ib.answer', `${what} could not be had: ${message}`);
  const rule = `${what} could not be had: ${error.code}: ${message}`;
  return new Fault('ib.answer', rule, {}, hintOf(error.code, message));
}
