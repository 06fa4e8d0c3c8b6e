/**
 * The lease of an account while a session begins: to read history, journal and books may take longer than a lease lasts, and no
 * loop runs yet that would renew it.
 */
import type { FileLease } from '../../adapters/lease-files/index.ts';

/** Milliseconds between renewals: a lease lets send for half of its fifteen seconds. */
export const RENEW_MS = 3000;

export interface BeginningLease {
  readonly lease: FileLease | undefined;
  /** From here on the session's own loop renews it, so that one which stands still loses it. */
  begun(): void;
  /** Gives it back. */
  end(): void;
}

/** Takes a lease, where there is one to take, and renews it until the session has begun. */
export function beginningLease(take: (() => FileLease) | undefined): BeginningLease {
  const lease = take?.();
  // Who has lost it is told by the lease itself, before anything is sent.
  const renewing = lease === undefined ? undefined : setInterval(() => lease.renew(), RENEW_MS).unref();
  const begun = (): void => clearInterval(renewing);
  const end = (): void => {
    begun();
    lease?.release();
  };
  return { lease, begun, end };
}
