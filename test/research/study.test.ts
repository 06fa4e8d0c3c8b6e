/** A study in a script comes to what the command comes to, and refuses what it cannot do. */
import { describe, expect, test } from 'vitest';
import { deckSchema } from '../../src/desk/config/schema.ts';
import { deckOptionsOf } from '../../src/desk/run/run.ts';
import { planSweep } from '../../src/desk/sweep/plan.ts';
import { sweepRequest } from '../../src/desk/sweep/settings.ts';
import { runSweep } from '../../src/desk/sweep/sweep.ts';
import { study } from '../../src/research/index.ts';

const config = deckSchema.parse({
  strategy: { name: 'sma-cross' },
  tape: { source: 'simulated', symbols: ['AAA'], start: '2015-01-01', end: '2017-12-31' },
  sweep: { parameters: { fast: '3..9/3', slow: '10..20/5' }, where: 'fast < slow' },
});

describe('a study', async () => {
  const flags = { combinatorial: '4/2', purge: 2, embargo: 3 };
  const plan = await planSweep(config, '/', sweepRequest(config.sweep, { parameters: {}, validate: flags }, {}));
  const { strategies, streams: _streams, ...deck } = deckOptionsOf(plan.loaded);
  const given = {
    ...deck,
    tape: plan.loaded.tape,
    strategy: strategies[0].definition,
    parameters: { fast: '3..9/3', slow: [10, 15, 20] },
    where: ['fast < slow'],
  };

  test('has the rows, the odds and the judged choices of the command', async () => {
    const command = await runSweep(plan, {
      folder: '/',
      results: undefined,
      workers: 1,
      again: false,
      stop: { isStopped: false },
      now: () => 0,
      onProgress: () => undefined,
    });
    const script = await study({ ...given, validation: plan.validation! });
    expect(script.rows).toEqual(command.rows);
    expect(script.ranked).toEqual(command.ranked);
    expect(script.odds).toEqual(command.odds);
    expect(script.validation).toEqual(command.validation);
  });

  test.each([
    ['an unknown parameter', { parameters: { fats: '2..5' } }, /did you mean "fast"/],
    ['conditions that exclude everything', { where: ['fast > slow'] }, /none is left/],
    ['windows longer than the tape', { validation: { method: 'walk-forward', train: 5000, test: 10 } }, /the tape has/],
    ['a figure that needs a report', { objective: 'alpha' }, /decided by one of/],
  ] as const)('refuses %s', async (_, over, message) => {
    await expect(study({ ...given, ...over })).rejects.toThrow(message);
  });
});
