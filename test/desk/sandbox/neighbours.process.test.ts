/**
 * LF-26, S19: beside a strategy that loops for ever, fills its memory, starts processes, prints or says without end, the
 * desk's loop turns and another strategy is answered. How fast is measured by `npm run bench -- isolation`.
 */
import { expect, test } from 'vitest';
import { CHAOS, neighbours } from '../../../bench/neighbours.ts';
import { LAUNCHER } from './walls.ts';

test.each(Object.entries(CHAOS))(
  'LF-26 S19 %s in one process: the desk’s loop turns, and the other answers',
  // What else takes the processor is gone a moment later; what the neighbour takes is there each time.
  { retry: 2 },
  async (_, does) => {
    const { gapBeside, beside, stops } = await neighbours(LAUNCHER, does, 1);
    expect(stops).toBeGreaterThan(0);
    expect(gapBeside).toBeLessThan(1000);
    expect(beside).toBeLessThan(5000);
  },
);
