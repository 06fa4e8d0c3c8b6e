/**
 * Interactive Brokers as a broker and as a source of prices: where its workstation or gateway listens, which account is
 * meant, and that a rehearsal and real money never take each other's.
 */
import { hash } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import { Fault } from '../../base/fault.ts';
import { calendar } from '../../time/calendars.ts';
import type { TapeConfig } from '../config/tape-schema.ts';
import type { Broker, BrokerMode, BrokerRequestOptions } from './brokers.ts';
import { refuseEnvironment } from './keys.ts';
import { describeListed, sessionsUs, wantedOf } from './listed.ts';
import type { LiveSource, LiveTapeRequest } from './live-tapes.ts';

type IbTape = Extract<TapeConfig, { source: 'ib' }>;

export interface IbPlace {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
  /** The account that is meant, where it is named. */
  readonly account: string | undefined;
  readonly isFake: boolean;
}

const NAMES = { host: 'IB_HOST', port: 'IB_PORT', account: 'IB_ACCOUNT' } as const;
/** Where the vendor's workstation listens unless it is told otherwise. */
const PORTS: Readonly<Record<BrokerMode, number>> = { rehearsal: 7497, live: 7496 };
/** Of orders, unless a deck says another. */
export const CLIENT_ID = 11;

/** Finds where to connect. Real money takes nothing from the environment. */
export function ibPlace(
  mode: BrokerMode,
  { config, environment, fakeUrl }: Omit<BrokerRequestOptions, 'mode' | 'folder'>,
): IbPlace {
  if (mode === 'live') refuseEnvironment(environment, Object.values(NAMES));
  const fake = fakeUrl === undefined ? undefined : new URL(fakeUrl);
  const port = fake?.port ?? config?.port ?? environment[NAMES.port];
  const number = port === undefined || port === '' ? PORTS[mode] : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new Fault('config.value', `must be a port, was ${String(port)}`, { field: NAMES.port });
  }
  return {
    host: fake?.hostname ?? config?.host ?? environment[NAMES.host] ?? '127.0.0.1',
    port: number,
    clientId: config?.clientId ?? CLIENT_ID,
    account: config?.account ?? (fake === undefined ? environment[NAMES.account] : undefined),
    isFake: fake !== undefined,
  };
}

/** The vendor's test accounts have numbers that begin with a D. */
export function checkIbAccount(mode: BrokerMode, number: string): void {
  if (number.startsWith('D') === (mode === 'rehearsal')) return;
  const kind = mode === 'live' ? 'a test account' : 'an account with real money';
  const rule = `the workstation is logged in to ${kind}, and the mode is ${mode}`;
  throw new Fault('mode.account', rule, { field: 'broker.port' }, 'log in to the other one, or name its port');
}

export async function openIbBroker({ mode, ...options }: BrokerRequestOptions): Promise<Broker> {
  const place = ibPlace(mode, options);
  const [{ EXIT_RULES, IbAccount, IbLink, OrderIds, readResetWindow }, { killAll }] = await Promise.all([
    import('../../adapters/ib/index.ts'),
    import('../../adapters/ib/kill-all.ts'),
  ]);
  const asked = await IbAccount.open(place, { named: place.account });
  return {
    name: 'ib',
    isFake: place.isFake,
    hasUniqueIds: false,
    tellsBookings: false,
    changesPackages: true,
    exits: EXIT_RULES,
    access: `none are needed: somebody is logged in to the workstation at ${place.host}:${place.port}`,
    ready: (instruments) => {
      const { tape } = options;
      const needsPrices = tape?.source === 'ib';
      return asked.ready({ instruments, needsPrices, allowDelayed: needsPrices && tape.allowDelayed === true });
    },
    facts: async () => {
      const facts = await asked.facts();
      checkIbAccount(mode, facts.number);
      return facts;
    },
    clock: () => {
      const first = options.tape?.symbols?.[0];
      return asked.clock(typeof first === 'string' ? first : undefined);
    },
    cancelAll: async (forMs, isKeepingExits) => {
      // The user may have other accounts, and what works there is nobody's here.
      const account = place.account ?? (await asked.number());
      return killAll({ ...place, account, isKeepingExits, flatten: false, forMs });
    },
    link: async (report, clock, instruments) => {
      const account = await asked.number();
      checkIbAccount(mode, account);
      // Numbers of orders outlive sessions, decks and folders: they belong to account and client number.
      const path = orderIdsOf(account, place.clientId);
      const margins =
        instruments === undefined
          ? {}
          : { instruments, whatIf: (symbol: string, side: 1 | -1) => asked.whatIf(symbol, side) };
      const orderIds = new OrderIds(path);
      const restarts = options.config?.restarts;
      const resets = restarts === undefined ? {} : { resetWindows: restarts.map(readResetWindow) };
      return IbLink.open({ ...place, ...resets, account, now: () => clock.now(), report, orderIds, ...margins });
    },
  };
}

/** Opens the source of prices of a deck that names this vendor. */
export async function ibSource(tape: IbTape, request: LiveTapeRequest): Promise<LiveSource> {
  const { mode, config, environment, fakeUrl } = request;
  const place = ibPlace(mode === 'live' ? 'live' : 'rehearsal', { config: config.broker, environment, fakeUrl });
  const { DELAY_US, IbAccount, IbFeed } = await import('../../adapters/ib/index.ts');
  const account = await IbAccount.open(place, { purpose: 'listings' });
  const isDelayed = tape.allowDelayed === true;
  const title = isDelayed ? 'ib, delayed' : 'ib';
  return {
    delayUs: isDelayed ? DELAY_US : 0,
    title,
    isFake: place.isFake,
    clock: () => account.clock(tape.symbols[0]),
    price: (symbol) => account.price(symbol),
    describe: (day) =>
      describeListed({ tape, account, title, isFake: place.isFake, instruments: config.instruments }, day),
    open: ({ tape: { instruments }, streams }, clock) =>
      IbFeed.open({
        ...place,
        streams: wantedOf(streams),
        instruments,
        calendarOf: calendar,
        allowDelayed: isDelayed,
        before: { minutes: sessionsUs(tape.warmUp?.sessions ?? 2), days: sessionsUs(tape.warmUp?.days ?? 0) },
        now: () => clock.now(),
        rate: () => clock.rate,
      }),
  };
}

/** Where the last number of an order of an account is kept: by a hash, as its lease is, also where it was kept by its number before. */
function orderIdsOf(account: string, clientId: number): string {
  const folder = join(dirname(leaseHome()), 'order-ids');
  const path = join(folder, `${hash('sha256', account).slice(0, 24)}-${clientId}`);
  const former = join(folder, `${account}-${clientId}`);
  if (!existsSync(path) && existsSync(former)) renameSync(former, path);
  return path;
}
