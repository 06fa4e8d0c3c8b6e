/** Runs and sweeps are recorded in their folders; what was tried on the same data counts, in whichever session it was. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { comparisonPage } from '../../src/report/comparison/page.ts';
import { comparedCurves } from '../../src/report/comparison/curves.ts';
import { unpackTimes } from '../../src/report/series.ts';
import { comparisonAssets } from '../../src/adapters/report-assets/index.ts';
import { readDeck } from '../../src/desk/config/read.ts';
import { deckSchema, type DeckConfig } from '../../src/desk/config/schema.ts';
import { queryOfRun, queryOfSweep } from '../../src/desk/experiments/attempt.ts';
import { compareExperiments } from '../../src/desk/experiments/compare.ts';
import { configDiff } from '../../src/desk/experiments/config-diff.ts';
import { readExperiment, type Experiment } from '../../src/desk/experiments/experiment.ts';
import { findRecord } from '../../src/desk/experiments/find.ts';
import { deflatedSharpeOf } from '../../src/desk/experiments/luck.ts';
import { recordFolders } from '../../src/desk/experiments/record.ts';
import { removeExperiment } from '../../src/desk/experiments/remove.ts';
import { select } from '../../src/desk/experiments/select.ts';
import { earlierText, earlierTrials, recordTrial } from '../../src/desk/experiments/trials.ts';
import { composeRun, writeRun } from '../../src/desk/run/folder.ts';
import { runDeck, type FinishedRun } from '../../src/desk/run/run.ts';
import { leaveSweep } from '../../src/desk/sweep/leave.ts';
import { planSweep } from '../../src/desk/sweep/plan.ts';
import { sweepRequest } from '../../src/desk/sweep/settings.ts';
import { runSweep, type FinishedSweep } from '../../src/desk/sweep/sweep.ts';
import { pooledTrials } from '../../src/stats/index.ts';
import { meanAndVariance } from '../../src/stats/moments.ts';

const base = mkdtempSync(join(tmpdir(), 'experiments-'));
const runs = join(base, 'runs');
afterAll(() => rmSync(base, { recursive: true }));
beforeEach(() => rmSync(runs, { recursive: true, force: true }));

const stop = { isStopped: false };
const now = (): number => 0;

function deck(over: Partial<DeckConfig> = {}): DeckConfig {
  return deckSchema.parse({
    strategy: { name: 'sma-cross' },
    tape: { source: 'simulated', symbols: ['AAA'], start: '2015-01-01', end: '2016-12-31' },
    output: { report: false, folder: runs },
    ...over,
  });
}

const fast = (value: number): Partial<DeckConfig> => ({ strategy: { name: 'sma-cross', parameters: { fast: value } } });

async function played(config: DeckConfig): Promise<FinishedRun> {
  const run = await runDeck(config, { folder: base, output: { isTerminal: false, write: () => undefined }, stop, now });
  await writeRun(composeRun(run, base), base, base);
  return run;
}

const swept = (parameters: Readonly<Record<string, string>>): Promise<FinishedSweep & { folder: string }> =>
  sweptWith(deck({ sweep: { parameters } }));

async function sweptWith(config: DeckConfig): Promise<FinishedSweep & { folder: string }> {
  const plan = await planSweep(config, base, sweepRequest(config.sweep, { parameters: {} }, {}));
  const folder = join(runs, `sma-cross-sweep-${plan.key}`);
  const earlier = await earlierTrials(runs, queryOfSweep(plan));
  const world = {
    folder: base,
    results: folder,
    workers: 1,
    again: false,
    earlier,
    stop,
    now,
    onProgress: () => undefined,
  };
  const sweep = await runSweep(plan, world);
  await leaveSweep(sweep, folder, base);
  return { ...sweep, folder };
}

const all = (): Experiment[] => recordFolders(runs).flatMap((found) => readExperiment(found) ?? []);

describe('attempts on the same data', () => {
  test('count once each, whatever session they were made in', async () => {
    const first = await played(deck(fast(5)));
    expect((await earlierTrials(runs, queryOfRun(first))).trials).toBe(0);
    const second = await played(deck(fast(6)));
    expect(await earlierTrials(runs, queryOfRun(second))).toMatchObject({ trials: 1, runs: 1, sweeps: 0 });
    await played(deck(fast(5)));
    expect((await earlierTrials(runs, queryOfRun(second))).trials).toBe(1);
  });

  test('count with all their points when they were a sweep, and a sweep counts the runs before it', async () => {
    await played(deck(fast(5)));
    const sweep = await swept({ fast: '3..6', slow: '20,30' });
    expect(sweep.odds?.trials).toBe(8);
    expect(sweep.odds?.earlier).toEqual({ trials: 1, effectiveTrials: 1 });
    const run = await played(deck(fast(9)));
    const earlier = await earlierTrials(runs, queryOfRun(run));
    expect(earlier).toMatchObject({ trials: 9, runs: 1, sweeps: 1 });
    expect(earlierText(earlier)).toBe('these data have been tried 9 times before, in 1 sweep and 1 run');
    const odds = deflatedSharpeOf(run, earlier)!;
    const fewer = deflatedSharpeOf(run, { ...earlier, effectiveTrials: earlier.effectiveTrials + 1000 })!;
    expect(odds).toBeGreaterThan(fewer);
  });

  test('lower the odds of a sweep that comes after them, and of nothing but the odds', async () => {
    const alone = await swept({ fast: '3..6', slow: '20,30' });
    for (let i = 7; i < 12; i++) await played(deck(fast(i)));
    const after = await swept({ fast: '3..6', slow: '20,30' });
    const deflated = ({ odds }: FinishedSweep): number => odds!.lines.find(({ id }) => id === 'deflatedSharpe')!.value;
    expect(after.rows).toEqual(alone.rows);
    expect(deflated(after)).toBeLessThan(deflated(alone));
  });

  test('measure luck by their spread too, where a sweep goes on close around what an earlier one found', async () => {
    const wide = await swept({ fast: '2..14/3', slow: '16..60/4' });
    const close = await swept({ fast: '5,6', slow: '20' });
    expect(close.odds!.earlier.trials).toBe(wide.rows.length);
    expect(close.statistics.sharpeDeviation).toBeLessThan(wide.statistics.sharpeDeviation / 2);
    expect(close.odds!.expectedMaximumSharpe).toBeGreaterThan(wide.odds!.expectedMaximumSharpe * 0.95);
  });

  test('do not count on other data, or in a span that does not overlap', async () => {
    const span = (start: string, end: string): DeckConfig =>
      deck({ tape: { source: 'files', files: file, start, end } });
    const file = join(base, 'prices.csv');
    const days = Array.from({ length: 400 }, (_, i) => new Date(Date.UTC(2020, 0, 1 + i)));
    const trading = days.filter((day) => day.getUTCDay() % 6 !== 0);
    const line = (day: Date, i: number): string =>
      `${day.toISOString().slice(0, 10)},${10 + (i % 7)},20,5,${10 + (i % 5)},100`;
    writeFileSync(file, `date,open,high,low,close,volume\n${trading.map(line).join('\n')}\n`);
    const allow = (config: DeckConfig): DeckConfig => ({ ...config, tape: { ...config.tape, fatalFindings: 'allow' } });
    await played(allow(span('2020-01-01', '2020-06-30')));
    const overlapping = await played(allow(span('2020-06-01', '2020-12-31')));
    expect((await earlierTrials(runs, queryOfRun(overlapping))).trials).toBe(1);
    const apart = await played(allow(span('2021-01-01', '2021-02-01')));
    expect((await earlierTrials(runs, queryOfRun(apart))).trials).toBe(0);
    expect((await earlierTrials(runs, queryOfRun(await played(deck())))).trials).toBe(0);
  });

  test('stay on record when their run is deleted, and come along when a folder is copied from elsewhere', async () => {
    const one = await played(deck(fast(5)));
    const two = await played(deck(fast(6)));
    expect(await removeExperiment(findRecord(one.id, runs, base))).toEqual([]);
    expect((await earlierTrials(runs, queryOfRun(two))).trials).toBe(1);
    const elsewhere = join(base, 'elsewhere');
    cpSync(composeRun(two, base).folder, join(elsewhere, 'copied'), { recursive: true });
    expect((await earlierTrials(elsewhere, queryOfRun(one))).trials).toBe(1);
    rmSync(elsewhere, { recursive: true });
  });

  test('survive a log that was cut off in the middle of a line', async () => {
    const one = await played(deck(fast(5)));
    const log = join(runs, 'trials.jsonl');
    const [line] = readFileSync(log, 'utf8').split('\n') as [string];
    appendFileSync(log, line.slice(0, 60));
    const two = await played(deck(fast(6)));
    expect(readFileSync(log, 'utf8').split('\n')).toHaveLength(4);
    rmSync(composeRun(one, base).folder, { recursive: true });
    rmSync(composeRun(two, base).folder, { recursive: true });
    expect((await earlierTrials(runs, { ...queryOfRun(two), trial: 'another' })).trials).toBe(2);
  });

  test('are logged again only when a sweep went further than before', async () => {
    const record = { trial: 'a', kind: 'sweep', id: 'k', strategy: 's', data: 'd', startAt: 0, endAt: 1 } as const;
    const group = { trials: 5, effectiveTrials: 2, sharpeMean: 0.1, sharpeDeviation: 0.1 };
    await recordTrial(runs, { ...record, ...group });
    await recordTrial(runs, { ...record, ...group, trials: 3 });
    await recordTrial(runs, { ...record, ...group, trials: 9 });
    expect(readFileSync(join(runs, 'trials.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(2);
    expect((await earlierTrials(runs, { data: 'd', startAt: 1, endAt: 2, trial: 'b' })).trials).toBe(9);
  });

  test('of several sessions are spread as all of them together', () => {
    const ratios = [0.1, -0.2, 0.3, 0.05, 0.7, -0.1];
    const groupOf = (some: readonly number[]) => {
      const { mean, variance } = meanAndVariance(Float64Array.from(some));
      const sharpeDeviation = some.length === 1 ? 0 : Math.sqrt(variance);
      return { trials: some.length, effectiveTrials: some.length, sharpeMean: mean, sharpeDeviation };
    };
    const whole = groupOf(ratios);
    const pooled = pooledTrials([groupOf(ratios.slice(0, 1)), groupOf(ratios.slice(1, 3)), groupOf(ratios.slice(3))]);
    expect(pooled.sharpeMean).toBeCloseTo(whole.sharpeMean, 14);
    expect(pooled.sharpeDeviation).toBeCloseTo(whole.sharpeDeviation, 14);
    expect(pooledTrials([])).toEqual({ trials: 0, effectiveTrials: 0, sharpeMean: null, sharpeDeviation: null });
  });
});

test('a sampler that learns has another key for another aim, because it tries other points', async () => {
  const key = async (objective: string): Promise<string> => {
    const over = { parameters: { fast: '3..20' }, method: 'tpe', objective: [objective], runs: 12 } as const;
    return (await planSweep(deck(), base, sweepRequest(undefined, over, {}))).key;
  };
  expect(await key('sharpe')).not.toBe(await key('totalReturn'));
});

test('a folder can be renamed or deleted by hand, and what is left is listed', async () => {
  const one = await played(deck(fast(5)));
  const two = await played(deck(fast(6)));
  renameSync(composeRun(one, base).folder, join(runs, 'my favourite'));
  rmSync(composeRun(two, base).folder, { recursive: true });
  expect(all().map(({ id, name }) => [id, name])).toEqual([[one.id, 'my favourite']]);
  expect(findRecord('my fav', runs, base).folder).toBe(join(runs, 'my favourite'));
  writeFileSync(join(runs, 'my favourite', 'run.json'), '{"id": "ab');
  expect(all()).toEqual([]);
});

test('a run is found by as much of its id as no other has, and a wrong one is answered with a near one', async () => {
  const one = await played(deck(fast(5)));
  const two = await played(deck(fast(6)));
  expect(findRecord(one.id.slice(0, 6), runs, base).folder).toBe(composeRun(one, base).folder);
  expect(findRecord(composeRun(two, base).folder, runs, base).kind).toBe('run');
  expect(() => findRecord('sma', runs, base)).toThrow(/is the beginning of several/);
  expect(() => findRecord('', runs, base)).toThrow(/there is no run/);
  expect(() => findRecord('last', runs, base)).toThrow(/there is no run or sweep "last"/);
  expect(findRecord('last', runs, base, ({ id }) => id === one.id).folder).toBe(composeRun(one, base).folder);
  const typo = `${one.id.slice(0, 11)}x`;
  expect(() => findRecord(typo, runs, base)).toThrow(`did you mean "${one.id}"?`);
});

test('runs are chosen by conditions on figures and parameters, and sorted by any of them', async () => {
  for (const value of [5, 8, 12]) await played(deck(fast(value)));
  await swept({ fast: '3..6' });
  const found = all();
  const fasts = (selection: Parameters<typeof select>[1]): unknown[] =>
    select(found, selection).map(({ parameters }) => parameters['fast']);
  expect(fasts({ kind: 'run', sort: 'fast' })).toEqual([5, 8, 12]);
  expect(fasts({ kind: 'run', sort: '-fast', limit: 2 })).toEqual([12, 8]);
  expect(fasts({ where: ['fast > 6', 'sharpe > -100'], sort: 'fast' })).toEqual([8, 12]);
  expect(select(found, { kind: 'sweep' })).toHaveLength(1);
  expect(select(found, { data: 'ffffffffffff' })).toEqual([]);
  expect(() => select(found, { sort: 'sharp' })).toThrow('did you mean "sharpe"?');
  expect(() => select(found, { where: ['sharp > 1'] })).toThrow('did you mean "sharpe"?');
  expect(() => select(found, { strategy: 'sma-cros' })).toThrow('did you mean "sma-cross"?');
});

describe('a comparison', () => {
  test('shows only what differs, by meaning and not by text', async () => {
    await played(deck(fast(5)));
    await played({ ...deck({ ...fast(8), account: { cash: 5000 } }), name: 'other' });
    const [a, b] = select(all(), { sort: 'fast' }) as [Experiment, Experiment];
    const file = join(a.folder, 'deck.yaml');
    writeFileSync(file, `# a comment\n${readFileSync(file, 'utf8').replace('fast: 5', '"fast":    5.0')}`);
    expect(configDiff([a, b])).toEqual([
      { path: 'strategy.parameters.fast', values: ['5', '8'] },
      { path: 'account.cash', values: [undefined, '5000'] },
    ]);
    expect(configDiff([a, a])).toEqual([]);
  });

  test('puts figures side by side, and says what makes it unfair', async () => {
    const run = await played(deck(fast(5)));
    const sweep = await swept({ fast: '3..6', slow: '20,30' });
    const other = await played(
      deck({ tape: { source: 'simulated', symbols: ['BBB'], start: '2015-01-01', end: '2015-12-31' } }),
    );
    const experiments = [run.id, sweep.plan.key, other.id].map((id) => readExperiment(findRecord(id, runs, base))!);
    const { figures, cautions, runs: compared } = compareExperiments(experiments, false);
    const sharpe = figures.find(({ title }) => title === 'Sharpe ratio')!;
    expect(sharpe.values[1]).toBe(sweep.ranked[0].figures.sharpe);
    expect(sharpe.best).toEqual([sharpe.values.indexOf(Math.max(...sharpe.values))]);
    expect(cautions.join(' ')).toMatch(/not played on the same data.*do not cover the same time.*best of a sweep/);
    expect(compared.map(({ equity }) => equity?.values.length)).toEqual([
      run.result.equity.value.length,
      sweep.winner!.equity.length,
      other.result.equity.value.length,
    ]);
    const page = comparisonPage({ figures, cautions, runs: compared, differences: [] }, comparisonAssets());
    expect(page).toContain('SIMULATED PRICES');
    expect(page).toContain('not played on the same data');
  });

  test('draws runs of different lengths on one axis, and nothing before they began or after they ended', () => {
    const run = (label: string, times: number[], values: number[]) => ({
      label,
      strategy: '',
      parameters: {},
      source: '',
      simulated: false,
      startAt: undefined,
      endAt: undefined,
      equity: { times: Float64Array.from(times), values: Float64Array.from(values) },
    });
    const { time, runs: curves } = comparedCurves([
      run('a', [0, 1000, 3000], [10, 20, 15]),
      run('b', [1000, 2000], [5, 4]),
    ]);
    expect(unpackTimes(time)).toEqual([0, 1e6, 2e6, 3e6]);
    expect(curves.map(({ growth }) => growth)).toEqual([
      [1, 2, 2, 1.5],
      [null, 1, 0.8, null],
    ]);
    expect(curves[0].drawdown).toEqual([0, 0, 0, -0.25]);
  });
});

test('what somebody put beside a run is not deleted with it', async () => {
  const run = await played(deck());
  const { folder } = composeRun(run, base);
  writeFileSync(join(folder, 'notes.md'), 'mine');
  expect(await removeExperiment(findRecord(run.id, runs, base))).toEqual(['notes.md']);
  expect(readdirSync(folder)).toEqual(['notes.md']);
  expect(existsSync(join(runs, 'trials.jsonl'))).toBe(true);
});

test('nothing of a sweep that was validated, and of a run with everything, is taken for somebody else’s', async () => {
  const run = await played(deck({ output: { folder: runs }, state: { save: 'state.json' } }));
  const validated = (fast: string, validate: NonNullable<DeckConfig['sweep']>['validate']) =>
    sweptWith(deck({ sweep: { parameters: { fast }, validate } }));
  const walked = await validated('3..5', { method: 'walk-forward', train: 200, test: 100 });
  const grouped = await validated('3..6', { method: 'k-fold', folds: 3 });
  expect(readdirSync(walked.folder)).toContain('fold-1.jsonl');
  expect(readdirSync(grouped.folder)).toContain('group-1.jsonl');
  // What a process that was killed had begun to write.
  writeFileSync(join(walked.folder, '.rows.csv.1a2b3c4d.part'), 'point');
  writeFileSync(join(walked.folder, 'rows.parquet.1a2b3c4d.part'), 'PAR1');
  for (const { folder } of [composeRun(run, base), walked, grouped]) {
    expect(await removeExperiment(findRecord(folder, runs, base))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  }
});

test('the deck that a sweep leaves is that sweep: played again it goes on, and is no new attempt', async () => {
  const sweep = await swept({ fast: '3..6' });
  const left = readDeck(readFileSync(join(sweep.folder, 'deck.yaml'), 'utf8'), 'deck.yaml');
  const again = await planSweep(left, sweep.folder, sweepRequest(left.sweep, { parameters: {} }, {}));
  expect([again.key, again.trial]).toEqual([sweep.plan.key, sweep.plan.trial]);
});
