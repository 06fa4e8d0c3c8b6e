/**
 * `tradedeck backtest`: plays a deck or a strategy against recorded prices, and leaves a run folder and a summary.
 */
import { copyFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import type { DeckConfig } from '../desk/config/schema.ts';
import { writeRun, type RunFiles } from '../desk/run/folder.ts';
import { runDeck, type FinishedRun } from '../desk/run/run.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type ChosenDeck, type RunFlags } from './run-options.ts';
import { summary } from './summary.ts';
import { NO_PROGRESS, print, progressOutput, styled, tell } from './terminal.ts';

export interface BacktestFlags extends RunFlags {
  readonly runs?: string;
  readonly output?: string;
  /** `false` for none, a path for a further copy. */
  readonly report?: string | boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Runs the command and returns its exit code. */
export async function backtest(target: string, flags: BacktestFlags): Promise<ExitCode> {
  return play(await chooseDeck(target, flags), flags);
}

/** Plays a chosen deck and shows what came of it. */
export async function play(chosen: ChosenDeck, flags: BacktestFlags): Promise<ExitCode> {
  const config = withOutput(chosen.config, flags);
  const stop = { isStopped: false };
  const interrupt = (): void => {
    if (stop.isStopped) process.exit(EXIT.interrupted);
    stop.isStopped = true;
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    const isSilent = flags.quiet === true || flags.json === true;
    const run = await runDeck(config, {
      folder: chosen.folder,
      output: isSilent ? NO_PROGRESS : progressOutput,
      stop,
      now: () => performance.now(),
    });
    const files = await writeRun(run, process.cwd(), chosen.folder);
    if (typeof flags.report === 'string' && files.report !== undefined)
      copyFileSync(files.report, resolve(flags.report));
    show(run, files, flags);
    if (!run.isComplete) return EXIT.interrupted;
    return run.result.ruinedAt === undefined ? EXIT.ok : EXIT.problem;
  } catch (error) {
    throw error instanceof Fault ? await chosen.locate(error) : error;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function withOutput(config: DeckConfig, { runs, output, report }: BacktestFlags): DeckConfig {
  const changed = {
    ...config.output,
    ...(runs === undefined ? {} : { folder: runs }),
    ...(output === undefined ? {} : { trades: output }),
    ...(report === undefined ? {} : { report: report !== false }),
  };
  return Object.keys(changed).length === 0 ? config : { ...config, output: changed };
}

function show(run: FinishedRun, files: RunFiles, { json, quiet }: BacktestFlags): void {
  const folder = relative(process.cwd(), files.folder);
  if (json === true) {
    const metrics = Object.fromEntries(files.presentation.metrics.map(({ name, value }) => [name, finite(value)]));
    const { result } = run;
    const out = {
      id: run.id,
      complete: run.isComplete,
      folder: files.folder,
      report: files.report ?? null,
      simulated: result.simulated,
      fingerprint: result.fingerprint,
      journal: files.journalHash,
      currency: result.currency,
      finalEquity: finite(result.finalEquity),
      trades: result.trades.length,
      orders: result.orders,
      findings: result.findings.length,
      metrics,
    };
    print(JSON.stringify(out, undefined, 2));
    return;
  }
  if (!run.isComplete) tell(`stopped at ${Math.round(run.result.events)} rows: what follows is true up to there`);
  if (quiet === true) return;
  for (const line of summary(run, files.presentation)) print(line);
  print();
  if (files.report !== undefined) print(`${styled('dim', 'report')}  ${relative(process.cwd(), files.report)}`);
  print(`${styled('dim', 'run')}     ${folder}`);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
