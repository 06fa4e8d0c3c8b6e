/**
 * Judges choices of parameters on sessions that they have not seen: the one way in, for the command and for scripts.
 */
import type { Random } from '../../base/random.ts';
import type { Axis } from '../sweep/axis.ts';
import { judgeGroups } from './judge-groups.ts';
import { judgeWindows } from './judge-walk.ts';
import type { Judging } from './judging.ts';
import { validationOutcome, type ValidationOutcome } from './outcome.ts';
import { isGrouped, type Validation } from './splits.ts';

export interface ValidatingInput extends Judging {
  readonly validation: Validation;
  readonly axes: readonly Axis[];
  readonly random: Random;
}

/** Plays a validation; `undefined` when it was stopped before its end. */
export async function validate(input: ValidatingInput): Promise<ValidationOutcome | undefined> {
  const { validation, axes, startingCash, periodsPerYear, random } = input;
  const judged = isGrouped(validation)
    ? await judgeGroups(input, validation)
    : await judgeWindows(input, validation.method === 'walk-forward');
  if (judged === undefined) return undefined;
  return validationOutcome({ validation, ...judged, axes, startingCash, periodsPerYear, random });
}
