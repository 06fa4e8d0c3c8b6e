/**
 * Every standard strategy on a real chain: legs, fees and marks as they follow from the rows of the file alone. These are
 * our own figures and no reference cases, so they are not counted among those.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { STANDARD_STRATEGIES } from '../../src/options/standard.ts';
import { standardStrategyCases } from '../truth/08_backtests/standard-strategies.ts';

const ROOT = join(import.meta.dirname, '../../../shared/truth');

describe.skipIf(!existsSync(ROOT))('standard strategies on a real chain (skipped without ../shared/truth)', () => {
  test('each opens with the legs, fees and marks that the quotes give', () => {
    const cases = standardStrategyCases(ROOT);
    expect(cases.length).toBeGreaterThanOrEqual(STANDARD_STRATEGIES.length);
    expect(cases.filter(({ status }) => status !== 'passed')).toEqual([]);
  });
});
