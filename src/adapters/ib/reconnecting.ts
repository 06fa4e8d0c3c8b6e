/**
 * When to try again after a connection was lost: soon, then less often, never all at once, and slowly while the vendor
 * restarts its servers at night.
 */
import { calendar } from '../../time/calendars.ts';

const NEW_YORK = calendar('XNYS').zone;
const MINUTE_US = 60_000_000;
const DAY_MINUTES = 24 * 60;

/** A span of the clock in New York, minutes after midnight, in which the vendor restarts its servers. */
export interface ResetWindow {
  readonly from: number;
  readonly to: number;
}

/** What the vendor's page of system status says: 00:15 to 01:45, every night. */
export const RESET_WINDOWS: readonly ResetWindow[] = [{ from: 15, to: 105 }];

/** Whether an instant is in a window. Weekends are not windows of their own: nothing trades then. */
export function isResetting(at: number, windows: readonly ResetWindow[]): boolean {
  const day = NEW_YORK.dayAt(at);
  const minutes = Math.floor((at - NEW_YORK.instantAt(day, 0)) / MINUTE_US) % DAY_MINUTES;
  return windows.some(({ from, to }) => minutes >= from && minutes < to);
}

/** Milliseconds until the next try: doubled each time up to half a minute, with `chance` (0 … 1) spread over a half of it. */
export function retryDelayMs(tries: number, isReset: boolean, chance: number, firstMs: number): number {
  const longest = isReset ? 60_000 : 30_000;
  const delay = isReset ? longest : Math.min(longest, firstMs * 2 ** Math.min(tries, 10));
  return Math.round(delay * (0.75 + chance / 2));
}
