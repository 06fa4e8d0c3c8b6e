/**
 * A stated budget of runs, time and disk: what a sweep may cost before it stops cleanly, or does not begin at all.
 */
import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { momentsPerTrial } from '../../research/sweep/trial-sums.ts';
import { PART_WIDTH } from '../../research/validation/part.ts';
import type { StopSign } from '../run/play.ts';
import type { Stage } from './conduct.ts';
import type { SweepPlan } from './plan.ts';

export interface Budget {
  /** Runs that may be played now; those that are known from before are free. */
  readonly runs: number;
  readonly milliseconds: number;
  /** Of results on disk. */
  readonly bytes: number;
}

const UNITS: Readonly<Record<string, readonly [kind: keyof Budget, factor: number]>> = {
  runs: ['runs', 1],
  s: ['milliseconds', 1000],
  m: ['milliseconds', 60_000],
  min: ['milliseconds', 60_000],
  h: ['milliseconds', 3_600_000],
  kb: ['bytes', 1e3],
  mb: ['bytes', 1e6],
  gb: ['bytes', 1e9],
};

/** Reads `1000 runs, 10m, 500mb`; whatever is not named has no limit. */
export function readBudget(texts: readonly string[], field: string): Budget {
  const budget = { runs: Infinity, milliseconds: Infinity, bytes: Infinity };
  for (const text of texts.flatMap((each) => each.split(',')).map((each) => each.trim())) {
    const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
    const known = UNITS[unit.toLowerCase()];
    if (amount === undefined || known === undefined || !(Number(amount) > 0)) {
      const rule = `a budget is given in runs, time or disk, as in 1000 runs, 10m or 500mb; was ${show(text)}`;
      // Of a single letter every unit would be a neighbour.
      const hint = unit.length > 1 ? didYouMean(unit.toLowerCase(), Object.keys(UNITS)) : undefined;
      throw new Fault('sweep.budget', rule, { field }, hint);
    }
    budget[known[0]] = Math.floor(Number(amount) * known[1]);
  }
  return budget;
}

/** Watches what is spent. */
export class Spending {
  private readonly budget: Budget;
  private readonly startedAt: number;
  private readonly now: () => number;
  private played = 0;
  /** Says when to stop: what was asked for from outside, or that the time is spent. */
  readonly stop: StopSign;

  constructor(budget: Budget, outer: StopSign, now: () => number) {
    this.budget = budget;
    this.now = now;
    this.startedAt = now();
    const isLate = (): boolean => this.isLate;
    this.stop = {
      get isStopped() {
        return outer.isStopped || isLate();
      },
    };
  }

  /** Plays as many of the points as there are runs left; false when not all were played. */
  async play(indices: Int32Array, stage: Stage, play: (indices: Int32Array, stage: Stage) => Promise<boolean>) {
    const left = this.budget.runs - this.played;
    const own = indices.length > left ? indices.subarray(0, left) : indices;
    this.played += own.length;
    const isWhole = own.length === 0 || (await play(own, stage));
    return isWhole && own.length === indices.length;
  }

  /** What is spent, in words; `undefined` while nothing is. */
  get spent(): string | undefined {
    if (this.isLate) return `the budget of ${inWords(this.budget.milliseconds)} is spent`;
    return this.played >= this.budget.runs ? `the budget of ${this.budget.runs} runs is spent` : undefined;
  }

  private get isLate(): boolean {
    return this.budget.milliseconds < Infinity && this.now() - this.startedAt >= this.budget.milliseconds;
  }
}

/** Refuses a sweep whose results would not fit into its budget, or onto the disk; `stretches` is how often all points are played. */
export function checkDisk(
  { figures, axes }: Pick<SweepPlan, 'figures' | 'axes'>,
  { bytes }: Pick<Budget, 'bytes'>,
  sizes: {
    readonly count: number;
    readonly periods: number;
    readonly blocks: number;
    readonly stretches: number;
    readonly isJoined: boolean;
  },
  folder: string | undefined,
): void {
  if (folder === undefined) return;
  const { count, periods, blocks, stretches, isJoined } = sizes;
  const numbers = figures.length + 3 + momentsPerTrial(blocks);
  // Rows are kept as base64, and once more as text.
  const perRow = ((numbers * 8 + 4) * 4) / 3;
  const perPart = perRow + (isJoined ? (PART_WIDTH * 8 * 4) / 3 : 0);
  // A file holds sums of all sessions a few times over, see `ResultsFile`.
  const sums = ((periods * 8 * 4) / 3) * (4 + 2 * stretches);
  const needed = Math.ceil(sums + count * (perRow + 20 * (figures.length + axes.length) + perPart * stretches));
  if (needed > bytes) {
    const rule = `the results of ${count} runs would take about ${inBytes(needed)}, and the budget is ${inBytes(bytes)}`;
    throw new Fault(
      'sweep.budget',
      rule,
      { field: 'sweep.budget' },
      'allow more, take larger steps, or draw fewer points',
    );
  }
  const free = freeBytes(folder);
  if (free !== undefined && needed > free) {
    const rule = `the results of ${count} runs would take about ${inBytes(needed)}, and the disk has ${inBytes(free)} free`;
    throw new Fault(
      'output.full',
      rule,
      { file: folder },
      'free some, choose another folder with --runs, or take larger steps',
    );
  }
}

/** Bytes that the disk of a folder has left; the folder itself may not be there yet. */
function freeBytes(folder: string): number | undefined {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  try {
    const { bavail, bsize } = statfsSync(at);
    return bavail * bsize;
  } catch {
    // A disk that does not say how full it is will say so when it is written to.
    return undefined;
  }
}

function inBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}

function inWords(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}
