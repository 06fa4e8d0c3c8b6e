/**
 * What a monitor wants to know of a session and its status does not say: how long syncs, the broker's answers and turns of
 * the loop take, how old prices are, what was refused. Everything here is of the process: nothing of it is in the journal.
 */
import { performance } from 'node:perf_hooks';
import type { BrokerReport, BrokerRequest, Conductor, Disk } from '../../engine/live/index.ts';
import { isLive } from '../../engine/sim/working-orders.ts';
import { SECOND } from '../../time/instant.ts';

/** How often each span was met; what is above the last bound is in the count alone. Milliseconds. */
export interface HistogramState {
  readonly bounds: readonly number[];
  /** How many were at or below each bound. */
  readonly counts: readonly number[];
  readonly count: number;
  readonly sum: number;
}

export interface MeasuresStatus {
  /** Seconds since the newest price of each share, and of each contract that is held or has an order. */
  readonly quoteAges: Readonly<Record<string, number>>;
  /** How often each control refused, since the session began. */
  readonly refusals: Readonly<Record<string, number>>;
  /** From a submission to the broker's first word of it. */
  readonly submitAckMs: HistogramState;
  readonly journalFsyncMs: HistogramState;
  /** How late a timer of the loop came. */
  readonly loopLagMs: HistogramState;
  /** Requests that the broker still answers in its present minute; null where it does not say. */
  readonly brokerRequestsLeft: number | null;
}

const BOUNDS_MS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];
const LOOP_MS = 100;

export class Histogram {
  private readonly counts = BOUNDS_MS.map(() => 0);
  private count = 0;
  private sum = 0;

  observe(ms: number): void {
    this.count++;
    this.sum += ms;
    for (let i = BOUNDS_MS.length - 1; i >= 0 && ms <= BOUNDS_MS[i]; i--) this.counts[i]++;
  }

  get state(): HistogramState {
    const { counts, count, sum } = this;
    return { bounds: BOUNDS_MS, counts: [...counts], count, sum };
  }
}

export class Measures {
  private readonly acks = new Histogram();
  private readonly syncs = new Histogram();
  private readonly lags = new Histogram();
  /** When submissions left whose fate is not told yet, in milliseconds of this process. */
  private readonly left = new Map<string, number>();
  private readonly refusals: Record<string, number> = {};
  /** Rows of the journal that were counted. */
  private counted = 0;
  private readonly requestsLeft: () => number | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(requestsLeft: () => number | undefined = () => undefined) {
    this.requestsLeft = requestsLeft;
    let dueMs = performance.now() + LOOP_MS;
    this.timer = setInterval(() => {
      const now = performance.now();
      this.lags.observe(Math.max(0, now - dueMs));
      dueMs = now + LOOP_MS;
    }, LOOP_MS).unref();
  }

  /** The same disk, whose syncs are timed. */
  timed(disk: Disk): Disk {
    return {
      append: (bytes) => disk.append(bytes),
      get isShort() {
        return disk.isShort === true;
      },
      refill: () => disk.refill?.(),
      sync: (done) => {
        const fromMs = performance.now();
        disk.sync((error) => {
          this.syncs.observe(performance.now() - fromMs);
          done(error);
        });
      },
    };
  }

  sent(request: BrokerRequest): void {
    if (request.kind === 'submit') this.left.set(request.clientId, performance.now());
  }

  heard(report: BrokerReport): void {
    if (!('clientId' in report) || typeof report.clientId !== 'string') return;
    const leftMs = this.left.get(report.clientId);
    if (leftMs === undefined) return;
    this.left.delete(report.clientId);
    // What was lost was not answered.
    if (report.kind !== 'lost' && report.kind !== 'absent') this.acks.observe(performance.now() - leftMs);
  }

  /** How it stands at an Instant by the session's clock. */
  status({ session }: Conductor, now: number): MeasuresStatus {
    const { deck } = session;
    for (; this.counted < deck.journal.length; this.counted++) {
      const { kind, text } = deck.journal.entry(this.counted);
      if (kind !== 'refused') continue;
      const code = text.split(':', 1)[0];
      this.refusals[code] = (this.refusals[code] ?? 0) + 1;
    }
    const held = new Set(deck.ledger.openPositions().map(({ instrument }) => instrument));
    const ages = deck.markets
      .filter(({ instrument, index, working }) => {
        return instrument.kind !== 'option' || held.has(index) || working.some(isLive);
      })
      .map(({ symbol, quoted, quotedAt, lastAt }) => [symbol, (now - (quoted ? quotedAt : lastAt)) / SECOND] as const);
    return {
      quoteAges: Object.fromEntries(ages.filter(([, age]) => Number.isFinite(age))),
      refusals: { ...this.refusals },
      submitAckMs: this.acks.state,
      journalFsyncMs: this.syncs.state,
      loopLagMs: this.lags.state,
      brokerRequestsLeft: this.requestsLeft() ?? null,
    };
  }

  close(): void {
    clearInterval(this.timer);
  }
}
