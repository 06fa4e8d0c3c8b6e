/**
 * Drills by schedule: where a watchdog runs, the kill switch is rehearsed at a fake broker of its own whenever the last time was
 * too long ago, and people are told how it went, with its times. No account of anybody is touched.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { PACKAGE_FOLDER } from '../run/package.ts';
import { drillAgeDays, drillText, type DrillReport } from '../session/last-drill.ts';

/** How often it looks whether one is due, and how long after one that failed the next is tried. */
const LOOK_MS = 60_000;
const AGAIN_MS = 86_400_000;

export interface DrillSchedule {
  readonly days: number;
  /** Told how one went. */
  readonly onDone: (isConfirmed: boolean, text: string) => void;
}

export class Drills {
  private readonly schedule: DrillSchedule;
  private running: Promise<void> | undefined;
  private lookedMs = -Infinity;
  private failedMs = -Infinity;

  constructor(schedule: DrillSchedule) {
    this.schedule = schedule;
  }

  /** Begins one where it is due; `nowMs` is of a clock that never steps, `wallMs` since 1970. */
  look(nowMs: number, wallMs: number): void {
    if (this.running !== undefined || nowMs - this.lookedMs < LOOK_MS || nowMs - this.failedMs < AGAIN_MS) return;
    this.lookedMs = nowMs;
    if (drillAgeDays(wallMs) <= this.schedule.days) return;
    this.running = this.drill(nowMs).finally(() => (this.running = undefined));
  }

  /** Waits for one that is under way. */
  async close(): Promise<void> {
    await this.running;
  }

  private async drill(nowMs: number): Promise<void> {
    const command = [join(PACKAGE_FOLDER, 'bin', 'tradedeck.js'), 'drill', '--json'];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let error = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
    await once(child, 'close');
    let report: DrillReport;
    try {
      report = JSON.parse(out) as DrillReport;
    } catch {
      this.failedMs = nowMs;
      this.schedule.onDone(false, `the drill by schedule could not be held: ${error.trim().slice(-500)}`);
      return;
    }
    if (!report.confirmed) this.failedMs = nowMs;
    this.schedule.onDone(report.confirmed, `the drill by schedule: ${drillText(report)}`);
  }
}
