/**
 * When a request may go out: after a 429 and after refused keys the broker is left alone for a while, but for cancels,
 * which always have a lane. What is held back was not sent, and is reported as exactly that.
 */

/** Why nothing but cancels goes out now. */
export type Closed = 'throttled' | 'locked';

/** Longest wait that the broker's own word is taken for: its limits are per minute. */
const THROTTLED_MAX_MS = 60_000;
/** Where it does not say until when. */
const THROTTLED_MS = 5000;
/** After refused keys one request in so long asks whether they are taken again: two in a minute. */
const LOCKED_MS = 30_000;

export class Lane {
  /** Requests that are answered until the broker counts anew, as it said last; undefined before it said any. */
  left: number | undefined = undefined;
  private until = -Infinity;
  private why: Closed | undefined = undefined;
  /** A clock in milliseconds that only goes forward. */
  private readonly now: () => number;
  /** How much faster than that the broker's time passes. */
  private readonly rate: () => number;

  constructor(now: () => number, rate: () => number = () => 1) {
    this.now = now;
    this.rate = rate;
  }

  /** Lets a request go, or says why it must wait, and for how many milliseconds. */
  enter(): { readonly why: Closed; readonly forMs: number } | undefined {
    const { why } = this;
    if (why === undefined) return undefined;
    const forMs = this.until - this.now();
    if (forMs > 0) return { why, forMs };
    // After refused keys one goes ahead to see; the others wait for what it hears.
    if (why === 'locked') this.until = this.now() + LOCKED_MS;
    else this.why = undefined;
    return undefined;
  }

  /**
   * An answer came: its status, the header that says when the broker counts anew (seconds since 1970), and what time it is
   * there (milliseconds). By another clock, as this machine's, that would be any while, and a minute at most. `left` is the
   * header that says how many requests it answers until then.
   */
  answered(status: number, reset: string | null, atMs: number, left: string | null = null): void {
    if (left !== null && /^\d+$/.test(left)) this.left = Number(left);
    if (status === 429) {
      const told = reset === null ? Number.NaN : Number(reset) * 1000 - atMs;
      const forMs = told > 0 ? Math.min(told, THROTTLED_MAX_MS) : THROTTLED_MS;
      this.close('throttled', forMs / Math.max(1, this.rate()));
    } else if (status === 401) this.close('locked', LOCKED_MS);
    else if (this.why === 'locked') this.why = undefined;
  }

  private close(why: Closed, forMs: number): void {
    this.until = Math.max(this.until, this.now() + forMs);
    this.why = why;
  }
}
