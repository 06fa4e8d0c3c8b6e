/** Splits, summaries and verdicts of a validation, against what was worked out by hand. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { whole } from '../../src/engine/strategy/parameters.ts';
import { readAxis } from '../../src/research/sweep/axis.ts';
import { validationOutcome, type Fold } from '../../src/research/validation/outcome.ts';
import {
  choices,
  combinatorialPaths,
  evenSplits,
  groupSplits,
  groupsOf,
  walkForwardSplits,
  type Range,
  type Split,
} from '../../src/research/validation/splits.ts';
import {
  emptySummary,
  figuresOf,
  joinSummary,
  summarise,
  SUMMARY_WIDTH,
} from '../../src/research/validation/summary.ts';
import { performance } from '../../src/stats/index.ts';

/** `2-5,9-12` for ranges from 2 to before 5 and from 9 to before 12. */
const text = (ranges: readonly Range[]): string => ranges.map(({ from, to }) => `${from}-${to}`).join(',');
const texts = (splits: readonly Split[]): string[] =>
  splits.map(({ train, test: judged }) => `${text(train)} | ${text(judged)}`);

describe('walk-forward, by hand', () => {
  test('rolling: windows of 4 move by the 2 that they are judged on', () => {
    expect(texts(walkForwardSplits({ train: 4, test: 2 }, 10))).toEqual(['0-4 | 4-6', '2-6 | 6-8', '4-8 | 8-10']);
  });

  test('anchored: every window begins with the first session', () => {
    expect(texts(walkForwardSplits({ train: 4, test: 2, anchored: true }, 10))).toEqual([
      '0-4 | 4-6',
      '0-6 | 6-8',
      '0-8 | 8-10',
    ]);
  });

  test('with a gap of one session between choosing and judging', () => {
    expect(texts(walkForwardSplits({ train: 4, test: 2, gap: 1 }, 11))).toEqual([
      '0-4 | 5-7',
      '2-6 | 7-9',
      '4-8 | 9-11',
    ]);
  });

  test('a rest of half a test or more is a test of its own, a shorter one is left to the test before', () => {
    expect(texts(walkForwardSplits({ train: 4, test: 4 }, 14))).toEqual(['0-4 | 4-8', '4-8 | 8-12', '8-12 | 12-14']);
    expect(texts(walkForwardSplits({ train: 4, test: 4 }, 13))).toEqual(['0-4 | 4-8', '4-8 | 8-13']);
  });

  test('steps longer than the test leave sessions out', () => {
    expect(texts(walkForwardSplits({ train: 3, test: 2, step: 4 }, 12))).toEqual([
      '0-3 | 3-5',
      '4-7 | 7-9',
      '8-11 | 11-12',
    ]);
  });

  test('steps shorter than the test, and tapes that are too short, are refused', () => {
    expect(() => walkForwardSplits({ train: 4, test: 2, step: 1 }, 10)).toThrow(
      /step must be at least test \(2\), was 1/,
    );
    expect(() => walkForwardSplits({ train: 10, test: 2 }, 10)).toThrow(/the tape has 10 sessions; .* need 11/);
  });

  test('trap: nothing is judged twice, and nothing is judged on what it was chosen on or before', () => {
    fc.assert(
      fc.property(
        fc.record({
          train: fc.integer({ min: 2, max: 40 }),
          test: fc.integer({ min: 2, max: 20 }),
          gap: fc.integer({ min: 0, max: 5 }),
        }),
        fc.boolean(),
        fc.integer({ min: 80, max: 200 }),
        (windows, anchored, sessions) => {
          const splits = walkForwardSplits({ ...windows, anchored }, sessions);
          let end = windows.train + windows.gap;
          for (const {
            train,
            test: [judged],
          } of splits) {
            expect(train[0].to + windows.gap).toBe(judged.from);
            expect(judged.from).toBe(end);
            end = judged.to;
          }
          expect(end).toBe(sessions);
        },
      ),
    );
  });
});

describe('groups, by hand', () => {
  test('are as equal as whole sessions allow', () => {
    expect(text(groupsOf(3, 10))).toBe('0-3,3-6,6-10');
  });

  test('five folds of ten sessions, purged of 1 before and embargoed for 1 after', () => {
    expect(texts(groupSplits({ groups: 5, held: 1, purge: 0, embargo: 0 }, 10))).toEqual([
      '2-10 | 0-2',
      '0-2,4-10 | 2-4',
      '0-4,6-10 | 4-6',
      '0-6,8-10 | 6-8',
      '0-8 | 8-10',
    ]);
    expect(texts(groupSplits({ groups: 3, held: 1, purge: 1, embargo: 1 }, 15))).toEqual([
      '6-15 | 0-5',
      '0-4,11-15 | 5-10',
      '0-9 | 10-15',
    ]);
  });

  // López de Prado 2018, fig. 12.1: N = 6 groups, k = 2 held out, 15 splits, 5 paths.
  test('six groups with two held out make fifteen splits and five paths', () => {
    const splits = groupSplits({ groups: 6, held: 2, purge: 1, embargo: 2 }, 60);
    expect(splits).toHaveLength(15);
    expect(texts(splits).slice(0, 3)).toEqual(['22-60 | 0-20', '12-19,32-60 | 0-10,20-30', '12-29,42-60 | 0-10,30-40']);
    const paths = combinatorialPaths(6, 2);
    expect(paths).toHaveLength(5);
    expect(paths[0]).toEqual([0, 0, 1, 2, 3, 4]);
    expect(paths[4]).toEqual([4, 8, 11, 13, 14, 14]);
  });

  test('in the paths every held-out group of every split stands exactly once', () => {
    for (const [groups, held] of [
      [6, 2],
      [5, 3],
      [4, 1],
    ] as const) {
      const splits = choices(groups, held);
      const used = combinatorialPaths(groups, held).flatMap((path) => path.map((split, group) => `${split}:${group}`));
      expect(used.toSorted()).toEqual(splits.flatMap((chosen, i) => chosen.map((group) => `${i}:${group}`)).toSorted());
    }
  });

  test('trap: no session is both chosen on and judged on, nor chosen on within purge or embargo of what is judged', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 7 }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 3 }),
        (groups, purge, embargo) => {
          for (const { train, test: judged } of groupSplits({ groups, held: 2, purge, embargo }, 100)) {
            for (const chosen of train) {
              for (const held of judged) {
                expect(chosen.to <= held.from - purge || chosen.from >= held.to + embargo).toBe(true);
              }
            }
          }
        },
      ),
    );
  });

  test('purge and embargo that leave nothing are refused', () => {
    expect(() => groupSplits({ groups: 5, held: 1, purge: 5, embargo: 5 }, 50)).toThrow(/leave nothing of a group/);
  });
});

test('even windows are spread from the first session to the last', () => {
  expect(texts(evenSplits(10, 3, 6, 2))).toEqual(['0-4 | 4-6', '2-6 | 6-8', '4-8 | 8-10']);
});

describe('a summary', () => {
  const random = new Random(4);
  const returns = Float64Array.from({ length: 300 }, () => random.normal() / 50);
  const joined = (cuts: readonly number[]): Float64Array => {
    const whole = emptySummary();
    const one = new Float64Array(SUMMARY_WIDTH);
    cuts.slice(1).forEach((to, i) => {
      summarise(returns, cuts[i], to, one, 0);
      joinSummary(whole, one, 0);
    });
    return whole;
  };

  test('of joined stretches gives the figures of the whole', () => {
    let wealth = 100;
    const equity = returns.map((step) => (wealth *= 1 + step));
    const times = equity.map((_, i) => i * 86_400_000_000);
    const { metrics } = performance({ times, equity, initialCapital: 100, periodsPerYear: 252 });
    for (const cuts of [
      [0, 300],
      [0, 1, 77, 150, 299, 300],
      [0, 0, 120, 120, 300],
    ]) {
      const figures = figuresOf(joined(cuts), 252);
      for (const id of [
        'totalReturn',
        'annualReturn',
        'annualVolatility',
        'sharpe',
        'sortino',
        'maxDrawdown',
        'calmar',
      ] as const) {
        expect(figures[id]).toBeCloseTo(metrics[id]!, 9);
      }
    }
  });

  test('of a flat stretch has no ratio', () => {
    const flat = new Float64Array(SUMMARY_WIDTH);
    summarise(new Float64Array(10), 0, 10, flat, 0);
    expect(figuresOf(flat, 252)).toEqual({
      sessions: 10,
      totalReturn: 0,
      annualReturn: 0,
      annualVolatility: 0,
      maxDrawdown: 0,
      trades: 0,
    });
  });
});

describe('the outcome', () => {
  const axes = [readAxis('fast', '0..10', { fast: whole(5, { min: 0, max: 10 }) }, '')];
  const split = { train: [{ from: 0, to: 2 }], test: [{ from: 2, to: 4 }] };
  const fold = (number: number, fast: number | undefined, out: number): Fold => ({
    number,
    split,
    trained: [{ from: 0, to: 1 }],
    judged: [{ from: 2, to: 3 }],
    chosen: fast === undefined ? undefined : { fast },
    candidates: 11,
    inSample: { annualReturn: 0.2, sharpe: 1 },
    outOfSample: { totalReturn: out },
    isBelowMedian: undefined,
  });
  const random = new Random(8);
  const returns = Float64Array.from({ length: 504 }, () => 0.0004 + random.normal() / 100);
  let wealth = 1000;
  const equity = returns.map((step) => (wealth *= 1 + step));
  const path = { times: equity.map((_, i) => i * 86_400_000_000), returns, equity };
  const outcome = (folds: readonly Fold[]) =>
    validationOutcome({
      validation: { method: 'walk-forward', train: 2, test: 2 },
      folds,
      paths: [path],
      axes,
      startingCash: 1000,
      periodsPerYear: 252,
      random: new Random(1),
    });

  test('has the drift of the choices as a share of what was tried', () => {
    const { drift, lines } = outcome([fold(1, 0, 1), fold(2, 5, 1), fold(3, undefined, 0), fold(4, 10, 1)]);
    // From 0 to 5 of 10; what stayed in cash moved nowhere.
    expect(drift).toEqual([{ name: 'fast', drift: 0.5, values: [0, 5, undefined, 10] }]);
    expect(lines.find(({ id }) => id === 'profitableFolds')).toMatchObject({ value: 0.75, verdict: 'reassuring' });
    expect(lines.find(({ id }) => id === 'drift')).toMatchObject({ verdict: 'alarming' });
  });

  test('has the yearly return on unseen sessions beside that on the sessions chosen on', () => {
    const { lines, figures, inSampleReturn } = outcome([fold(1, 1, 1)]);
    expect(inSampleReturn).toBe(0.2);
    expect(lines.find(({ id }) => id === 'efficiency')!.value).toBeCloseTo(figures.annualReturn! / 0.2, 12);
  });

  test('says how many folds held nothing, and why that may be', () => {
    const held = { ...fold(1, 1, 0.1), outOfSample: { totalReturn: 0.1, trades: 3 } };
    expect(outcome([held]).idle).toBeUndefined();
    expect(outcome([held, fold(2, 1, 0)]).idle).toMatch(/^1 of 2 folds held nothing .* waits for a crossing/);
    expect(outcome([held, fold(2, undefined, 0)]).idle).toMatch(/no point satisfied what is required/);
  });

  test('says every figure in one sentence with a verdict, and what was assumed', () => {
    const { lines, assumptions, conclusion } = outcome([fold(1, 1, 1), fold(2, 1, 1)]);
    expect(lines.every(({ sentence, verdict }) => sentence.endsWith('.') && verdict.length > 0)).toBe(true);
    expect(assumptions.join(' ')).toMatch(/opens flat.*at full cost.*not traded/);
    expect(conclusion.endsWith('.')).toBe(true);
  });
});
