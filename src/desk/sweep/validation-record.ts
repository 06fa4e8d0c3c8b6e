/**
 * A validation as plain data, for programs: what `sweep.json` holds, and the history without choice as a table.
 */
import type { Figures } from '../../research/sweep/figures.ts';
import type { ValidationOutcome } from '../../research/validation/outcome.ts';
import type { Range } from '../../research/validation/splits.ts';
import { formatInstant } from '../../time/instant.ts';

/** The validation for `--json`: instants as ISO text, numbers that JSON does not have as null. */
export function validationRecord(outcome: ValidationOutcome): unknown {
  const { validation, folds, figures, headline, paths, lines, drift, resampled } = outcome;
  return {
    ...validation,
    inWords: outcome.method,
    outOfSample: {
      start: formatInstant(headline.times[0]),
      end: formatInstant(headline.times.at(-1)!),
      sessions: headline.times.length,
      endEquity: headline.equity.at(-1),
      figures: finiteFigures(figures),
    },
    inSample: { annualReturn: finite(outcome.inSampleReturn), sharpe: finite(outcome.inSampleSharpe) },
    folds: folds.map((fold) => ({
      fold: fold.number,
      train: fold.trained.map(spanRecord),
      test: fold.judged.map(spanRecord),
      parameters: fold.chosen ?? null,
      inSample: finiteFigures(fold.inSample),
      outOfSample: finiteFigures(fold.outOfSample),
      ...(fold.isBelowMedian === undefined ? {} : { belowMedian: fold.isBelowMedian }),
    })),
    ...(paths.length < 2
      ? {}
      : {
          paths: paths.map(({ sharpe, totalReturn }) => ({ sharpe: finite(sharpe), totalReturn: finite(totalReturn) })),
        }),
    drift: Object.fromEntries(drift.map(({ name, drift: share }) => [name, finite(share)])),
    drawdowns:
      resampled === undefined
        ? null
        : { actual: resampled.drawdownActual, median: resampled.drawdownMedian, oneInTwenty: resampled.drawdown95 },
    odds: lines.map((line) => ({ ...line, value: finite(line.value) })),
    verdict: outcome.verdict,
    conclusion: outcome.conclusion,
    idle: outcome.idle ?? null,
    assumptions: outcome.assumptions,
  };
}

/** The history that nothing was chosen on, as CSV; of several histories the one in the middle. */
export function outOfSampleCsv({ headline: { times, returns, equity } }: ValidationOutcome): string {
  const lines = ['time,return,equity'];
  for (let i = 0; i < times.length; i++) lines.push(`${formatInstant(times[i])},${returns[i]},${equity[i]}`);
  return `${lines.join('\n')}\n`;
}

function spanRecord({ from, to }: Range): [first: string, last: string] {
  return [formatInstant(from), formatInstant(to)];
}

function finiteFigures(figures: Figures): Record<string, number | null> {
  return Object.fromEntries(Object.entries(figures).map(([id, value]) => [id, finite(value)]));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
