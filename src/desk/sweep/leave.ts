/**
 * What a finished sweep leaves in its folder: the rows as a table, the outcome for programs, the page for people.
 */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { equityCsv } from '../../report/csv.ts';
import type { SweepPageInput } from '../../report/sweep/input.ts';
import type { Validation } from '../../research/validation/splits.ts';
import { metricCatalogue } from '../../stats/metric.ts';
import { DEFAULT_CASH } from '../config/resolve.ts';
import { attemptOfPlan, attemptOfSweep } from '../experiments/attempt.ts';
import { recordFolder } from '../experiments/record.ts';
import { recordTrial, recordTrialsIn } from '../experiments/trials.ts';
import { deckText } from '../run/deck-text.ts';
import { digest } from '../run/folder.ts';
import { canonical } from '../run/identity.ts';
import { emptyInWords } from './caveats.ts';
import { writeFiles } from '../whole-files.ts';
import type { ColumnKind } from '../wiring/table.ts';
import type { SweepPlan } from './plan.ts';
import type { FinishedSweep } from './sweep.ts';
import { plannedRecord, sweepRecord } from './sweep-record.ts';
import type { SweepConfig } from './schema.ts';
import { configOf } from './validate-settings.ts';
import { outOfSampleCsv } from './validation-record.ts';

/**
 * Writes down what is tried, where nothing says so yet, and logs what of it was played: a sweep that is killed, or begun
 * anew, is one that was made.
 */
export async function noteSweep(plan: SweepPlan, folder: string, deckFolder: string): Promise<void> {
  if (recordFolder(folder) === undefined) {
    const record = { ...plannedRecord(plan), trial: attemptOfPlan(plan) };
    writeFiles(folder, { 'deck.yaml': sweptDeck(plan, folder, deckFolder), 'sweep.json': json(record) });
  }
  await recordTrialsIn(recordFolder(folder)!);
}

/**
 * Writes the files of a sweep; returns their names by what they are. Relative paths of its deck start at `deckFolder`.
 * Of a part there is nothing but its rows until all points are played, or each would overwrite what the others show.
 */
export async function leaveSweep(
  sweep: FinishedSweep,
  folder: string,
  deckFolder: string,
): Promise<{ table: string; page: string } | undefined> {
  if (sweep.part !== undefined) {
    await noteSweep(sweep.plan, folder, deckFolder);
    return undefined;
  }
  const [{ sweepPage }, { reportAssets }] = await Promise.all([
    import('../../report/sweep/page.ts'),
    import('../../adapters/report-assets/index.ts'),
  ]);
  const trial = attemptOfSweep(sweep, folder);
  const { validation } = sweep.plan;
  keepOther(folder, validation === undefined ? undefined : validationKey(validation));
  writeFiles(folder, {
    'deck.yaml': sweptDeck(sweep.plan, folder, deckFolder),
    'rows.csv': rowsCsv(sweep),
    ...(sweep.winner === undefined ? {} : { 'equity.csv': winnerEquity(sweep) }),
    'sweep.json': json({
      ...sweepRecord(sweep),
      ...(validation === undefined ? {} : { validationKey: validationKey(validation) }),
      trial,
    }),
    ...(sweep.validation === undefined ? {} : { 'out-of-sample.csv': outOfSampleCsv(sweep.validation) }),
    'sweep.html': sweepPage(pageInput(sweep, reportAssets().pageCss)),
  });
  await recordTrial(dirname(folder), trial);
  return { table: join(folder, 'rows.csv'), page: join(folder, 'sweep.html') };
}

/** Names a kind of validation among those of one sweep. */
function validationKey(validation: Validation): string {
  return digest(canonical(validation)).slice(0, 8);
}

const OF_VALIDATION = ['sweep.html', 'sweep.json', 'out-of-sample.csv'] as const;

/** What a validation of another kind left here stays, under a name with its key: its points are the same, its page is not. */
function keepOther(folder: string, key: string | undefined): void {
  const path = join(folder, 'sweep.json');
  if (!existsSync(path)) return;
  const { validationKey: before } = JSON.parse(readFileSync(path, 'utf8')) as { validationKey?: unknown };
  for (const name of OF_VALIDATION) {
    const { name: stem, ext } = parse(name);
    const isOther = typeof before === 'string' && before !== key && existsSync(join(folder, name));
    if (isOther) renameSync(join(folder, name), join(folder, `${stem}-${before}${ext}`));
    // The same kind again takes the place of what was put aside.
    if (key !== undefined) rmSync(join(folder, `${stem}-${key}${ext}`), { force: true });
  }
}

/** Writes the table of a sweep as Parquet beside it. */
export async function leaveParquet({ plan }: Pick<FinishedSweep, 'plan'>, table: string): Promise<void> {
  const { tableToParquet } = await import('../wiring/table.ts');
  await tableToParquet(table, table.replace(/\.csv$/, '.parquet'), kindsOf(plan));
}

/** What the columns of the table hold, whatever their values are: tables of several sweeps can be put together. */
function kindsOf({ loaded, figures, objectives, request }: SweepPlan): Record<string, ColumnKind> {
  const kinds: Record<string, ColumnKind> = { point: 'whole', finalEquity: 'real' };
  for (const [name, { kind }] of Object.entries(loaded.strategy.definition.parameters ?? {})) {
    kinds[name] = kind === 'choice' ? 'text' : kind;
  }
  for (const id of figures) kinds[id] = id === 'trades' || id === 'sessions' ? 'whole' : 'real';
  if (objectives.length > 1) kinds['pareto'] = 'whole';
  if (request.stopWhen !== undefined) kinds['stopped'] = 'whole';
  return kinds;
}

/** The rows as CSV, in the order of the points: parameters, figures, final equity. */
export function rowsCsv({ plan, rows, front }: FinishedSweep): string {
  // A sweep that was stopped before its first row has the columns of those to come.
  const names =
    rows[0] === undefined
      ? [...Object.keys(plan.admission.fixed), ...plan.axes.map(({ name }) => name)]
      : Object.keys(rows[0].parameters);
  const marked = plan.objectives.length > 1 ? new Set(front) : undefined;
  const stops = plan.request.stopWhen !== undefined;
  const ends = ['finalEquity', ...(marked === undefined ? [] : ['pareto']), ...(stops ? ['stopped'] : [])];
  const lines = [['point', ...names, ...plan.figures, ...ends].join(',')];
  for (const row of rows) {
    const values = [
      row.index,
      ...names.map((name) => cell(row.parameters[name])),
      ...plan.figures.map((id) => row.figures[id] ?? ''),
      row.finalEquity,
      ...(marked === undefined ? [] : [marked.has(row) ? 1 : 0]),
      ...(stops ? [row.stopped ? 1 : 0] : []),
    ];
    lines.push(values.join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** The deck with the sweep in it that was asked for, by file and by flags. */
function sweptDeck(plan: SweepPlan, folder: string, deckFolder: string): string {
  const { loaded, request, admission } = plan;
  const { parameters, where, require, objectives, figures, method, runs, maxRuns, stopWhen } = request;
  const some = <T>(list: readonly T[]): T[] | undefined => (list.length === 0 ? undefined : [...list]);
  const block = {
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, text]) => [name, Array.isArray(text) ? [...text] : text]),
    ),
    where: some(where),
    require: some(require),
    objective: some(objectives),
    figures: some(figures),
    method,
    ...(method === 'grid' ? {} : { runs }),
    maxRuns,
    stopWhen,
    validate: plan.validation === undefined ? undefined : configOf(plan.validation),
  } as SweepConfig;
  const config = { ...loaded.config, sweep: block };
  return deckText({ ...loaded, config, parameters: admission.fixed }, folder, deckFolder);
}

/** The winner's equity at the end of each session, in the form of a run's. */
function winnerEquity({ plan, winner }: FinishedSweep): string {
  const { times, equity } = winner!;
  const startingCash = plan.loaded.config.account?.cash ?? DEFAULT_CASH;
  return equityCsv({ equity: { time: times, value: equity }, startingCash });
}

/** What the page of a sweep is made of. */
export function pageInput(sweep: FinishedSweep, css: string): SweepPageInput {
  const { plan, rows: all, ranked, front, winner, odds, halves: ofAll, validation, isComplete } = sweep;
  const { stoppedEarly, unjudged } = sweep;
  // The figures of a run that was stopped are those of a part: in a drawing they would pass for those of the whole.
  const whole = all.map((row) => !row.stopped);
  const rows = all.filter((row) => !row.stopped);
  const halves = ofAll && {
    first: ofAll.first.filter((_, i) => whole[i]),
    second: ofAll.second.filter((_, i) => whole[i]),
  };
  return {
    title: plan.loaded.config.name ?? plan.loaded.strategy.definition.name,
    strategy: plan.loaded.strategy.definition.name,
    source: plan.loaded.tape.source,
    simulated: plan.loaded.tape.simulated,
    rows,
    runs: all.length,
    caveats: [emptyInWords(plan), stoppedEarly].filter((text) => text !== undefined),
    unjudged,
    ranked,
    winner,
    odds,
    axes: plan.axes,
    objective: plan.objectives[0],
    objectives: plan.objectives,
    front,
    validation,
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

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
