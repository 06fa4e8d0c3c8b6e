/**
 * The last way to stop an account: it needs the keys and nothing else. No desk, no journal, no library of the vendor, no
 * stream; only requests, repeated until the broker says that nothing works any more, or time is up.
 *
 * First new orders are blocked at the broker, for everybody who has the keys; then all that works is cancelled, at once
 * and one by one; then the list of working orders is read until it is empty twice. What could not be confirmed is said.
 */
import type { KillReportWith } from '../../engine/live/broker/kill-report.ts';
import { onlyCloses } from '../../engine/live/broker/only-closes.ts';

export interface KillOptions {
  readonly keyId: string;
  readonly secret: string;
  /** Address of the trading endpoints, without a slash at the end. */
  readonly url: string;
  /** New orders stay welcome at the broker: only what works is canceled. */
  readonly isOnlyCanceling?: boolean;
  /** What only closes what is held is left at work: the protection of positions that nobody looks after. */
  readonly isKeepingExits?: boolean;
  /** Milliseconds after which it gives up, and says what is left. */
  readonly forMs: number;
  /** Told each step as it happens. */
  readonly tell?: (line: string) => void;
}

/** What the broker has confirmed when it was over, and what it has not. */
export type AlpacaKillReport = KillReportWith<'isSuspended' | 'kept'>;

interface Listed {
  readonly id: string;
  readonly symbol: string;
  readonly status: string;
  /** What it may still trade, a package leg by leg; none where its legs are not told. */
  readonly parts: readonly Part[];
}

interface Part {
  readonly symbol: string;
  /** Units: bought above nought, sold below; NaN where that is not said. */
  readonly left: number;
}

type Held = ReadonlyMap<string, number>;

const REQUEST_MS = 4000;
const PAUSE_MS = 250;

/** Stops the account; never throws. */
export async function killAll(options: KillOptions): Promise<AlpacaKillReport> {
  return new Kill(options).run();
}

class Kill {
  private readonly options: KillOptions;
  private readonly failures = new Map<string, number>();
  private readonly asked = new Set<string>();
  private open: readonly Listed[] = [];
  private kept: readonly Listed[] = [];
  private newest: Held | undefined;
  private isSuspended = false;
  private isRefused = false;

  constructor(options: KillOptions) {
    this.options = options;
  }

  async run(): Promise<AlpacaKillReport> {
    const { tell, forMs } = this.options;
    const until = performance.now() + forMs;
    let empty = 0;
    for (let round = 0; !this.isRefused && performance.now() < until; round++) {
      if (round > 0) await new Promise<void>((next) => setTimeout(next, PAUSE_MS));
      const before = await this.held();
      // Blocking and cancelling do not wait for each other: either may be what the broker cannot do now.
      const [isListed] = await Promise.all([
        this.list(),
        this.suspend(),
        round === 0 ? this.cancelAtOnce() : undefined,
      ]);
      if (!isListed || !this.setExitsAside(before, await this.held())) continue;
      empty = this.open.length === 0 && round > 0 ? empty + 1 : 0;
      tell?.(`${this.open.length} orders work${this.isSuspended ? '; new ones are blocked' : ''}`);
      // An order that was on its way may show after the list was empty once.
      if (empty >= 2 && (this.isSuspended || this.isOnlyCanceling)) break;
      if (this.open.length > 0) {
        await this.cancelAtOnce();
        for (const { id } of this.open) await this.cancel(id, until);
      }
    }
    return {
      isSuspended: this.isSuspended,
      isEmpty: empty >= 2,
      asked: this.asked.size,
      open: this.open,
      kept: this.kept.length,
      ...(this.newest === undefined ? {} : { unprotected: this.unprotected(this.newest) }),
      failures: [...this.failures].map(([what, times]) => (times > 1 ? `${what} (${times} times)` : what)),
    };
  }

  private unprotected(held: Held): NonNullable<AlpacaKillReport['unprotected']> {
    const closed = new Set(this.kept.flatMap(({ parts }) => parts.map(({ symbol }) => symbol)));
    return [...held].filter(([symbol]) => !closed.has(symbol)).map(([symbol, quantity]) => ({ symbol, quantity }));
  }

  private async suspend(): Promise<void> {
    if (this.isSuspended || this.isOnlyCanceling) return;
    const answer = await this.ask('PATCH', '/v2/account/configurations', { suspend_trade: true });
    if (answer === undefined) return;
    // What it says, not that it answered.
    this.isSuspended = isRecord(answer) && answer['suspend_trade'] === true;
    if (!this.isSuspended) this.fail('PATCH /v2/account/configurations: the answer does not say that it is suspended');
  }

  private async list(): Promise<boolean> {
    const answer = await this.ask('GET', '/v2/orders?status=open&limit=500&nested=false');
    if (answer === undefined) return false;
    if (!Array.isArray(answer)) {
      this.fail('GET /v2/orders: the answer is no list');
      return false;
    }
    this.open = await Promise.all(answer.filter(isRecord).map((order) => this.listed(order)));
    return true;
  }

  private async listed(order: JsonRecord): Promise<Listed> {
    const isPackage = order['order_class'] === 'mleg' && order['symbol'] === '';
    const legs = isPackage ? await this.legs(order) : [];
    const name = `package of ${legs.map(({ symbol }) => String(symbol)).join(', ')}`;
    return {
      id: String(order['id']),
      symbol: isPackage ? name : String(order['symbol']),
      status: String(order['status']),
      parts: (isPackage ? legs : [order]).map(partOf),
    };
  }

  /** Legs of a package: inside it, or asked for where the list leaves them out. */
  private async legs({ id, legs }: JsonRecord): Promise<readonly JsonRecord[]> {
    if (Array.isArray(legs)) return legs.filter(isRecord);
    if (this.options.isKeepingExits !== true) return [];
    const whole = await this.ask('GET', `/v2/orders/${String(id)}?nested=true`);
    return isRecord(whole) && Array.isArray(whole['legs']) ? whole['legs'].filter(isRecord) : [];
  }

  /** Units held by symbol; undefined where nobody says, or where it does not matter. */
  private async held(): Promise<Held | undefined> {
    if (this.options.isKeepingExits !== true) return undefined;
    const answer = await this.ask('GET', '/v2/positions');
    if (!Array.isArray(answer)) return undefined;
    return new Map(
      answer.filter(isRecord).map(({ symbol, qty, side }) => {
        const size = Math.abs(Number(qty));
        return [String(symbol), side === 'short' ? -size : size];
      }),
    );
  }

  /**
   * Leaves out of the open orders those that only close, by what was held before they were listed or after; false where
   * that is not known. An exit that fills meanwhile looks too large by the later reading, one that wakes by the earlier;
   * what closes by neither is seen so again by the next.
   */
  private setExitsAside(...readings: readonly (Held | undefined)[]): boolean {
    if (this.options.isKeepingExits !== true) return true;
    const listed = this.open;
    const known = readings.filter((held) => held !== undefined);
    if (known.length < readings.length) return false;
    const closes = ({ parts }: Listed, held: Held): boolean =>
      parts.length > 0 && parts.every(({ symbol, left }) => onlyCloses(left, held.get(symbol) ?? 0));
    this.open = listed.filter((order) => !known.some((held) => closes(order, held)));
    this.kept = listed.filter((order) => !this.open.includes(order));
    this.newest = known.at(-1);
    return true;
  }

  private get isOnlyCanceling(): boolean {
    return this.options.isOnlyCanceling === true || this.options.isKeepingExits === true;
  }

  private async cancelAtOnce(): Promise<void> {
    if (this.options.isKeepingExits === true) return;
    const answer = await this.ask('DELETE', '/v2/orders');
    if (Array.isArray(answer)) for (const each of answer.filter(isRecord)) this.asked.add(String(each['id']));
  }

  private async cancel(id: string, until: number): Promise<void> {
    if (performance.now() >= until || this.isRefused) return;
    this.asked.add(id);
    await this.ask('DELETE', `/v2/orders/${id}`);
  }

  /** The body of an answer; undefined where there is none that counts. An empty body is null. */
  private async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { url, keyId, secret } = this.options;
    const what = `${method} ${path.replace(/\?.*/, '').replace(/^(\/v2\/orders\/).+/, '$1…')}`;
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          'APCA-API-KEY-ID': keyId,
          'APCA-API-SECRET-KEY': secret,
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
      if (response.status === 422 && method === 'DELETE') return undefined;
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

  private fail(what: string): void {
    this.failures.set(what, (this.failures.get(what) ?? 0) + 1);
  }
}

type JsonRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null;
}

function partOf({ symbol, qty, filled_qty: filled, side }: JsonRecord): Part {
  return { symbol: String(symbol), left: (Number(qty) - Number(filled ?? 0)) * (side === 'buy' ? 1 : -1) };
}
