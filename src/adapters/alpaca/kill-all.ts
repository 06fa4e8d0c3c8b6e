/**
 * The last way to stop an account: it needs the keys and nothing else. No desk, no journal, no library of the vendor, no
 * stream; only requests, repeated until the broker says that nothing works any more, or time is up.
 *
 * First new orders are blocked at the broker, for everybody who has the keys; then all that works is cancelled, at once
 * and one by one; then the list of working orders is read until it is empty twice. Where positions are to be closed the block
 * is lifted for that long, and stands again at the end. What could not be confirmed is said.
 */
import type { AccountLook, KillReportWith } from '../../engine/live/broker/kill-report.ts';
import { onlyCloses } from '../../engine/live/broker/only-closes.ts';
import { closePositions } from './kill-positions.ts';
import { isRecord, KillRequests, type Holding, type JsonRecord, type KillAccess } from './kill-requests.ts';

export interface KillOptions extends KillAccess {
  /** Closes positions at the market once no order works, and blocks new orders after that. */
  readonly flatten?: boolean;
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

const OPEN_ORDERS = '/v2/orders?status=open&limit=500&nested=false';
const PAUSE_MS = 250;
/** Shares of the time, where positions are closed: until when orders are canceled first, and until when it is closed. */
const CANCEL_SHARE = 0.5;
const CLOSE_SHARE = 0.75;

/** Stops the account; never throws. */
export async function killAll(options: KillOptions): Promise<AlpacaKillReport> {
  return new Kill(options).run();
}

/** What works and what is held, and nothing is changed; undefined what could not be read. Never throws. */
export async function lookAt(access: KillAccess): Promise<AccountLook> {
  const requests = new KillRequests(access);
  const [orders, positions] = await Promise.all([requests.list(OPEN_ORDERS), requests.held()]);
  return { orders: orders?.length, positions, failures: requests.failures };
}

class Kill {
  private readonly options: KillOptions;
  private readonly requests: KillRequests;
  private readonly asked = new Set<string>();
  private open: readonly Listed[] = [];
  private kept: readonly Listed[] = [];
  private newest: Held | undefined;
  private isSuspended = false;
  /** How often in a row the list of orders was empty. */
  private empty = 0;

  constructor(options: KillOptions) {
    this.options = options;
    this.requests = new KillRequests(options);
  }

  async run(): Promise<AlpacaKillReport> {
    const { forMs, flatten = false } = this.options;
    const began = performance.now();
    const closing = flatten ? await this.flatten(began, forMs) : undefined;
    await this.stopOrders(began + forMs);
    const positions = flatten ? await this.requests.held() : undefined;
    return {
      isSuspended: this.isSuspended,
      isEmpty: this.empty >= 2,
      asked: this.asked.size,
      open: this.open,
      kept: this.kept.length,
      ...(this.newest === undefined ? {} : { unprotected: this.unprotected(this.newest) }),
      ...(closing === undefined ? {} : { closing }),
      ...(positions === undefined ? {} : { positions }),
      failures: this.requests.failures,
    };
  }

  /** Blocks new orders and cancels until nothing works, twice seen, or `until`. */
  private async stopOrders(until: number): Promise<void> {
    const { requests } = this;
    this.empty = 0;
    for (let round = 0; !requests.isRefused && performance.now() < until; round++) {
      if (round > 0) await new Promise<void>((next) => setTimeout(next, PAUSE_MS));
      const before = await this.held();
      // Blocking and cancelling do not wait for each other: either may be what the broker cannot do now.
      const [isListed] = await Promise.all([
        this.list(),
        this.suspend(),
        round === 0 ? this.cancelAtOnce() : undefined,
      ]);
      if (!isListed || !this.setExitsAside(before, await this.held())) continue;
      this.empty = this.open.length === 0 && round > 0 ? this.empty + 1 : 0;
      this.options.tell?.(`${this.open.length} orders work${this.isSuspended ? '; new ones are blocked' : ''}`);
      // An order that was on its way may show after the list was empty once.
      if (this.empty >= 2 && (this.isSuspended || this.isOnlyCanceling)) break;
      if (this.open.length > 0) {
        await this.cancelAtOnce();
        for (const { id } of this.open) await this.cancel(id, until);
      }
    }
  }

  /** Stops orders, lifts the block, and closes; what it leaves is stopped again by who called. */
  private async flatten(began: number, forMs: number): Promise<readonly Holding[]> {
    const { requests, options } = this;
    await this.stopOrders(began + CANCEL_SHARE * forMs);
    // An exit that works may close the same, and then more is sold than is held.
    if (this.empty < 2) {
      requests.fail('positions were not closed: orders may still work');
      return [];
    }
    const until = began + CLOSE_SHARE * forMs;
    while (!(await this.lift()) && performance.now() < until) {
      await new Promise<void>((next) => setTimeout(next, PAUSE_MS));
    }
    return closePositions(requests, until, options.tell);
  }

  /** The broker takes no order that closes either while new ones are blocked. */
  private async lift(): Promise<boolean> {
    // Also where the answer is lost, it may be lifted.
    this.isSuspended = false;
    const answer = await this.requests.ask('PATCH', '/v2/account/configurations', { suspend_trade: false });
    return isRecord(answer) && answer['suspend_trade'] === false;
  }

  private unprotected(held: Held): NonNullable<AlpacaKillReport['unprotected']> {
    const closed = new Set(this.kept.flatMap(({ parts }) => parts.map(({ symbol }) => symbol)));
    return [...held].filter(([symbol]) => !closed.has(symbol)).map(([symbol, quantity]) => ({ symbol, quantity }));
  }

  private async suspend(): Promise<void> {
    if (this.isSuspended || this.isOnlyCanceling) return;
    const answer = await this.requests.ask('PATCH', '/v2/account/configurations', { suspend_trade: true });
    if (answer === undefined) return;
    // What it says, not that it answered.
    this.isSuspended = isRecord(answer) && answer['suspend_trade'] === true;
    if (!this.isSuspended)
      this.requests.fail('PATCH /v2/account/configurations: the answer does not say that it is suspended');
  }

  private async list(): Promise<boolean> {
    const orders = await this.requests.list(OPEN_ORDERS);
    if (orders === undefined) return false;
    this.open = await Promise.all(orders.map((order) => this.listed(order)));
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
    const whole = await this.requests.ask('GET', `/v2/orders/${String(id)}?nested=true`);
    return isRecord(whole) && Array.isArray(whole['legs']) ? whole['legs'].filter(isRecord) : [];
  }

  /** Units held by symbol; undefined where nobody says, or where it does not matter. */
  private async held(): Promise<Held | undefined> {
    if (this.options.isKeepingExits !== true) return undefined;
    const positions = await this.requests.held();
    return positions && new Map(positions.map(({ symbol, quantity }) => [symbol, quantity]));
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
    const answer = await this.requests.ask('DELETE', '/v2/orders');
    if (Array.isArray(answer)) for (const each of answer.filter(isRecord)) this.asked.add(String(each['id']));
  }

  private async cancel(id: string, until: number): Promise<void> {
    if (performance.now() >= until || this.requests.isRefused) return;
    this.asked.add(id);
    await this.requests.ask('DELETE', `/v2/orders/${id}`);
  }
}

function partOf({ symbol, qty, filled_qty: filled, side }: JsonRecord): Part {
  return { symbol: String(symbol), left: (Number(qty) - Number(filled ?? 0)) * (side === 'buy' ? 1 : -1) };
}
