/**
 * A share of a sweep: takes points from a queue that all players share, and hands over what it played in batches of
 * plain numbers, which cross from thread to thread and onto disk.
 */
import { Fault } from '../../base/fault.ts';
import type { ParameterValue } from '../../engine/strategy/parameters.ts';
import type { MetricId } from '../../stats/metric.ts';
import type { Figures } from './figures.ts';
import type { Parameters, Points } from './points.ts';
import { notePart, PART_WIDTH, type Part } from '../validation/part.ts';
import { PointPlayer, type SweepRow, type SweepSubject } from './run.ts';
import { momentsPerTrial, TrialSums } from './trial-sums.ts';

/** Points as columns of values: small to send. */
export interface PointTable {
  /** Number of each point in the sweep. */
  readonly indices: Int32Array;
  readonly names: readonly string[];
  readonly columns: readonly (readonly ParameterValue[])[];
}

/** Returns the table of some points. */
export function pointTable(points: Points, indices: Int32Array): PointTable {
  const names = indices.length === 0 ? [] : Object.keys(points.at(indices[0]));
  const columns: ParameterValue[][] = names.map(() => []);
  for (const index of indices) {
    const point = points.at(index);
    names.forEach((name, k) => columns[k].push(point[name]));
  }
  return { indices, names, columns };
}

/** What was played since the last batch. Numbers of a row lie side by side. */
export interface Batch {
  readonly indices: Int32Array;
  /** In the order of the subject's figures; NaN for one that cannot be computed. */
  readonly figures: Float64Array;
  /** Final equity, trades, and 1 when the account was wiped out, 2 when the run was stopped early. */
  readonly ends: Float64Array;
  readonly moments: Float64Array;
  /** What these trials add to the sums. */
  readonly total: Float64Array;
  /** Of a part of the history that is joined to others: its summaries, see `part.ts`; else nothing. */
  readonly parts: Float64Array;
}

/** Makes the row of a batch at a place. */
export function rowOf(
  batch: Omit<Batch, 'total'>,
  at: number,
  figures: readonly MetricId[],
  parameters: Parameters,
): SweepRow {
  const found: Figures = {};
  figures.forEach((id, k) => {
    const value = batch.figures[at * figures.length + k];
    if (value === value) found[id] = value;
  });
  return {
    index: batch.indices[at],
    parameters,
    figures: found,
    finalEquity: batch.ends[3 * at],
    trades: batch.ends[3 * at + 1],
    ruined: batch.ends[3 * at + 2] === 1,
    stopped: batch.ends[3 * at + 2] === 2,
  };
}

/** Places in the shared memory of a queue. */
export const QUEUE = { next: 0, stop: 1 } as const;

export class BatchPlayer {
  private readonly player: PointPlayer;
  private readonly sums: TrialSums;
  private readonly subject: SweepSubject;
  private readonly table: PointTable;
  private readonly queue: Int32Array;
  private readonly played: number[] = [];
  private readonly figures: Numbers;
  private readonly ends = new Numbers();
  private readonly moments = new Numbers();
  private readonly trial: Float64Array;
  private readonly part: Part | undefined;
  private readonly parts = new Numbers();
  private readonly summaries = new Float64Array(PART_WIDTH);

  /**
   * `queue` says which place of the table is next, and whether to stop; players of one table share its memory. With a
   * `part` its summaries are kept.
   */
  constructor(
    subject: SweepSubject,
    table: PointTable,
    queue: Int32Array,
    periods: number,
    blocks: number,
    part?: Part,
  ) {
    this.part = part;
    this.subject = subject;
    this.player = new PointPlayer(subject);
    this.table = table;
    this.queue = queue;
    this.sums = new TrialSums(periods, blocks);
    this.figures = new Numbers();
    this.trial = new Float64Array(momentsPerTrial(blocks));
  }

  /** Plays the next point of the queue; false when there is none, or the sweep was stopped. */
  step(): boolean {
    const { queue, table } = this;
    if (Atomics.load(queue, QUEUE.stop) !== 0) return false;
    const place = Atomics.add(queue, QUEUE.next, 1);
    if (place >= table.indices.length) return false;
    try {
      this.play(place);
    } catch (error) {
      throw withPoint(error, this.pointAt(place));
    }
    return true;
  }

  /** How many rows wait to be handed over. */
  get waiting(): number {
    return this.played.length;
  }

  /** Hands over what was played since the last time. */
  take(): Batch {
    const batch: Batch = {
      indices: Int32Array.from(this.played.splice(0)),
      figures: this.figures.take(),
      ends: this.ends.take(),
      moments: this.moments.take(),
      total: this.sums.total.slice(),
      parts: this.parts.take(),
    };
    this.sums.total.fill(0);
    return batch;
  }

  private pointAt(place: number): Parameters {
    const { names, columns } = this.table;
    const point: Record<string, ParameterValue> = {};
    for (let k = 0; k < names.length; k++) point[names[k]] = columns[k][place]!;
    return point;
  }

  private play(place: number): void {
    const { table, subject, trial, part, summaries } = this;
    const point = this.pointAt(place);
    const index = table.indices[place];
    const { row } = this.player.play(index, point, ({ sessions, moments }, { equity, ledger }) => {
      if (part !== undefined) notePart(part, equity.sessions().time, sessions.returns, ledger, summaries, 0);
      this.sums.add(sessions.returns, trial, 0, moments);
    });
    if (part !== undefined) for (const value of summaries) this.parts.push(value);
    this.played.push(index);
    for (const id of subject.figures) this.figures.push(row.figures[id] ?? Number.NaN);
    this.ends.push(row.finalEquity);
    this.ends.push(row.trades);
    this.ends.push(row.stopped ? 2 : row.ruined ? 1 : 0);
    for (let k = 0; k < trial.length; k++) this.moments.push(trial[k]);
  }
}

/** Names in an error the point whose run threw it: one of thousands, which nobody would find again. */
function withPoint(error: unknown, point: Parameters): unknown {
  if (!(error instanceof Error) || error instanceof Fault) return error;
  const { message, stack } = error;
  error.message = `${message} (in the run with ${parametersInWords(point)})`;
  // The stack repeats the message that the error was made with.
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}

function parametersInWords(point: Parameters): string {
  return Object.entries(point)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}

/** A column that grows. */
class Numbers {
  private values = new Float64Array(256);
  private length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  take(): Float64Array {
    const taken = this.values.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}
