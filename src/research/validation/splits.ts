/**
 * How a history is cut into what parameters are chosen on and what they are then judged on.
 *
 * Everything is counted in sessions, from 0; a range holds `from` and not `to`. What is chosen on never overlaps what is
 * judged on, and what lies between the two (gap, purge, embargo) belongs to neither.
 * Sources: R. Pardo, The Evaluation and Optimization of Trading Strategies, 2nd ed. (2008), ch. 11 (walk-forward);
 * M. López de Prado, Advances in Financial Machine Learning (2018), ch. 7 (purging, embargo) and 12 (combinatorial).
 */
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What parameters are chosen on, and what they are judged on; in each, ranges in order of time, apart from each other. */
export interface Split {
  readonly train: readonly Range[];
  readonly test: readonly Range[];
}

export interface WalkForward {
  readonly method: 'walk-forward';
  /** Sessions to choose on; with `anchored`, of the first fold. */
  readonly train: number;
  /** Sessions to judge on. */
  readonly test: number;
  /** Sessions from one fold to the next; as long as `test` unless given, and not shorter. */
  readonly step?: number | undefined;
  /** Sessions between the two that belong to neither. */
  readonly gap?: number | undefined;
  /** Whether every fold is chosen on everything since the first session. */
  readonly anchored?: boolean | undefined;
}

export interface GroupFolds {
  /** `k-fold` judges on each group once; `combinatorial` on every choice of `held` groups. */
  readonly method: 'k-fold' | 'combinatorial';
  readonly groups: number;
  /** Groups that are held out at once; 1 for `k-fold`. */
  readonly held: number;
  /** Sessions left out of the choice before each range that is judged on: as long as a position lasts. */
  readonly purge: number;
  /** Sessions left out of the choice after it: as long as its prices are remembered. */
  readonly embargo: number;
}

/** Windows of one length, spread evenly and overlapping, each judged on its end: see `evenSplits`. */
export interface EvenWindows {
  readonly method: 'windows';
  readonly count: number;
  readonly window: number;
  readonly test: number;
}

export type Validation = WalkForward | EvenWindows | GroupFolds;

/** Whether points are played on groups that are joined, and not on stretches of each fold's own. */
export function isGrouped(validation: Validation): validation is GroupFolds {
  return validation.method === 'k-fold' || validation.method === 'combinatorial';
}

/** Cuts a history of so many sessions; a `Fault` says why it cannot be. */
export function splitsOf(validation: Validation, sessions: number): Split[] {
  if (isGrouped(validation)) return groupSplits(validation, sessions);
  if (validation.method === 'walk-forward') return walkForwardSplits(validation, sessions);
  const { count, window, test } = validation;
  if (window > sessions) {
    const rule = `the tape has ${sessions} sessions, and a window ${window}`;
    throw new Fault('sweep.validate', rule, { field: 'sweep.validate.window' }, 'take shorter windows or more data');
  }
  return evenSplits(sessions, count, window, test);
}

/**
 * Folds that follow each other through time. A rest at the end that is shorter than half a test is left to the test
 * before it; a longer one is a test of its own.
 */
export function walkForwardSplits(options: Omit<WalkForward, 'method'>, sessions: number): Split[] {
  const { train, test, step = test, gap = 0, anchored = false } = options;
  if (step < test) {
    const rule = `folds must not be judged on the same sessions twice: step must be at least test (${test}), was ${step}`;
    throw new Fault('sweep.validate', rule, { field: 'sweep.validate.step' });
  }
  const needed = train + gap + Math.ceil(test / 2);
  if (sessions < needed) {
    const rule = `the tape has ${sessions} sessions; training on ${train}${gap > 0 ? `, a gap of ${gap}` : ''} and half a test need ${needed}`;
    throw new Fault('sweep.validate', rule, { field: 'sweep.validate.train' }, 'take shorter windows or more data');
  }
  const splits: Split[] = [];
  for (let end = train; end + gap < sessions; end += step) {
    const from = end + gap;
    const rest = sessions - from;
    if (rest * 2 < test && splits.length > 0) {
      const [before] = splits.at(-1)!.test as [Range];
      // With steps beyond the test, the rest does not follow it.
      if (before.to === from)
        splits[splits.length - 1] = { ...splits.at(-1)!, test: [{ from: before.from, to: sessions }] };
      break;
    }
    splits.push({
      train: [{ from: anchored ? 0 : end - train, to: end }],
      test: [{ from, to: Math.min(sessions, from + test) }],
    });
  }
  return splits;
}

/**
 * `count` windows of the same length, spread evenly from the first session to the last, each with its test at the end.
 * They may overlap, so their tests are not one history: for studies of how often a choice holds.
 */
export function evenSplits(sessions: number, count: number, window: number, test: number): Split[] {
  assert(test > 0 && test < window && window <= sessions, 'a test is shorter than its window, which fits the history');
  return Array.from({ length: count }, (_, i) => {
    const from = count === 1 ? 0 : Math.round((i * (sessions - window)) / (count - 1));
    const middle = from + window - test;
    return { train: [{ from, to: middle }], test: [{ from: middle, to: from + window }] };
  });
}

/** The groups of a history: as equal as whole sessions allow. */
export function groupsOf(groups: number, sessions: number): Range[] {
  return Array.from({ length: groups }, (_, i) => {
    return { from: Math.floor((i * sessions) / groups), to: Math.floor(((i + 1) * sessions) / groups) };
  });
}

/** Every choice of `held` groups once held out, in lexical order; the others are trained on, purged and embargoed. */
export function groupSplits(options: Omit<GroupFolds, 'method'>, sessions: number): Split[] {
  const { groups, held, purge, embargo } = options;
  const ranges = groupsOf(groups, sessions);
  const shortest = Math.min(...ranges.map(({ from, to }) => to - from));
  if (shortest < purge + embargo + 2) {
    const rule = `of ${sessions} sessions in ${groups} groups, purge ${purge} and embargo ${embargo} leave nothing of a group`;
    throw new Fault('sweep.validate', rule, { field: 'sweep.validate.groups' }, 'take fewer groups or more data');
  }
  return choices(groups, held).map((chosen) => {
    const isHeld = new Set(chosen);
    const train: Range[] = [];
    const test: Range[] = [];
    ranges.forEach((range, group) => {
      if (isHeld.has(group)) join(test, range);
      else {
        join(train, {
          from: range.from + (isHeld.has(group - 1) ? embargo : 0),
          to: range.to - (isHeld.has(group + 1) ? purge : 0),
        });
      }
    });
    return { train, test };
  });
}

/** All choices of `count` of the numbers 0 … `of` − 1, in lexical order. */
export function choices(of: number, count: number): number[][] {
  const found: number[][] = [];
  const choose = (chosen: number[], from: number): void => {
    if (chosen.length === count) {
      found.push(chosen);
      return;
    }
    for (let next = from; next <= of - (count - chosen.length); next++) choose([...chosen, next], next + 1);
  };
  choose([], 0);
  return found;
}

/**
 * Joins the held-out groups of all splits to whole histories: path j takes of each group the j-th split that holds it
 * out. Returns, by path and group, the number of the split. There are C(groups − 1, held − 1) paths.
 */
export function combinatorialPaths(groups: number, held: number): number[][] {
  const splits = choices(groups, held);
  const byGroup = Array.from({ length: groups }, (_, group) =>
    splits.flatMap((chosen, split) => (chosen.includes(group) ? [split] : [])),
  );
  return byGroup[0].map((_, path) => byGroup.map((own) => own[path]));
}

function join(ranges: Range[], next: Range): void {
  const last = ranges.at(-1);
  if (last?.to === next.from) ranges[ranges.length - 1] = { from: last.from, to: next.to };
  else ranges.push(next);
}
