/**
 * Requests of who stops an account with nothing but its keys: no library of the vendor, no redirect, a short time each. What
 * fails is counted and goes on; only keys that are refused end it.
 */
import type { Secret } from '../../base/secret.ts';

export interface KillAccess {
  readonly keyId: Secret;
  readonly secret: Secret;
  /** Address of the trading endpoints, without a slash at the end. */
  readonly url: string;
}

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null;
}

const REQUEST_MS = 4000;

export class KillRequests {
  private readonly access: KillAccess;
  private readonly failed = new Map<string, number>();
  /** The broker refuses the keys: nothing more is asked. */
  isRefused = false;

  constructor(access: KillAccess) {
    this.access = access;
  }

  /** What failed, each once, with how often. */
  get failures(): readonly string[] {
    return [...this.failed].map(([what, times]) => (times > 1 ? `${what} (${times} times)` : what));
  }

  fail(what: string): void {
    this.failed.set(what, (this.failed.get(what) ?? 0) + 1);
  }

  /** The body of an answer; undefined where there is none that counts. An empty body is null. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { url, keyId, secret } = this.access;
    const what = `${method} ${path.replace(/\?.*/, '').replace(/^(\/v2\/orders\/).+/, '$1…')}`;
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          'APCA-API-KEY-ID': keyId.reveal(),
          'APCA-API-SECRET-KEY': secret.reveal(),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would carry the keys to another server.
        redirect: 'error',
        signal: AbortSignal.timeout(REQUEST_MS),
      });
      const text = await response.text();
      if (response.status === 401) {
        this.isRefused = true;
        this.fail(`${what}: ${response.status}, the broker refuses the keys`);
        return undefined;
      }
      // What has ended in the meantime cannot be cancelled, and need not be.
      if (response.status === 422 && method === 'DELETE' && path.startsWith('/v2/orders')) return undefined;
      if (!response.ok) {
        this.fail(`${what}: ${response.status}`);
        return undefined;
      }
      return text === '' ? null : (JSON.parse(text) as unknown);
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      this.fail(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`);
      return undefined;
    }
  }

  /** A list of records; undefined where the answer is none. */
  async list(path: string): Promise<readonly JsonRecord[] | undefined> {
    const answer = await this.ask('GET', path);
    if (answer === undefined) return undefined;
    if (Array.isArray(answer)) return answer.filter(isRecord);
    this.fail(`GET ${path.replace(/\?.*/, '')}: the answer is no list`);
    return undefined;
  }

  /** What is held, in units, sold below nought; undefined where nobody says. */
  async held(): Promise<readonly Holding[] | undefined> {
    const answer = await this.list('/v2/positions');
    return answer?.map(({ symbol, qty, side }) => {
      const size = Math.abs(Number(qty));
      return { symbol: String(symbol), quantity: side === 'short' ? -size : size };
    });
  }
}

export interface Holding {
  readonly symbol: string;
  readonly quantity: number;
}
