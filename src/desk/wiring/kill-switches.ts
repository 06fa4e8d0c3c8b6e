/**
 * The brokers whose accounts can be stopped with their keys alone, and where the keys are looked for.
 */
import { Fault } from '../../base/fault.ts';
import type { KillReport } from '../../adapters/alpaca/kill-all.ts';

export type { KillReport };

export interface KillSwitch {
  readonly broker: string;
  /** Names of the variables of the environment that hold the keys. */
  readonly keys: readonly [id: string, secret: string];
  /** Addresses by account. */
  readonly addresses: Readonly<Record<'paper' | 'live', string>>;
  /** Stops the account; loads only what that needs. */
  kill(options: {
    readonly id: string;
    readonly secret: string;
    readonly url: string;
    readonly forMs: number;
    readonly tell: (line: string) => void;
  }): Promise<KillReport>;
}

export const KILL_SWITCHES: readonly KillSwitch[] = [
  {
    broker: 'alpaca',
    keys: ['APCA_API_KEY_ID', 'APCA_API_SECRET_KEY'],
    addresses: { paper: 'https://paper-api.alpaca.markets', live: 'https://api.alpaca.markets' },
    kill: async ({ id, ...options }) => {
      const { killAll } = await import('../../adapters/alpaca/kill-all.ts');
      return killAll({ keyId: id, ...options });
    },
  },
];

/** The keys of a broker from an environment; a `Fault` names what is missing, and shows nothing of what is there. */
export function keysOf(
  { broker, keys }: KillSwitch,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly id: string; readonly secret: string } {
  const missing = keys.filter((name) => (environment[name] ?? '') === '');
  if (missing.length > 0) {
    throw new Fault('keys.missing', `the keys of ${broker} are looked for in ${missing.join(' and ')}`, {
      field: missing[0],
    });
  }
  // Both are there: it was just seen.
  return { id: environment[keys[0]]!, secret: environment[keys[1]]! };
}
