/**
 * A sweep on many machines gives the rows of one, whoever dies on the way: with a real Redis, and workers that are killed.
 * Skipped where there is no `redis-server`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { deckSchema, type DeckConfig } from '../../src/desk/config/schema.ts';
import { announcementOf, exchangeKey, type Announcement } from '../../src/desk/exchange/announcement.ts';
import { RemoteConductor } from '../../src/desk/exchange/remote-conductor.ts';
import { serve } from '../../src/desk/exchange/serve.ts';
import { openSweepExchange, openWorkerExchange } from '../../src/desk/wiring/exchange.ts';
import { planSweep, type SweepPlan } from '../../src/desk/sweep/plan.ts';
import { sweepRequest } from '../../src/desk/sweep/settings.ts';
import { runSweep, type FinishedSweep, type SweepWorld } from '../../src/desk/sweep/sweep.ts';
import { hasRedis, RedisServer } from './redis-server.ts';

const COMMAND = resolve('bin/tradedeck.js');
const now = (): number => performance.now();
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** A strategy that takes its time, and whose result depends on its parameter. */
const SLOW = `import { defineStrategy, whole } from 'tradedeck';
import { spin } from './lib/spin.ts';
export default defineStrategy({
  name: 'slow',
  parameters: { every: whole(5, 1, 999) },
  setup({ buy, parameters }) {
    let bars = 0;
    spin(4);
    return { onBar() { if (bars++ % parameters.every === 0) buy(1); } };
  },
});
`;
const SPIN = `export function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
`;

describe.skipIf(!hasRedis)('a sweep over Redis (skipped where there is no redis-server)', () => {
  let server: RedisServer;
  let folder = '';
  let homes = '';
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
    folder = mkdtempSync(join(tmpdir(), 'exchange-'));
    homes = mkdtempSync(join(tmpdir(), 'workers-'));
    mkdirSync(join(folder, 'lib'));
    // The package as a person installs it; the workers have folders of their own, without it.
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(resolve('.'), join(folder, 'node_modules/tradedeck'), 'dir');
    writeFileSync(join(folder, 'slow.ts'), SLOW);
    writeFileSync(join(folder, 'lib/spin.ts'), SPIN);
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(async () => {
    await server.stop();
    for (const each of [folder, homes]) rmSync(each, { recursive: true });
  });

  const config = (every = '1..160'): DeckConfig =>
    deckSchema.parse({
      strategy: { file: join(folder, 'slow.ts') },
      tape: { source: 'simulated', symbols: ['AAA'], start: '2015-01-01', end: '2016-12-31' },
      sweep: { parameters: { every } },
    });

  const planned = (deck: DeckConfig): Promise<SweepPlan> =>
    planSweep(deck, folder, sweepRequest(deck.sweep, { parameters: {} }, {}));

  const locally = (plan: SweepPlan, over: Partial<SweepWorld> = {}): Promise<FinishedSweep> =>
    runSweep(plan, {
      folder,
      results: undefined,
      workers: 1,
      again: false,
      stop: { isStopped: false },
      now,
      onProgress: () => undefined,
      ...over,
    });

  const news: string[] = [];
  const watch = {
    onAway: (_place: string, reason: string): void => void news.push(`away: ${reason}`),
    onBack: (): void => void news.push('back'),
  };

  /** Conducts a sweep at the exchange; `change` may falsify what is announced. */
  async function remotely(
    plan: SweepPlan,
    over: Partial<SweepWorld> = {},
    change: (announced: Announcement) => Announcement = (announced) => announced,
  ): Promise<FinishedSweep> {
    const key = exchangeKey(plan.key);
    const exchange = await openSweepExchange({ redis: server.url }, {}, key, watch);
    return locally(plan, {
      conductor: (conducting) =>
        new RemoteConductor(conducting, {
          exchange,
          announcement: () =>
            JSON.stringify(change(announcementOf(plan.loaded, conducting.threadStart(), key, plan.points.count))),
          news: {
            onWorkers: (ready, refusing) => void news.push(`${ready} ready, ${refusing} refuse`),
            onRefusal: (_worker, reason) => void news.push(`refused: ${reason}`),
          },
        }),
      ...over,
    });
  }

  /** A worker in this process, for what needs none of its own. */
  async function serving(
    stop: { isStopped: boolean },
    home?: string,
    idleMs = Infinity,
    then = async () => {},
  ): Promise<string[]> {
    const said: string[] = [];
    const exchange = await openWorkerExchange({ redis: server.url }, {}, `here-${Math.random()}`, watch);
    await then();
    await serve({
      exchange,
      host: 'here',
      threads: 1,
      folder: home,
      leaseMs: 2000,
      idleMs,
      stop,
      now,
      onSweep: ({ key }) => said.push(`sweep ${key}`),
      onDone: (_sweep, points) => said.push(`played ${points}`),
      onRefusal: (_key, error) => said.push(`refused: ${error.message}`),
    });
    return said;
  }

  /** Starts a worker in a process of its own, in an empty folder; resolves when it has begun a sweep. */
  function worker(): { readonly child: ChildProcess; readonly begun: Promise<void> } {
    const home = mkdtempSync(join(homes, 'worker-'));
    const flags = ['worker', '--redis', server.url, '--workers', '1', '--lease', '2'];
    const child = spawn(process.execPath, [COMMAND, ...flags], {
      cwd: home,
      env: { ...process.env, TMPDIR: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    const begun = new Promise<void>((done) => {
      child.stderr.on('data', (text: Buffer) => {
        if (/^sweep .* points$/m.test(text.toString())) done();
      });
    });
    return { child, begun };
  }

  async function beingPlayed(plan: SweepPlan): Promise<number> {
    const redis = new Redis(server.url);
    const count = await redis.llen(`tradedeck:sweep-${exchangeKey(plan.key)}:active`);
    redis.disconnect();
    return count;
  }

  const outcome = ({ rows, ranked, odds, halves }: FinishedSweep): unknown => ({ rows, ranked, odds, halves });

  test('gives the rows and odds of a local one, and loses nothing when a worker is killed in the middle of a task', async () => {
    const plan = await planned(config());
    const first = worker();
    const sweep = remotely(plan);
    await first.begun;
    await expect.poll(() => beingPlayed(plan), { interval: 5 }).toBe(1);
    first.child.kill('SIGKILL');
    // What it was playing is still its own; another one takes it over when the lease has run out.
    expect(await beingPlayed(plan)).toBe(1);
    await Promise.all([worker().begun, worker().begun]);
    const finished = await sweep;
    expect(finished.isComplete).toBe(true);
    expect(outcome(finished)).toEqual(outcome(await locally(plan)));
    const redis = new Redis(server.url);
    // The last traces go when the workers have heard that it is over.
    await expect.poll(() => redis.keys('tradedeck:sweep*'), { timeout: 20_000, interval: 100 }).toEqual([]);
    redis.disconnect();
  }, 60_000);

  test('waits for a Redis that goes away and forgets everything, and goes on when it is back', async () => {
    const plan = await planned(config('1..159'));
    news.length = 0;
    const stop = { isStopped: false };
    const workers = serving(stop);
    const sweep = remotely(plan);
    await expect.poll(() => beingPlayed(plan), { interval: 5 }).toBe(1);
    await server.stop();
    await pause(300);
    await server.start();
    const finished = await sweep;
    stop.isStopped = true;
    await workers;
    // Once each, by the sweep and by the worker.
    expect(news.filter((each) => each.startsWith('away: '))).toHaveLength(2);
    expect(news.filter((each) => each === 'back')).toHaveLength(2);
    expect(outcome(finished)).toEqual(outcome(await locally(plan)));
  }, 60_000);

  test('that is stopped goes on where it was, with what was played meanwhile', async () => {
    const plan = await planned(config('1..158'));
    const results = join(folder, 'stopped');
    const [stop, end] = [{ isStopped: false }, { isStopped: false }];
    const workers = serving(end);
    // It is told to stop when the first results are there, and before the last.
    const onProgress = (played: number): void => void (stop.isStopped ||= played > 0);
    const part = await remotely(plan, { stop, results, onProgress });
    expect(part.isComplete).toBe(false);
    expect(part.rows.length).toBeLessThan(158);
    const whole = await remotely(plan, { results });
    end.isStopped = true;
    await workers;
    expect(whole.resumed).toBe(part.rows.length);
    expect(outcome(whole)).toEqual(outcome(await locally(plan)));
  }, 60_000);

  test('is stopped while Redis is away, and keeps what it has; so is a worker', async () => {
    const plan = await planned(config('1..157'));
    const stop = { isStopped: false };
    const sweep = remotely(plan, { stop });
    const workers = serving(stop);
    await expect.poll(() => beingPlayed(plan), { interval: 5 }).toBe(1);
    await server.stop();
    stop.isStopped = true;
    const part = await sweep;
    expect((await workers)[1]).toMatch(/^played \d+$/);
    await server.start();
    expect(part.isComplete).toBe(false);
  }, 30_000);

  test('judges choices on sessions that they have not seen, as a local one does', async () => {
    const deck = { ...config('1..12'), strategy: { name: 'sma-cross' } };
    const validate = { method: 'walk-forward', train: 200, test: 100 } as const;
    const sweep = { parameters: { fast: '3..8', slow: '20,30' }, validate };
    const plan = await planned(deckSchema.parse({ ...deck, sweep }));
    const stop = { isStopped: false };
    const workers = serving(stop);
    const finished = await remotely(plan);
    stop.isStopped = true;
    await workers;
    expect(finished.validation?.folds.length).toBeGreaterThan(1);
    const alone = await locally(plan);
    expect(outcome(finished)).toEqual(outcome(alone));
    expect(finished.validation).toEqual(alone.validation);
  }, 30_000);

  test('is played although an earlier one was cut off while it tidied up', async () => {
    const plan = await planned(config('1..8'));
    const redis = new Redis(server.url);
    // BullMQ pauses a queue before it removes it.
    await redis.hset(`tradedeck:sweep-${exchangeKey(plan.key)}:meta`, 'paused', 1);
    redis.disconnect();
    const stop = { isStopped: false };
    const workers = serving(stop);
    expect((await remotely(plan)).rows).toHaveLength(8);
    stop.isStopped = true;
    await workers;
  }, 30_000);

  test('ends with the error of a strategy that throws', async () => {
    const throwing = SLOW.replace('spin(4)', "if (parameters.every > 20) throw new Error('too many')");
    writeFileSync(join(folder, 'throws.ts'), throwing);
    const plan = await planned({ ...config('1..60'), strategy: { file: join(folder, 'throws.ts') } });
    const stop = { isStopped: false };
    const workers = serving(stop);
    await expect(remotely(plan)).rejects.toThrow('too many');
    stop.isStopped = true;
    await workers;
  }, 30_000);

  test('is refused by a worker with other code, with both hashes named', async () => {
    const plan = await planned(config('1..20'));
    news.length = 0;
    const [stop, sweepStop] = [{ isStopped: false }, { isStopped: false }];
    const refusing = serving(stop);
    const program = { hash: 'f'.repeat(64), version: '9.9.9', node: '99.0.0' };
    const sweep = remotely(plan, { stop: sweepStop }, (announced) => ({ ...announced, program }));
    const told = /refused: .*this worker runs the code [0-9a-f]{12} .*the sweep needs f{12} \(Tradedeck 9\.9\.9/;
    await expect.poll(() => news.join('\n')).toMatch(told);
    [stop.isStopped, sweepStop.isStopped] = [true, true];
    expect((await refusing).join()).toMatch(/^refused/);
    expect((await sweep).isComplete).toBe(false);
  }, 30_000);

  test('is refused where the files hold other data, and played where they hold the same', async () => {
    const [there, here] = ['there', 'here'].map((name) => join(folder, name));
    const days = Array.from({ length: 18 }, (_, i) => `2020-01-${10 + i}`);
    for (const [place, close] of [
      [there, 11],
      [here, 10],
      [folder, 10],
    ] as const) {
      mkdirSync(place, { recursive: true });
      const lines = days.map((day) => `${day},9,12,8,${close},10`);
      writeFileSync(join(place, 'prices.csv'), `date,open,high,low,close,volume\n${lines.join('\n')}\n`);
    }
    const tape: DeckConfig['tape'] = { source: 'files', files: 'prices.csv', symbols: ['AAA'], fatalFindings: 'allow' };
    const plan = await planned({ ...config('1..20'), tape });
    news.length = 0;
    const [refuses, plays] = [{ isStopped: false }, { isStopped: false }];
    const sweep = remotely(plan);
    const refusing = serving(refuses, there);
    const told = /the data differ here: the fingerprint is [0-9a-f]{12}…, that of the sweep is [0-9a-f]{12}…/;
    await expect.poll(() => news.join('\n')).toMatch(told);
    const playing = serving(plays, here);
    expect((await sweep).rows).toHaveLength(20);
    [refuses.isStopped, plays.isStopped] = [true, true];
    expect((await refusing).join()).toMatch(/^refused/);
    expect((await playing).at(-1)).toBe('played 20');
  }, 30_000);

  test('a worker that waits no longer than it may ends also while the exchange does not answer', async () => {
    const redis = new Redis(server.url);
    const away = async (): Promise<void> => void (await redis.call('CLIENT', 'PAUSE', '20000', 'ALL'));
    const begun = now();
    try {
      expect(await serving({ isStopped: false }, undefined, 400, away)).toEqual([]);
      expect(now() - begun).toBeLessThan(15_000);
    } finally {
      await redis.call('CLIENT', 'UNPAUSE');
      redis.disconnect();
    }
  }, 30_000);

  test('needs a Redis that is there, and an address that is one, and never repeats a password', async () => {
    const open = (redis: string | undefined, environment = {}) =>
      openSweepExchange(redis === undefined ? {} : { redis }, environment, 'key', watch);
    await expect(open('redis://127.0.0.1:1')).rejects.toThrow(
      'the exchange at 127.0.0.1:1 cannot be reached: ECONNREFUSED',
    );
    await expect(open('http://x:secret@host')).rejects.toThrow('was one that is none');
    await expect(open('redis://:hush@127.0.0.1:1')).rejects.toThrow(/^(?!.*hush).*the arguments of a process/);
    await expect(open('localhost')).rejects.toThrow('an address is redis://host:port');
    await expect(open(undefined)).rejects.toThrow('nobody said where');
    (await open(undefined, { TRADEDECK_REDIS: server.url })).close();
  });
});
