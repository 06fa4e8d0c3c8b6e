/**
 * Early stopping: a run that a rule calls hopeless is not played to its end.
 *
 * The rule looks at each run by itself, at nine points of its way, and knows no other run: so which runs are stopped
 * does not depend on threads, on the order of the runs, or on where a sweep was cut off.
 */
import { firstAtOrAbove } from '../../base/search.ts';
import { Fault, show } from '../../base/fault.ts';
import type { Deck } from '../../engine/deck.ts';
import type { ParameterValue } from '../../engine/strategy/parameters.ts';
import type { TapeSlice } from '../../market/tape.ts';
import type { MetricId } from '../../stats/metric.ts';
import { parseExpression, type Expression } from './expression.ts';
import { leanFigures, LEAN_FIGURES } from './figures.ts';

export interface StopRule {
  readonly text: string;
  readonly expression: Expression;
  /** Figures that it asks for. */
  readonly figures: readonly MetricId[];
}

/** The name under which a rule reads how much of the tape was played, 0 … 1. */
const PROGRESS = 'progress';
const LOOKS = 10;

/** Reads a rule such as `progress >= 0.3 and totalReturn < -0.2`, over figures, parameters and progress. */
export function readStopRule(text: string, parameters: readonly string[], field: string): StopRule {
  const expression = parseExpression(text, [PROGRESS, ...LEAN_FIGURES, ...parameters], field, [
    PROGRESS,
    ...LEAN_FIGURES,
  ]);
  const known: readonly string[] = LEAN_FIGURES;
  const figures = expression.names.filter((name): name is MetricId => known.includes(name));
  if (figures.length === 0) {
    const rule = `a rule that stops runs must look at how they do, as in maxDrawdown < -0.4; was ${show(text)}`;
    throw new Fault('sweep.stop', rule, { field });
  }
  return { text, expression, figures };
}

/**
 * Plays a deck until its end, or until the rule holds at a tenth of the rows that come after `opensAt`; whether it was
 * stopped. A run that is not stopped is, bit for bit, the run that is played in one go.
 */
export function playUntilHopeless(
  deck: Deck,
  slice: TapeSlice,
  rule: StopRule,
  parameters: Readonly<Record<string, ParameterValue>>,
  periodsPerYear: number,
): boolean {
  const total = slice.streams.reduce((rows, { columns }) => rows + columns.length, 0);
  const before = slice.streams.reduce((rows, { columns }) => rows + firstAtOrAbove(columns.time, deck.opensAt), 0);
  const tenth = Math.max(1, Math.ceil((total - before) / LOOKS));
  let look = 0;
  for (const _step of deck.playInSteps(slice, true, () => (look === 0 ? before + tenth : tenth))) {
    look++;
    if (look < LOOKS && isHopeless(deck, rule, parameters, look / LOOKS, periodsPerYear)) {
      deck.cut();
      return true;
    }
  }
  return false;
}

/** What early stopping did, and what it means for the odds; `undefined` where no run was stopped. */
export function stoppedInWords(stopped: number, runs: number, rule: string | undefined): string | undefined {
  if (stopped === 0 || rule === undefined) return undefined;
  return (
    `${stopped} of ${runs} runs were stopped early (${rule}): they count as attempts, flat after the stop, and none of ` +
    'them can win; a rule that was made up after seeing results makes the odds look better than they are.'
  );
}

function isHopeless(
  deck: Deck,
  { expression, figures }: StopRule,
  parameters: Readonly<Record<string, ParameterValue>>,
  progress: number,
  periodsPerYear: number,
): boolean {
  const sessions = deck.equity.returns();
  if (sessions.count < 2) return false;
  const found = leanFigures(figures, sessions, deck.ledger, periodsPerYear);
  return expression.holds((name) => (name === PROGRESS ? progress : (found[name as MetricId] ?? parameters[name])));
}
