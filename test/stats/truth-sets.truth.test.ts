/** The reference sets of this room pass, and the comparison itself notices a planted fault. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { row } from '../truth/05_performance/compare.ts';
import { replay } from '../truth/05_performance/empyrical.ts';
import { tearSheet, type TearSheet } from '../truth/05_performance/tear-sheet.ts';
import overfitting from '../truth/sets/09_overfitting.ts';
import performance from '../truth/sets/05_performance.ts';

const ROOT = join(import.meta.dirname, '../../../shared/truth');

describe('the comparison with references', () => {
  it('fails a number that is off by more than the tolerance', () => {
    expect(row('x', [1 + 2e-8], [1], 1e-8).status).toBe('failed');
    expect(row('x', [1 + 0.5e-8], [1], 1e-8).status).toBe('passed');
  });
  it('fails a missing number, a missing value and an infinity', () => {
    expect(row('x', [Number.NaN], [1], 1e-8).status).toBe('failed');
    expect(row('x', [1], [Number.NaN], 1e-8).status).toBe('failed');
    expect(row('x', [], [1], 1e-8).status).toBe('failed');
    expect(row('x', [Number.POSITIVE_INFINITY], [1], 1e-8).status).toBe('failed');
  });
  it('fails a recorded call whose result was falsified', () => {
    const call = { id: 'planted', function: 'max_drawdown', args: { returns: { type: 'array', values: [0.1, -0.5] } } };
    expect(replay('f', { ...call, result: -0.5 }).status).toBe('passed');
    expect(replay('f', { ...call, result: -0.50001 }).status).toBe('failed');
  });
  it('says so when it does not know a function', () => {
    const call = { id: 'x', function: 'moon_phase', args: { returns: { type: 'array', values: [] } }, result: 1 };
    expect(replay('f', call).status).toBe('not-covered');
  });
});

describe.skipIf(!existsSync(ROOT))('reference sets (skipped without ../shared/truth)', () => {
  it.each([
    ['05_performance', performance],
    ['09_overfitting', overfitting],
  ])('every case of %s passes', async (name, set) => {
    let passed = 0;
    for await (const each of set(join(ROOT, name), ROOT)) {
      expect(each.status, `${each.id}: ${each.detail}`).toBe('passed');
      passed++;
    }
    expect(passed).toBeGreaterThan(10);
  });

  it('a tear sheet with one falsified figure fails in that figure alone', () => {
    const folder = join(ROOT, '05_performance');
    const [file] = readdirSync(join(folder, 'tear_sheet')).filter((name) => name.endsWith('.json'));
    const sheet = JSON.parse(readFileSync(join(folder, 'tear_sheet', file), 'utf8')) as TearSheet;
    const [library] = Object.keys(sheet).filter((key) => key.startsWith('empyrical'));
    const planted = { ...sheet, [library]: { ...(sheet[library] as object), max_drawdown: -0.123 } };
    const failed = [...tearSheet('f', planted, [folder, ROOT])].filter(({ status }) => status !== 'passed');
    expect(failed.map(({ id }) => id)).toEqual([`f#${library}.max_drawdown`]);
  });
});
