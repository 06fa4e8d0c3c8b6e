/**
 * Checks a broker before a deck is trusted to it: keys, account, permissions, clock, prices as the deck wants them, the
 * stream of orders; and with consent, at the test account only, every kind of order that can rest, with its cancel.
 *
 * Orders are placed so far from the price that they cannot fill, one after the other, through the same way that a session
 * uses. What one check finds does not stop the next.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { FileLease, leaseHome } from '../../adapters/lease-files/index.ts';
import type { AccountFacts, BrokerReport, LiveFeed, SubmitRequest } from '../../engine/live/index.ts';
import { toTick, type Instrument } from '../../market/instrument.ts';
import { calendar } from '../../time/calendars.ts';
import { marketOf } from './market-of.ts';
import { DAY, instantFromMillis, MINUTE } from '../../time/instant.ts';
import type { DeckConfig } from '../config/schema.ts';
import { openBroker, type Broker, type BrokerMode, type OpenLink } from '../wiring/brokers.ts';
import type { Environment } from '../wiring/keys.ts';
import { liveSource, type LiveSource, type LiveTapeInfo } from '../wiring/live-tapes.ts';
import { machineClock } from './clock.ts';
import { sessionDay } from './day.ts';
import { checkAccount, checkClock, checkDelay, tailOf } from './permission.ts';

export interface CheckRow {
  readonly check: string;
  readonly outcome: 'ok' | 'failed' | 'skipped';
  readonly detail: string;
}

export interface CheckWorld {
  readonly mode: BrokerMode;
  readonly folder: string;
  readonly environment: Environment;
  readonly fakeUrl: string | undefined;
  /** Whether orders may be placed and canceled: said by a person, for this once. */
  readonly mayOrder: boolean;
  readonly onRow: (row: CheckRow) => void;
}

/** How long an answer about an order is waited for, in milliseconds. */
const ANSWER_MS = 10_000;

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
    return [opened, `they are for ${mode === 'live' ? 'a real account' : 'the test account'}`];
  });
  const facts = broker === undefined ? undefined : await attempt('account', () => askAccount(broker));
  if (broker === undefined || facts === undefined) return rows;
  await attempt('permissions', () => Promise.resolve([undefined, permissionsOf(mode, config, facts)]));
  await attempt('clock', () => askClock(broker, config));
  const source = await attempt('feed', async () => {
    const found = await liveSource({ config, mode, folder, environment, fakeUrl });
    checkDelay(mode, config, found.delayUs, found.title);
    return [
      found,
      `${found.title}, ${found.delayUs === 0 ? 'in real time' : `${found.delayUs / MINUTE} minutes late`}`,
    ];
  });
  const prices = source === undefined ? undefined : await attempt('history', () => askPrices(source));
  if (prices !== undefined) await attempt('stream of prices', () => listen(prices.feed));
  prices?.feed.close();
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
  if (link === undefined) return rows;
  try {
    if (mode === 'live') add('orders', 'skipped', 'orders are only tried at the test account');
    else if (!world.mayOrder) add('orders', 'skipped', 'nobody agreed to test orders: --orders');
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
          for (const order of testOrders(prices)) await attempt(order.name, () => tryOrder(link, reports, order));
        } finally {
          lease.release();
        }
      }
    }
  } finally {
    link.close();
  }
  return rows;
}

async function askAccount(broker: Broker): Promise<readonly [AccountFacts, string]> {
  const asked = performance.now();
  const facts = await broker.facts();
  const { number, currency, equity, buyingPower } = facts;
  const tookMs = Math.round(performance.now() - asked);
  const money = (value: number): string => `${currency} ${value.toLocaleString('en-US')}`;
  return [
    facts,
    `${tailOf(number)}, equity ${money(equity)}, buying power ${money(buyingPower)}, answered in ${tookMs} ms`,
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

async function askPrices(source: LiveSource): Promise<readonly [Prices, string]> {
  const { at } = await source.clock();
  const market = calendar('XNYS');
  const day = sessionDay(market, at, true)?.day ?? market.zone.dayAt(at);
  const info = await source.describe(day);
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
  await feed.connect({ row: () => void rows++, state: () => undefined });
  await wait(1000);
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

interface TestOrder {
  readonly name: string;
  readonly request: SubmitRequest;
}

/** Orders that rest: each kind once for the first share, and a limit for the first contract, none near the price. */
function testOrders({ info, closes }: Prices): TestOrder[] {
  const { instruments } = info.tape;
  const share = instruments.find(({ option, symbol }) => option === undefined && closes.has(symbol));
  const contract = instruments.find(({ option, symbol }) => option !== undefined && (closes.get(symbol) ?? 0) > 0.1);
  const run = Date.now().toString(36);
  const orders: TestOrder[] = [];
  const add = (instrument: Instrument, kind: string, terms: Partial<SubmitRequest>): void => {
    const request: SubmitRequest = {
      kind: 'submit',
      clientId: `td-check-${run}-${orders.length}`,
      order: 0,
      posts: 1,
      strategy: 0,
      symbol: instrument.symbol,
      side: 1,
      quantity: '1',
      type: 'limit',
      timeInForce: 'DAY',
      reduceOnly: false,
      sendBy: Infinity,
      ...terms,
    };
    orders.push({ name: `${instrument.option === undefined ? 'share' : 'option'}: ${kind}`, request });
  };
  if (share !== undefined) {
    const price = closes.get(share.symbol)!;
    const at = (part: number): string => String(toTick(share, price * part, 'nearest'));
    add(share, 'limit for the day', { limit: at(0.5) });
    add(share, 'limit good till canceled', { limit: at(0.5), timeInForce: 'GTC' });
    add(share, 'stop', { type: 'stop', stop: at(1.5) });
    add(share, 'stop-limit', { type: 'stop-limit', stop: at(1.5), limit: at(1.52) });
    add(share, 'trailing stop', { type: 'trailing-stop', trail: '0.25', trailIsFraction: true });
  }
  if (contract !== undefined) add(contract, 'limit for the day', { limit: '0.01' });
  return orders;
}

/** Places an order, waits until the broker has it, cancels it, and waits until that is so. */
async function tryOrder(
  link: OpenLink,
  reports: readonly BrokerReport[],
  { request }: TestOrder,
): Promise<readonly [undefined, string]> {
  const { clientId, symbol, type, limit, stop } = request;
  const isOurs = (report: BrokerReport): boolean => 'clientId' in report && report.clientId === clientId;
  const find = async (what: string, is: (report: BrokerReport) => boolean): Promise<BrokerReport> => {
    for (const until = performance.now() + ANSWER_MS; performance.now() < until; await wait(20)) {
      const refused = reports.find(
        (report) => isOurs(report) && (report.kind === 'refused' || report.kind === 'rejected'),
      );
      if (refused?.kind === 'refused') throw new Error(`${refused.code}: ${refused.message}`);
      if (refused?.kind === 'rejected') throw new Error(`rejected: ${refused.reason}`);
      const found = reports.find((report) => isOurs(report) && is(report));
      if (found !== undefined) return found;
    }
    throw new Error(`${what} was not confirmed in ${ANSWER_MS / 1000} s; look at the broker for ${clientId}`);
  };
  const asked = performance.now();
  link.send(request);
  const accepted = await find('the order', (report) => report.kind === 'accepted');
  const acceptedMs = Math.round(performance.now() - asked);
  const brokerId = accepted.kind === 'accepted' ? accepted.brokerId : undefined;
  link.send({ kind: 'cancel', clientId, order: 0, ...(brokerId === undefined ? {} : { brokerId }) });
  await find(
    'the cancel',
    (report) => report.kind === 'canceled' || (report.kind === 'order' && report.status === 'canceled'),
  );
  const filled = reports.some((report) => isOurs(report) && report.kind === 'fill');
  if (filled) throw new Error('it FILLED, far from the price: look at the account');
  const terms = [limit === undefined ? '' : `limit ${limit}`, stop === undefined ? '' : `stop ${stop}`];
  const words = [type === 'limit' || type === 'stop' ? '' : type, ...terms].filter((term) => term !== '').join(' ');
  return [undefined, `${words} on ${symbol}: accepted in ${acceptedMs} ms, canceled`];
}
