/**
 * The ports of the engine: what it asks of the world, as small interfaces that others plug in.
 */
import type { Approved } from './gate.ts';
import type { Order } from './order.ts';

/** Where approved orders go. A simulated venue answers at once; a broker answers later, through the tape. */
export interface Venue {
  /** Takes only what the risk gate approved. */
  send(order: Approved): void;
  cancel(order: Order, code: string): void;
  /** Changes price or quantity; returns a code when the order can no longer be changed. */
  update(order: Order, change: OrderChange): string | undefined;
}

export interface OrderChange {
  readonly quantity?: number;
  readonly limit?: number;
  readonly stop?: number;
}

/** When an instrument trades. Instants are microseconds since 1970. */
export interface MarketHours {
  isOpen(at: number): boolean;
  /** The close of the session that contains `at`, or of the next one. */
  closeAfter(at: number): number;
  /** The open of the first session that opens at or after `at`. */
  openAfter(at: number): number;
}

/** A market that never closes: for tapes without a calendar. Its days end at midnight UTC. */
export const alwaysOpen: MarketHours = {
  isOpen: () => true,
  // What ends at midnight ends its day.
  closeAfter: (at) => Math.ceil(at / 86_400_000_000) * 86_400_000_000,
  openAfter: (at) => at,
};
