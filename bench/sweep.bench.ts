/**
 * A whole sweep: every pair of two simple averages of 2 … 100 days over 24 years of daily closes, all in and all out at
 * the close that decides, 0.1 % a fill. Needs the reference prices beside the repository; without them it has no rows.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { Conductor } from '../src/desk/sweep/conduct.ts';
import { sessionsOf } from '../src/research/sweep/sessions.ts';
import type { ThreadStart } from '../src/desk/sweep/messages.ts';
import { planSweep, type SweepPlan } from '../src/desk/sweep/plan.ts';
import { sweepRequest } from '../src/desk/sweep/settings.ts';
import { subjectOf } from '../src/desk/sweep/subject.ts';
import { shareTape } from '../src/desk/sweep/shared-tape.ts';
import { runSweep } from '../src/desk/sweep/sweep.ts';
import { collectAlone } from '../src/desk/sweep/threads.ts';
import { blocksFor } from '../src/research/sweep/trial-sums.ts';
import { atLeast, atMost, type BenchRow } from './bench.ts';
import { averagesConfig, playTotals, type Totals } from './sweep-totals.ts';

const SPY = join(import.meta.dirname, '../../shared/truth/01_market_data/equity_daily/SPY.csv');
const RUNS = 5;
/** The exact answer: prices in whole ticks, ties of the averages change nothing. */
const BEST = 2.842861;
const SUM = 4173.265749;

const config = averagesConfig(SPY);

export async function bench(): Promise<BenchRow[]> {
  if (!existsSync(SPY)) return [];
  const plan = await planSweep(config, '/', sweepRequest(config.sweep, { parameters: {} }, {}));
  const alone = median(await times(() => playAll(plan)));
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const halves = await playHalves();
  const whole = median(await times(() => sweepOnce(plan)));
  const [one, two] = [median(await conducted(plan, 1)), median(await conducted(plan, 2))];
  const what = `${plan.points.count} pairs of averages`;
  return [
    atMost(`${what}, total returns, one core`, alone, 's', 0.25),
    atMost(`${what}, total returns, one core, peak resident memory`, megabytes, 'MB', 250),
    atMost(`${what}, total returns, two cores`, halves, 's', 0.13),
    atMost(`${what}, a whole sweep with its odds, one core`, whole, 's'),
    atMost(`${what}, rows with what the odds need, two cores`, two, 's'),
    atLeast('two workers over one', one / two, 'ratio', 1.8),
  ];
}

/** Plays every pair and looks at nothing but its total return: what other libraries are timed with. */
function playAll(plan: SweepPlan): void {
  check([playTotals(plan, 0, 1)]);
}

/** The same by two threads, started as those of a sweep, that have loaded everything; each with every second pair. */
async function playHalves(): Promise<number> {
  collectAlone();
  const threads = [0, 1].map((half) => new Worker(new URL('./sweep-totals.ts', import.meta.url), { workerData: half }));
  const ask = (): Promise<unknown> =>
    Promise.all(
      threads.map((thread) => {
        const answered = once(thread, 'message');
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
        thread.postMessage({ file: SPY, of: threads.length });
        return answered;
      }),
    ).then((answers) => check(answers.map(([answer]) => answer as Totals)));
  try {
    return median(await times(ask));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function check(parts: readonly Totals[]): void {
  const best = Math.max(...parts.map((part) => part.best));
  const sum = parts.reduce((total, part) => total + part.sum, 0);
  // The smallest lot of a billionth of a share leaves cents of the sum in cash.
  if (Math.abs(best - BEST) > 1e-6 || Math.abs(sum - SUM) > 1e-4) {
    throw new Error(`best ${best} and sum ${sum}, not ${BEST} and ${SUM}`);
  }
}

async function sweepOnce(plan: SweepPlan): Promise<void> {
  await runSweep(plan, {
    folder: '/',
    results: undefined,
    workers: 1,
    again: false,
    stop: { isStopped: false },
    now: () => performance.now(),
    onProgress: () => undefined,
  });
}

/** Seconds of sweeps by the same workers, once these have started and warmed up. */
async function conducted(plan: SweepPlan, workers: number): Promise<number[]> {
  const { loaded, points, figures, periodsPerYear } = plan;
  const tape = shareTape(loaded.tape);
  const subject = subjectOf({ ...loaded, tape }, figures, periodsPerYear);
  const periods = sessionsOf(subject).length;
  const blocks = blocksFor(points.count, periods);
  const { codeHash } = loaded.strategy;
  const threadStart = (): ThreadStart => {
    return { config, folder: '/', codeHash, tape, seed: loaded.seed, figures, periodsPerYear, stopWhen: undefined };
  };
  const conductor = new Conductor({
    workers,
    threadStart,
    stop: { isStopped: false },
    now: () => performance.now(),
  });
  const nothing = { part: undefined, onBatch: () => true, onProgress: () => undefined };
  const stage = { subject, points, periods, blocks, ...nothing };
  const indices = Int32Array.from({ length: points.count }, (_, i) => i);
  try {
    return await times(() => conductor.play(indices, stage));
  } finally {
    await conductor.end();
  }
}

async function times(work: () => unknown): Promise<number[]> {
  await work();
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
