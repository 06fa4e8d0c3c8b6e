/**
 * The run folder: everything a run leaves behind, each file complete or not there.
 *
 * All files but `timings.json` are the same bytes for the same inputs. A file is written beside its name and then moved
 * there, so that whoever reads a folder never reads half a file.
 */
import { hash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { journalText, lastHash, type JournalHead } from '../../engine/journal/journal-text.ts';
import { equityCsv, metricsJson, roundTripsCsv, tradesCsv } from '../../report/csv.ts';
import { attemptOfRun } from '../experiments/attempt.ts';
import { recordTrial, type TrialRecord } from '../experiments/trials.ts';
import { writeFiles } from '../whole-files.ts';
import { deckText } from './deck-text.ts';
import type { Reproduction } from '../../report/input.ts';
import { presentationOf, type Presentation } from './presentation.ts';
import type { FinishedRun } from './run.ts';
import { stateText } from './state-text.ts';
import { ownVersion } from './package.ts';

/** Digest of a text in hexadecimal. */
export const digest = (text: string): string => hash('sha256', text);

/** A run with everything that is shown of it, and the places of what is to be written. */
export interface ComposedRun {
  readonly run: FinishedRun;
  /** Absolute path of the run folder. */
  readonly folder: string;
  /** The journal's lines, written when they are first asked for. */
  readonly journal: () => string;
  readonly version: string;
  readonly presentation: Presentation;
  /** Absolute path of the report; `undefined` when none is asked for. */
  readonly report: string | undefined;
}

/** The state at the end of the run, and the one it went on from, as the run folder names them. */
const STATE_FILE = 'state.json';
const RESTORED_FILE = 'restored.json';

/** The folder's name: the run's own, and the id that its inputs give. */
export function folderName(run: Pick<FinishedRun, 'config' | 'strategy' | 'id' | 'isComplete'>): string {
  const name = (run.config.name ?? run.strategy.definition.name).replaceAll(/[^\w.-]+/g, '-');
  return `${name}-${run.id}${run.isComplete ? '' : '-stopped'}`;
}

/** Makes what is shown of a run; its folder will be below `base`. */
export function composeRun(run: FinishedRun, base: string): ComposedRun {
  const output = run.config.output ?? {};
  const folder = resolve(base, output.folder ?? 'runs', folderName(run));
  const version = ownVersion();
  let text: string | undefined;
  const journal = (): string => (text ??= journalText(headOf(run), run.deck.journal, digest));
  const presentation = presentationOf(run, () => reproductionOf(run, folder, version, lastHash(journal())));
  const report = output.report === false ? undefined : join(folder, 'report.html');
  return { run, folder, journal, version, presentation, report };
}

/** Writes the folder of a run. Relative paths of the deck start at `deckFolder`, of further files at `base`. */
export async function writeRun(composed: ComposedRun, base: string, deckFolder: string): Promise<void> {
  const { run, folder, version, presentation, report } = composed;
  const journal = composed.journal();
  const { config, result, timings, state, restored } = run;
  const formats = config.output?.formats ?? ['csv', 'json'];
  const trial = attemptOfRun(run, presentation.metrics);
  writeFiles(folder, {
    'deck.yaml': deckText({ ...run, state: { save: STATE_FILE, restore: RESTORED_FILE } }, folder, deckFolder),
    'run.json': json(recordOf(run, version, lastHash(journal), trial)),
    'journal.jsonl': journal,
    'metrics.json': metricsJson(presentation.metrics),
    ...(formats.includes('csv')
      ? {
          'trades.csv': tradesCsv(result),
          'round-trips.csv': roundTripsCsv(result),
          'equity.csv': equityCsv(result),
        }
      : {}),
    ...(formats.includes('json') ? { 'trades.json': json(result.trades) } : {}),
    ...(report === undefined ? {} : { 'report.html': await reportText(presentation) }),
    ...(state === undefined ? {} : { [STATE_FILE]: stateText(state) }),
    ...(restored === undefined ? {} : { [RESTORED_FILE]: stateText(restored) }),
    'timings.json': json({ milliseconds: timings, rowsPerSecond: Math.round((result.events / timings.play) * 1000) }),
  });
  await recordTrial(dirname(folder), trial);
  if (config.output?.trades !== undefined) writeTrades(resolve(base, config.output.trades), run);
  if (state === undefined || config.state?.save === undefined) return;
  const path = resolve(deckFolder, config.state.save);
  writeFiles(dirname(path), { [basename(path)]: stateText(state) });
}

/** Writes only the report of a run into its folder. */
export async function writeReport(run: FinishedRun, folder: string, journalHash: string): Promise<void> {
  const presentation = presentationOf(run, () => reproductionOf(run, folder, ownVersion(), journalHash));
  writeFiles(folder, { 'report.html': await reportText(presentation) });
}

function reproductionOf(run: FinishedRun, folder: string, version: string, journalHash: string): Reproduction {
  return {
    seed: String(run.seed),
    version,
    codeHash: run.strategy.codeHash,
    journalHash,
    configHash: run.id,
    command: `tradedeck backtest ${basename(folder)}/deck.yaml`,
  };
}

/** What the first line of a journal says. */
export function headOf({ result, tape, seed }: FinishedRun): JournalHead {
  return {
    strategies: result.strategies,
    instruments: tape.instruments.map(({ symbol }) => symbol),
    data: result.fingerprint,
    conventions: result.conventions,
    seed,
  };
}

function recordOf(run: FinishedRun, version: string, journalHash: string, trial: TrialRecord): unknown {
  const { result, tape, strategy, isComplete } = run;
  const traded = new Set(result.fills.map(({ symbol }) => symbol));
  return {
    id: run.id,
    mode: result.mode,
    complete: isComplete,
    strategy: {
      name: strategy.definition.name,
      file: strategy.file === undefined ? null : basename(strategy.file),
      parameters: run.parameters,
      codeHash: strategy.codeHash,
    },
    data: {
      source: result.source,
      simulated: result.simulated,
      fingerprint: result.fingerprint,
      adjustment: tape.adjustment,
      instruments: tape.instruments.filter(({ option, symbol }) => option === undefined || traded.has(symbol)),
      // The contracts of twenty years of chains are megabytes; those that were not traded are counted.
      contracts: tape.instruments.reduce((count, { option }) => count + (option === undefined ? 0 : 1), 0),
      events: result.events,
      startAt: result.startAt,
      endAt: result.endAt,
      findings: result.findings.length,
    },
    conventions: result.conventions,
    assumptions: result.assumptions,
    seed: run.seed,
    versions: { tradedeck: version, node: process.versions.node, engineHash: run.engineHash },
    journal: { entries: run.deck.journal.length, hash: journalHash },
    result: {
      currency: result.currency,
      startingCash: result.startingCash,
      finalEquity: result.finalEquity,
      exactCash: result.exactCash,
      fees: result.fees,
      trades: result.trades.length,
      orders: result.orders,
      maxDrawdown: result.maxDrawdown,
      ruinedAt: result.ruinedAt ?? null,
    },
    trial,
  };
}

async function reportText(presentation: Presentation): Promise<string> {
  const [{ renderReport }, { reportAssets }] = await Promise.all([
    import('../../report/html/document.ts'),
    import('../../adapters/report-assets/index.ts'),
  ]);
  return renderReport(await presentation.data(), reportAssets());
}

function writeTrades(path: string, { result }: FinishedRun): void {
  writeFiles(join(path, '..'), { [basename(path)]: path.endsWith('.json') ? json(result.trades) : tradesCsv(result) });
}

/** JSON for other programs: numbers that JSON does not have are null. */
function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
