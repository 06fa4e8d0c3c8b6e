/**
 * One comparison: the same work on two sides that take turns, the ratio of each turn, and whether the answers agree.
 */
import type { Answer } from './answering.ts';
import type { Side } from './side.ts';

/** Processor time, which a busy machine does not stretch, or the wall clock, for what runs on several cores. */
type Clock = 'core' | 'wall';

export interface Comparison {
  readonly workload: string;
  readonly peer: string;
  /** What a second is divided by: 100,000 bars, 20,000 events; 1 for plain seconds. */
  readonly amount: number;
  readonly unit: string;
  readonly ours: Side;
  readonly theirs: Side;
  readonly ask: { readonly ours: string; readonly theirs: string };
  readonly clock: Clock;
  /** How many times faster ours is to be. */
  readonly goal?: number;
  readonly rounds?: number;
  /** Says in words how the answers differ; nothing where they agree. */
  difference(ours: Answer['result'], theirs: Answer['result']): string | undefined;
  /** What a reader has to know of this row. */
  readonly note?: string;
}

export interface Outcome {
  readonly workload: string;
  readonly peer: string;
  readonly unit: string;
  /** Medians. */
  readonly ours: number;
  readonly theirs: number;
  /** Median of the ratios of the turns: how many times faster ours is. */
  readonly ratio: number;
  readonly goal: number | undefined;
  readonly difference: string | undefined;
  /** False where there are no answers to compare. */
  readonly compared: boolean;
  readonly note: string | undefined;
}

const ROUNDS = 3;

/** Measures: one turn that does not count, then ours, theirs, ours, theirs. */
export async function compare(comparison: Comparison): Promise<Outcome> {
  const { ours, theirs, ask, clock, amount, unit, rounds = ROUNDS } = comparison;
  let [left, right] = [await ours.ask(ask.ours), await theirs.ask(ask.theirs)];
  const turns: { left: number; right: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    left = await ours.ask(ask.ours);
    right = await theirs.ask(ask.theirs);
    turns.push({ left: left[clock], right: right[clock] });
  }
  const figure = (seconds: number): number => (amount === 1 ? seconds : amount / seconds);
  return {
    workload: comparison.workload,
    peer: comparison.peer,
    unit,
    ours: figure(median(turns.map((turn) => turn.left))),
    theirs: figure(median(turns.map((turn) => turn.right))),
    ratio: median(turns.map((turn) => turn.right / turn.left)),
    goal: comparison.goal,
    difference: comparison.difference(left.result, right.result),
    compared: true,
    note: comparison.note,
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Whether two numbers of the answers are equal up to `tolerance`; says which are not. */
export function numbersDiffer(fields: Readonly<Record<string, number>>): Comparison['difference'] {
  return (ours, theirs) => {
    for (const [field, tolerance] of Object.entries(fields)) {
      const [a, b] = [Number(ours[field]), Number(theirs[field])];
      if (!(Math.abs(a - b) <= tolerance)) return `${field} ${a} and ${b}`;
    }
    return undefined;
  };
}
