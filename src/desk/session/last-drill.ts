/**
 * When the kill switch was rehearsed last in this desk's home, and how it went: what `tradedeck drill` has left, and who must
 * hear that it was too long ago.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import type { DeckConfig } from '../config/schema.ts';
import type { DrillStep } from './drill.ts';

/** What a drill has left in its file. */
export interface DrillReport {
  readonly drill: 'tradedeck';
  readonly version: string;
  /** When it began, ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly where: string;
  /** Whether every level was. */
  readonly confirmed: boolean;
  readonly steps: readonly DrillStep[];
}

/** How many days a rehearsal is good for, unless a deck says otherwise. */
export const DRILL_DAYS = 31;
/** So much later it matters more. */
const LATE_DAYS = 7;
const DAY_MS = 86_400_000;

/** Where drills leave their reports. */
export function drillFolder(): string {
  return join(dirname(leaseHome()), 'drills');
}

/** The newest drill in which every level was confirmed; undefined where there is none. */
export function lastDrill(): DrillReport | undefined {
  const folder = drillFolder();
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  for (const name of names.toSorted().toReversed()) {
    const report = reportIn(join(folder, name));
    if (report?.confirmed === true) return report;
  }
  return undefined;
}

/** How many days ago that was; Infinity where it never was. */
export function drillAgeDays(nowMs: number): number {
  const last = lastDrill();
  return last === undefined ? Infinity : (nowMs - Date.parse(last.at)) / DAY_MS;
}

/**
 * What people are told when the last drill was too long ago; undefined where it was not. With real money it always counts,
 * elsewhere where the deck says how long it is good for.
 */
export function drillDue(
  { alerts }: Pick<DeckConfig, 'alerts'>,
  mode: string,
  nowMs: number,
): { readonly priority: 2 | 3; readonly message: string } | undefined {
  const days = alerts?.drillDays ?? (mode === 'live' ? DRILL_DAYS : 'off');
  if (days === 'off') return undefined;
  const age = drillAgeDays(nowMs);
  if (age <= days) return undefined;
  const when = age === Infinity ? 'was never rehearsed here' : `was rehearsed ${Math.floor(age)} days ago`;
  const message = `the kill switch ${when}, it is to be every ${days} days: tradedeck drill`;
  return { priority: age > days + LATE_DAYS ? 2 : 3, message };
}

/** How a drill went, in a line. */
export function drillText({ confirmed, steps }: DrillReport): string {
  const ms = (value: number | null): string => (value === null ? '–' : `${Math.round(value)} ms`);
  const levels = steps.map(
    ({ level, isConfirmed, blockedMs, emptyMs }) =>
      `level ${level} ${isConfirmed ? 'confirmed' : 'NOT CONFIRMED'} (blocked ${ms(blockedMs)}, no orders ${ms(emptyMs)})`,
  );
  return `${confirmed ? 'every level was confirmed' : 'NOT every level was confirmed'}: ${levels.join('; ')}`;
}

function reportIn(file: string): DrillReport | undefined {
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Partial<DrillReport> | null;
    const isReport = found?.drill === 'tradedeck' && Number.isFinite(Date.parse(found.at ?? ''));
    return isReport ? (found as DrillReport) : undefined; // It is written by the drill alone.
  } catch {
    // One that was half written proves nothing.
    return undefined;
  }
}
