/**
 * Research: questions that take many runs of the same engine to answer.
 */
export { decisionsOf, describeDecision, sameDecision, type Decision } from './decisions.ts';
export { checkHistory, type LineHistory } from './history.ts';
export {
  checkLookahead,
  firstDifference,
  subjectOf,
  type LookaheadFinding,
  type LookaheadReport,
  type LookaheadSubject,
} from './lookahead.ts';
export { prefixOf, suffixOf } from './tape-parts.ts';
export { study, type Study, type StudyOptions } from './study.ts';
export type { Figures } from './sweep/figures.ts';
export type { OddsLine, WinnerOdds } from './sweep/odds.ts';
export type { SweepRow } from './sweep/run.ts';
export type { Fold, ParameterDrift, StitchedPath, ValidationOutcome } from './validation/outcome.ts';
export {
  combinatorialPaths,
  evenSplits,
  groupSplits,
  groupsOf,
  splitsOf,
  walkForwardSplits,
  type EvenWindows,
  type GroupFolds,
  type Range,
  type Split,
  type Validation,
  type WalkForward,
} from './validation/splits.ts';
export type { ValidationId, ValidationLine } from './validation/verdicts.ts';
export { bestFirst, dominates, paretoFront, type Goals } from './search/pareto.ts';
