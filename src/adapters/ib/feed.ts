/**
 * Live prices of Interactive Brokers as rows of a tape: quotes and trades as they change, bars of finished minutes, and the
 * history that comes before them.
 *
 * The vendor's lines tell that a price changed, not when: a row is of the moment in which it was heard. Its trades are
 * samples of the tape a few times a second. Minutes are read back once they are over, so that they are the vendor's own.
 * Of a symbol that is halted nobody can trade, so it has no quote.
 */
import { clearTimeout, setTimeout } from 'node:timers';
import { Fault } from '../../base/fault.ts';
import type { FeedSink, LiveFeed, MarketInput, MarketRow } from '../../engine/live/index.ts';
import type { Instrument } from '../../market/instrument.ts';
import type { Calendar } from '../../time/calendar.ts';
import { parseDay } from '../../time/civil.ts';
import { MINUTE, SECOND } from '../../time/instant.ts';
import { askFault } from './account.ts';
import { farmNews, hintOf, lineNews, linkNews } from './codes.ts';
import { Answered, TIMINGS, type Connection } from './connection.ts';
import { Contracts, type Resolved } from './contracts.ts';
import { checkMultiplier } from './futures.ts';
import { History, type PastBar } from './history.ts';
import { loadLibrary, type Library } from './library.ts';
import { openConnection, type Access } from './opening.ts';
import { retryDelayMs } from './reconnecting.ts';
import { ASK, ASK_SIZE, BID, BID_SIZE, HALTED, KINDS, LAST, LAST_SIZE } from './ticks.ts';

/** What one instrument's stream is: as the engine has it. */
export interface WantedStream {
  readonly kind: 'bars' | 'quotes' | 'trades';
  readonly symbol: string;
  /** Of bars: `1m`, or `1d` for those of finished days. */
  readonly timeFrame?: string;
}

export interface IbFeedOptions extends Access {
  readonly streams: readonly WantedStream[];
  readonly instruments: readonly Instrument[];
  readonly calendarOf: (name: string) => Calendar;
  /** Takes prices that are a quarter of an hour late where others are not paid for. */
  readonly allowDelayed: boolean;
  /** Microseconds of bars before the session, by time frame. */
  readonly before: { readonly minutes: number; readonly days: number };
  /** The session's clock, microseconds since 1970, and how much faster than the wall it goes. */
  readonly now: () => number;
  readonly rate: () => number;
}

/** How late delayed prices are by the vendor's word, in microseconds. */
export const DELAY_US = 15 * MINUTE;
/** More minutes than this a minute would break the vendor's pace of sixty questions in ten. */
export const BAR_SYMBOLS_MAX = 5;
/** Microseconds after the end of a minute until it is read. */
const BAR_SETTLES_US = 2 * SECOND;

/** What a line has shown. */
interface Line {
  readonly symbol: string;
  readonly isQuoted: boolean;
  readonly isTraded: boolean;
  /** Undefined before it was heard: half a quote is none. */
  bid: number | null | undefined;
  ask: number | null | undefined;
  bidSize: number;
  askSize: number;
  last: number;
  /** The price that stands when one subscribes is of a trade of some time ago. */
  lastsHeard: number;
  isHalted: boolean;
  isChanged: boolean;
}

export class IbFeed implements LiveFeed {
  private readonly library: Library;
  private readonly options: IbFeedOptions;
  private readonly contracts: Contracts;
  private readonly past: History;
  private readonly instruments: ReadonlyMap<string, Instrument>;
  private readonly lines = new Map<number, Line>();
  private connection: Promise<Connection> | undefined;
  /** The connection whose ticks are listened to. */
  private heard: Connection | undefined;
  private sink: FeedSink | undefined;
  private readonly timers = new Set<NodeJS.Timeout>();
  private barTimer: NodeJS.Timeout | undefined;
  /** By symbol: the end of the newest minute that was read. */
  private readonly readUntil = new Map<string, number>();
  private tries = 0;
  private isClosed = false;
  private isFlushing = false;
  /** The vendor's own source of prices has broken: lines stand, and nothing comes on them. */
  private readonly broken = new Set<'prices' | 'history'>();

  private constructor(library: Library, options: IbFeedOptions) {
    this.library = library;
    this.options = options;
    this.contracts = new Contracts(library, options.now);
    this.past = new History(library);
    this.instruments = new Map(options.instruments.map((instrument) => [instrument.symbol, instrument]));
  }

  static async open(options: IbFeedOptions): Promise<IbFeed> {
    const minutes = options.streams.filter(({ kind, timeFrame }) => kind === 'bars' && timeFrame === '1m');
    if (minutes.length > BAR_SYMBOLS_MAX) {
      const rule = `bars of a minute can be had of ${BAR_SYMBOLS_MAX} symbols at once, the deck has ${minutes.length}`;
      throw new Fault('ib.pace', rule, { field: 'tape.data' }, 'take quotes');
    }
    return new IbFeed(await loadLibrary(), options);
  }

  async history(from: number, to: number): Promise<readonly MarketInput[]> {
    const rows: { readonly at: number; readonly row: MarketRow }[] = [];
    for (const { symbol, kind, timeFrame } of this.options.streams) {
      if (kind !== 'bars' || (timeFrame !== '1m' && timeFrame !== '1d')) continue;
      const { before } = this.options;
      const span = timeFrame === '1d' ? before.days : before.minutes;
      const start = from > -Infinity ? from : to - span;
      if (start >= to) continue;
      rows.push(...(await this.bars(symbol, timeFrame, start, to)));
    }
    rows.sort((a, b) => a.at - b.at);
    return rows.filter(({ at }) => at <= to).map(({ at, row }) => ({ kind: 'market', at, rows: [row] }));
  }

  /** A line begins with what stands: nothing has to be asked beside it. */
  latest(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  async connect(sink: FeedSink): Promise<void> {
    this.sink = sink;
    await this.subscribe(await this.opened());
    sink.state('up', 'listening');
    this.planBars();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.barTimer);
    for (const timer of this.timers) clearTimeout(timer);
    void this.connection?.then(
      (connection) => connection.close('the desk closes it'),
      // There is nothing to close.
      () => undefined,
    );
  }

  private opened(): Promise<Connection> {
    this.connection ??= openConnection(this.library, this.options, 'prices', {
      onClosed: (reason) => this.onClosed(reason),
      onNotice: (code, text) => this.onNotice(code, text),
    });
    return this.connection;
  }

  private onClosed(reason: string): void {
    this.connection = undefined;
    this.broken.clear();
    this.lines.clear();
    if (this.isClosed || this.sink === undefined) return;
    this.sink.state('down', reason);
    const timings = { ...TIMINGS, ...this.options.timings };
    this.later(retryDelayMs(this.tries++, false, 0.5, timings.retryMs), async () => {
      await this.subscribe(await this.opened());
      this.tries = 0;
      this.sink?.state('up', 'listening');
    });
  }

  private onNotice(code: number, text: string): void {
    const news = linkNews(code);
    const farm = farmNews(code);
    if (farm !== undefined) {
      // History makes the bars of finished minutes; who has none of those does not need it.
      const isNeeded = this.options.streams.some(({ kind }) => (kind === 'bars') === (farm.farm === 'history'));
      const before = this.broken.size > 0;
      if (farm.isBroken && isNeeded) this.broken.add(farm.farm);
      else this.broken.delete(farm.farm);
      // Every connection begins with the word that all is well.
      const isBroken = this.broken.size > 0;
      if (isBroken !== before) this.sink?.state(isBroken ? 'down' : 'up', `${code}: ${text}`);
    } else if (news === 'lost') this.sink?.state('down', `${code}: ${text}`);
    else if (news === 'back') this.sink?.state('up', `${code}: ${text}`);
    else if (news === 'back-without-data') {
      this.lines.clear();
      this.later(0, async () => {
        await this.subscribe(await this.opened());
        this.sink?.state('up', `${code}: ${text}`);
      });
    }
  }

  /** Does something after a while; what goes wrong then is tried again by the connection that follows. */
  private later(ms: number, act: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act().catch((error: unknown) => {
        if (!this.isClosed) this.sink?.state('down', error instanceof Error ? error.message : String(error));
      });
    }, ms);
    this.timers.add(timer);
  }

  // ---- Lines ----------------------------------------------------------------------------------------------------------

  private async subscribe(connection: Connection): Promise<void> {
    const { allowDelayed, streams } = this.options;
    const { MarketDataType } = this.library;
    connection.send('query', (to) =>
      to.reqMarketDataType(allowDelayed ? MarketDataType.DELAYED : MarketDataType.REALTIME),
    );
    if (this.heard !== connection) this.listen(connection);
    const symbols = new Set(streams.filter(({ kind }) => kind !== 'bars').map(({ symbol }) => symbol));
    for (const symbol of symbols) {
      const { contract } = await this.contractOf(symbol, connection);
      const wants = (kind: WantedStream['kind']): boolean =>
        streams.some((stream) => stream.symbol === symbol && stream.kind === kind);
      const id = connection.takeNumber();
      this.lines.set(id, {
        symbol,
        isQuoted: wants('quotes'),
        isTraded: wants('trades'),
        bid: undefined,
        ask: undefined,
        bidSize: 0,
        askSize: 0,
        last: Number.NaN,
        lastsHeard: 0,
        isHalted: false,
        isChanged: false,
      });
      connection.send('query', (to) => to.reqMktData(id, contract, '', false, false));
    }
  }

  /** The contract of a symbol, once it is sure that it counts as the deck thinks. */
  private async contractOf(symbol: string, connection: Connection): Promise<Resolved> {
    const resolved = await this.contracts.resolve(symbol, connection).catch((error: unknown) => {
      throw askFault(`the contract of ${symbol}`, error);
    });
    const instrument = this.instruments.get(symbol);
    if (instrument !== undefined) checkMultiplier(instrument, resolved);
    return resolved;
  }

  private listen(connection: Connection): void {
    this.heard = connection;
    const { EventName } = this.library;
    const { api } = connection;
    api.addListener(EventName.tickPrice, (id: number, tick: number, price?: number) => this.onPrice(id, tick, price));
    api.addListener(EventName.tickSize, (id: number, tick: number, size?: number) => this.onSize(id, tick, size));
    api.addListener(EventName.tickGeneric, (id: number, tick: number, value: number) => {
      const line = this.lines.get(id);
      if (line === undefined || tick !== HALTED) return;
      line.isHalted = value > 0;
      this.change(line);
    });
    api.addListener(EventName.marketDataType, (id: number, kind: number) => this.onKind(id, kind));
    api.addListener(EventName.error, (error: Error, code: number, id: number) => this.onError(error.message, code, id));
  }

  private onPrice(id: number, tick: number, price: number | undefined): void {
    const line = this.lines.get(id);
    if (line === undefined) return;
    const side = price !== undefined && price > 0 ? price : null;
    if (BID.has(tick)) line.bid = side;
    else if (ASK.has(tick)) line.ask = side;
    else if (LAST.has(tick)) {
      line.last = side ?? Number.NaN;
      line.lastsHeard++;
      return;
    } else return;
    this.change(line);
  }

  private onSize(id: number, tick: number, size = 0): void {
    const line = this.lines.get(id);
    if (line === undefined) return;
    if (BID_SIZE.has(tick)) line.bidSize = size;
    else if (ASK_SIZE.has(tick)) line.askSize = size;
    else if (LAST_SIZE.has(tick)) {
      if (line.isTraded && line.lastsHeard > 1 && line.last === line.last && size > 0) {
        this.sink?.row(['trade', line.symbol, line.last, size], this.options.now());
      }
      return;
    } else return;
    this.change(line);
  }

  /** What changed together, in one read of the socket, is one quote. */
  private change(line: Line): void {
    line.isChanged = true;
    if (this.isFlushing) return;
    this.isFlushing = true;
    setImmediate(() => {
      this.isFlushing = false;
      for (const one of this.lines.values()) {
        if (!one.isChanged) continue;
        one.isChanged = false;
        const { symbol, isQuoted, isHalted, bid, ask, bidSize, askSize } = one;
        if (!isQuoted || bid === undefined || ask === undefined) continue;
        const sides = isHalted ? ([null, null] as const) : ([bid, ask] as const);
        this.sink?.row(['quote', symbol, ...sides, bidSize, askSize], this.options.now());
      }
    });
  }

  private onError(text: string, code: number, id: number): void {
    const line = this.lines.get(id);
    const news = lineNews(code);
    // That prices are late may be what was asked for.
    if (line === undefined || (news === 'late' && this.options.allowDelayed)) return;
    const hint = hintOf(code, text);
    const words = `${line.symbol}: ${code}: ${text}${hint === undefined ? '' : `: ${hint}`}`;
    this.sink?.state(news === 'broken' ? 'down' : 'locked', words);
  }

  /** What kind of prices come on a line: of the moment, of the last session, or late. */
  private onKind(id: number, kind: number): void {
    const line = this.lines.get(id);
    const { LIVE, LATE } = KINDS;
    if (line === undefined || kind === LIVE || (LATE.has(kind) && this.options.allowDelayed)) return;
    const what = LATE.has(kind) ? 'late' : 'those of the session before';
    this.sink?.state('locked', `${line.symbol}: the broker's prices are ${what}, and the deck does not allow that`);
  }

  // ---- Bars -----------------------------------------------------------------------------------------------------------

  /** Reads each minute once it is over. */
  private planBars(): void {
    const symbols = this.options.streams.filter(({ kind, timeFrame }) => kind === 'bars' && timeFrame === '1m');
    if (symbols.length === 0 || this.isClosed) return;
    const now = this.options.now();
    const end = Math.ceil((now - BAR_SETTLES_US + 1) / MINUTE) * MINUTE;
    const wait = (end + BAR_SETTLES_US - now) / 1000 / Math.max(0.01, this.options.rate());
    this.barTimer = setTimeout(() => void this.readMinutes(end, symbols).finally(() => this.planBars()), wait);
  }

  private async readMinutes(end: number, streams: readonly WantedStream[]): Promise<void> {
    for (const { symbol } of streams) {
      const calendar = this.calendarOf(symbol);
      const from = this.readUntil.get(symbol) ?? end - MINUTE;
      if (calendar === undefined || (!calendar.isOpen(end - MINUTE) && !calendar.isOpen(from))) continue;
      try {
        // From the minute before the last that was read: one that came late is not missed, what is known is taken once.
        for (const { at, row } of await this.bars(symbol, '1m', from - MINUTE, end)) {
          if (at <= end) this.sink?.row(row, at);
        }
        this.readUntil.set(symbol, end);
      } catch (error) {
        if (!this.isClosed) this.sink?.state('down', error instanceof Error ? error.message : String(error));
      }
    }
  }

  private async bars(symbol: string, timeFrame: '1m' | '1d', from: number, to: number) {
    const connection = await this.opened();
    const rows: { readonly at: number; readonly row: MarketRow }[] = [];
    try {
      const { contract } = await this.contractOf(symbol, connection);
      const size = timeFrame === '1d' ? '1 day' : '1 min';
      for (const bar of await this.past.bars(connection, contract, size, from, to)) {
        const row = this.rowOf(symbol, timeFrame, bar);
        if (row !== undefined && row.at > from) rows.push(row);
      }
    } catch (error) {
      // That there were no trades is no fault.
      if (error instanceof Answered && error.code === 162 && error.message.includes('no data')) return rows;
      throw askFault(`bars of ${symbol}`, error);
    }
    return rows;
  }

  /** A bar with its end; undefined where the instrument does not trade then. */
  private rowOf(symbol: string, timeFrame: '1m' | '1d', bar: PastBar): { at: number; row: MarketRow } | undefined {
    const calendar = this.calendarOf(symbol);
    if (calendar === undefined) return undefined;
    const { time, open, high, low, close, volume } = bar;
    if (timeFrame === '1d') {
      const session = calendar.session(parseDay(`${time.slice(0, 4)}-${time.slice(4, 6)}-${time.slice(6, 8)}`));
      if (session === undefined) return undefined;
      return { at: session.closeAt, row: ['bar', symbol, '1d', session.openAt, open, high, low, close, volume] };
    }
    const openAt = Number(time) * SECOND;
    if (!calendar.isOpen(openAt)) return undefined;
    return { at: openAt + MINUTE, row: ['bar', symbol, '1m', openAt, open, high, low, close, volume] };
  }

  private calendarOf(symbol: string): Calendar | undefined {
    const instrument = this.instruments.get(symbol);
    return instrument === undefined ? undefined : this.options.calendarOf(instrument.calendar);
  }
}
