/**
 * What the `validate` block of a sweep may say.
 */
import { z } from 'zod';
import { PERIOD } from './validate-settings.ts';

const period = z.union([
  z.int().positive(),
  z.string().regex(PERIOD, 'must be sessions as in 252, or a time as in 26w, 6m or 2y'),
]);
const sessions = z.int().min(0);

export const validateSchema = z
  .discriminatedUnion('method', [
    z.strictObject({
      method: z.literal('walk-forward').describe('Chosen on a window, judged on what follows, again and again.'),
      train: period.describe('Sessions to choose on, as 504 or 2y.'),
      test: period.describe('Sessions to judge on, as 126 or 6m.'),
      step: period.optional().describe('From one fold to the next; as long as test by default.'),
      gap: sessions.optional().describe('Sessions between the two that belong to neither; 0 by default.'),
      anchored: z.boolean().optional().describe('Whether each fold is chosen on everything before it.'),
    }),
    z.strictObject({
      method: z.literal('windows').describe('Chosen on the beginning of each of many windows, judged on its end.'),
      count: z.int().min(2).max(2000).describe('Windows, spread evenly from the first session to the last.'),
      window: period.describe('Length of a window, as 730 or 3y.'),
      test: period.describe('Its end, which is judged on, as 180.'),
    }),
    z.strictObject({
      method: z.literal('k-fold').describe('Judged on each of some groups, chosen on the others.'),
      folds: z.int().min(2).max(100).describe('Groups.'),
      purge: sessions.optional().describe('Sessions left out of the choice before what is judged; 0 by default.'),
      embargo: sessions.optional().describe('Sessions left out of the choice after it; 0 by default.'),
    }),
    z.strictObject({
      method: z.literal('combinatorial').describe('Judged on every choice of some groups, chosen on the others.'),
      groups: z.int().min(3).max(30).describe('Groups.'),
      held: z.int().min(1).max(29).describe('Groups that are judged on at once.'),
      purge: sessions.optional().describe('Sessions left out of the choice before what is judged; 0 by default.'),
      embargo: sessions.optional().describe('Sessions left out of the choice after it; 0 by default.'),
    }),
  ])
  .describe('How a choice of parameters is judged on sessions that it has not seen.');

export type ValidateConfig = z.output<typeof validateSchema>;
