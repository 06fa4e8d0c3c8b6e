/**
 * The brokers that a deck may name, each loaded when it is asked for. What a session needs of one is the same for all:
 * who the account is, what time it is there, and a way for orders.
 */
import { Fault } from '../../base/fault.ts';
import { Secret } from '../../base/secret.ts';
import type {
  AccountBooks,
  AccountFacts,
  AnnouncedAction,
  BrokerLink,
  BrokerReport,
  ExitRules,
  KillReport,
  MarketClock,
} from '../../engine/live/index.ts';
import type { Instrument } from '../../market/instrument.ts';
import { BROKER_NAMES } from '../config/sources.ts';
import type { BrokerConfig } from '../config/schema.ts';
import { accountMark, withMark } from './account-mark.ts';
import { addressOf, ALPACA_DOMAIN } from './kill-switches.ts';
import { checkKeyAddress, isLoopback, refuseUncheckedTls } from './where-keys-go.ts';
import {
  keysOfEnvironment,
  keysOfFile,
  refuseEnvironment,
  type Environment,
  type KeyNames,
  type Keys,
} from './keys.ts';

export type BrokerMode = 'rehearsal' | 'live';

/** A connection for orders that can be ended. */
export interface OpenLink extends BrokerLink {
  /** Requests that the broker answers until it counts anew; left out where it does not say. */
  readonly requestsLeft?: number | undefined;
  connect(): Promise<void>;
  close(): void;
}

/** What time it is for a session (an Instant), and how much faster than the wall it passes. */
export interface LinkClock {
  now(): number;
  readonly rate: number;
}

/** One account at a broker. */
export interface Broker {
  readonly name: string;
  /** Whether its time is not the wall's: a fake on this machine. */
  readonly isFake: boolean;
  facts(): Promise<AccountFacts>;
  /** Whether it takes an id of ours once only, so that sending again is safe. */
  readonly hasUniqueIds: boolean;
  /** Whether it tells what it books without an order; yes unless told. */
  readonly tellsBookings?: boolean;
  /** Which exits it keeps itself; left out where it keeps none. */
  readonly exits?: ExitRules;
  /** Whether an order that has filled in part is changed there; yes unless told. */
  readonly replacesPartFilled?: boolean;
  /** Whether it changes the net price of a package that works; no unless told. */
  readonly changesPackages?: boolean;
  /** Whether it ends an order at the instant till which that is good; yes unless told. */
  readonly endsGoodTill?: boolean;
  clock(): Promise<MarketClock>;
  /**
   * All that the account holds, and what was executed and booked since an Instant; certain orders by their ids, however old.
   * Left out where it cannot be read so.
   */
  books?(since: number, orders: readonly string[]): Promise<AccountBooks>;
  /** What is announced of shares and takes effect after one trade date and up to another; left out where nobody says. */
  announced?(symbols: readonly string[], after: string, until: string): Promise<readonly AnnouncedAction[]>;
  /**
   * Cancels all that works, or all but what only closes what is held, with nothing but the account: no journal, no stream.
   * Gives up after so many milliseconds, and says what it has confirmed; never throws for what the broker does.
   */
  cancelAll(forMs: number, isKeepingExits: boolean): Promise<KillReport>;
  /**
   * Cancels all that works and closes all that is held; returns the symbols that are left after so many milliseconds. Left
   * out where the broker has no such request. Never for real money.
   */
  closeAll?(forMs: number): Promise<readonly string[]>;
  /** What is there instead of keys, in words; left out where there are keys. */
  readonly access?: string;
  /** What must be set there before the first session, checked as far as it can be asked without an order. */
  ready?(instruments: readonly Instrument[]): Promise<readonly ReadyRow[]>;
  /** `clock` is the session's; of `instruments` it tells with its books how they may be traded, as far as it says so. */
  link(
    report: (report: BrokerReport) => void,
    clock: LinkClock,
    instruments?: readonly Instrument[],
  ): Promise<OpenLink>;
}

/** One thing that was checked. */
export interface ReadyRow {
  readonly check: string;
  readonly outcome: 'ok' | 'failed' | 'skipped';
  readonly detail: string;
}

export interface BrokerRequestOptions {
  readonly mode: BrokerMode;
  readonly config: BrokerConfig | undefined;
  /** Where prices come from: a deck that names no broker means the same vendor. */
  readonly tape?: {
    readonly source: string;
    readonly symbols?: readonly unknown[] | undefined;
    readonly allowDelayed?: boolean | undefined;
  };
  /** Where relative paths of the deck start. */
  readonly folder: string;
  readonly environment: Environment;
  /** Where a fake listens, in place of all addresses of the vendor. */
  readonly fakeUrl: string | undefined;
  /** Nothing but questions may leave; no unless told. */
  readonly isReadOnly?: boolean;
}

interface BrokerKind {
  readonly open: (options: BrokerRequestOptions) => Promise<Broker>;
}

const BROKERS: Readonly<Record<(typeof BROKER_NAMES)[number], BrokerKind>> = {
  alpaca: { open: openAlpacaBroker },
  ib: { open: async (options) => (await import('./ib.ts')).openIbBroker(options) },
};

/** Opens the account that a deck names; where it names none, that of the vendor of its prices, or Alpaca. */
export async function openBroker(options: BrokerRequestOptions): Promise<Broker> {
  const { config, tape } = options;
  const kind = BROKERS[config?.name ?? BROKER_NAMES.find((name) => name === tape?.source) ?? 'alpaca'];
  const broker = await kind.open(options);
  return { ...broker, link: (report, ...more) => broker.link(marked(report), ...more) };
}

/** What the broker reports, with a mark in the place of the account's number, which it names with its books first. */
function marked(report: (report: BrokerReport) => void): (report: BrokerReport) => void {
  let known: { readonly number: string; readonly mark: string } | undefined;
  return (told) => {
    if (told.kind === 'snapshot' && told.account.number !== known?.number) {
      const { number } = told.account;
      known = { number, mark: accountMark(number) };
    }
    report(known === undefined ? told : withMark(told, known.number, known.mark));
  };
}

/** Where Alpaca is and with which keys, for orders and for prices. */
export interface AlpacaPlace extends Keys {
  readonly isPaper: boolean;
  readonly isFake: boolean;
  readonly restUrl?: string;
  readonly dataUrl?: string;
  readonly streamUrl?: string;
}

const ALPACA_KEYS: KeyNames = { keyId: 'APCA_API_KEY_ID', secret: 'APCA_API_SECRET_KEY' };
/** Addresses in the environment, as the vendor's own tools name them. */
const ALPACA_URLS = {
  restUrl: 'APCA_API_BASE_URL',
  dataUrl: 'APCA_API_DATA_URL',
  streamUrl: 'APCA_API_STREAM_URL',
} as const;

/** Finds keys and addresses, and refuses those that belong to another environment than the mode. */
export async function alpacaPlace(
  mode: BrokerMode,
  { config, folder, environment, fakeUrl }: Omit<BrokerRequestOptions, 'mode'>,
): Promise<AlpacaPlace> {
  const isLive = mode === 'live';
  if (isLive) refuseEnvironment(environment, [...Object.values(ALPACA_KEYS), ...Object.values(ALPACA_URLS)]);
  const urls = addressesOf(config, isLive ? {} : environment, fakeUrl);
  const isFake = urls.restUrl !== undefined && isLoopback(urls.restUrl);
  const all = [urls.restUrl, urls.dataUrl, urls.streamUrl];
  if (!all.every((url) => url !== undefined && isLoopback(url))) refuseUncheckedTls(environment, 'the broker');
  const keys =
    config?.keys === undefined
      ? isLive
        ? undefined
        : (keysOfEnvironment(environment, ALPACA_KEYS) ?? (isFake ? await fakeKeys() : undefined))
      : keysOfFile(config.keys, folder, ALPACA_KEYS);
  if (keys === undefined) {
    const hint = isLive
      ? 'live keys come from a file that only you may read: broker.keys'
      : `set ${ALPACA_KEYS.keyId} and ${ALPACA_KEYS.secret}, or name a file: broker.keys`;
    throw new Fault('keys.missing', 'there are no keys for the account', { field: 'broker.keys' }, hint);
  }
  // The vendor's test keys begin with PK, those of real accounts with AK.
  const kind = keys.keyId.reveal().slice(0, 2);
  const isTestKey = kind === 'PK';
  if (isLive === isTestKey && (isLive || kind === 'AK')) {
    const rule = `the keys from ${keys.from} are of ${isTestKey ? 'the test account' : 'a real account'}, and the mode is ${mode}`;
    throw new Fault('keys.environment', rule, { field: 'broker.keys' });
  }
  if (urls.restUrl !== undefined && !isFake && /paper/.test(urls.restUrl) === isLive) {
    throw new Fault('mode.address', `${urls.restUrl} is no address for mode ${mode}`, { field: 'broker.restUrl' });
  }
  return { ...keys, ...urls, isPaper: !isLive, isFake };
}

function addressesOf(
  config: BrokerConfig | undefined,
  environment: Environment,
  fakeUrl: string | undefined,
): Pick<AlpacaPlace, 'restUrl' | 'dataUrl' | 'streamUrl'> {
  const ofDeck = { field: 'broker.restUrl', url: config?.restUrl };
  const of = (key: keyof typeof ALPACA_URLS): Named => ({
    field: ALPACA_URLS[key],
    url: environment[ALPACA_URLS[key]],
  });
  return {
    ...first('restUrl', { field: '--at', url: fakeUrl }, ofDeck, of('restUrl')),
    ...first('dataUrl', { field: '--at', url: fakeUrl }, of('dataUrl'), ofDeck),
    ...first(
      'streamUrl',
      { field: '--at', url: fakeUrl?.replace(/^http/, 'ws') },
      { field: 'broker.streamUrl', url: config?.streamUrl },
      of('streamUrl'),
    ),
  };
}

/** An address, and who says it. */
interface Named {
  readonly field: string;
  readonly url: string | undefined;
}

/** The first that is said, without a slash at its end; keys may go there, or it is refused. */
function first(key: keyof typeof ALPACA_URLS, ...all: readonly Named[]): { readonly [key: string]: string } {
  for (const { field, url = '' } of all) {
    if (url === '') continue;
    checkKeyAddress(url, ALPACA_DOMAIN, field);
    return { [key]: url.replace(/\/$/, '') };
  }
  return {};
}

/** The keys that a fake on this machine has unless it was told others: they open nothing else. */
async function fakeKeys(): Promise<Keys> {
  const { DEFAULTS } = await import('../../adapters/fake-alpaca/index.ts');
  return { keyId: new Secret(DEFAULTS.keyId), secret: new Secret(DEFAULTS.secret), from: 'the fake' };
}

async function openAlpacaBroker({ mode, ...options }: BrokerRequestOptions): Promise<Broker> {
  const { isReadOnly = false } = options;
  const place = { ...(await alpacaPlace(mode, options)), isReadOnly };
  // With what stops the account: who needs that cannot wait to find out whether it is there.
  const [{ AlpacaAccount, AlpacaLink, EXIT_RULES }, { killAll }] = await Promise.all([
    import('../../adapters/alpaca/index.ts'),
    import('../../adapters/alpaca/kill-all.ts'),
  ]);
  const account = await AlpacaAccount.open(place);
  const { streamUrl } = place;
  const stream = streamUrl === undefined ? {} : { streamUrl: `${streamUrl}/stream` };
  return {
    name: 'alpaca',
    hasUniqueIds: true,
    exits: EXIT_RULES,
    replacesPartFilled: false,
    endsGoodTill: false,
    isFake: place.isFake,
    ...(mode === 'live' ? {} : { closeAll: (forMs: number) => account.closeAll(forMs) }),
    facts: () => account.facts(),
    clock: () => account.clock(),
    books: (since, orders) => account.books(since, orders),
    announced: (symbols, after, until) => account.announced(symbols, after, until),
    cancelAll: (forMs, isKeepingExits) => {
      const { keyId, secret, isPaper, restUrl } = place;
      const url = restUrl ?? addressOf('alpaca', isPaper ? 'paper' : 'live');
      return killAll({ keyId, secret, url, forMs, isOnlyCanceling: true, isKeepingExits });
    },
    link: (report, clock, instruments) =>
      AlpacaLink.open({
        ...place,
        ...stream,
        report,
        now: () => clock.now(),
        rate: () => clock.rate,
        ...(options.config?.optionOrders === undefined ? {} : { optionOrders: options.config.optionOrders }),
        ...(instruments === undefined ? {} : { shares: sharesOf(instruments) }),
      }),
  };
}

/** The symbols of which the broker is asked whether they may be traded, and how. */
function sharesOf(instruments: readonly Instrument[]): string[] {
  return instruments.filter(({ kind }) => kind === 'equity' || kind === 'etf').map(({ symbol }) => symbol);
}
