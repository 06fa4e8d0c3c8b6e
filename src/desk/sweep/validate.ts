/**
 * Plays the validation of a sweep: in each fold points are chosen on one part of the history and judged on another.
 */
import { Random } from '../../base/random.ts';
import { validationOutcome, type ValidationOutcome } from '../../research/validation/outcome.ts';
import type { Validating } from './stretch.ts';
import { judgeGroups } from './validate-groups.ts';
import { judgeWalkForward } from './validate-walk.ts';

/** Plays the validation that the plan asks for; `undefined` when it was stopped before its end. */
export async function validate(validating: Validating): Promise<ValidationOutcome | undefined> {
  const { plan, splits, startingCash } = validating;
  const validation = plan.validation!;
  const judged =
    validation.method === 'walk-forward'
      ? await judgeWalkForward(validating, splits)
      : await judgeGroups(validating, validation, splits);
  if (judged === undefined) return undefined;
  return validationOutcome({
    validation,
    ...judged,
    axes: plan.axes,
    startingCash,
    periodsPerYear: plan.periodsPerYear,
    random: new Random(plan.loaded.seed).fork('validation'),
  });
}
