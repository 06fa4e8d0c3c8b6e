/**
 * What the `sweep` block of a deck may say; the flags of `tradedeck sweep` say the same.
 */
import { z } from 'zod';
import { SWEEP_METHODS } from '../config/sources.ts';
import { validateSchema } from './validate-schema.ts';

const value = z.union([z.number(), z.string(), z.boolean()]);
const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export const sweepSchema = z
  .strictObject({
    parameters: z
      .record(z.string(), z.union([value, z.array(value).min(1)]))
      .describe('By name: a range 2..100 or 0.5..2/0.25, a list [1, 2, 5], or one value.'),
    where: texts.optional().describe('Conditions on parameters, as in fast < slow.'),
    require: texts.optional().describe('Conditions on figures of a run, as in trades >= 30.'),
    objective: texts.optional().describe('The figure that decides, or several; sharpe by default.'),
    figures: texts.optional().describe('Further figures of every row.'),
    method: z.enum(SWEEP_METHODS).optional().describe('How points are chosen; grid by default.'),
    runs: z.int().positive().optional().describe('How many points other methods than grid try; 200 by default.'),
    maxRuns: z.int().positive().optional().describe('The most runs that are allowed; 1,000,000 by default.'),
    stopWhen: z
      .string()
      .min(1)
      .optional()
      .describe('Stops hopeless runs early, as in progress >= 0.3 and totalReturn < -0.2.'),
    budget: texts.optional().describe('What the sweep may cost: 1000 runs, 10m, 500mb.'),
    validate: validateSchema.optional(),
    workers: z.int().positive().max(256).optional().describe('Threads that play; one per core by default.'),
  })
  .describe('What `tradedeck sweep` tries.');

export type SweepConfig = z.output<typeof sweepSchema>;
export type SweepMethod = (typeof SWEEP_METHODS)[number];
