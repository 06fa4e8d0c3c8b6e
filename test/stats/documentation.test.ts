/** The guide to metrics and the catalogue of metrics must name the same figures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metricCatalogue } from '../../src/stats/metric.ts';

describe('the guide to metrics', () => {
  it('names every metric of the catalogue in a table', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/metrics.md'), 'utf8');
    const named = guide
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .flatMap((line) =>
        line
          .split('|')[1]
          .split(',')
          .map((id) => id.trim()),
      );
    expect(metricCatalogue.map(({ id }) => id).filter((id) => !named.includes(id))).toEqual([]);
  });
});
