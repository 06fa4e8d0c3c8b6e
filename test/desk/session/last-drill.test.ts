/** When the kill switch was rehearsed last, and who hears that it was too long ago. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  drillAgeDays,
  drillDue,
  drillText,
  lastDrill,
  type DrillReport,
} from '../../../src/desk/session/last-drill.ts';

let home: string;
const before = process.env['TRADEDECK_HOME'];
const NOW = Date.parse('2026-11-30T12:00:00Z');
const DAY = 86_400_000;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tradedeck-drills-'));
  process.env['TRADEDECK_HOME'] = home;
});
afterEach(() => {
  rmSync(home, { recursive: true });
  if (before === undefined) delete process.env['TRADEDECK_HOME'];
  else process.env['TRADEDECK_HOME'] = before;
});

function held(daysAgo: number, confirmed = true): DrillReport {
  const at = new Date(NOW - daysAgo * DAY).toISOString();
  const step = { what: 'x', isConfirmed: confirmed, orders: 2, ordersLeft: 0, blockedMs: 3.4, emptyMs: null, note: '' };
  const report: DrillReport = {
    drill: 'tradedeck',
    version: '0',
    at,
    by: 'ann',
    where: 'x',
    confirmed,
    steps: [{ level: 2, ...step }],
  };
  mkdirSync(join(home, 'drills'), { recursive: true });
  writeFileSync(join(home, 'drills', `${at.replaceAll(':', '-')}.json`), JSON.stringify(report));
  return report;
}

test('the newest that was confirmed counts, whatever came after it', () => {
  expect([lastDrill(), drillAgeDays(NOW)]).toEqual([undefined, Infinity]);
  held(40);
  const good = held(20);
  held(5, false);
  writeFileSync(join(home, 'drills', '9999.json'), '{"drill":');
  expect(lastDrill()).toEqual(good);
  expect(drillAgeDays(NOW)).toBe(20);
});

test.each([
  [30.9, undefined],
  [31.1, 3],
  [37.9, 3],
  [38.1, 2],
] as const)('with real money one of %d days ago is told with priority %s', (days, priority) => {
  held(days);
  expect(drillDue({}, 'live', NOW)?.priority).toBe(priority);
});

test('one that never was is told, with the command', () => {
  const { priority, message } = drillDue({}, 'live', NOW)!;
  expect([priority, message]).toEqual([2, expect.stringMatching(/was never rehearsed here.*tradedeck drill/)]);
});

test('elsewhere it is told where the deck says how long it is good for, and not where it says off', () => {
  held(10);
  expect(drillDue({}, 'rehearsal', NOW)).toBeUndefined();
  expect(drillDue({ alerts: { drillDays: 7 } }, 'rehearsal', NOW)?.priority).toBe(3);
  expect(drillDue({ alerts: { drillDays: 'off' } }, 'live', NOW + 100 * DAY)).toBeUndefined();
});

test('its text has the times of each level', () => {
  expect(drillText(held(1))).toBe('every level was confirmed: level 2 confirmed (blocked 3 ms, no orders –)');
  expect(drillText(held(1, false))).toContain('NOT every level was confirmed: level 2 NOT CONFIRMED');
});
