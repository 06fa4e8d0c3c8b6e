/** The drill of the kill switch as a person runs it: all levels against a fake broker, and never with real money. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DrillStep } from '../../src/desk/session/drill.ts';
import { home, PATIENT, tradedeck } from './rehearsal.ts';

interface Report {
  readonly confirmed: boolean;
  readonly steps: readonly DrillStep[];
  readonly file: string;
}

test('every level is confirmed at the fake broker, with orders to cancel, and leaves a report', PATIENT, () => {
  const { code, out } = tradedeck('drill', '--json');
  const { confirmed, steps, file } = JSON.parse(out) as Report;
  expect(steps.map(({ level, isConfirmed, orders, ordersLeft }) => [level, isConfirmed, orders, ordersLeft])).toEqual([
    [1, true, 2, 2],
    [2, true, 2, 0],
    [3, true, 2, 0],
    [4, true, 2, 0],
  ]);
  for (const { blockedMs, emptyMs } of steps.slice(1, 3)) expect(blockedMs).toBeLessThanOrEqual(emptyMs!);
  expect([confirmed, code]).toEqual([true, 0]);
  const { file: _file, ...kept } = JSON.parse(out) as Report;
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(kept);
  // What was stopped was the drill's own: nothing stands in the home of whoever ran it.
  expect(readdirSync(join(home, 'desk'))).toEqual(['drills']);
  // A scheduler that asks every day has one held only when it is due.
  const again = tradedeck('drill', '--if-older', '31', '--json');
  expect([again.code, JSON.parse(again.out)]).toEqual([0, { ...kept, isNew: false }]);
  expect(readdirSync(join(home, 'desk', 'drills'))).toHaveLength(1);
});

test('there is nothing to rehearse in a session that does not run', () => {
  const { code, error } = tradedeck('drill', 'nobody');
  expect(code).toBe(2);
  expect(error).toContain('no session "nobody" runs');
});
