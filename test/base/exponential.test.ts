/** Facts about the exponential by table. */
import { expect, test } from 'vitest';
import { quickExp } from '../../src/base/exponential.ts';

test('it differs from that of the platform by less than 1e-15 of its value, over the table and beyond', () => {
  let worst = 0;
  for (let i = 0; i <= 200_000; i++) {
    const x = -45 + (i / 200_000) * 55 + 1e-7 * Math.sin(i);
    worst = Math.max(worst, Math.abs(quickExp(x) / Math.exp(x) - 1));
  }
  expect(worst).toBeLessThan(1e-15);
  expect(worst).toBeGreaterThan(0);
});

test('nought, the ends and what is no number are as on the platform', () => {
  for (const x of [0, -0, -40, 8, -745.2, 709.8, -Infinity, Infinity, Number.NaN])
    expect(quickExp(x)).toBe(Math.exp(x));
});
