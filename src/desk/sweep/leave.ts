/**
 * What a finished sweep leaves in its folder: the rows as a table, the outcome for programs, the page for people.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { SweepRow } from '../../research/sweep/run.ts';
import type { SweepPageInput } from '../../report/sweep/input.ts';
import { metricCatalogue } from '../../stats/metric.ts';
import type { FinishedSweep } from './sweep.ts';
import { plainFigures } from './sweep.ts';

/** Writes the files of a sweep; returns their names by what they are. */
export async function leaveSweep(sweep: FinishedSweep, folder: string): Promise<{ table: string; page: string }> {
  const [{ sweepPage }, { reportAssets }] = await Promise.all([
    import('../../report/sweep/page.ts'),
    import('../../adapters/report-assets/index.ts'),
  ]);
  const files: Record<string, string> = {
    'rows.csv': rowsCsv(sweep),
    'sweep.json': `${JSON.stringify(sweepRecord(sweep), undefined, 2)}\n`,
    'sweep.html': sweepPage(pageInput(sweep, reportAssets().pageCss)),
  };
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, `.${name}.part`), text);
      renameSync(join(folder, `.${name}.part`), join(folder, name));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('output.unwritable', `the results cannot be written: ${reason}`, { file: folder });
  }
  return { table: join(folder, 'rows.csv'), page: join(folder, 'sweep.html') };
}

/** Writes the table of a sweep as Parquet beside it. */
export async function leaveParquet(table: string): Promise<void> {
  const { tableToParquet } = await import('../wiring/table.ts');
  await tableToParquet(table, table.replace(/\.csv$/, '.parquet'));
}

/** The rows as CSV, in the order of the points: parameters, figures, final equity. */
export function rowsCsv({ plan, rows, front }: FinishedSweep): string {
  const names = rows[0] === undefined ? [] : Object.keys(rows[0].parameters);
  const marked = plan.objectives.length > 1 ? new Set(front) : undefined;
  const ends = ['finalEquity', ...(marked === undefined ? [] : ['pareto'])];
  const lines = [['point', ...names, ...plan.figures, ...ends].join(',')];
  for (const row of rows) {
    const values = [
      row.index,
      ...names.map((name) => cell(row.parameters[name])),
      ...plan.figures.map((id) => row.figures[id] ?? ''),
      row.finalEquity,
      ...(marked === undefined ? [] : [marked.has(row) ? 1 : 0]),
    ];
    lines.push(values.join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** The outcome of a sweep as plain data: what `--json` prints and `sweep.json` holds. */
export function sweepRecord({
  plan,
  rows,
  ranked,
  front,
  odds,
  isComplete,
  resumed,
  milliseconds,
}: FinishedSweep): unknown {
  const { axes, excluded, refused, figures, objectives, request, key, loaded } = plan;
  const shown = (row: SweepRow): unknown => ({ parameters: row.parameters, figures: plainFigures(row, figures) });
  return {
    key,
    complete: isComplete,
    strategy: loaded.strategy.definition.name,
    data: loaded.tape.fingerprint,
    simulated: loaded.tape.simulated,
    method: request.method,
    seed: loaded.seed,
    axes: axes.map(({ name, values, low, high }) => (values.length > 0 ? { name, values } : { name, low, high })),
    where: request.where,
    require: request.require,
    objectives: objectives.map(({ id, sign }) => (sign > 0 ? id : `-${id}`)),
    points: plan.points.count,
    excluded,
    refused,
    played: rows.length,
    resumed,
    satisfying: ranked.length,
    milliseconds: Math.round(milliseconds),
    best: ranked.slice(0, 20).map(shown),
    ...(objectives.length > 1 ? { paretoFront: front.map(shown) } : {}),
    odds:
      odds === undefined
        ? null
        : {
            trials: odds.trials,
            effectiveTrials: odds.effectiveTrials,
            sharpe: finite(odds.sharpe),
            expectedMaximumSharpe: finite(odds.expectedMaximumSharpe),
            haircutSharpe: finite(odds.haircutSharpe),
            years: odds.years,
            yearsNeeded: finite(odds.yearsNeeded),
            figures: odds.lines.map((line) => ({ ...line, value: finite(line.value) })),
            drawdowns:
              odds.monteCarlo === undefined
                ? null
                : {
                    actual: odds.monteCarlo.drawdownActual,
                    median: odds.monteCarlo.drawdownMedian,
                    oneInTwenty: odds.monteCarlo.drawdown95,
                  },
            verdict: odds.verdict,
            conclusion: odds.conclusion,
          },
  };
}

function pageInput(
  { plan, rows, ranked, winner, odds, halves, isComplete }: FinishedSweep,
  css: string,
): SweepPageInput {
  return {
    title: plan.loaded.config.name ?? plan.loaded.strategy.definition.name,
    strategy: plan.loaded.strategy.definition.name,
    source: plan.loaded.tape.source,
    simulated: plan.loaded.tape.simulated,
    rows,
    ranked,
    winner,
    odds,
    axes: plan.axes,
    objective: plan.objectives[0],
    figures: plan.figures.map((id) => metricCatalogue.find((metric) => metric.id === id)!),
    halves,
    isComplete,
    css,
  };
}

function cell(value: number | string | boolean): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
