/**
 * The searches that learn, by name: each is asked for points and told, with the rows so far, how good they were.
 */
import type { Random } from '../../base/random.ts';
import type { Axis } from '../sweep/axis.ts';
import type { Admission, Parameters } from '../sweep/points.ts';
import { score, satisfies, type Objective } from '../sweep/ranking.ts';
import type { Expression } from '../sweep/expression.ts';
import type { SweepRow } from '../sweep/run.ts';
import { proposePoints } from '../sweep/tpe.ts';
import { CmaEs, usualSize } from './cma-es.ts';
import { Genetic } from './genetic.ts';
import { bestFirst, type Goals } from './pareto.ts';
import { Search } from './search.ts';
import { Space } from './space.ts';

export const LEARNING_METHODS = ['tpe', 'genetic', 'cma-es'] as const;
export type LearningMethod = (typeof LEARNING_METHODS)[number];

export function isLearning(method: string): method is LearningMethod {
  return (LEARNING_METHODS as readonly string[]).includes(method);
}

export interface SearchInput {
  readonly method: LearningMethod;
  readonly axes: readonly Axis[];
  readonly admission: Admission;
  readonly objectives: readonly Objective[];
  readonly required: readonly Expression[];
  /** How many points will be tried in all. */
  readonly runs: number;
  readonly random: Random;
}

/** Proposes points that were not tried, given the rows so far in the order of their numbers; none when it is done. */
export type Proposer = (rows: readonly SweepRow[]) => Parameters[];

/** Points of a round of `tpe`: a fixed number, so that what is proposed does not depend on how many threads there are. */
const ROUND = 8;

/** Returns a search; it draws from generators that are forks of `random`. */
export function makeSearch(input: SearchInput): Proposer {
  if (input.method === 'tpe') return tpe(input);
  const { axes, admission, objectives, random, runs } = input;
  const space = new Space(axes, admission);
  const strategy =
    input.method === 'genetic'
      ? new Genetic(space, Math.max(8, Math.min(40, Math.ceil(runs / 10))))
      : new CmaEs(space, Math.max(usualSize(axes.length), 8));
  const search = new Search(space, strategy, random, objectives.length);
  const known = new Map<string, Goals>();
  return (rows) => {
    for (const row of rows.slice(known.size)) known.set(space.keyOf(row.parameters), goalsOf(row, input));
    return search.next((key) => known.get(key));
  };
}

/** Of each objective, more is better; a row that does not satisfy what is required is worse than any that does. */
function goalsOf(row: SweepRow, { objectives, required }: Pick<SearchInput, 'objectives' | 'required'>): Goals {
  const isGood = !row.stopped && satisfies(row, required);
  return objectives.map((objective) => (isGood ? score(row, objective) : -Infinity));
}

function tpe({ axes, admission, objectives, required, random }: SearchInput): Proposer {
  let round = 0;
  return (rows) => {
    const goals = rows.map((row) => goalsOf(row, { objectives, required }));
    const scores = objectives.length === 1 ? goals.map(([goal]) => goal) : placesOf(goals);
    const told = rows.map(({ parameters }, i) => ({ parameters, score: scores[i] }));
    return proposePoints(axes, admission, told, ROUND, random.fork(`round ${round++}`));
  };
}

/** With several goals what counts is the place among all: by front, then by how empty the surroundings are. */
function placesOf(goals: readonly Goals[]): number[] {
  const places: number[] = [];
  bestFirst(goals).forEach((i, place) => (places[i] = -place));
  return places;
}
