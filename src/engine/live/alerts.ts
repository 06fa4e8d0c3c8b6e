/**
 * What a person must hear of: one condition is one alert, however often it is seen.
 */
import { ENTRY, type Journal } from '../journal.ts';

/** P1 wakes somebody; P2 is looked at today; P3 is read in the daily digest. */
export type Priority = 1 | 2 | 3;

export interface Alert {
  readonly code: AlertCode;
  readonly priority: Priority;
  readonly message: string;
  /** When it was seen first, an Instant. */
  readonly at: number;
}

/** Conditions by code, with how much they matter. */
export const ALERT_PRIORITIES = {
  'order.unknown': 1,
  'order.tombstone': 1,
  'order.zombie': 1,
  'order.overfill': 1,
  'order.beyond-flat': 1,
  'order.foreign-id': 1,
  'fill.conflict': 1,
  'fill.after-end': 1,
  'fill.busted': 1,
  'position.drift': 1,
  'activity.unknown': 1,
  'position.liquidated': 1,
  'account.blocked': 1,
  'account.other': 1,
  'account.rules': 2,
  'desk.second': 1,
  'exits.gone': 1,
  'clock.skew': 1,
  'desk.stopped': 1,
  'loss.limit': 1,
  'strategy.stopped': 1,
  'link.locked': 1,
  'order.external': 1,
  'option.not-instructed': 1,
  'option.instructed': 3,
  'option.expiring': 2,
  'order.foreign': 2,
  'order.rejects': 2,
  'link.down': 2,
  'data.stale': 2,
} as const satisfies Record<string, Priority>;

export type AlertCode = keyof typeof ALERT_PRIORITIES;

export class Alerts {
  /** Raised and not yet taken by whoever tells people. */
  readonly pending: Alert[] = [];
  /** How often each condition was seen, by code and message. */
  readonly seen = new Map<string, number>();
  private readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  raise(code: AlertCode, message: string, at: number): void {
    const key = `${code}: ${message}`;
    const count = (this.seen.get(key) ?? 0) + 1;
    this.seen.set(key, count);
    if (count > 1) return;
    this.pending.push({ code, priority: ALERT_PRIORITIES[code], message, at });
    this.journal.write(ENTRY.alert, at, 0, -1, 0, 0, Number.NaN, 0, 0, key);
  }
}
