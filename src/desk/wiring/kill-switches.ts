/**
 * The brokers whose accounts can be stopped with everything else dead, and what that needs: keys, or a workstation that
 * somebody is logged in to.
 */
import { Fault } from '../../base/fault.ts';
import { Secret } from '../../base/secret.ts';
import type { AccountLook, KillReport } from '../../engine/live/index.ts';
import { checkKeyAddress, checkTls } from './where-keys-go.ts';

export interface KillRequest {
  readonly keys: Keys | undefined;
  readonly url: string;
  /** The account that is meant, where a login has several. */
  readonly account: string | undefined;
  /** Whether positions are closed once no order works. */
  readonly flatten: boolean;
  readonly forMs: number;
  readonly tell: (line: string) => void;
}

interface Keys {
  readonly id: Secret;
  readonly secret: Secret;
}

export interface KillSwitch {
  readonly broker: string;
  /** Names of the variables of the environment that hold the keys; left out where a login does instead. */
  readonly keys?: readonly [string, string];
  /** What a person must know of it, in a sentence or two. */
  readonly note: string;
  /** Addresses by account. */
  readonly addresses: Readonly<Record<'paper' | 'live', string>>;
  /** Stops the account; loads only what that needs. */
  kill(request: KillRequest): Promise<KillReport>;
  /** Reads what works and is held there, and changes nothing. */
  look(request: Pick<KillRequest, 'keys' | 'url' | 'account'>): Promise<AccountLook>;
}

/** Below it all machines of Alpaca have their names. */
export const ALPACA_DOMAIN = 'alpaca.markets';

export const KILL_SWITCHES: readonly KillSwitch[] = [
  {
    broker: 'alpaca',
    keys: ['APCA_API_KEY_ID', 'APCA_API_SECRET_KEY'],
    addresses: { paper: 'https://paper-api.alpaca.markets', live: 'https://api.alpaca.markets' },
    note: 'keys come from the environment. New orders stay blocked, for everybody with these keys, until you lift it at the broker (suspend_trade); with --flatten the block is lifted while positions are closed.',
    kill: async ({ keys, url, flatten, forMs, tell }) => {
      const access = alpacaAccess(keys, url);
      const { killAll } = await import('../../adapters/alpaca/kill-all.ts');
      return killAll({ ...access, flatten, forMs, tell });
    },
    look: async ({ keys, url }) => {
      const access = alpacaAccess(keys, url);
      return (await import('../../adapters/alpaca/kill-all.ts')).lookAt(access);
    },
  },
  {
    broker: 'ib',
    addresses: { paper: 'tcp://127.0.0.1:7497', live: 'tcp://127.0.0.1:7496' },
    note: 'the workstation or gateway must be logged in. It cannot block new orders: end the programs that send them.',
    kill: async ({ url, account, flatten, forMs, tell }) => {
      const { killAll, ...place } = await ibAccess(url);
      return killAll({ ...place, account, flatten, forMs, tell });
    },
    look: async ({ url, account }) => {
      const { lookAt, killAll: _, ...place } = await ibAccess(url);
      return lookAt({ ...place, account, forMs: LOOK_MS });
    },
  },
];

/** How long a look may take. */
const LOOK_MS = 10_000;

function alpacaAccess(keys: Keys | undefined, url: string) {
  checkKeyAddress(url, ALPACA_DOMAIN, '--base-url');
  checkTls();
  const { id, secret } = keys ?? { id: new Secret(''), secret: new Secret('') };
  return { keyId: id, secret, url };
}

async function ibAccess(url: string) {
  const [{ killAll, lookAt }, { CLIENT_ID: clientId }] = await Promise.all([
    import('../../adapters/ib/kill-all.ts'),
    import('./ib.ts'),
  ]);
  return { ...placeOf(url), clientId, killAll, lookAt };
}

/** Where an account of a broker is. */
export function addressOf(broker: string, account: 'paper' | 'live'): string {
  return KILL_SWITCHES.find((each) => each.broker === broker)!.addresses[account]; // Who asks names one of the above.
}

/** Whether an address that somebody named is one of real money. */
export function isRealAddress(url: string): boolean {
  return KILL_SWITCHES.some(({ addresses: { live } }) => live === url);
}

function placeOf(url: string): { readonly host: string; readonly port: number } {
  const place = URL.canParse(url) ? new URL(url) : undefined;
  if (place?.protocol !== 'tcp:' || place.port === '') {
    throw new Fault('config.value', `must be tcp://HOST:PORT, was ${url}`, { field: '--base-url' });
  }
  return { host: place.hostname, port: Number(place.port) };
}

/** The keys of a broker from an environment; a `Fault` names what is missing, and shows nothing of what is there. */
export function keysOf(
  { broker, keys }: KillSwitch,
  environment: Readonly<Record<string, string | undefined>>,
): Keys | undefined {
  if (keys === undefined) return undefined;
  const missing = keys.filter((name) => (environment[name] ?? '') === '');
  if (missing.length > 0) {
    throw new Fault('keys.missing', `the keys of ${broker} are looked for in ${missing.join(' and ')}`, {
      field: missing[0],
    });
  }
  // Both are there: it was just seen.
  return { id: new Secret(environment[keys[0]]!), secret: new Secret(environment[keys[1]]!) };
}
