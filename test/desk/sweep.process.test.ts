/** Threads change how long a sweep takes, and nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deckSchema } from '../../src/desk/config/schema.ts';
import { planSweep } from '../../src/desk/sweep/plan.ts';
import { sweepRequest } from '../../src/desk/sweep/settings.ts';
import { runSweep, type FinishedSweep, type SweepWorld } from '../../src/desk/sweep/sweep.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-threads-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const config = deckSchema.parse({
  strategy: { name: 'sma-cross' },
  tape: { source: 'simulated', symbols: ['AAA'], start: '2005-01-01', end: '2014-12-31' },
  sweep: { parameters: { fast: '2..30', slow: '10..60' }, where: 'fast < slow' },
});

function world(over: Partial<SweepWorld> = {}): SweepWorld {
  return {
    folder,
    results: undefined,
    workers: 1,
    again: false,
    stop: { isStopped: false },
    now: () => performance.now(),
    onProgress: () => undefined,
    ...over,
  };
}

const outcome = ({ rows, ranked, odds, halves }: FinishedSweep): unknown => ({ rows, ranked, odds, halves });

test('rows and odds are the same with one thread and with three', async () => {
  const plan = await planSweep(config, folder, sweepRequest(config.sweep, { parameters: {} }, {}));
  const one = await runSweep(plan, world());
  const three = await runSweep(plan, world({ workers: 3, worthMs: 0 }));
  expect(three.isComplete).toBe(true);
  expect(outcome(three)).toEqual(outcome(one));
}, 60_000);

test.each([
  ['walk-forward', { walkForward: '1008/504' }],
  ['combinatorial', { combinatorial: '4/2', purge: 3, embargo: 3 }],
])(
  'a %s is the same with one thread and with three',
  async (_, validate) => {
    const over = { parameters: { fast: '2..9', slow: '10,20' }, validate };
    const plan = await planSweep(config, folder, sweepRequest(config.sweep, over, {}));
    const one = await runSweep(plan, world());
    const three = await runSweep(plan, world({ workers: 3, worthMs: 0 }));
    expect(three.validation).toBeDefined();
    expect(three.validation).toEqual(one.validation);
  },
  60_000,
);

test('parts that were played apart are one sweep when the whole is asked for', async () => {
  const results = join(folder, 'parts');
  const request = sweepRequest(config.sweep, { parameters: { fast: '2..9' } }, {});
  const whole = await runSweep(await planSweep(config, folder, request), world());
  for (const index of [1, 0]) {
    const part = await planSweep(config, folder, { ...request, shard: { index, count: 2 } });
    const { rows, resumed } = await runSweep(part, world({ results }));
    expect(rows.length - resumed).toBe(whole.rows.length / 2);
  }
  const merged = await runSweep(await planSweep(config, folder, request), world({ results }));
  expect(merged.resumed).toBe(whole.rows.length);
  expect(outcome(merged)).toEqual(outcome(whole));
}, 60_000);

test('a strategy that throws ends the sweep with its error and the point, and what was played before is kept', async () => {
  const file = join(folder, 'throws.ts');
  const code = `export default { name: 'throws', parameters: { a: { kind: 'whole', default: 1, min: 1, max: 999, description: '' } },
    setup: ({ parameters }) => ({ onBar() { if (parameters.a > 300) throw new Error('a is too large'); } }) };`;
  writeFileSync(file, code);
  const given = { ...config, strategy: { file } };
  const request = sweepRequest(undefined, { parameters: { a: '1..900' } }, {});
  const plan = await planSweep(given, folder, request);
  const named = /^a is too large \(in the run with a=(?:3|4|5|6|7|8|9)\d\d\)$/;
  for (const workers of [1, 2]) {
    const results = join(folder, `throws-${workers}`);
    await expect(runSweep(plan, world({ workers, worthMs: 0, results }))).rejects.toThrow(named);
    const { resumed } = await runSweep({ ...plan, budget: { ...plan.budget, runs: 0 } }, world({ results }));
    // The points that two threads were at when one of them failed may be missing.
    expect(resumed).toBeGreaterThanOrEqual(300 - workers + 1);
  }
}, 60_000);
