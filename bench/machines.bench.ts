/**
 * A sweep over a real Redis, played by one worker process and by two. Needs `redis-server`; without it there are no rows.
 *
 * The wall clock tells what two workers gain only where two cores are free. So the same runs are also weighed by the
 * processor seconds of each process: as if every worker had a core of its own, and all of them, the one who hands out
 * and the server shared two.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { deckSchema } from '../src/desk/config/schema.ts';
import { announcementOf, exchangeKey } from '../src/desk/exchange/announcement.ts';
import { RemoteConductor } from '../src/desk/exchange/remote-conductor.ts';
import type { ThreadStart } from '../src/desk/sweep/messages.ts';
import { planSweep } from '../src/desk/sweep/plan.ts';
import { sweepRequest } from '../src/desk/sweep/settings.ts';
import { subjectOf } from '../src/desk/sweep/subject.ts';
import { sessionsOf } from '../src/research/sweep/sessions.ts';
import { openSweepExchange } from '../src/desk/wiring/exchange.ts';
import { blocksFor } from '../src/research/sweep/trial-sums.ts';
import { hasRedis, RedisServer } from '../test/desk/redis-server.ts';
import { atLeast, atMost, type BenchRow } from './bench.ts';

const RUNS = 5;
const COMMAND = join(import.meta.dirname, '../bin/tradedeck.js');

const config = deckSchema.parse({
  strategy: { name: 'sma-cross' },
  tape: { source: 'simulated', symbols: ['AAA'], start: '1990-01-01', end: '2019-12-31' },
  sweep: { parameters: { fast: '2..50', slow: '3..80' }, where: 'fast < slow' },
});

export async function bench(): Promise<BenchRow[]> {
  if (!hasRedis) return [];
  const server = await RedisServer.start();
  const workers: ChildProcess[] = [];
  try {
    const plan = await planSweep(config, '/', sweepRequest(config.sweep, { parameters: {} }, {}));
    const { loaded, points, figures, periodsPerYear } = plan;
    const subject = subjectOf(loaded, figures, periodsPerYear, undefined);
    const periods = sessionsOf(subject).length;
    const blocks = blocksFor(points.count, periods);
    const { codeHash } = loaded.strategy;
    const { tape, seed } = loaded;
    const threadStart = (): ThreadStart => {
      return { config: loaded.config, folder: '/', codeHash, tape, seed, figures, periodsPerYear, stopWhen: undefined };
    };
    const key = exchangeKey(plan.key);
    const exchange = await openSweepExchange({ redis: server.url }, {}, key, {
      onAway: (_place, reason) => console.error(`away: ${reason}`),
      onBack: () => undefined,
    });
    const seen = { workers: 0 };
    const now = (): number => performance.now();
    const conducting = { workers: 1, threadStart, stop: { isStopped: false }, now };
    const nothing = { part: undefined, onBatch: () => true, onProgress: () => undefined };
    const stage = { subject, points, periods, blocks, ...nothing };
    const conductor = new RemoteConductor(conducting, {
      exchange,
      announcement: () => JSON.stringify(announcementOf(loaded, threadStart(), key, points.count)),
      news: { onWorkers: (count) => (seen.workers = count), onRefusal: (_worker, reason) => console.error(reason) },
    });
    const indices = Int32Array.from({ length: points.count }, (_, i) => i);
    const measure = async (count: 1 | 2): Promise<{ wall: number; work: number }> => {
      const flags = ['worker', '--redis', server.url, '--workers', '1', '--quiet'];
      workers.push(spawn(COMMAND, flags, { stdio: 'ignore' }));
      // What is played until all are there, and once more, does not count.
      do await conductor.play(indices, stage);
      while (seen.workers < count);
      const players = workers.map(({ pid }) => pid!);
      const others = [process.pid, server.pid];
      const wall: number[] = [];
      const work: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const before = [...players, ...others].map(processorSeconds);
        const start = performance.now();
        await conductor.play(indices, stage);
        wall.push((performance.now() - start) / 1000);
        const spent = [...players, ...others].map((pid, i) => processorSeconds(pid) - before[i]);
        const all = spent.reduce((sum, seconds) => sum + seconds, 0);
        work.push(Math.max(...spent.slice(0, count), all / 2));
      }
      return { wall: middle(wall), work: middle(work) };
    };
    const one = await measure(1);
    const two = await measure(2);
    await conductor.end();
    return [
      atMost(`${points.count} runs over Redis, one worker process`, one.wall, 's'),
      atMost(`${points.count} runs over Redis, two worker processes`, two.wall, 's'),
      atLeast('two worker processes over one', one.wall / two.wall, 'ratio', 1.6),
      ...(hasProcessorSeconds
        ? [
            atMost('one worker process, as on two free cores', one.work, 's'),
            atMost('two worker processes, as on two free cores', two.work, 's'),
            atLeast('two worker processes over one, as on two free cores', one.work / two.work, 'ratio', 1.6),
          ]
        : []),
    ];
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await server.stop();
  }
}

/** Linux tells of other processes what they have worked. */
const hasProcessorSeconds = existsSync('/proc/self/stat');

/** Processor seconds of a process with all its threads; the clock has a hundred ticks a second. */
function processorSeconds(pid: number): number {
  if (!hasProcessorSeconds) return 0;
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name in brackets, which may hold anything, follow state, parent …
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function middle(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
