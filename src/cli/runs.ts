/**
 * `tradedeck runs`: lists, shows, compares and deletes what was played before.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import { readExperiment, type Experiment } from '../desk/experiments/experiment.ts';
import { findRecord } from '../desk/experiments/find.ts';
import { recordFolders, type RecordFolder } from '../desk/experiments/record.ts';
import { removeExperiment } from '../desk/experiments/remove.ts';
import { select, type Selection } from '../desk/experiments/select.ts';
import { formatDate, formatInstant } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { print, styled, tell } from './terminal.ts';
import { tableText } from './table.ts';

interface Common {
  /** The folder of the runs. */
  readonly runs?: string;
  readonly json?: boolean;
}

export interface ListFlags extends Common, Selection {}

/** `tradedeck runs ls` */
export async function list(flags: ListFlags): Promise<ExitCode> {
  const home = homeOf(flags);
  const all = recordFolders(home).flatMap((found) => {
    const one = readExperiment(found);
    if (one === undefined) tell(`${shown(found.folder)}: its record is damaged, so it is not listed`);
    return one ?? [];
  });
  const chosen = select(all, flags);
  if (flags.json === true) print(JSON.stringify(chosen.map(plain), undefined, 2));
  else if (all.length === 0) tell(`there are no runs in ${shown(home)}: \`tradedeck demo\` makes one`);
  else {
    for (const line of listLines(chosen)) print(line);
    if (chosen.length < all.length) tell(`${chosen.length} of ${all.length}`);
  }
  return EXIT.ok;
}

/** `tradedeck runs show <run>` */
export async function show(name: string, flags: Common): Promise<ExitCode> {
  const one = experimentOf(findRecord(name, homeOf(flags), process.cwd(), () => true));
  if (flags.json === true) {
    print(JSON.stringify(plain(one), undefined, 2));
    return EXIT.ok;
  }
  const { metricCatalogue } = await import('../stats/metric.ts');
  const facts: [string, string][] = [
    ['strategy', [one.strategy, ...(one.kind === 'sweep' ? [sweepText(one)] : [])].join(', ')],
    ['parameters', parametersText(one)],
    ['data', `${one.source}${one.simulated ? ' (simulated)' : ''}`],
    ['period', spanText(one)],
    ['conventions', one.conventions],
    ['seed', one.seed === undefined ? '' : String(one.seed)],
    ['fingerprint', one.data],
    ['code', one.codeHash],
    ['engine', `${one.engineHash} (Tradedeck ${one.version})`],
    ['recorded', formatInstant(Math.floor(one.recordedAt) * 1000)],
    ['files', readdirSync(one.folder).sort().join(' ')],
  ];
  print(`${styled('bold', one.name)}${one.complete ? '' : styled('yellow', '  stopped before the end')}`);
  for (const [label, text] of facts) if (text !== '') print(`  ${styled('dim', label.padEnd(12))}${text}`);
  print();
  for (const { id, title, unit } of metricCatalogue) {
    if (one.figures[id] !== undefined) print(`  ${title.padEnd(30)}${figureText(one.figures[id], unit).padStart(16)}`);
  }
  return EXIT.ok;
}

/** `tradedeck runs compare <runs…>` */
export async function compare(
  names: readonly string[],
  flags: Common & { readonly all?: boolean; readonly output?: string; readonly page?: boolean },
): Promise<ExitCode> {
  const home = homeOf(flags);
  const found = names.map((name) => findRecord(name, home, process.cwd(), () => true));
  const experiments = [...new Map(found.map((one) => [one.folder, one])).values()].map(experimentOf);
  if (experiments.length < 2) {
    throw new Fault('run.compare', 'a comparison needs two runs that are not the same', { field: '<runs…>' });
  }
  const { compareExperiments } = await import('../desk/experiments/compare.ts');
  const comparison = compareExperiments(experiments, flags.all === true);
  const ids = experiments.map(({ id }) => id.slice(0, 12)).join('-');
  const page = flags.page === false ? undefined : resolve(flags.output ?? join(home, `compare-${ids}.html`));
  if (page !== undefined) {
    const [{ comparisonPage }, { comparisonAssets }] = await Promise.all([
      import('../report/comparison/page.ts'),
      import('../adapters/report-assets/index.ts'),
    ]);
    writePage(page, comparisonPage(comparison, comparisonAssets()));
  }
  const { runs, figures, differences, cautions } = comparison;
  if (flags.json === true) {
    const rows = figures.map(({ title, unit, values }) => ({ title, unit, values: values.map(finite) }));
    const config = differences.map(({ path, values }) => ({ path, values: values.map((value) => value ?? null) }));
    print(
      JSON.stringify(
        { runs: experiments.map(plain), figures: rows, config, cautions, page: page ?? null },
        undefined,
        2,
      ),
    );
    return EXIT.ok;
  }
  const labels = runs.map(({ label }) => label);
  const cells = figures.map(({ title, unit, values }) => [title, ...values.map((value) => figureText(value, unit))]);
  for (const line of tableText([['', ...labels], ...cells], 1)) print(line);
  print();
  print(styled('bold', differences.length === 0 ? 'The set-ups are the same.' : 'Where the set-ups differ'));
  if (differences.length > 0) {
    const rows = differences.map(({ path, values }) => [path, ...values.map((value) => value ?? '–')]);
    for (const line of tableText([['', ...labels], ...rows], Infinity)) print(line);
  }
  if (cautions.length > 0) print();
  for (const caution of cautions) print(styled('yellow', caution));
  if (page !== undefined) print(`\n${styled('dim', 'page')}  ${shown(page)}`);
  return EXIT.ok;
}

/** `tradedeck runs rm <runs…>` */
export async function remove(names: readonly string[], flags: Common): Promise<ExitCode> {
  const home = homeOf(flags);
  // All are found before the first is deleted: a name that is wrong deletes nothing.
  const found = names.map((name) => findRecord(name, home, process.cwd()));
  const distinct = [...new Map(found.map((one) => [one.folder, one])).values()];
  const removed: { folder: string; left: string[] }[] = [];
  for (const one of distinct) removed.push({ folder: one.folder, left: await removeExperiment(one) });
  if (flags.json === true) print(JSON.stringify(removed, undefined, 2));
  else {
    for (const { folder, left } of removed) {
      print(`deleted ${shown(folder)}${left.length === 0 ? '' : `; these are not ours and stay: ${left.join(', ')}`}`);
    }
  }
  return EXIT.ok;
}

function homeOf({ runs }: Common): string {
  return resolve(runs ?? 'runs');
}

function experimentOf(found: RecordFolder): Experiment {
  const one = readExperiment(found);
  if (one === undefined) throw new Fault('run.damaged', 'its record cannot be read', { file: shown(found.folder) });
  return one;
}

function listLines(chosen: readonly Experiment[]): string[] {
  const rows = chosen.map((one) => [
    one.id,
    `${one.kind}${one.complete ? '' : '*'}`,
    one.strategy,
    parametersText(one),
    spanText(one),
    figureText(one.figures['totalReturn'], 'percent'),
    figureText(one.figures['sharpe'], 'ratio'),
    figureText(one.figures['maxDrawdown'], 'percent'),
    one.kind === 'sweep' ? sweepText(one) : '',
    `${one.simulated ? 'simulated: ' : ''}${one.source}`.slice(0, 48),
    formatInstant(Math.floor(one.recordedAt / 1000) * 1_000_000)
      .replace('T', ' ')
      .replace(/:\d\dZ$/, ''),
  ]);
  const head = [
    'id',
    'kind',
    'strategy',
    'parameters',
    'period',
    'return',
    'sharpe',
    'drawdown',
    '',
    'data',
    'recorded',
  ];
  return tableText([head, ...rows], Infinity, new Set([5, 6, 7]));
}

/** Of a sweep that was killed it is known how far it came, and not which row is best. */
function sweepText({ trials, figures }: Experiment): string {
  return Object.keys(figures).length > 0 ? `best of ${trials}` : `${trials} played`;
}

function parametersText({ parameters }: Experiment): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

function spanText({ startAt, endAt }: Experiment): string {
  return startAt === undefined || endAt === undefined ? '' : `${formatDate(startAt)} to ${formatDate(endAt)}`;
}

function figureText(value: number | undefined, unit: string): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (unit === 'percent') return `${(value * 100).toFixed(2)}%`;
  if (unit === 'money') return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** An experiment as other programs read it. */
function plain(one: Experiment): object {
  const instant = (at: number | undefined): string | null => (at === undefined ? null : formatInstant(at));
  const { startAt, endAt, recordedAt, seed } = one;
  return {
    ...one,
    startAt: instant(startAt),
    endAt: instant(endAt),
    seed: seed ?? null,
    recordedAt: formatInstant(Math.floor(recordedAt) * 1000),
  };
}

function writePage(file: string, text: string): void {
  try {
    if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('output.unwritable', `the page cannot be written: ${reason}`, { file });
  }
}

function shown(path: string): string {
  return relative(process.cwd(), path) || '.';
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
