/**
 * A session: one trading day of a market, from its open to its close.
 */
import type { Instant } from './instant.ts';

/** Sessions are half-open: trading happens at `openAt` and no longer at `closeAt`. */
export interface Session {
  /** Position in the calendar: consecutive sessions have consecutive numbers. */
  readonly index: number;
  /** The trade date, `YYYY-MM-DD`; an overnight session has the date on which it closes. */
  readonly date: string;
  /** The trade date in days since 1970. */
  readonly day: number;
  readonly openAt: Instant;
  readonly closeAt: Instant;
  /** The close differs from the ordinary one. */
  readonly isEarlyClose: boolean;
  /** The lunch break, where there is one. */
  readonly breakStartAt?: Instant;
  readonly breakEndAt?: Instant;
  /** Trading outside regular hours, where there is any. */
  readonly preMarketOpenAt?: Instant;
  readonly postMarketCloseAt?: Instant;
}

/** Sessions as columns: the rows share an index. Times are instants; a missing one is NaN. */
export interface SessionColumns {
  readonly length: number;
  /** Trade date, days since 1970. */
  readonly day: Int32Array;
  readonly openAt: Float64Array;
  readonly closeAt: Float64Array;
  readonly breakStartAt: Float64Array;
  readonly breakEndAt: Float64Array;
  readonly preMarketOpenAt: Float64Array;
  readonly postMarketCloseAt: Float64Array;
  /** 1 where the close is not the ordinary one. */
  readonly isEarlyClose: Uint8Array;
}

export function allocateSessions(length: number): SessionColumns {
  const times = (): Float64Array => new Float64Array(length).fill(Number.NaN);
  return {
    length,
    day: new Int32Array(length),
    openAt: times(),
    closeAt: times(),
    breakStartAt: times(),
    breakEndAt: times(),
    preMarketOpenAt: times(),
    postMarketCloseAt: times(),
    isEarlyClose: new Uint8Array(length),
  };
}
