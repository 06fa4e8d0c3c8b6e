/**
 * Averages of averages of averages: the double, triple and sixfold exponential averages and TRIX.
 */
import { factor, type IndicatorOption, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { emaStream, runSmoothingFrom, type Smoothing } from './ema.ts';
import { runDouble, runTriple, runTrixLine } from './stages-batch.ts';

export interface StageOptions {
  /**
   * `average` (default): each stage starts from the mean of the first values of the one before; `common`: all stages
   * start together from the mean of the first values; `first`: all start from the first value, without warm-up;
   * `staggered`: each stage starts from the first value of the one before, `period` − 1 rows after it.
   */
  readonly seed?: 'average' | 'common' | 'first' | 'staggered';
}

export const STAGE_SEED: IndicatorOption = {
  name: 'seed',
  values: ['average', 'common', 'first', 'staggered'],
  description: 'what the stages start from: own means, one common mean, the first value, or first values in turn',
};

/** A chain of equal exponential averages, each of the one before. */
export class Stages {
  /** The last value of each stage. */
  readonly values: Float64Array;
  private readonly stages: Smoothing[];
  private readonly lead: Smoothing;
  private readonly seed: NonNullable<StageOptions['seed']>;
  private readonly rows: number;
  private started = false;
  private row = 0;

  constructor(count: number, rows: number, options: StageOptions) {
    this.seed = options.seed ?? 'average';
    this.rows = rows;
    const seed = this.seed === 'average' ? 'average' : 'first';
    this.stages = Array.from({ length: count }, () => emaStream(rows, { seed }));
    this.lead = emaStream(rows);
    this.values = new Float64Array(count).fill(Number.NaN);
  }

  /** Takes a value; answers whether the last stage is warm. */
  push(value: number): boolean {
    const { stages, values } = this;
    if (this.seed === 'common' && !this.started) return this.start(value);
    const row = this.row++;
    let stage = value;
    for (let k = 0; k < stages.length; k++) {
      if (this.seed === 'staggered' && row < k * (this.rows - 1)) return false;
      stage = stages[k].pass(stage);
      values[k] = stage;
    }
    return this.seed === 'staggered' ? row >= stages.length * (this.rows - 1) : stage === stage;
  }

  private start(value: number): boolean {
    const mean = this.lead.next(value);
    if (mean !== mean) return false;
    for (const stage of this.stages) stage.startFrom(mean);
    this.values.fill(mean);
    this.started = true;
    return true;
  }
}

/** How many rows `count` stages are silent. */
export function stagesWarmUp(count: number, rows: number, options: StageOptions): number {
  if (options.seed === 'first') return 0;
  return options.seed === 'common' ? rows - 1 : count * (rows - 1);
}

/** An average made of stages, by the weights of their values. */
export class Staged extends Stream {
  private readonly stages: Stages;
  private readonly weights: Float64Array;

  constructor(rows: number, weights: readonly number[], options: StageOptions) {
    super();
    this.stages = new Stages(weights.length, rows, options);
    this.weights = Float64Array.from(weights);
  }

  next(value: number): number {
    const { stages, weights } = this;
    if (!stages.push(value)) return Number.NaN;
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += weights[k] * stages.values[k];
    return sum;
  }
}

class Trix extends Stream {
  private readonly stages: Stages;
  private readonly average: Smoothing;
  private before = Number.NaN;

  constructor(rows: number, signal: number, options: StageOptions) {
    super(3);
    this.stages = new Stages(3, rows, options);
    this.average = emaStream(signal);
  }

  next(value: number): number {
    const warm = this.stages.push(value);
    const triple = this.stages.values[2];
    const trix = warm ? (100 * (triple - this.before)) / this.before : Number.NaN;
    if (warm) this.before = triple;
    this.out[1] = this.average.pass(trix);
    this.out[2] = warm ? triple : Number.NaN;
    return trix;
  }
}

/** Whether each stage starts from the one before, which is what the batch halves do. */
function seedsInTurn({ seed = 'average' }: StageOptions): boolean {
  return seed === 'average' || seed === 'first';
}

function seedRows(rows: number, options: StageOptions): number {
  return options.seed === 'first' ? 1 : rows;
}

const WEIGHT = 'rows of each stage; the weight of a new value is 2 / (period + 1)';

export const DEMA_WEIGHTS: readonly number[] = [2, -1];
export const TEMA_WEIGHTS: readonly number[] = [3, -3, 1];

/** Returns the weights of the six stages of T3 for a volume factor. */
export function t3Weights(volume: number): number[] {
  const square = volume * volume;
  const cube = square * volume;
  return [0, 0, 1 + 3 * volume + 3 * square + cube, -6 * square - 3 * volume - 3 * cube, 3 * square + 3 * cube, -cube];
}

/** Double exponential moving average: twice the average less the average of it. Source: Mulloy, TASC 1994. */
export const dema = defineIndicator({
  name: 'dema',
  title: 'Double exponential moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['dema'],
  parameters: [period('period', 20, WEIGHT)],
  options: [STAGE_SEED],
  warmUp: (rows, options) => stagesWarmUp(2, rows, options),
  create: (rows: number, options: StageOptions) => new Staged(rows, DEMA_WEIGHTS, options),
  fits: (_rows, options) => seedsInTurn(options),
  spreads: true,
  kernel: ([series], length, [out], rows, options) =>
    runDouble(series, length, out, seedRows(rows, options), 2 / (rows + 1)),
});

/** Triple exponential moving average. Source: Mulloy, TASC 1994. */
export const tema = defineIndicator({
  name: 'tema',
  title: 'Triple exponential moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['tema'],
  parameters: [period('period', 20, WEIGHT)],
  options: [STAGE_SEED],
  warmUp: (rows, options) => stagesWarmUp(3, rows, options),
  create: (rows: number, options: StageOptions) => new Staged(rows, TEMA_WEIGHTS, options),
  fits: (_rows, options) => seedsInTurn(options),
  spreads: true,
  kernel: ([series], length, [out], rows, options) =>
    runTriple(series, length, out, seedRows(rows, options), 2 / (rows + 1)),
});

/** Tillson's T3: a generalised double average, three times over. Source: Tillson, TASC 1998. */
export const t3 = defineIndicator({
  name: 't3',
  title: 'Tillson T3 moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['t3'],
  parameters: [period('period', 5, WEIGHT), factor('volumeFactor', 0.7, 'how much it leans on trends', 0, 1)],
  options: [STAGE_SEED],
  warmUp: (rows, _volume, options) => stagesWarmUp(6, rows, options),
  create: (rows: number, volume: number, options: StageOptions) => new Staged(rows, t3Weights(volume), options),
  kernel: ([series], length, [out], rows, volume, options) => {
    const stream = new Staged(rows, t3Weights(volume), options);
    for (let i = 0; i < length; i++) out[i] = stream.next(series[i]);
  },
});

/** TRIX: the change of a triple exponential average from row to row, in per cent, its signal, and the average itself. */
export const trix = defineIndicator({
  name: 'trix',
  title: 'TRIX',
  family: 'oscillators',
  inputs: ['series'],
  outputs: ['trix', 'signal', 'average'],
  parameters: [period('period', 15, WEIGHT), period('signal', 9, 'rows of the signal average')],
  options: [STAGE_SEED],
  warmUp: (rows, _signal, options) => stagesWarmUp(3, rows, options) + 1,
  create: (rows: number, signal: number, options: StageOptions) => new Trix(rows, signal, options),
  fits: (_rows, _signal, options) => seedsInTurn(options),
  spreads: true,
  kernel: ([series], length, [line, average, triple], rows, signal, options) => {
    const seed = seedRows(rows, options);
    runTrixLine(series, length, line, triple, seed, 2 / (rows + 1));
    runSmoothingFrom(line, 3 * seed - 2, length, average, signal, 2 / (signal + 1));
  },
});
