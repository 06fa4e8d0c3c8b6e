/** Validation of a sweep: chosen on one part, judged on another, never on what is known only later. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deckSchema } from '../../src/desk/config/schema.ts';
import { readDeck } from '../../src/desk/config/read.ts';
import { leaveSweep } from '../../src/desk/sweep/leave.ts';
import { planSweep, type SweepPlan } from '../../src/desk/sweep/plan.ts';
import { sweepRequest } from '../../src/desk/sweep/settings.ts';
import { runSweep, type FinishedSweep, type SweepWorld } from '../../src/desk/sweep/sweep.ts';
import { sessionsOf } from '../../src/research/sweep/sessions.ts';
import { subjectOf } from '../../src/desk/sweep/subject.ts';
import type { ValidateFlags } from '../../src/desk/sweep/validate-settings.ts';
import { PointPlayer } from '../../src/research/sweep/run.ts';
import { partOf, partSubject } from '../../src/research/validation/part.ts';
import { sliceColumns, type BarColumns } from '../../src/market/columns.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'validate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const config = deckSchema.parse({
  strategy: { name: 'sma-cross' },
  tape: { source: 'simulated', symbols: ['AAA'], start: '2014-01-01', end: '2017-12-31' },
  sweep: { parameters: { fast: '3..9/3', slow: '10..20/5' }, where: 'fast < slow' },
});

const plan = (validate: ValidateFlags, over: Record<string, unknown> = {}): Promise<SweepPlan> =>
  planSweep(config, folder, sweepRequest(config.sweep, { parameters: {}, validate, ...over }, {}));

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

const outcome = ({ rows, odds, validation }: FinishedSweep): unknown => ({ rows, odds, validation });

describe('walk-forward', () => {
  test('chooses the best row of each window and plays it on the sessions after it, with the money that is left', async () => {
    const planned = await plan({ walkForward: '504/126' });
    const { validation } = await runSweep(planned, world());
    const subject = subjectOf(planned.loaded, planned.figures, planned.periodsPerYear);
    const sessions = sessionsOf(subject);
    expect(validation!.folds.length).toBeGreaterThan(3);
    let cash = 100_000;
    for (const { split, chosen, inSample, outOfSample } of validation!.folds) {
      const window = new PointPlayer(partSubject(subject, partOf(split.train[0], sessions)));
      const sharpes = Array.from({ length: planned.points.count }, (_, index) => {
        return window.play(index, planned.points.at(index)).row.figures.sharpe ?? -Infinity;
      });
      expect(inSample.sharpe).toBe(Math.max(...sharpes));
      expect(chosen).toEqual(planned.points.at(sharpes.indexOf(Math.max(...sharpes))));
      const unseen = new PointPlayer(partSubject(subject, partOf(split.test[0], sessions), cash)).play(0, chosen!);
      expect(outOfSample).toEqual(unseen.row.figures);
      cash = unseen.row.finalEquity;
    }
    const { equity, times } = validation!.headline;
    expect(equity.at(-1)).toBe(cash);
    expect(times).toEqual(sessions.subarray(504));
  });

  test('trap: prices after a fold change nothing in it', async () => {
    const planned = await plan({ walkForward: '504/126' });
    const whole = await runSweep(planned, world());
    const subject = subjectOf(planned.loaded, planned.figures, planned.periodsPerYear);
    const ends = sessionsOf(subject);
    const last = whole.validation!.folds[2].split.test[0].to;
    const { tape } = planned.loaded;
    const other = tape.slice.streams.map((stream) => {
      const columns = stream.columns as BarColumns;
      const copy = sliceColumns(columns, 0, columns.length);
      const changed = { ...copy, close: copy.close.slice(), open: copy.open.slice() };
      for (let i = 0; i < columns.length; i++) {
        if (columns.time[i] > ends[last - 1]) [changed.open[i], changed.close[i]] = [columns.low[i], columns.high[i]];
      }
      return { ...stream, columns: changed } as typeof stream;
    });
    const later = { ...planned, loaded: { ...planned.loaded, tape: { ...tape, slice: { streams: other } } } };
    const changed = await runSweep(later, world());
    expect(changed.validation!.folds.slice(0, 3)).toEqual(whole.validation!.folds.slice(0, 3));
    expect(changed.validation!.folds).not.toEqual(whole.validation!.folds);
    expect(changed.validation!.headline.equity.subarray(0, last - 504)).toEqual(
      whole.validation!.headline.equity.subarray(0, last - 504),
    );
  });

  test('anchored, with a gap, and by times instead of sessions', async () => {
    const planned = await plan({ walkForward: '2y/6m', anchored: true, gap: 5 });
    expect(planned.validation).toEqual({
      method: 'walk-forward',
      train: 504,
      test: 126,
      step: undefined,
      gap: 5,
      anchored: true,
    });
    const { validation } = await runSweep(planned, world());
    expect(
      validation!.folds.every(({ split }) => split.train[0].from === 0 && split.test[0].from === split.train[0].to + 5),
    ).toBe(true);
  });

  test('a requirement that nothing satisfies leaves the fold in cash', async () => {
    const { validation } = await runSweep(
      await plan({ walkForward: '504/126' }, { require: ['trades > 60'] }),
      world(),
    );
    const idle = validation!.folds.filter(({ chosen }) => chosen === undefined);
    expect(idle.length).toBeGreaterThan(0);
    expect(idle.every(({ outOfSample }) => outOfSample.totalReturn === 0)).toBe(true);
  });

  test('on windows that overlap every session counts once, by the earliest choice', async () => {
    const planned = await plan({ windows: '8/500/100' });
    const { validation } = await runSweep(planned, world());
    const { folds, paths, headline } = validation!;
    expect([folds.length, paths.length]).toEqual([8, 1]);
    expect(folds[7].split.test[0].to).toBe(1007);
    const { times, returns } = headline;
    expect(times.every((at, i) => i === 0 || at > times[i - 1])).toBe(true);
    expect(times.length).toBe(1007 - folds[0].split.test[0].from);
    // The first window judges its hundred sessions alone.
    const growth = returns.subarray(0, 100).reduce((wealth, step) => wealth * (1 + step), 1);
    expect(growth - 1).toBeCloseTo(folds[0].outOfSample.totalReturn!, 12);
  });

  test.each(['genetic', 'cma-es', 'tpe'] as const)('each fold has a search of its own by %s', async (method) => {
    const over = { method, runs: 12, parameters: { fast: '2..30', slow: '31..60' } };
    const once = await runSweep(await plan({ walkForward: '504/252' }, over), world());
    expect(once.validation!.folds.every(({ candidates }) => candidates === 12)).toBe(true);
    expect(outcome(await runSweep(await plan({ walkForward: '504/252' }, over), world()))).toEqual(outcome(once));
  });
});

describe('groups', () => {
  test('of a combinatorial validation are played once, and every path is made of what was not chosen on', async () => {
    const planned = await plan({ combinatorial: '6/2', purge: 5, embargo: 10 });
    const { validation } = await runSweep(planned, world());
    const { folds, paths } = validation!;
    expect([folds.length, paths.length]).toEqual([15, 5]);
    const subject = subjectOf(planned.loaded, planned.figures, planned.periodsPerYear);
    const sessions = sessionsOf(subject);
    expect(paths.every(({ path }) => path.times.length === sessions.length)).toBe(true);
    expect(folds.every(({ isBelowMedian }) => isBelowMedian !== undefined)).toBe(true);
    // The first path takes the first two groups from the first split, which held both out.
    const { split, chosen, outOfSample } = folds[0];
    const pieces = [0, 1].flatMap((group) => {
      const to = Math.floor(((group + 1) * sessions.length) / 6);
      const range = { from: Math.floor((group * sessions.length) / 6), to };
      const player = new PointPlayer(partSubject(subject, partOf(range, sessions)));
      let returns: number[] = [];
      player.play(0, chosen!, (played) => (returns = [...played.sessions.returns]));
      return returns;
    });
    expect(split.test).toEqual([{ from: 0, to: pieces.length }]);
    expect([...paths[0].path.returns.subarray(0, pieces.length)]).toEqual(pieces);
    const growth = pieces.reduce((wealth, step) => wealth * (1 + step), 1);
    expect(outOfSample.totalReturn).toBeCloseTo(growth - 1, 12);
  });

  test('of a k-fold make one history of all sessions', async () => {
    const { validation } = await runSweep(await plan({ kFold: 5, purge: 2, embargo: 2 }), world());
    expect(validation!.paths).toHaveLength(1);
    expect(validation!.folds).toHaveLength(5);
    expect(validation!.assumptions.join(' ')).toMatch(/leaves out 2 sessions before/);
  });
});

test.each([
  ['walk-forward', { walkForward: '504/126' }],
  ['combinatorial', { combinatorial: '5/2', purge: 1, embargo: 1 }],
])('a %s that is cut off goes on where it was, to the same outcome', async (name, flags) => {
  const whole = await runSweep(await plan(flags), world());
  const results = join(folder, `cut-${name}`);
  let asked = 0;
  let clock = 0;
  const stop = {
    get isStopped() {
      return ++asked > 20;
    },
  };
  // A clock that jumps ends each turn after one run.
  const first = await runSweep(await plan(flags), world({ results, stop, now: () => (clock += 300) }));
  expect([first.isComplete, first.validation]).toEqual([false, undefined]);
  const files = readdirSync(results).filter((file) => file !== 'results.jsonl');
  expect(files.length).toBeGreaterThan(0);
  const last = join(results, files[0]);
  truncateSync(last, statSync(last).size - 2);
  const second = await runSweep(await plan(flags), world({ results }));
  expect(second.isComplete).toBe(true);
  expect(outcome(second)).toEqual(outcome(whole));
});

describe('bad input is a fault before the first run', () => {
  test.each([
    ['two ways at once', { walkForward: '504/126', kFold: 5 }, {}, /in one way/],
    ['windows that are none', { walkForward: '504' }, {}, /as 504\/126 or 2y\/6m, was "504"/],
    ['even windows that are none', { windows: '30/730' }, {}, /as 30\/730\/180/],
    ['tests that leave nothing of a window', { windows: '30/100/99' }, {}, /must leave two sessions/],
    ['a gap without windows', { gap: 5 }, {}, /--gap: goes with --walk-forward/],
    [
      'an embargo without groups',
      { walkForward: '504/126', embargo: 5 },
      {},
      /--embargo: goes with --k-fold or --combinatorial/,
    ],
    ['as many held as there are', { combinatorial: '4/4' }, {}, /held must be less than groups \(4\), was 4/],
    ['splits without number', { combinatorial: '30/15' }, {}, /make 155117520 splits/],
    ['a figure that cannot be joined', { kFold: 5 }, { objective: ['alpha'] }, /alpha of a whole does not follow/],
    ['a search over groups', { kFold: 5 }, { method: 'tpe' }, /does not know beforehand/],
    ['a part of a sweep', { kFold: 5 }, { shard: '1/2' }, /no rows to choose from/],
  ])('%s', async (_, flags, over, message) => {
    await expect(async () => plan(flags, over)).rejects.toThrow(message);
  });

  test('windows longer than the tape', async () => {
    await expect(async () => runSweep(await plan({ walkForward: '9y/1y' }), world())).rejects.toThrow(
      /the tape has \d+ sessions/,
    );
  });
});

test('a mistake in the deck has its line, its column and what was probably meant', () => {
  const text = [
    'strategy: { name: sma-cross }',
    'tape: { source: simulated, symbols: [AAA], start: 2015-01-01, end: 2016-01-01 }',
    'sweep:',
    '  parameters: { fast: 2..9 }',
    '  validate:',
    '    method: walk-forward',
    '    train: 504',
    '    tset: 126',
  ].join('\n');
  expect(() => readDeck(text, 'deck.yaml', [])).toThrow(
    /deck\.yaml:8:5.*there is no "tset" here[\s\S]*did you mean "test"/,
  );
  expect(() => readDeck(text.replace('walk-forward', 'walk-foward'), 'deck.yaml', [])).toThrow(
    /deck\.yaml:6:13[\s\S]*did you mean "walk-forward"/,
  );
  expect(() => readDeck(text.replace('tset: 126', 'test: 6q'), 'deck.yaml', [])).toThrow(/deck\.yaml:8:11/);
});

test('a validation of another kind of the same points puts the page of the one before aside, and its own back', async () => {
  const results = join(folder, 'kinds');
  const leave = async (flags: Parameters<typeof plan>[0]): Promise<string> => {
    const planned = await plan(flags);
    await leaveSweep(await runSweep(planned, world()), results, folder);
    return readFileSync(join(results, 'sweep.html'), 'utf8');
  };
  const others = (): string[] => readdirSync(results).filter((name) => /^sweep-.*\.html$/.test(name));
  const walked = await leave({ walkForward: '504/126' });
  expect(others()).toEqual([]);
  const folds = await leave({ kFold: 4 });
  expect(folds).not.toBe(walked);
  const [aside] = others();
  expect(readFileSync(join(results, aside), 'utf8')).toBe(walked);
  expect(
    readdirSync(results).filter((name) => name.includes(aside.slice('sweep-'.length, -'.html'.length))),
  ).toHaveLength(3);
  // The same again replaces its own, and what is not of a validation leaves both.
  await leave({ walkForward: '504/126' });
  expect(others()).toHaveLength(1);
  await leave({});
  expect(others()).toHaveLength(2);
});

test.each([
  { walkForward: '504/126', gap: 2, anchored: true },
  { windows: '5/400/50' },
  { kFold: 4, purge: 1 },
  { combinatorial: '4/2', embargo: 3 },
])('the deck that is left behind asks for the same: %j', async (flags) => {
  const results = join(folder, `left-${JSON.stringify(flags).replaceAll(/\W/g, '')}`);
  const planned = await plan(flags, { stopWhen: 'maxDrawdown < -0.9' });
  await leaveSweep(await runSweep(planned, world()), results, folder);
  const left = readDeck(readFileSync(join(results, 'deck.yaml'), 'utf8'), 'deck.yaml', []);
  const again = await planSweep(left, results, sweepRequest(left.sweep, { parameters: {} }, {}));
  expect(JSON.parse(JSON.stringify(again.validation))).toEqual(JSON.parse(JSON.stringify(planned.validation)));
  expect(again.key).toBe(planned.key);
});
