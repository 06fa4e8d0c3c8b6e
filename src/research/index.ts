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
