/**
 * What a deck may say about the process of its strategy: by one word, or with what it is kept within.
 */
import { z } from 'zod';
import { LAUNCHERS } from '../sandbox/launch/launch.ts';

export const processSchema = z
  .union([
    z.enum(['none', ...LAUNCHERS]),
    z.strictObject({
      launcher: z.enum(LAUNCHERS).describe('What starts it, and keeps it in.'),
      memoryMb: z.int().min(128).max(65_536).optional().describe('All the memory that it may use; 512 by default.'),
      cpus: z.number().min(0.1).max(64).optional().describe('Of docker: its share of the processors; 1 by default.'),
      answerSeconds: z
        .number()
        .min(0.1)
        .max(60)
        .optional()
        .describe('How long it may take over an answer before it is ended; 2 by default.'),
      requestsPerSecond: z
        .int()
        .min(1)
        .max(10_000)
        .optional()
        .describe('How much it may ask for in a second before it is ended; 50 by default.'),
      atDeath: z
        .enum(['keep', 'keep-exits', 'cancel'])
        .optional()
        .describe('What becomes of its orders that work when it is ended or dies; keep-exits by default.'),
      image: z.string().min(1).optional().describe('Of docker: the image, live by its digest.'),
      trusted: z
        .boolean()
        .optional()
        .describe('Whether its author may do what you may; only then a mere process will do for real money.'),
    }),
  ])
  .describe('Whether the strategy runs in a process of its own, without keys and network; none by default.');

export type ProcessConfig = z.output<typeof processSchema>;
