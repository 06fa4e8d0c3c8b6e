/**
 * Checks a broker before a deck is trusted to it: keys, account, permissions, clock, prices as the deck wants them, the
 * stream of orders; and with consent, at the test account only, every kind of order that can rest, with its cancel, and
 * small trades that fill.
 *
 * Orders go one after the other through the same way that a session uses. What one check finds does not stop the next.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { FileLease, leaseHome } from '../../adapters/lease-files/index.ts';
import type { AccountFacts, BrokerReport, LiveFeed } from '../../engine/live/index.ts';
import { toTick } from '../../market/instrument.ts';
import { calendar } from '../../time/calendars.ts';
import { marketOf } from './market-of.ts';
import { DAY, instantFromMillis, MINUTE } from '../../time/instant.ts';
import type { DeckConfig } from '../config/schema.ts';
import { openBroker, type Broker, type BrokerMode, type OpenLink, type ReadyRow } from '../wiring/brokers.ts';
import type { Environment } from '../wiring/keys.ts';
import { liveSource, type LiveSource, type LiveTapeInfo } from '../wiring/live-tapes.ts';
import { meaningsOf } from './account-meaning.ts';
import { testOrders, tryIds, tryOrder } from './check-orders.ts';
import { testTrades, tryTrade, type Quotes } from './check-trades.ts';
import { machineClock } from './clock.ts';
import { sessionDay } from './day.ts';
import { ANSWER_MS, OrderDesk, RefusedError } from './order-desk.ts';
import { checkAccount, checkClock, checkDelay, tailOf } from './permission.ts';

export type CheckRow = ReadyRow;

export interface CheckWorld {
  readonly mode: BrokerMode;
  readonly folder: string;
  readonly environment: Environment;
  readonly fakeUrl: string | undefined;
  /** Whether orders may be placed and canceled: said by a person, for this once. */
  readonly mayOrder: boolean;
  /** Whether single units may be bought and sold. */
  readonly mayTrade: boolean;
  /** Whether all that works there may be canceled and all that is held be closed first. */
  readonly mayFree: boolean;
  readonly onRow: (row: CheckRow) => void;
}

/** Runs all checks; the rows in order. */
export async function checkBroker(config: DeckConfig, world: CheckWorld): Promise<readonly CheckRow[]> {
  const rows: CheckRow[] = [];
  const add = (check: string, outcome: CheckRow['outcome'], detail: string): void => {
    const row = { check, outcome, detail };
    rows.push(row);
    world.onRow(row);
  };
  /** Does one check; undefined when it failed. */
  const attempt = async <T>(check: string, work: () => Promise<readonly [T, string]>): Promise<T | undefined> => {
    try {
      const [value, detail] = await work();
      add(check, 'ok', detail);
      return value;
    } catch (error) {
      add(check, 'failed', error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const { mode, folder, environment, fakeUrl } = world;
  const broker = await attempt('keys', async () => {
    const opened = await openBroker({ mode, config: config.broker, tape: config.tape, folder, environment, fakeUrl });
    return [opened, opened.access ?? `they are for ${mode === 'live' ? 'a real account' : 'the test account'}`];
  });
  const facts = broker === undefined ? undefined : await attempt('account', () => askAccount(broker));
  if (broker === undefined || facts === undefined) return rows;
  await attempt('permissions', () => Promise.resolve([undefined, permissionsOf(mode, config, facts)]));
  for (const { check, detail, isBad = false } of meaningsOf(config, facts)) add(check, isBad ? 'failed' : 'ok', detail);
  await attempt('clock', () => askClock(broker, config));
  const source = await attempt('feed', async () => {
    const found = await liveSource({ config, mode, folder, environment, fakeUrl });
    checkDelay(mode, config, found.delayUs, found.title);
    return [
      found,
      `${found.title}, ${found.delayUs === 0 ? 'in real time' : `${found.delayUs / MINUTE} minutes late`}`,
    ];
  });
  const described = source === undefined ? undefined : describe(source);
  const prices = described === undefined ? undefined : await attempt('history', async () => askPrices(await described));
  if (prices !== undefined) await attempt('stream of prices', () => listen(prices.feed));
  // Where its contracts cannot be had, that was said with the history.
  const wanted = (await described?.catch(() => undefined))?.info.tape.instruments ?? [];
  if (broker.ready !== undefined) {
    try {
      for (const { check, outcome, detail } of await broker.ready(wanted)) add(check, outcome, detail);
    } catch (error) {
      add('settings', 'failed', error instanceof Error ? error.message : String(error));
    }
  }
  const reports: BrokerReport[] = [];
  const link = await attempt('stream of orders', async () => {
    // The time of a fake stands still for a check.
    const { at } = await broker.clock();
    const clock = broker.isFake ? { now: () => at, rate: 1 } : machineClock;
    const opened = await broker.link((report) => reports.push(report), clock);
    await opened.connect();
    await readBooks(opened, reports);
    return [opened, 'it listens, and the books can be read'];
  });
  if (link === undefined) {
    prices?.feed.close();
    return rows;
  }
  try {
    const { mayOrder, mayTrade, mayFree } = world;
    const asksFor = [mayFree ? '--free' : '', mayOrder ? '--orders' : '', mayTrade ? '--trades' : ''].filter(Boolean);
    if (mode === 'live') add('orders', 'skipped', 'orders are only tried at the test account');
    else if (asksFor.length === 0) add('orders', 'skipped', 'nobody agreed to test orders: --orders, --trades, --free');
    else if (prices === undefined) add('orders', 'skipped', 'without a price nobody knows what is far from it');
    else {
      const lease = await attempt('lease', () =>
        Promise.resolve([
          FileLease.take(leaseHome(), `${broker.name} ${facts.number}`, 'check-broker'),
          'no desk holds the account',
        ]),
      );
      if (lease !== undefined) {
        try {
          const tried = { broker, facts, prices, desk: new OrderDesk(link, reports, Date.now().toString(36)) };
          if (mayFree) await attempt('buying power', () => free(broker));
          if (mayOrder) await tryOrders(tried, add);
          if (mayTrade) await tryTrades(tried, reports, add);
          if (mayFree && mayTrade) await attempt('buying power after', () => free(broker));
        } finally {
          lease.release();
        }
      }
    }
  } finally {
    link.close();
    prices?.feed.close();
  }
  return rows;
}

type Add = (check: string, outcome: CheckRow['outcome'], detail: string) => void;

interface Tried {
  readonly broker: Broker;
  readonly facts: AccountFacts;
  readonly prices: Prices;
  readonly desk: OrderDesk;
}

/** How long positions are given to be closed, in milliseconds. */
const CLOSED_MS = 15_000;

async function free(broker: Broker): Promise<readonly [undefined, string]> {
  if (broker.closeAll === undefined)
    throw new Error(`${broker.name} has no such request: tradedeck kill --flatten has`);
  const before = await broker.facts();
  const left = await broker.closeAll(CLOSED_MS);
  const after = await broker.facts();
  if (left.length > 0) throw new Error(`all was canceled, and this is still held: ${left.join(', ')}`);
  return [
    undefined,
    `all is canceled and closed; ${moneyOf(before, before.buyingPower)} are ${moneyOf(after, after.buyingPower)} now`,
  ];
}

async function tryOrders({ broker, prices, desk, facts }: Tried, add: Add): Promise<void> {
  const priced = { instruments: prices.info.tape.instruments, prices: prices.closes };
  // Where a broker knows no ids of ours nothing is sent twice anyway.
  if (broker.hasUniqueIds) {
    try {
      add('ids', 'ok', await tryIds(desk, priced));
    } catch (error) {
      add('ids', 'failed', error instanceof Error ? error.message : String(error));
    }
  }
  for (const order of testOrders(desk, priced, facts.optionLevel)) {
    try {
      add(order.name, 'ok', await tryOrder(desk, order));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (order.isOptional === true && error instanceof RefusedError)
        add(order.name, 'skipped', `not at this account, or not now: ${text}`);
      else add(order.name, 'failed', text);
    }
  }
}

async function tryTrades(
  { broker, prices, desk, facts }: Tried,
  reports: readonly BrokerReport[],
  add: Add,
): Promise<void> {
  const { isOpen } = await broker.clock();
  const books = reports.find((report) => report.kind === 'snapshot');
  const held = new Set(books?.kind === 'snapshot' ? books.positions.map(({ symbol }) => symbol) : []);
  const priced = { instruments: prices.info.tape.instruments, prices: prices.closes };
  const quotes = await quotesOf(prices);
  const trades = testTrades(priced, quotes, { isOpen, optionLevel: facts.optionLevel, held });
  if (!isOpen) add('trades', 'skipped', 'the market is closed: only limits are tried, and none is filled');
  for (const trade of trades) {
    try {
      add(trade.name, 'ok', await tryTrade(desk, trade, await quotesOf(prices)));
    } catch (error) {
      add(trade.name, 'failed', error instanceof Error ? error.message : String(error));
    }
  }
}

/** Where a deck has no quotes, a share is bought and sold by limits so far beyond its price. */
const BEYOND = 0.005;

/** Quotes as they are now; of shares without one, limits that the market takes at once. */
async function quotesOf({ feed, info, closes }: Prices): Promise<Quotes> {
  const quotes = new Map<string, { bid: number; ask: number }>();
  for (const instrument of info.tape.instruments) {
    const price = closes.get(instrument.symbol);
    if (price === undefined || instrument.option !== undefined) continue;
    const [bid, ask] = [
      toTick(instrument, price * (1 - BEYOND), 'down'),
      toTick(instrument, price * (1 + BEYOND), 'up'),
    ];
    quotes.set(instrument.symbol, { bid, ask });
  }
  for (const [row] of await feed.latest()) {
    if (row[0] === 'quote') quotes.set(row[1], { bid: row[2] ?? Number.NaN, ask: row[3] ?? Number.NaN });
  }
  return quotes;
}

function moneyOf({ currency }: AccountFacts, value: number): string {
  return `${currency} ${value.toLocaleString('en-US')}`;
}

async function askAccount(broker: Broker): Promise<readonly [AccountFacts, string]> {
  const asked = performance.now();
  const facts = await broker.facts();
  const { number, equity, buyingPower } = facts;
  const tookMs = Math.round(performance.now() - asked);
  return [
    facts,
    `${tailOf(number)}, equity ${moneyOf(facts, equity)}, buying power ${moneyOf(facts, buyingPower)}, answered in ${tookMs} ms`,
  ];
}

/** What the account may do; what the deck needs beyond it is an error. */
function permissionsOf(mode: BrokerMode, config: DeckConfig, facts: AccountFacts): string {
  checkAccount(mode, config, facts);
  const sells = 'options' in config.tape && config.tape.options !== undefined;
  const words = ['no options', 'covered calls and cash-secured puts', 'long options too', 'spreads too'];
  const { optionLevel } = facts;
  const level = Number.isNaN(optionLevel)
    ? 'options are allowed or not: the broker does not say'
    : `option level ${optionLevel}: ${words[optionLevel] ?? 'unknown'}`;
  if (sells && optionLevel < 1) throw new Error(`the deck trades options, and the account has ${level}`);
  return `${level}; ${facts.mayShort ? 'may' : 'may not'} sell short`;
}

async function askClock(broker: Broker, config: DeckConfig): Promise<readonly [undefined, string]> {
  const clock = await broker.clock();
  const machine = instantFromMillis(Date.now());
  const market = marketOf(config);
  checkClock(market, clock, broker.isFake ? Number.NaN : machine);
  const skew = broker.isFake ? 'the time of a fake' : `${((machine - clock.at) / 1e6).toFixed(2)} s apart`;
  return [undefined, `${skew}; the market is ${clock.isOpen ? 'open' : 'closed'}, as the calendar says`];
}

interface Prices {
  readonly feed: LiveFeed;
  readonly info: LiveTapeInfo;
  /** The newest close by symbol. */
  readonly closes: ReadonlyMap<string, number>;
}

interface Described {
  readonly source: LiveSource;
  readonly info: LiveTapeInfo;
  /** Now, by the source. */
  readonly at: number;
}

async function describe(source: LiveSource): Promise<Described> {
  const { at } = await source.clock();
  const market = calendar('XNYS');
  const day = sessionDay(market, at, true)?.day ?? market.zone.dayAt(at);
  return { source, info: await source.describe(day), at };
}

async function askPrices({ source, info, at }: Described): Promise<readonly [Prices, string]> {
  const feed = await source.open(info, source.isFake ? { now: () => at, rate: 1 } : machineClock);
  const closes = new Map<string, number>();
  let bars = 0;
  for (const { rows } of await feed.history(at - 6 * DAY, at)) {
    for (const row of rows) {
      bars++;
      if (row[0] === 'bar') closes.set(row[1], row[7]);
    }
  }
  for (const [row] of await feed.latest()) {
    if (row[0] === 'quote' && row[2] !== null && row[3] !== null) closes.set(row[1], (row[2] + row[3]) / 2);
  }
  const first = info.tape.instruments[0].symbol;
  const price = closes.get(first) ?? (await source.price(first));
  if (price !== undefined) closes.set(first, price);
  const contracts = info.tape.instruments.filter(({ option }) => option !== undefined).length;
  return [{ feed, info, closes }, `${bars} bars and ${closes.size} prices; ${contracts} contracts are listed`];
}

async function listen(feed: LiveFeed): Promise<readonly [undefined, string]> {
  let rows = 0;
  let ended: string | undefined;
  const state = (now: 'up' | 'down' | 'locked', reason: string): void => {
    if (now === 'locked') ended ??= reason;
  };
  await feed.connect({ row: () => void rows++, state });
  await wait(1000);
  if (ended !== undefined) throw new Error(ended);
  return [undefined, `it listens; ${rows} rows in a second`];
}

/** Some brokers take orders only once their books were read. */
async function readBooks(link: OpenLink, reports: readonly BrokerReport[]): Promise<void> {
  link.send({ kind: 'snapshot' });
  for (const until = performance.now() + ANSWER_MS; performance.now() < until; await wait(20)) {
    if (reports.some(({ kind }) => kind === 'snapshot')) return;
  }
  throw new Error(`the books could not be read in ${ANSWER_MS / 1000} s`);
}
