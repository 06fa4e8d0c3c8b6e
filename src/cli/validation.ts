/**
 * What the terminal shows of a validation: the history that nothing was chosen on comes first, then every fold.
 */
import type { Range } from '../research/validation/splits.ts';
import type { Fold, ValidationOutcome } from '../research/validation/outcome.ts';
import type { Verdict } from '../stats/index.ts';
import { formatDate } from '../time/instant.ts';
import { styled, type Style } from './terminal.ts';

const COLOURS: Readonly<Record<Verdict, Style>> = { reassuring: 'green', doubtful: 'yellow', alarming: 'red' };
const FOLDS_SHOWN = 30;

/** The headline, the folds and how far they can be trusted, as lines. */
export function validationLines(outcome: ValidationOutcome): string[] {
  const { lines, conclusion, verdict, assumptions, idle } = outcome;
  return [
    styled('bold', `Out of sample: ${foldsInWords(outcome)}`),
    ...headline(outcome),
    ...(idle === undefined ? [] : [styled('yellow', `  ${idle}`)]),
    '',
    ...foldTable(outcome),
    '',
    styled('bold', 'Did the choices hold up?'),
    ...lines.map(({ title, shown, sentence, verdict: own }) => {
      const mark = styled(COLOURS[own], own.padEnd(10));
      return `  ${title.padEnd(36)}${shown.padStart(8)}  ${mark}  ${styled('dim', sentence)}`;
    }),
    styled(COLOURS[verdict], conclusion),
    ...assumptions.map((sentence) => styled('dim', sentence)),
  ];
}

function foldsInWords({ folds, method }: ValidationOutcome): string {
  return `${folds.length} ${folds.length === 1 ? 'fold' : 'folds'}, ${method}`;
}

function headline({ headline: path, figures, inSampleReturn, inSampleSharpe, paths }: ValidationOutcome): string[] {
  const [from, to] = [path.times[0], path.times.at(-1)!];
  const sharpes = paths.map(({ sharpe }) => sharpe || 0).sort((a, b) => a - b);
  return [
    `  ${formatDate(from)} … ${formatDate(to)}: ${percent(figures.annualReturn)} a year, Sharpe ratio ${ratio(figures.sharpe)}, deepest fall ${percent(Math.abs(figures.maxDrawdown ?? Number.NaN))}`,
    `  the sessions that were chosen on showed ${percent(inSampleReturn)} a year and a Sharpe ratio of ${ratio(inSampleSharpe)}`,
    ...(sharpes.length < 2
      ? []
      : [
          `  ${sharpes.length} histories put together from unseen stretches: Sharpe ratio ${ratio(sharpes[0])} … ${ratio(sharpes.at(-1))}; shown is the one in the middle`,
        ]),
  ];
}

function foldTable({ folds, drift }: ValidationOutcome): string[] {
  const names = drift.map(({ name }) => name);
  const shown = folds.slice(0, FOLDS_SHOWN);
  const cells = [
    ['fold', 'chosen on', 'judged on', ...names, 'Sharpe in', 'out', 'return out'],
    ...shown.map((fold) => rowOf(fold, names)),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const lines = cells.map((line, i) => {
    const text = line.map((cell, column) => cell.padStart(widths[column])).join('  ');
    return i === 0 ? styled('dim', text) : text;
  });
  return folds.length > shown.length
    ? [...lines, styled('dim', `… and ${folds.length - shown.length} more on the page`)]
    : lines;
}

function rowOf(fold: Fold, names: readonly string[]): string[] {
  const { number, trained, judged, chosen, inSample, outOfSample } = fold;
  return [
    String(number),
    spansInWords(trained),
    spansInWords(judged),
    ...names.map((name) => (chosen === undefined ? 'cash' : String(chosen[name]))),
    ratio(inSample.sharpe),
    ratio(outOfSample.sharpe),
    percent(outOfSample.totalReturn),
  ];
}

/** One stretch by its days, several by their months. */
function spansInWords(spans: readonly Range[]): string {
  const length = spans.length === 1 ? 10 : 7;
  return spans.map(({ from, to }) => [from, to].map((at) => formatDate(at).slice(0, length)).join(' … ')).join(' + ');
}

function ratio(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2);
}

function percent(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : `${(value * 100).toFixed(1)} %`;
}
