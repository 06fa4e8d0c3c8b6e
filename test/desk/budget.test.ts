/** What a sweep may cost, and runs that are given up early: nothing computed is lost, and nothing hopeless wins. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deckSchema } from '../../src/desk/config/schema.ts';
import { leaveSweep, rowsCsv } from '../../src/desk/sweep/leave.ts';
import { planSweep, type SweepPlan } from '../../src/desk/sweep/plan.ts';
import { sweepRecord } from '../../src/desk/sweep/sweep-record.ts';
import { sweepRequest, type SweepOverrides } from '../../src/desk/sweep/settings.ts';
import { runSweep, type FinishedSweep, type SweepWorld } from '../../src/desk/sweep/sweep.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'budget-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const config = deckSchema.parse({
  strategy: { name: 'sma-cross' },
  tape: { source: 'simulated', symbols: ['AAA'], start: '2015-01-01', end: '2017-12-31' },
  sweep: { parameters: { fast: '5..20/5', slow: '25..40/5' } },
});

const plan = (over: Partial<SweepOverrides> = {}): Promise<SweepPlan> =>
  planSweep(config, folder, sweepRequest(config.sweep, { parameters: {}, ...over }, {}));

const world = (over: Partial<SweepWorld> = {}): SweepWorld => ({
  folder,
  results: undefined,
  workers: 1,
  again: false,
  stop: { isStopped: false },
  now: () => 0,
  onProgress: () => undefined,
  ...over,
});

const outcome = ({ rows, ranked, odds, validation }: FinishedSweep): unknown => ({ rows, ranked, odds, validation });

describe('a budget', () => {
  test.each([
    ['of a grid', {}],
    ['of a search', { method: 'genetic', runs: 16, parameters: { fast: '2..20', slow: '25..60' } }],
    ['of a validation', { validate: { walkForward: '252/126' } }],
  ] as const)('of runs %s ends it cleanly, and the same command goes on to the same outcome', async (name, over) => {
    const whole = await runSweep(await plan(over), world());
    const results = join(folder, name);
    let parts = 0;
    for (let played = 0; ; parts++) {
      const part = await runSweep(await plan({ ...over, budget: ['7 runs'] }), world({ results }));
      if (part.isComplete) {
        expect(part.spent).toBeUndefined();
        expect(outcome(part)).toEqual(outcome(whole));
        break;
      }
      expect(part.spent).toBe('the budget of 7 runs is spent');
      expect(part.rows.length).toBeLessThanOrEqual(played + 7);
      expect(part.odds).toBeDefined();
      played = part.rows.length;
    }
    expect(parts).toBeGreaterThanOrEqual(2);
  });

  test('of time ends it after the run that is being played', async () => {
    let clock = 0;
    const { rows, isComplete, spent } = await runSweep(
      await plan({ budget: ['2s'] }),
      world({ now: () => (clock += 200) }),
    );
    expect(isComplete).toBe(false);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThan(16);
    expect(spent).toBe('the budget of 2 s is spent');
  });

  test('of disk that is too small is refused before the first run', async () => {
    const results = join(folder, 'disk');
    await expect(async () => runSweep(await plan({ budget: ['2kb'] }), world({ results }))).rejects.toThrow(
      /the results of 16 runs would take about [\d.]+ kB, and the budget is 2\.0 kB/,
    );
  });

  test('is estimated within a factor of three of what is written', async () => {
    const results = join(folder, 'estimate');
    const request = { parameters: { fast: '2..11', slow: '25..44' } };
    const finished = await runSweep(await plan(request), world({ results }));
    await leaveSweep(finished, results, folder);
    const written = ['results.jsonl', 'rows.csv'].reduce(
      (sum, file) => sum + readFileSync(join(results, file)).length,
      0,
    );
    const needed = async (bytes: number): Promise<unknown> =>
      runSweep(await plan({ ...request, budget: [`${bytes / 1000}kb`] }), world({ results: `${results}-2` }));
    await expect(() => needed(written / 3)).rejects.toThrow(/the budget is/);
    await expect(needed(written * 3)).resolves.toBeDefined();
  });

  test.each(['10q', 'much', '', '-5 runs', '0 runs'])('of %j is refused with what is understood', async (text) => {
    await expect(async () => plan({ budget: [text] })).rejects.toThrow(
      /in runs, time or disk, as in 1000 runs, 10m or 500mb/,
    );
  });
});

describe('stopping early', () => {
  const rule = { stopWhen: 'progress >= 0.2 and totalReturn > -1 and fast > 10' };

  test('leaves the runs that it does not stop as they are, to the last bit', async () => {
    const [whole, cut] = [await runSweep(await plan(), world()), await runSweep(await plan(rule), world())];
    const left = cut.rows.filter((row) => !row.stopped);
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(cut.rows.length);
    for (const row of left) expect(row).toEqual(whole.rows[row.index]);
  });

  test('never lets a stopped run win, and counts it as an attempt', async () => {
    const whole = await runSweep(await plan({ objective: ['totalReturn'] }), world());
    const { fast } = whole.ranked[0].parameters;
    const stopWhen = `progress >= 0.9 and totalReturn > -1 and fast == ${String(fast)}`;
    const finished = await runSweep(await plan({ objective: ['totalReturn'], stopWhen }), world());
    const { rows, ranked, odds, stoppedEarly } = finished;
    const stopped = rows.filter((row) => row.stopped);
    expect(stopped.length).toBeGreaterThan(0);
    expect(ranked.some((row) => row.stopped)).toBe(false);
    expect(ranked.length).toBe(rows.length - stopped.length);
    expect(odds!.trials).toBe(rows.length);
    expect(stoppedEarly).toMatch(/4 of 16 runs were stopped early \(progress >= 0\.9 and .*\): they count as attempts/);
    expect(sweepRecord(finished)).toMatchObject({ stoppedEarly });
    expect(rowsCsv(finished).split('\n')[0]).toMatch(/,stopped$/);
  });

  test('does not depend on where a sweep was cut off', async () => {
    const results = join(folder, 'stopped');
    const whole = await runSweep(await plan(rule), world());
    await runSweep(await plan({ ...rule, budget: ['5 runs'] }), world({ results }));
    expect(outcome(await runSweep(await plan(rule), world({ results })))).toEqual(outcome(whole));
  });

  test('is never done to what was chosen, when it is judged on what it has not seen', async () => {
    // The first look at a test comes after 13 sessions, at what is chosen on after 26: the rule would hold in tests alone.
    const stopWhen = 'sessions < 20 and totalReturn > -1';
    const validate = { walkForward: '252/126' };
    const without = await runSweep(await plan({ validate }), world());
    const { validation } = await runSweep(await plan({ stopWhen, validate }), world());
    expect(validation!.folds).toEqual(without.validation!.folds);
    // That such a rule does stop what it meets early enough:
    const none = await runSweep(await plan({ stopWhen: 'sessions < 60 and totalReturn > -1', validate }), world());
    expect(none.validation!.folds.every(({ chosen }) => chosen === undefined)).toBe(true);
  });

  test('of every run leaves no winner', async () => {
    const { odds, winner } = await runSweep(await plan({ stopWhen: 'maxDrawdown <= 0' }), world());
    expect([odds, winner]).toEqual([undefined, undefined]);
  });

  test.each([
    ['progres > 0.5', /no "progres".*did you mean "progress"/],
    ['progress > 0.5', /must look at how they do/],
    ['alpha < 0', /no "alpha"/],
  ])('by %j is refused', async (stopWhen, message) => {
    await expect(async () => plan({ stopWhen })).rejects.toThrow(message);
  });
});
