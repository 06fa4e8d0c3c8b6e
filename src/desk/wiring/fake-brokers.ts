/**
 * The fake brokers that can be started on one's own machine, by command; each is loaded when it is asked for.
 */
import { Fault } from '../../base/fault.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { calendar } from '../../time/calendars.ts';
import { parseFuture } from '../../market/future-symbol.ts';
import { parseDay } from '../../time/civil.ts';
import { instantFromMillis, MINUTE } from '../../time/instant.ts';
import type { FakeMarket } from '../../adapters/fake-broker/index.ts';

/** What a person may say of a fake broker; what is left out is chosen. */
export interface FakeBrokerOptions {
  readonly port: number;
  readonly seed: number;
  /** The session that it begins in, `YYYY-MM-DD`; today's, or the next one. */
  readonly date: string | undefined;
  /** When on that day, minutes after midnight on the exchange's clock. */
  readonly minutes: number;
  /** Begins now, by the clock on the wall. */
  readonly realTime: boolean;
  /** How many times faster than the wall's clock; `manual` moves only when told. */
  readonly speed: number | 'manual';
  /** Simulated symbols, with a price each where one was given. */
  readonly symbols: readonly { readonly symbol: string; readonly price: number | undefined }[];
  /** Price files, instead of simulated symbols. */
  readonly data: readonly string[];
  readonly cash: number;
  /** A paper account, or one that behaves like a real one. */
  readonly paper: boolean;
  /** Rate of a swarm of faults drawn from the seed; 0 for none. */
  readonly faults: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface RunningFake {
  readonly title: string;
  /** Address by what it is for. */
  readonly addresses: Readonly<Record<string, string>>;
  /** What a program needs in its environment to find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of a live-like one, how real money is rehearsed: what its file of keys holds, and the line of the deck. */
  readonly live?: { readonly keys: readonly string[]; readonly deck: string };
  close(): Promise<void>;
}

export interface FakeBroker {
  readonly command: string;
  /** Where it listens unless told. */
  readonly port: number;
  readonly description: string;
  readonly start: (options: FakeBrokerOptions) => Promise<RunningFake>;
}

export const FAKE_BROKERS: readonly FakeBroker[] = [
  {
    command: 'fake-alpaca',
    port: 8877,
    description: 'start a broker that behaves like Alpaca, with its own market, to rehearse without keys',
    start: startFakeAlpaca,
  },
  {
    command: 'fake-tws',
    port: 7497,
    description: 'start a server that behaves like TWS of Interactive Brokers, with its own market',
    start: startFakeTws,
  },
];

async function startFakeAlpaca(options: FakeBrokerOptions): Promise<RunningFake> {
  const { DEFAULTS, FakeAlpaca, realKeyId } = await import('../../adapters/fake-alpaca/index.ts');
  const { keyId, secret } = DEFAULTS;
  const { port, seed, speed, cash, paper, faults } = options;
  const market = options.data.length > 0 ? await recordedMarket(options) : simulatedMarket(options);
  const startAt = startOf(options, market);
  const fake = await FakeAlpaca.start({ port, seed, speed, cash, paper, market, startAt, faultRate: faults });
  const socket = `ws://127.0.0.1:${fake.port}`;
  const names = market.symbols.map(({ symbol }) => symbol).join(', ');
  return {
    title: `${paper ? 'paper' : 'live-like'} account of ${cash} dollars, ${market.kind} market of ${names}`,
    addresses: {
      'trading and data': fake.url,
      'stream of orders': `${socket}/stream`,
      'stream of shares': `${socket}/v2/sip`,
      'stream of options': `${socket}/v1beta1/opra`,
      'its own books': `${fake.url}/__fake/ledger`,
    },
    environment: {
      APCA_API_KEY_ID: keyId,
      APCA_API_SECRET_KEY: secret,
      APCA_API_BASE_URL: fake.url,
      APCA_API_DATA_URL: fake.url,
      APCA_API_STREAM_URL: socket,
    },
    ...(paper
      ? {}
      : {
          live: {
            keys: [`APCA_API_KEY_ID=${realKeyId(DEFAULTS)}`, `APCA_API_SECRET_KEY=${secret}`],
            deck: `broker: { name: alpaca, account: '${fake.fake.broker.state.accountNumber}', keys: keys, restUrl: '${fake.url}', streamUrl: '${socket}' }`,
          },
        }),
    close: () => fake.close(),
  };
}

async function startFakeTws(options: FakeBrokerOptions): Promise<RunningFake> {
  const { FakeTws } = await import('../../adapters/fake-tws/index.ts');
  const { port, seed, speed, cash, paper, faults } = options;
  const market = options.data.length > 0 ? await recordedMarket(options) : simulatedMarket(options);
  const startAt = startOf(options, market);
  const fake = await FakeTws.start({ port, seed, speed, cash, paper, market, startAt, faultRate: faults });
  const names = market.symbols.map(({ symbol }) => symbol).join(', ');
  return {
    title: `${paper ? 'paper' : 'live-like'} account ${fake.tws.account} of ${cash} dollars, ${market.kind} market of ${names}`,
    addresses: { 'TWS API': `127.0.0.1:${fake.port}` },
    environment: { IB_HOST: '127.0.0.1', IB_PORT: String(fake.port), IB_ACCOUNT: fake.tws.account },
    close: () => fake.close(),
  };
}

/** Prices from which simulated symbols begin when none is given. */
const PRICES: Readonly<Record<string, number>> = {
  AAPL: 230,
  GOOG: 180,
  MSFT: 430,
  QQQ: 520,
  SPY: 600,
  // Futures by their root.
  ES: 6000,
  MES: 6000,
  NQ: 21_500,
  MNQ: 21_500,
  RTY: 2300,
  YM: 44_500,
  CL: 70,
  GC: 2600,
};

function simulatedMarket({ symbols }: FakeBrokerOptions): FakeMarket {
  return {
    kind: 'simulated',
    symbols: symbols.map(({ symbol, price }) => ({
      symbol,
      price: price ?? PRICES[parseFuture(symbol)?.root ?? symbol] ?? 100,
    })),
  };
}

async function recordedMarket({ data }: FakeBrokerOptions): Promise<FakeMarket> {
  const { readPriceFiles } = await import('./price-files.ts');
  const tape = await readPriceFiles(data);
  // Contracts are listed by the shares that they are on.
  const shares = tape.instruments.filter(({ kind }) => kind !== 'option');
  if (shares.length === 0)
    throw new Fault('data.empty', 'no prices of shares, on which options could be listed', { field: '--data' });
  const symbols = shares.map(({ symbol }) => ({ symbol, price: firstPrice(tape, symbol) }));
  return { kind: 'tape', symbols, slice: tape.slice, actions: tape.actions };
}

function firstPrice({ slice }: RecordedTape, symbol: string): number {
  for (const { kind, symbol: name, columns } of slice.streams) {
    if (name !== symbol || columns.length === 0) continue;
    if (kind === 'bars') return columns.open[0];
    if (kind === 'trades') return columns.price[0];
    if (kind === 'quotes') return (columns.bid[0] + columns.ask[0]) / 2;
    if (kind === 'quote-bars') return (columns.bidOpen[0] + columns.askOpen[0]) / 2;
  }
  throw new Fault('data.empty', `no prices of ${symbol} that a market can be made of: bars, trades or quotes`);
}

function startOf({ date, minutes, realTime, now }: FakeBrokerOptions, market: FakeMarket): number {
  const today = instantFromMillis(Math.floor(now));
  if (realTime) return today;
  const exchange = calendar('XNYS');
  const day = dayOf(date, market, exchange.zone.dayAt(today));
  const session = exchange.sessionAt(exchange.indexFromDay(day));
  if (date !== undefined && session.day !== day) {
    throw new Fault(
      'config.no-session',
      `there is no session on ${date}`,
      { field: 'date' },
      `the next one is ${session.date}`,
    );
  }
  return exchange.zone.instantAt(session.day, minutes * MINUTE);
}

function dayOf(date: string | undefined, market: FakeMarket, today: number): number {
  if (date !== undefined) return parseDay(date);
  if (market.kind !== 'tape') return today;
  const first = Math.min(...market.slice.streams.map(({ columns }) => columns.time[0] ?? Number.POSITIVE_INFINITY));
  return calendar('XNYS').zone.dayAt(first);
}
