/** A desk and a broker as processes, killed and paused; `npm run simulate:processes` plays two hundred rounds of it. */
import { expect, test } from 'vitest';
import { playRounds } from './processes/rounds.ts';

test('LF-21 a desk that is killed again and again ends with the broker’s books', async () => {
  const result = await playRounds(4, 3, () => undefined);
  expect(result.violations).toEqual([]);
  expect(result.kills).toBe(4);
  expect(result.orders).toBeGreaterThan(0);
});
