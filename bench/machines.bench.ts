/**
 * A sweep over a real Redis, played by one worker process and by two. Needs `redis-server`; without it there are no rows.
 */
import { spawn, type ChildProcess } from 'node:child_process';
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

const RUNS = 3;
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
    const measure = async (count: 1 | 2): Promise<number> => {
      const flags = ['worker', '--redis', server.url, '--workers', '1', '--quiet'];
      workers.push(spawn(process.execPath, [COMMAND, ...flags], { stdio: 'ignore' }));
      // What is played until all are there, and once more, does not count.
      do await conductor.play(indices, stage);
      while (seen.workers < count);
      const seconds: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const start = performance.now();
        await conductor.play(indices, stage);
        seconds.push((performance.now() - start) / 1000);
      }
      return seconds.sort((a, b) => a - b)[RUNS >> 1];
    };
    const one = await measure(1);
    const two = await measure(2);
    await conductor.end();
    return [
      atMost(`${points.count} runs over Redis, one worker process`, one, 's'),
      atMost(`${points.count} runs over Redis, two worker processes`, two, 's'),
      atLeast('two worker processes over one', one / two, 'ratio', 1.6),
    ];
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await server.stop();
  }
}
