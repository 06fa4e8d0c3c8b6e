/**
 * Total returns of every pair of two averages, and nothing else: what vectorised libraries are timed with. Started as a
 * thread it plays its share each time it is asked.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { deckSchema, type DeckConfig } from '../src/desk/config/schema.ts';
import { giveCompilerRoom } from '../src/desk/sweep/compiler-room.ts';
import { planSweep, type SweepPlan } from '../src/desk/sweep/plan.ts';
import { sweepRequest } from '../src/desk/sweep/settings.ts';
import { subjectOf } from '../src/desk/sweep/subject.ts';
import { PointPlayer } from '../src/research/sweep/run.ts';

export interface Totals {
  readonly best: number;
  readonly sum: number;
}

/** Every pair of 2 … 100 days over the closes of a file, all in and all out at the close that decides, 0.1 % a fill. */
export function averagesConfig(file: string): DeckConfig {
  return deckSchema.parse({
    strategy: { name: 'sma-cross' },
    tape: { source: 'files', files: file, symbols: ['SPY'] },
    instruments: { SPY: { tick: 0.01, lot: 1e-9 } },
    account: { cash: 100 },
    conventions: { name: 'bt', fees: { model: 'bps', bps: 10 }, sizing: { reservesFees: true, trims: true } },
    sweep: { parameters: { fast: '2..100', slow: '3..100' }, where: 'fast < slow', objective: 'totalReturn' },
  });
}

/** Plays the pairs `from`, `from + step`, … */
export function playTotals({ loaded, points, periodsPerYear }: SweepPlan, from: number, step: number): Totals {
  giveCompilerRoom(points.count);
  const player = new PointPlayer(subjectOf(loaded, ['totalReturn'], periodsPerYear));
  let best = -Infinity;
  let sum = 0;
  for (let index = from; index < points.count; index += step) {
    const { row } = player.play(index, points.at(index));
    sum += row.figures.totalReturn!;
    if (row.figures.totalReturn! > best) best = row.figures.totalReturn!;
  }
  return { best, sum };
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  let plan: SweepPlan | undefined;
  port.on('message', ({ file, of }: { readonly file: string; readonly of: number }) => {
    void (async () => {
      const config = averagesConfig(file);
      plan ??= await planSweep(config, '/', sweepRequest(config.sweep, { parameters: {} }, {}));
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      port.postMessage(playTotals(plan, workerData as number, of));
    })();
  });
}
