/** The page of a sweep, made of a real one: what it must show, in which order, and what it must not let through. */
import { describe, expect, test } from 'vitest';
import { deckSchema } from '../../src/desk/config/schema.ts';
import { pageInput } from '../../src/desk/sweep/leave.ts';
import { planSweep } from '../../src/desk/sweep/plan.ts';
import { sweepRequest, type SweepOverrides } from '../../src/desk/sweep/settings.ts';
import { runSweep } from '../../src/desk/sweep/sweep.ts';
import { sweepPage } from '../../src/report/sweep/page.ts';

const config = deckSchema.parse({
  name: '<script>alert(1)</script>',
  strategy: { name: 'sma-cross' },
  tape: { source: 'simulated', symbols: ['AAA'], start: '2015-01-01', end: '2017-12-31' },
  sweep: { parameters: { fast: '3..9/3', slow: '10..20/5' } },
});

async function pageOf(over: Partial<SweepOverrides>): Promise<string> {
  const plan = await planSweep(config, '/', sweepRequest(config.sweep, { parameters: {}, ...over }, {}));
  const finished = await runSweep(plan, {
    folder: '/',
    results: undefined,
    workers: 1,
    again: false,
    stop: { isStopped: false },
    now: () => 0,
    onProgress: () => undefined,
  });
  return sweepPage(pageInput(finished, ''));
}

describe('the page', async () => {
  const validated = await pageOf({ validate: { walkForward: '252/126' }, objective: ['sharpe', 'maxDrawdown'] });
  const plain = await pageOf({});

  test('puts what no choice had seen before the winner of the whole history', () => {
    expect(validated.indexOf('<h2>Out of sample</h2>')).toBeGreaterThan(0);
    expect(validated.indexOf('<h2>Out of sample</h2>')).toBeLessThan(validated.indexOf('how likely it is luck'));
    expect(plain).not.toContain('<h2>Out of sample</h2>');
  });

  test('never shows a winner without its odds, each with a verdict and a sentence', () => {
    for (const page of [validated, plain]) {
      expect(page.match(/class="verdict (reassuring|doubtful|alarming)"/g)!.length).toBeGreaterThanOrEqual(10);
      expect(page).toContain('Deflated Sharpe ratio');
      expect(page).toMatch(/worth \d+ independent/);
    }
  });

  test('shows folds, paths, surface, slices, spread, halves and the front', () => {
    for (const name of [
      'Fold by fold',
      'drawn again in blocks',
      'Slices through the winner',
      'Histogram of',
      'first and in the second half',
      'Pareto front',
      'Parallel coordinates',
    ]) {
      expect(validated).toContain(name);
    }
    expect(validated).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('is one file without scripts, and lets no name become markup', () => {
    expect(validated).not.toContain('<script');
    expect(validated).not.toMatch(/(?:src|href)="http/);
    expect(validated).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});
