/**
 * `tradedeck backtest`: plays a deck or a strategy against recorded prices, and leaves a run folder and a summary.
 */
import { copyFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import type { DeckConfig } from '../desk/config/schema.ts';
import { lastHash } from '../engine/journal/journal-text.ts';
import { queryOfRun } from '../desk/experiments/attempt.ts';
import { deflatedSharpeOf } from '../desk/experiments/luck.ts';
import { earlierTrials, type EarlierTrials } from '../desk/experiments/trials.ts';
import { composeRun, writeRun, type ComposedRun } from '../desk/run/folder.ts';
import { runDeck } from '../desk/run/run.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type ChosenDeck, type RunFlags } from './run-options.ts';
import { summary } from './summary.ts';
import { stoppedBySignals } from './stopping.ts';
import { NO_PROGRESS, print, progressOutput, styled, tell } from './terminal.ts';

export interface BacktestFlags extends RunFlags {
  readonly runs?: string;
  readonly output?: string;
  /** `false` for none, a path for a further copy. */
  readonly report?: string | boolean;
  /** `false` leaves nothing behind. */
  readonly save?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Runs the command and returns its exit code. */
export async function backtest(target: string, flags: BacktestFlags): Promise<ExitCode> {
  const chosen = await chooseDeck(target, flags);
  if (chosen.config.strategy.process !== undefined) {
    const { playSandboxed } = await import('./sandboxed.ts');
    const code = await playSandboxed(chosen, target, flags);
    if (code !== undefined) return code;
  }
  return play(chosen, flags);
}

/** Plays a chosen deck and shows what came of it. */
export async function play(chosen: ChosenDeck, flags: BacktestFlags): Promise<ExitCode> {
  const config = withOutput(chosen.config, flags);
  using stopping = stoppedBySignals(() => tell('stopping: what was played is written (Ctrl-C again ends at once)'));
  const { stop } = stopping;
  try {
    const isSilent = flags.quiet === true || flags.json === true;
    const run = await runDeck(config, {
      folder: chosen.folder,
      output: isSilent ? NO_PROGRESS : progressOutput,
      stop,
      now: () => performance.now(),
      ...(isSilent ? {} : { notice: tell }),
    });
    const composed = composeRun(run, process.cwd());
    const earlier = await earlierTrials(dirname(composed.folder), queryOfRun(run));
    if (!isSilent) {
      if (!run.isComplete) tell(`stopped after ${run.result.events} rows: what follows is true up to there`);
      for (const line of summary(run, await composed.presentation.data(), earlier)) print(line);
    }
    const isSaved = flags.save !== false;
    if (isSaved) await writeRun(composed, process.cwd(), chosen.folder);
    if (isSaved && typeof flags.report === 'string' && composed.report !== undefined) {
      copyFileSync(composed.report, resolve(flags.report));
    }
    if (flags.json === true) print(JSON.stringify(plainRun(composed, isSaved, earlier), undefined, 2));
    else if (!isSilent && isSaved) for (const line of places(composed)) print(line);
    if (!run.isComplete) return EXIT.interrupted;
    return run.result.ruinedAt === undefined ? EXIT.ok : EXIT.problem;
  } catch (error) {
    throw error instanceof Fault ? await chosen.locate(error) : error;
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

/** What a program is told of a run. */
function plainRun(composed: ComposedRun, isSaved: boolean, earlier: EarlierTrials): unknown {
  const { run, folder, report, journal, presentation } = composed;
  const { result } = run;
  return {
    id: run.id,
    complete: run.isComplete,
    folder: isSaved ? folder : null,
    report: isSaved ? (report ?? null) : null,
    simulated: result.simulated,
    fingerprint: result.fingerprint,
    journal: isSaved ? lastHash(journal()) : null,
    currency: result.currency,
    finalEquity: finite(result.finalEquity),
    trades: result.trades.length,
    orders: result.orders,
    findings: result.findings.length,
    earlierTrials: earlier.trials,
    deflatedSharpe: deflatedSharpeOf(run, earlier) ?? null,
    metrics: Object.fromEntries(presentation.metrics.map(({ name, value }) => [name, finite(value)])),
  };
}

function places({ folder, report }: ComposedRun): string[] {
  const from = (path: string): string => relative(process.cwd(), path);
  return [
    '',
    ...(report === undefined ? [] : [`${styled('dim', 'report')}  ${from(report)}`]),
    `${styled('dim', 'run')}     ${from(folder)}`,
  ];
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
