/**
 * What a validation shows: one history made of sessions that no choice had seen, and how far it can be trusted.
 */
import type { Random } from '../../base/random.ts';
import {
  minimumTrackRecord,
  monteCarlo,
  performance,
  probabilisticSharpe,
  sharpeSample,
  type MonteCarlo,
  type Verdict,
} from '../../stats/index.ts';
import type { Axis } from '../sweep/axis.ts';
import type { Figures } from '../sweep/figures.ts';
import type { Parameters } from '../sweep/points.ts';
import { isGrouped, type Range, type Split, type Validation } from './splits.ts';
import { validationLine, type ValidationLine } from './verdicts.ts';

/** One fold: what was chosen, how it looked there, and how it did on what it had not seen. */
export interface Fold {
  /** From 1. */
  readonly number: number;
  readonly split: Split;
  /** Stretches that were chosen on, and that were judged on, by first and last instant. */
  readonly trained: readonly Range[];
  readonly judged: readonly Range[];
  /** `undefined` where no point satisfied what is required: then the fold stayed in cash. */
  readonly chosen: Parameters | undefined;
  /** How many points were chosen from. */
  readonly candidates: number;
  readonly inSample: Figures;
  readonly outOfSample: Figures;
  /** Whether the chosen point was in the worse half of all points on what it had not seen; where that is known. */
  readonly isBelowMedian: boolean | undefined;
}

/** A history put together from unseen stretches. */
export interface StitchedPath {
  readonly times: Float64Array;
  readonly returns: Float64Array;
  readonly equity: Float64Array;
}

export interface ValidationInput {
  readonly validation: Validation;
  readonly folds: readonly Fold[];
  /** One history, or for combinatorial validation several. */
  readonly paths: readonly StitchedPath[];
  readonly axes: readonly Axis[];
  readonly startingCash: number;
  readonly periodsPerYear: number;
  readonly random: Random;
}

export interface ParameterDrift {
  readonly name: string;
  /** Mean move from fold to fold, as a share of what was tried; 0 … 1. */
  readonly drift: number;
  readonly values: readonly (number | string | boolean | undefined)[];
}

export interface ValidationOutcome {
  readonly validation: Validation;
  /** How it was done, in words. */
  readonly method: string;
  readonly folds: readonly Fold[];
  /** The history that is the headline: the only one, or the one with the median Sharpe ratio. */
  readonly headline: StitchedPath;
  readonly figures: Figures;
  readonly paths: readonly { readonly path: StitchedPath; readonly sharpe: number; readonly totalReturn: number }[];
  /** Means over the folds of what was chosen, per year. */
  readonly inSampleReturn: number;
  readonly inSampleSharpe: number;
  readonly drift: readonly ParameterDrift[];
  readonly resampled: MonteCarlo | undefined;
  readonly lines: readonly ValidationLine[];
  readonly verdict: Verdict;
  readonly conclusion: string;
  /** That some folds held nothing, and why that may be; `undefined` where every fold held something. */
  readonly idle: string | undefined;
  /** What was assumed, in sentences. */
  readonly assumptions: readonly string[];
}

/** Numbers that resampling may keep at once. */
const RESAMPLED_MAX = 2_000_000;
/** Mean length of a resampled block, in sessions: two weeks. */
const BLOCK = 10;

export function validationOutcome(input: ValidationInput): ValidationOutcome {
  const { folds, axes, validation } = input;
  const paths = input.paths.map((path) => {
    const figures = figuresOfPath(path, input);
    return { path, sharpe: figures.sharpe ?? Number.NaN, totalReturn: figures.totalReturn ?? Number.NaN };
  });
  // A history that stayed in cash stands where its Sharpe ratio would: at nought.
  const sorted = paths.toSorted((a, b) => (a.sharpe || 0) - (b.sharpe || 0));
  const headline = sorted[Math.floor((sorted.length - 1) / 2)].path;
  const figures = figuresOfPath(headline, input);
  const inSampleReturn = meanOf(folds.map(({ inSample }) => inSample.annualReturn));
  const outReturn = figures.annualReturn ?? Number.NaN;
  const drift = axes.filter(({ values }) => values.length !== 1).map((axis) => driftOf(axis, folds, validation));
  const sample = sharpeSample(headline.returns);
  const { length } = headline.returns;
  const resampled =
    length < 20
      ? undefined
      : monteCarlo(headline.returns, input.random, {
          method: 'bootstrap',
          meanBlock: BLOCK,
          paths: Math.max(100, Math.min(500, Math.floor(RESAMPLED_MAX / length))),
        });
  const known = folds.filter(({ isBelowMedian }) => isBelowMedian !== undefined);
  const lines = [
    validationLine('outOfSampleSharpe', probabilisticSharpe(sample)),
    validationLine('trackRecordShare', sample.sharpe > 0 ? sample.periods / minimumTrackRecord(sample) : 0),
    validationLine('efficiency', inSampleReturn > 0 ? outReturn / inSampleReturn : Number.NaN),
    validationLine(
      'profitableFolds',
      share(folds, ({ outOfSample }) => (outOfSample.totalReturn ?? 0) > 0),
    ),
    validationLine('drift', meanOf(drift.map((each) => each.drift))),
    ...(known.length === 0
      ? []
      : [
          validationLine(
            'belowMedian',
            share(known, (fold) => fold.isBelowMedian === true),
          ),
        ]),
    ...(paths.length < 2
      ? []
      : [
          validationLine(
            'losingPaths',
            share(paths, ({ totalReturn }) => totalReturn < 0),
          ),
        ]),
    validationLine('resampledLoss', resampled?.probabilityOfLoss ?? Number.NaN),
  ];
  const verdict = worstOf(lines);
  return {
    validation,
    method: methodInWords(validation),
    folds,
    headline,
    figures,
    paths,
    inSampleReturn,
    inSampleSharpe: meanOf(folds.map(({ inSample }) => inSample.sharpe)),
    drift,
    resampled,
    lines,
    verdict,
    conclusion: conclusionOf(verdict, lines),
    idle: idleInWords(folds),
    assumptions: assumptionsOf(validation),
  };
}

function figuresOfPath({ times, equity }: StitchedPath, { startingCash, periodsPerYear }: ValidationInput): Figures {
  return times.length < 2 ? {} : performance({ times, equity, initialCapital: startingCash, periodsPerYear }).metrics;
}

/** Where folds follow each other, how far the choice moves from one to the next; else how far any two are apart. */
function driftOf(axis: Axis, folds: readonly Fold[], validation: Validation): ParameterDrift {
  const isFollowing = !isGrouped(validation);
  const values = folds.map(({ chosen }) => chosen?.[axis.name]);
  const isOrdered = axis.values.every((value) => typeof value === 'number');
  const placeOf = (value: number | string | boolean): number =>
    axis.values.length === 0
      ? (Number(value) - axis.low) / (axis.high - axis.low)
      : axis.values.indexOf(value) / (axis.values.length - 1);
  const moves: number[] = [];
  for (let a = 0; a < values.length; a++) {
    for (let b = a + 1; b < (isFollowing ? Math.min(a + 2, values.length) : values.length); b++) {
      const [from, to] = [values[a], values[b]];
      if (from === undefined || to === undefined) continue;
      moves.push(isOrdered ? Math.abs(placeOf(to) - placeOf(from)) : from === to ? 0 : 1);
    }
  }
  return { name: axis.name, drift: meanOf(moves), values };
}

/** Two alarms, or that of the unseen Sharpe ratio, and the whole is alarming. */
function worstOf(lines: readonly ValidationLine[]): Verdict {
  const alarms = lines.filter(({ verdict }) => verdict === 'alarming').map(({ id }) => id);
  if (alarms.length > 1 || alarms.includes('outOfSampleSharpe')) return 'alarming';
  return lines.every(({ verdict }) => verdict === 'reassuring') ? 'reassuring' : 'doubtful';
}

function conclusionOf(verdict: Verdict, lines: readonly ValidationLine[]): string {
  const doubts = lines.filter((line) => line.verdict !== 'reassuring').length;
  if (verdict === 'reassuring') return 'What was chosen held up on what it had not seen.';
  if (verdict === 'alarming')
    return 'What was chosen did not hold up on what it had not seen: do not trade it on this evidence.';
  return `What was chosen held up only in part: ${doubts} of ${lines.length} figures leave doubts.`;
}

function assumptionsOf(validation: Validation): string[] {
  const common = [
    'Every stretch is a run of its own: it opens flat, and what it holds at its end is closed at the last price, at full cost.',
    'Indicators warm up on the bars before a stretch, which are not traded; nothing after a stretch is on its tape.',
  ];
  if (validation.method === 'walk-forward') {
    const { gap = 0, anchored = false } = validation;
    return [
      ...common,
      anchored ? 'Every fold is chosen on everything before it.' : 'Every fold is chosen on a window of one length.',
      ...(gap > 0 ? [`${gap} sessions between the two belong to neither.`] : []),
      'A fold begins with the money that the one before it ended with.',
    ];
  }
  if (validation.method === 'windows') {
    return [
      ...common,
      'Windows may overlap: a session that several are judged on counts once, by the earliest choice.',
      'Each begins with the money of the deck; the returns are chained.',
    ];
  }
  const { purge, embargo, held } = validation;
  return [
    ...common,
    `The choice leaves out ${purge} sessions before each stretch that is judged on, and ${embargo} after it.`,
    held === 1
      ? 'All folds but the last are chosen in part on later sessions than they are judged on.'
      : 'Choices are made in part on later sessions than they are judged on: paths show the spread of luck, not a track record.',
    'Each stretch begins with the money of the deck; the returns are chained.',
  ];
}

/** How choices were judged, in words. */
function idleInWords(folds: readonly Fold[]): string | undefined {
  const idle = folds.filter(({ outOfSample }) => (outOfSample.trades ?? 0) === 0).length;
  if (idle === 0) return undefined;
  const nothing = folds.filter(({ chosen }) => chosen === undefined).length;
  const why =
    nothing === idle
      ? 'no point satisfied what is required'
      : 'every stretch opens flat, and a strategy that waits for a crossing stays in cash until it sees one';
  return `${idle} of ${folds.length} folds held nothing on what they were judged on: ${why}.`;
}

function methodInWords(validation: Validation): string {
  if (validation.method === 'walk-forward') {
    const { train, test, anchored, gap = 0 } = validation;
    const on = anchored === true ? `on everything before (${train} sessions or more)` : `on ${train} sessions`;
    return `each chosen ${on} and judged on the ${test} after ${gap > 0 ? `a gap of ${gap}` : 'them'}`;
  }
  if (validation.method === 'windows') {
    const { window, test } = validation;
    return `each chosen on the first ${window - test} of ${window} sessions and judged on the last ${test}, windows evenly spread`;
  }
  const { groups, held, purge, embargo } = validation;
  return `each chosen on ${groups - held} of ${groups} groups and judged on the ${held === 1 ? 'other' : `other ${held}`}; purge ${purge}, embargo ${embargo}`;
}

function share<T>(list: readonly T[], holds: (one: T) => boolean): number {
  return list.length === 0 ? Number.NaN : list.filter(holds).length / list.length;
}

/** The mean of the numbers there are; NaN of none. */
function meanOf(values: readonly (number | undefined)[]): number {
  const known = values.filter((value): value is number => value !== undefined && Number.isFinite(value));
  return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
}
