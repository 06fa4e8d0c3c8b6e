/**
 * How fast messages leave: at most so many a second, cancels first, and nothing that nobody wants any more.
 *
 * The vendor closes the door on clients that send more than fifty messages a second. The library would keep what is too
 * fast in a queue of its own and send it to the *next* session, minutes later; so it never gets more than it sends at once,
 * and what waits here is dropped with its connection.
 */
import { setTimeout } from 'node:timers';

export type Lane = 'cancel' | 'order' | 'query';
const LANES: readonly Lane[] = ['cancel', 'order', 'query'];

interface Waiting {
  readonly send: () => void;
  /** Called instead of `send` when the connection ends before its turn has come: it surely never left. */
  readonly drop: () => void;
}

export class Pace {
  private perSecond: number;
  private readonly now: () => number;
  private readonly lanes: Readonly<Record<Lane, Waiting[]>> = { cancel: [], order: [], query: [] };
  private tokens: number;
  private refilledAt: number;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private holdsOrders = false;

  /** `now` in milliseconds. */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.perSecond = perSecond;
    this.now = now;
    this.tokens = perSecond;
    this.refilledAt = now();
  }

  /** How many messages wait. */
  get length(): number {
    return LANES.reduce((sum, lane) => sum + this.lanes[lane].length, 0);
  }

  add(lane: Lane, send: () => void, drop: () => void): void {
    if (this.isClosed) {
      drop();
      return;
    }
    this.lanes[lane].push({ send, drop });
    this.pump();
  }

  /** Half as many from here on, and none in the next second. */
  slowDown(): void {
    this.perSecond = Math.max(1, this.perSecond / 2);
    this.tokens = Math.min(this.tokens, 0) - this.perSecond;
  }

  /** Orders wait until they are let go, whatever the pace allows; cancels and questions do not. */
  holdOrders(): void {
    this.holdsOrders = true;
  }

  letOrdersGo(): void {
    this.holdsOrders = false;
    this.pump();
  }

  /** Nothing leaves from here on; what waits is dropped. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    for (const lane of LANES) for (const { drop } of this.lanes[lane].splice(0)) drop();
  }

  private pump(): void {
    this.refill();
    while (this.tokens >= 1 && !this.isClosed) {
      const next = this.next();
      if (next === undefined) return;
      this.tokens--;
      next.send();
    }
    const held = this.holdsOrders ? this.lanes.order.length : 0;
    if (this.length > held && this.timer === undefined && !this.isClosed) {
      this.timer = setTimeout(
        () => {
          this.timer = undefined;
          this.pump();
        },
        Math.ceil(1000 / this.perSecond),
      );
    }
  }

  private next(): Waiting | undefined {
    const { cancel, order, query } = this.lanes;
    return cancel.shift() ?? (this.holdsOrders ? undefined : order.shift()) ?? query.shift();
  }

  private refill(): void {
    const now = this.now();
    this.tokens = Math.min(this.perSecond, this.tokens + ((now - this.refilledAt) * this.perSecond) / 1000);
    this.refilledAt = now;
  }
}
