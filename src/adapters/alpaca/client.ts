/**
 * The vendor's library, opened for one account: where it calls, how long it waits, and that it sends nothing twice.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import { Fault } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import { statusOf } from './answers.ts';

export interface AlpacaAccess {
  readonly keyId: Secret;
  readonly secret: Secret;
  /** The broker's test account, or the real one. */
  readonly isPaper: boolean;
  /** Addresses to use instead of the vendor's, for a fake on this machine: of trading, prices, and all streams. */
  readonly restUrl?: string;
  readonly dataUrl?: string;
  readonly streamUrl?: string;
  /** Milliseconds after which an answer counts as lost. */
  readonly timeoutMs?: number;
  /** Milliseconds between two signs of life that a stream is asked for, and within which each must come. */
  readonly heartbeatMs?: number;
  /** Only questions leave, whatever is asked for: no order, no cancel, no setting. */
  readonly isReadOnly?: boolean;
}

/** A stream that is silent is found out within twice this, and opened anew: a cable that was pulled closes nothing. */
export const HEARTBEAT_MS = 5000;

/** What the vendor's streams are told about signs of life: a ping so often, and the end without its answer. */
export function heartbeatOf({ heartbeatMs = HEARTBEAT_MS }: Pick<AlpacaAccess, 'heartbeatMs'>): {
  readonly pingIntervalMs: number;
  readonly pongWaitMs: number;
} {
  // The library forgets that it waits when it asks again: the answer is due just before.
  return { pingIntervalMs: heartbeatMs, pongWaitMs: 0.9 * heartbeatMs };
}

/** A broken stream is tried again for as long as a session lasts, soon at first. */
export const FOREVER = { maxReconnectAttempts: -1, initialReconnectMs: 250, maxReconnectMs: 15_000 };

const TIMEOUT_MS = 10_000;
/** What the library keeps in the place of keys, in many fields that a report of an error would show. */
const HELD_ELSEWHERE = '***';

/**
 * Loads the vendor's library; a `Fault` tells how to install it where it is not there. `onAnswer` is told the status of
 * each answer, when the vendor says that it counts requests anew (seconds since 1970), and what time it was there
 * (milliseconds; this machine's where it does not say).
 */
export async function openAlpaca(
  access: AlpacaAccess,
  onAnswer?: (status: number, reset: string | null, atMs: number, left: string | null) => void,
): Promise<Alpaca> {
  const library = await import('@alpacahq/alpaca-trade-api').catch(() => {
    const hint = 'npm install @alpacahq/alpaca-trade-api';
    throw new Fault('alpaca.library', 'the library of the broker is not installed', {}, hint);
  });
  const { keyId, secret, isPaper, restUrl, dataUrl = restUrl, timeoutMs = TIMEOUT_MS, isReadOnly = false } = access;
  return new library.Alpaca({
    keyId: HELD_ELSEWHERE,
    secret: HELD_ELSEWHERE,
    paper: isPaper,
    // What is sent again, and when, is decided by the order path alone.
    retry: false,
    rateLimit: false,
    fetchApi: (input, init) => {
      const url = new URL(String(input));
      const { method = 'GET' } = init ?? {};
      if (isReadOnly && method !== 'GET') {
        throw new Fault('alpaca.read-only', `only questions leave here, and this was ${method} ${url.pathname}`);
      }
      const instead = url.hostname.startsWith('data.') ? dataUrl : restUrl;
      const address = instead === undefined ? url : `${instead}${url.pathname}${url.search}`;
      // A redirect would carry the keys to another server.
      const more = { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) } as const;
      const headers = new Headers(init?.headers);
      headers.set('APCA-API-KEY-ID', keyId.reveal());
      headers.set('APCA-API-SECRET-KEY', secret.reveal());
      return fetch(address, { ...init, ...more, headers }).then((response) => {
        const { headers: told, status } = response;
        const at = Date.parse(told.get('date') ?? '');
        const [reset, left] = [told.get('x-ratelimit-reset'), told.get('x-ratelimit-remaining')];
        onAnswer?.(status, reset, Number.isNaN(at) ? Date.now() : at, left);
        return response;
      });
    },
  });
}

/**
 * The same stream of the vendor's library, which signs in with the keys, and in which they do not lie as text: it reads them
 * by the names of two fields.
 */
export function signedBy<T extends object>({ keyId, secret }: Pick<AlpacaAccess, 'keyId' | 'secret'>, stream: T): T {
  for (const [name, key] of Object.entries({ keyId, secret })) {
    Object.defineProperty(stream, name, { get: () => key.reveal(), enumerable: false });
  }
  return stream;
}

/** Why there was no answer, in the words of whoever knows most of it; its text never holds the keys. */
export function causeOf(error: unknown): string {
  let last = error;
  // The library wraps what the network says, which alone names the address.
  while (last instanceof Error && last.cause instanceof Error) last = last.cause;
  const text = last instanceof Error ? last.message : String(last);
  return text.slice(0, 300);
}

/** The error of an answer that was none. */
export function askFault(what: string, error: unknown): Fault {
  if (statusOf(error) === 401) return new Fault('keys.refused', `${what} cannot be read: the broker refuses the keys`);
  return new Fault('alpaca.ask', `${what} cannot be read: ${causeOf(error)}`);
}
