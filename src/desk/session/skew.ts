/**
 * Whether this machine's clock drifts away from the broker's: people are told from a second on, while there is time. What is
 * five seconds off halts the session, which compares for itself.
 */
import type { BrokerReport } from '../../engine/live/index.ts';
import { SECOND } from '../../time/instant.ts';
import type { SessionAlerts } from '../alerts/session-alerts.ts';
import type { SessionClock } from './clock.ts';

export interface SkewParts {
  /** This machine's clock, an Instant. */
  readonly now: () => number;
  readonly news: (code: 'clock.apart', message: string, isOver: boolean) => void;
}

/** Watches over the clock of a session, and tells its people. */
export function skewWatchOf(clock: SessionClock, alerts: SessionAlerts): SkewWatch {
  return new SkewWatch({
    now: () => clock.now(),
    news: (code, message, isOver) => alerts.notable(code, message, clock.now(), 2, isOver),
  });
}

const APART_US = SECOND;
/** Once told it is over with a little less than that. */
const TOGETHER_US = 0.75 * SECOND;
/** One answer that was long on its way says nothing about a clock. */
const READINGS = 2;

export class SkewWatch {
  private readonly parts: SkewParts;
  /** Readings in a row that were apart. */
  private count = 0;
  /** What people were told; undefined while the clocks agree. */
  private told: string | undefined = undefined;

  constructor(parts: SkewParts) {
    this.parts = parts;
  }

  /** A report came; books say when they were made. */
  heard(report: BrokerReport): void {
    if (report.kind !== 'snapshot' || report.at === undefined) return;
    const { now, news } = this.parts;
    const ahead = now() - report.at;
    this.count = Math.abs(ahead) > APART_US ? this.count + 1 : 0;
    if (this.told === undefined && this.count >= READINGS) {
      const seconds = (Math.abs(ahead) / SECOND).toFixed(1);
      this.told = `this machine's clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} the broker's`;
      news('clock.apart', this.told, false);
    } else if (this.told !== undefined && Math.abs(ahead) < TOGETHER_US) {
      news('clock.apart', this.told, true);
      this.told = undefined;
    }
  }
}
