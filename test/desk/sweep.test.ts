/** A sweep is the engine, run many times: its rows are those of single runs, whoever plays them and how often it stops. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deck } from '../../src/engine/deck.ts';
import { deckSchema, type DeckConfig } from '../../src/desk/config/schema.ts';
import { runDeck } from '../../src/desk/run/run.ts';
import { presentationOf } from '../../src/desk/run/presentation.ts';
import { rowsCsv } from '../../src/desk/sweep/leave.ts';
import { planSweep, type SweepPlan } from '../../src/desk/sweep/plan.ts';
import { sweepRequest, type SweepOverrides } from '../../src/desk/sweep/settings.ts';
import { runSweep, shardOf, type FinishedSweep, type SweepWorld } from '../../src/desk/sweep/sweep.ts';
import { subjectOf } from '../../src/desk/sweep/subject.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const config: DeckConfig = deckSchema.parse({
  strategy: { name: 'sma-cross' },
  tape: { source: 'simulated', symbols: ['AAA'], start: '2015-01-01', end: '2017-12-31' },
  sweep: { parameters: { fast: '5..20/5', slow: '10..40/10' }, where: 'fast < slow' },
});

const plan = (over: Partial<SweepOverrides> = {}, given = config): Promise<SweepPlan> =>
  planSweep(given, folder, sweepRequest(given.sweep, { parameters: {}, ...over }, {}));

function world(over: Partial<SweepWorld> = {}): SweepWorld {
  return {
    folder,
    results: undefined,
    workers: 1,
    again: false,
    stop: { isStopped: false },
    now: () => 0,
    onProgress: () => undefined,
    ...over,
  };
}

/** What must not depend on how the rows were played. */
const outcome = ({ rows, ranked, odds, halves }: FinishedSweep): unknown => ({ rows, ranked, odds, halves });

describe('a row of a sweep is the single run of its parameters, to the last bit', () => {
  test.each([
    ['an account that keeps its position', {}],
    ['figures that need a whole result', { figures: ['exposure', 'turnover', 'alpha', 'averageAdverseExcursion'] }],
  ])('for %s', async (_, over) => {
    const planned = await plan(over);
    const { rows } = await runSweep(planned, world());
    expect(rows).toHaveLength(12);
    for (const row of rows) {
      const single = { ...config, strategy: { name: 'sma-cross', parameters: row.parameters } };
      const run = await runDeck(single, {
        folder,
        output: { isTerminal: false, write: () => undefined },
        stop: { isStopped: false },
        now: () => 0,
      });
      const { metrics } = presentationOf(run, () => ({
        version: '',
        codeHash: '',
        configHash: '',
        journalHash: '',
        seed: '',
        command: '',
      }));
      expect(row.finalEquity).toBe(run.result.finalEquity);
      expect(row.trades).toBe(run.result.trades.length);
      for (const id of planned.figures) {
        expect([id, row.figures[id]]).toEqual([id, metrics.find(({ name }) => name === id)?.value]);
      }
      const subject = subjectOf(planned.loaded, planned.figures, planned.periodsPerYear);
      const deck = new Deck(subject.options(row.parameters));
      deck.play(subject.slice);
      deck.finish();
      expect(deck.journal.snapshot()).toEqual(run.deck.journal.snapshot());
    }
  });
});

test('the rows and the odds are the same whether one attempt played them or three, one of them cut off in a line', async () => {
  const planned = await plan();
  const whole = await runSweep(planned, world());
  const results = join(folder, 'resumed');
  const file = join(results, 'results.jsonl');
  let asked = 0;
  const stop = {
    get isStopped() {
      return ++asked > 2;
    },
  };
  // A clock that jumps ends each turn after one run.
  let clock = 0;
  const first = await runSweep(planned, world({ results, stop, now: () => (clock += 300) }));
  expect(first.isComplete).toBe(false);
  expect(first.rows.length).toBeGreaterThan(0);
  expect(first.rows.length).toBeLessThan(whole.rows.length);
  truncateSync(file, statSync(file).size - 3);
  const second = await runSweep(planned, world({ results }));
  expect(second.isComplete).toBe(true);
  expect(second.resumed).toBeLessThan(first.rows.length);
  expect(outcome(second)).toEqual(outcome(whole));
  const third = await runSweep(planned, world({ results }));
  expect(third.resumed).toBe(whole.rows.length);
  expect(outcome(third)).toEqual(outcome(whole));
  expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(2);
});

test('results of another strategy, deck or grid are not gone on from', async () => {
  const results = join(folder, 'other');
  await runSweep(await plan(), world({ results }));
  const other = await runSweep(await plan({ where: ['slow > 10'] }), world({ results }));
  expect(other.resumed).toBe(0);
});

test('parts share the points among them, none left out and none twice', () => {
  const parts = [0, 1, 2].flatMap((index) => [...shardOf(10, { index, count: 3 })]);
  expect(parts.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('the best row comes first, and a requirement keeps rows out', async () => {
  const { ranked } = await runSweep(
    await plan({ objective: ['totalReturn'], require: ['trades >= 10', 'fast > 5'] }),
    world(),
  );
  expect(ranked.every(({ trades, parameters }) => trades >= 10 && Number(parameters['fast']) > 5)).toBe(true);
  const returns = ranked.map(({ figures }) => figures.totalReturn!);
  expect(returns).toEqual(returns.toSorted((a, b) => b - a));
});

describe('bad input is a fault before the first run', () => {
  test.each([
    [
      'a parameter outside its range',
      { parameters: { fast: '2..100', slow: '2..100' } },
      /slow must be a whole number, 3 … 400, was 2/,
    ],
    ['an unknown parameter', { parameters: { fsat: '2..5' } }, /no parameter "fsat".*did you mean "fast"/],
    [
      'a range in a form of its own',
      { parameters: { fast: '10..60..10' } },
      /a range is low\.\.high, or low\.\.high\/step/,
    ],
    ['an empty range', { parameters: { fast: '9..5' } }, /the range of fast is empty/],
    [
      'a range that is written otherwise',
      { parameters: { fast: '5..9:2' } },
      /a range is low..high, or low..high\/step/,
    ],
    ['a condition that removes everything', { where: ['fast > 100'] }, /of 16 combinations none is left/],
    ['a condition with a misspelt name', { where: ['fats < slow'] }, /no "fats".*did you mean "fast"/],
    ['a condition that is not one', { where: ['fast < '] }, /ends too early/],
    ['more runs than are allowed', { maxRuns: 5 }, /at most 5 are allowed/],
    ['a figure that does not exist', { objective: ['sharp'] }, /no figure "sharp".*did you mean "sharpe"/],
    ['nothing that varies', { parameters: { fast: '5', slow: '9' } }, /nothing varies/],
    ['a part that is none', { shard: '5/4' }, /a part is given as 1\/4/],
  ] as const)('%s', async (_, over, message) => {
    await expect(async () => plan(over)).rejects.toThrow(message);
  });
});

test.each(['tpe', 'genetic', 'cma-es'] as const)(
  'a sweep that learns by %s tries as many points as were asked for, none twice, and goes on where it was cut off',
  async (method) => {
    const asked = {
      method,
      runs: 30,
      parameters: { fast: '2..30', slow: '20..60' },
      objective: ['totalReturn'],
    } as const;
    const whole = await runSweep(await plan(asked), world());
    expect(whole.rows).toHaveLength(30);
    expect(new Set(whole.rows.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(30);
    const results = join(folder, `learning-${method}`);
    let clock = 0;
    let asks = 0;
    const stop = {
      get isStopped() {
        return ++asks > 14;
      },
    };
    const first = await runSweep(await plan(asked), world({ results, stop, now: () => (clock += 300) }));
    expect(first.isComplete).toBe(false);
    const second = await runSweep(await plan(asked), world({ results }));
    expect(second.resumed).toBeGreaterThan(0);
    expect(outcome(second)).toEqual(outcome(whole));
  },
);

describe('a part of a sweep', () => {
  const shardOfTask = (over: Partial<SweepOverrides>, task: string, tasks: string) =>
    sweepRequest(config.sweep, { parameters: {}, ...over }, { CLOUD_RUN_TASK_INDEX: task, CLOUD_RUN_TASK_COUNT: tasks })
      .shard;

  test('is what Cloud Run Jobs tells a task, unless a flag says otherwise', () => {
    expect(shardOfTask({}, '1', '4')).toEqual({ index: 1, count: 4 });
    expect(shardOfTask({ shard: '4/8' }, '1', '4')).toEqual({ index: 3, count: 8 });
    expect(() => shardOfTask({}, '4', '4')).toThrow('CLOUD_RUN_TASK_INDEX=4 of 4');
    expect(() => shardOfTask({ shard: '0/4' }, '1', '4')).toThrow('a part is given as 1/4');
  });

  test('of each task of a job is in a file of its own, and the last to end weighs all of them', async () => {
    const results = join(folder, 'job');
    const whole = outcome(await runSweep(await plan(), world()));
    const finished: FinishedSweep[] = [];
    for (const task of ['2', '0', '1']) {
      const environment = { CLOUD_RUN_TASK_INDEX: task, CLOUD_RUN_TASK_COUNT: '3' };
      const part = await planSweep(config, folder, sweepRequest(config.sweep, { parameters: {} }, environment));
      finished.push(await runSweep(part, world({ results })));
    }
    expect(finished.map(({ rows, resumed }) => rows.length - resumed)).toEqual([4, 4, 4]);
    expect(finished[0].part).toContain('This is part 3 of 3, and 4 of 12 points are played: the odds leave out');
    expect(finished[1].part).toContain('This is part 1 of 3, and 8 of 12 points are played: the odds leave out');
    expect(finished[2].part).toBeUndefined();
    expect(outcome(finished[2])).toEqual(whole);
    const merged = await runSweep(await plan(), world({ results }));
    expect(merged.resumed).toBe(12);
    expect(merged.part).toBeUndefined();
    expect(outcome(merged)).toEqual(whole);
  });
});

describe('a sweep without a winner says why', () => {
  const short = { ...config.tape, end: '2015-01-09' } as DeckConfig['tape'];

  test('where no run held anything', async () => {
    const { winner, odds, unjudged } = await runSweep(await plan({}, { ...config, tape: short }), world());
    expect({ winner, odds }).toEqual({ winner: undefined, odds: undefined });
    expect(unjudged).toBe(
      'all 12 runs held nothing from the first session to the last: there is nothing to choose from',
    );
  });

  test('where no run has the figure that decides', async () => {
    const planned = await plan({ objective: ['profitFactor'] }, { ...config, tape: { ...short, end: '2015-02-10' } });
    const { odds, unjudged, rows } = await runSweep(planned, world());
    expect(rows.some(({ figures }) => figures.sharpe !== undefined)).toBe(true);
    expect([odds, unjudged]).toEqual([undefined, 'no run has a figure by which to choose: profitFactor']);
  });

  test('where nothing was better than cash', async () => {
    const over = { objective: ['totalReturn'], parameters: { fast: '10..20/5' } };
    const planned = await plan(over, { ...config, tape: { ...short, end: '2015-02-13' } });
    const { odds, unjudged, rows } = await runSweep(planned, world());
    const returns = rows.map(({ figures }) => figures.totalReturn!);
    // Some lost and the others never traded, or this shows nothing.
    expect([Math.max(...returns), Math.min(...returns) < 0]).toEqual([0, true]);
    expect(odds).toBeUndefined();
    expect(unjudged).toBe('the best of 8 runs held nothing: of what was tried, nothing was better than cash');
  });

  test('where none satisfies what is required', async () => {
    const { odds, unjudged } = await runSweep(await plan({ require: ['trades > 999'] }), world());
    expect([odds, unjudged]).toEqual([undefined, 'none of 12 runs satisfies trades > 999']);
  });
});

test('a sweep that is stopped while its last point is played is whole', async () => {
  const planned = await plan();
  let played = 0;
  const stop = {
    get isStopped() {
      return played === planned.points.count;
    },
  };
  const finished = await runSweep(planned, world({ stop, onProgress: (done) => (played = done) }));
  expect([finished.isComplete, finished.rows.length]).toEqual([true, 12]);
});

test('the table of a sweep that was stopped before its first row has the columns of one that was not', async () => {
  const whole = await runSweep(await plan(), world());
  const header = rowsCsv(whole).split('\n', 1)[0];
  expect(header).toContain('fast,slow');
  expect(rowsCsv({ ...whole, rows: [], front: [] })).toBe(`${header}\n`);
});
