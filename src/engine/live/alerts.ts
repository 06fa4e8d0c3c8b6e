/**
 * What a person must hear of: one condition is one alert, however often it is seen.
 */
import { MINUTE } from '../../time/instant.ts';
import { ENTRY, type Journal } from '../journal/journal.ts';

/** P1 wakes somebody; P2 is looked at today; P3 is read in the daily digest. */
export type Priority = 1 | 2 | 3;

export interface Alert {
  readonly code: AlertCode;
  readonly priority: Priority;
  readonly message: string;
  /** When it was seen first, or ended, an Instant. */
  readonly at: number;
  /** By which it is acknowledged; counted from 1 in each session. */
  readonly number: number;
  /** The condition has ended; left out while it holds. */
  readonly isOver?: true;
}

/** Conditions by code, with how much they matter. */
export const ALERT_PRIORITIES = {
  'order.unknown': 1,
  'order.waiting': 1,
  'order.tombstone': 1,
  'order.zombie': 1,
  'order.overfill': 1,
  'order.beyond-flat': 1,
  'order.foreign-id': 1,
  'fill.conflict': 1,
  'fill.after-end': 1,
  'fill.busted': 1,
  'fill.unplaced': 2,
  'position.drift': 1,
  'activity.unknown': 1,
  'position.kept': 1,
  'position.liquidated': 1,
  'account.blocked': 1,
  'account.other': 1,
  'account.rules': 2,
  'account.good-faith': 1,
  'margin.kinder': 2,
  'desk.second': 1,
  'exits.gone': 1,
  'exits.unwatched': 1,
  'clock.skew': 1,
  'desk.stopped': 1,
  'loss.limit': 1,
  'strategy.stopped': 1,
  'asked.identity': 1,
  'asked.conflict': 1,
  'link.locked': 1,
  'order.external': 1,
  'option.not-instructed': 1,
  'cash.transferred': 1,
  'cash.adjusted': 2,
  'cash.booked': 3,
  'option.instructed': 3,
  'option.expiring': 2,
  'future.expiring': 2,
  'order.foreign': 2,
  'symbol.halted': 2,
  'order.rejects': 2,
  'size.below-one': 2,
  'link.down': 2,
  'link.login': 2,
  'broker.remark': 2,
  'link.restart': 3,
  'data.stale': 2,
} as const satisfies Record<string, Priority>;

export type AlertCode = keyof typeof ALERT_PRIORITIES;

/** A condition that was raised, with what became of it. */
export interface OpenAlert extends Alert {
  /** How often it was seen, and when last. */
  seen: number;
  lastAt: number;
  /** Who has taken note of it, and said what. */
  acknowledgedBy?: string;
  /** When the condition ended, an Instant. */
  overAt?: number;
}

/** What comes and goes: where nobody saw it for so long, it is a new one when it is seen again. */
const RECURRING: ReadonlySet<AlertCode> = new Set([
  'account.blocked',
  'clock.skew',
  'desk.stopped',
  'link.down',
  'link.login',
  'link.restart',
  'loss.limit',
  'order.rejects',
  'strategy.stopped',
  'symbol.halted',
] as const);
const FORGOTTEN_US = 15 * MINUTE;

export class Alerts {
  /** Raised, or over, and not yet taken by whoever tells people. */
  readonly pending: Alert[] = [];
  /** All that were raised, by number, oldest first: number 1 is the first. */
  readonly all: OpenAlert[] = [];
  /** The newest of each condition that is not over, by code and message. */
  private readonly open = new Map<string, OpenAlert>();
  /** Left out where the journal must be that of a backtest: then people are told, and nothing is written. */
  private readonly journal: Journal | undefined;

  constructor(journal?: Journal) {
    this.journal = journal;
  }

  /** Something that people must hear of was seen. What is open already is counted, and not told again. */
  raise(code: AlertCode, message: string, at: number): void {
    const key = `${code}: ${message}`;
    const before = this.open.get(key);
    if (before !== undefined && (at - before.lastAt <= FORGOTTEN_US || !RECURRING.has(code))) {
      before.seen++;
      before.lastAt = at;
      return;
    }
    const alert: Alert = { code, priority: ALERT_PRIORITIES[code], message, at, number: this.all.length + 1 };
    const open = { ...alert, seen: 1, lastAt: at };
    this.all.push(open);
    this.open.set(key, open);
    this.pending.push(alert);
    this.journal?.write(ENTRY.alert, at, 0, -1, 0, 0, Number.NaN, 0, 0, key);
  }

  /**
   * Conditions with this code, about what the message begins with, are over, but for the one with the message `unless`:
   * who was told of them is told that too.
   */
  settle(code: AlertCode, about: string, at: number, unless?: string): void {
    if (this.open.size === 0) return;
    for (const [key, open] of this.open) {
      if (open.code !== code || !open.message.startsWith(about) || open.message === unless) continue;
      open.overAt = at;
      this.open.delete(key);
      const { priority, message, number } = open;
      this.pending.push({ code, priority, message, at, number, isOver: true });
      this.journal?.write(ENTRY.note, at, 0, -1, 0, 0, Number.NaN, 0, 0, `alert.over: ${key}`);
    }
  }

  /** Whether a condition with this code has not ended. */
  isOpen(code: AlertCode): boolean {
    return [...this.open.values()].some((each) => each.code === code);
  }

  /** Somebody has taken note: of one by its number, or of all. A number that is none changes nothing. */
  acknowledge(number: number | 'all', by: string): void {
    for (const each of number === 'all' ? this.all : this.all.slice(number - 1, number)) each.acknowledgedBy ??= by;
  }
}
