/**
 * `tradedeck sweep`: plays a strategy with many parameters, and says which did best and how likely that is luck.
 */
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import type { OddsLine } from '../research/sweep/odds.ts';
import { variesText } from '../research/sweep/axis.ts';
import { turnedRound } from '../research/sweep/ranking.ts';
import type { Verdict } from '../stats/index.ts';
import type { ExchangeFlags } from '../desk/config/sources.ts';
import { isRemote } from '../desk/wiring/exchange.ts';
import { count, sweepProgress } from '../desk/sweep/progress.ts';
import { leaveParquet, leaveSweep, noteSweep } from '../desk/sweep/leave.ts';
import { sweepRecord } from '../desk/sweep/sweep-record.ts';
import { queryOfSweep } from '../desk/experiments/attempt.ts';
import { earlierText, earlierTrials } from '../desk/experiments/trials.ts';
import { emptyInWords } from '../desk/sweep/caveats.ts';
import { planSweep } from '../desk/sweep/plan.ts';
import type { SweepMethod } from '../desk/sweep/schema.ts';
import { sweepRequest } from '../desk/sweep/settings.ts';
import type { ValidateFlags } from '../desk/sweep/validate-settings.ts';
import { runSweep, type FinishedSweep } from '../desk/sweep/sweep.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, noneTwice, type RunFlags } from './run-options.ts';
import { validationLines } from './validation.ts';
import { stoppedBySignals } from './stopping.ts';
import { NO_PROGRESS, print, progressOutput, styled, tell, type Style } from './terminal.ts';

export interface SweepFlags extends RunFlags, ValidateFlags, ExchangeFlags {
  readonly where?: readonly string[];
  readonly require?: readonly string[];
  readonly objective?: readonly string[];
  readonly figures?: readonly string[];
  readonly method?: string;
  readonly tries?: number;
  readonly maxRuns?: number;
  readonly stopWhen?: string;
  readonly budget?: readonly string[];
  readonly workers?: number;
  readonly shard?: string;
  readonly runs?: string;
  readonly again?: boolean;
  readonly parquet?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Runs the command and returns its exit code. */
export async function sweep(target: string, flags: SweepFlags): Promise<ExitCode> {
  noneTwice(flags.param ?? []);
  const varied = (flags.param ?? []).filter((text) => variesText(text.slice(text.indexOf('=') + 1)));
  const fixed = (flags.param ?? []).filter((text) => !varied.includes(text));
  const chosen = await chooseDeck(target, { ...flags, param: fixed });
  using stopping = stoppedBySignals();
  const { stop } = stopping;
  const isSilent = flags.quiet === true || flags.json === true;
  const progress = sweepProgress(isSilent ? NO_PROGRESS : progressOutput, () => performance.now());
  try {
    const { config } = chosen;
    const request = sweepRequest(
      config.sweep,
      {
        parameters: Object.fromEntries(varied.map(assignment)),
        where: flags.where,
        require: flags.require,
        objective: flags.objective,
        figures: flags.figures,
        method: flags.method as SweepMethod | undefined,
        runs: flags.tries,
        maxRuns: flags.maxRuns,
        stopWhen: flags.stopWhen,
        budget: flags.budget,
        shard: flags.shard,
        validate: flags,
      },
      process.env,
    );
    const plan = await planSweep(config, chosen.folder, request);
    const name = (config.name ?? plan.loaded.strategy.definition.name).replaceAll(/[^\w.-]+/g, '-');
    const folder = resolve(flags.runs ?? config.output?.folder ?? 'runs', `${name}-sweep-${plan.key}`);
    const conductor = isRemote(flags)
      ? await import('./remote-sweep.ts').then(({ remoteConductor }) => remoteConductor(plan, flags, progress))
      : undefined;
    const finished = await runSweep(plan, {
      ...(conductor === undefined ? {} : { conductor }),
      folder: chosen.folder,
      results: folder,
      earlier: await earlierTrials(dirname(folder), queryOfSweep(plan)),
      workers: conductor === undefined ? (flags.workers ?? config.sweep?.workers ?? availableParallelism()) : 1,
      again: flags.again === true,
      stop,
      onBegin: () => noteSweep(plan, folder, chosen.folder),
      now: () => performance.now(),
      onProgress: (done, total, stage) => progress.update(done, total, stage),
    });
    progress.end();
    const files = await leaveSweep(finished, folder, chosen.folder);
    if (files !== undefined && flags.parquet !== false) await leaveTable(finished, files.table);
    show(finished, files?.page, folder, flags);
    // A budget that is spent is what was asked for, and not an interruption.
    if (!finished.isComplete && finished.spent === undefined) return EXIT.interrupted;
    return finished.odds === undefined ? EXIT.problem : EXIT.ok;
  } catch (error) {
    progress.end();
    throw error instanceof Fault ? await chosen.locate(error) : error;
  }
}

/** Writes the rows as Parquet; where that cannot be done, the same rows are there as CSV. */
async function leaveTable(finished: FinishedSweep, table: string): Promise<void> {
  try {
    await leaveParquet(finished, table);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    tell(`rows.parquet was not written: ${reason}; rows.csv has the same rows`);
  }
}

function assignment(text: string): [name: string, value: string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
}

const ROWS_SHOWN = 10;
const COLOURS: Readonly<Record<Verdict, Style>> = { reassuring: 'green', doubtful: 'yellow', alarming: 'red' };

function show(finished: FinishedSweep, page: string | undefined, folder: string, { json, quiet }: SweepFlags): void {
  if (json === true) {
    print(JSON.stringify(sweepRecord(finished), undefined, 2));
    return;
  }
  const { plan, rows, ranked, isComplete, odds } = finished;
  if (!isComplete) {
    const why = finished.spent === undefined ? 'stopped' : `${finished.spent}, stopped`;
    const where =
      rows.length < plan.points.count
        ? `after ${rows.length} of ${plan.points.count} runs`
        : 'while choices were being judged';
    tell(`${why} ${where}: the same command goes on from here`);
  }
  if (quiet === true) return;
  for (const text of plan.objectives.flatMap((objective) => turnedRound(objective) ?? [])) tell(text);
  for (const line of headLines(finished)) print(line);
  print();
  if (finished.validation !== undefined) {
    for (const line of validationLines(finished.validation)) print(line);
    print();
    print(styled('bold', 'On the whole history, which is what was chosen on:'));
  }
  for (const line of tableLines(finished)) print(line);
  print();
  if (odds === undefined) print(styled('yellow', finished.unjudged ?? ''));
  else for (const line of oddsLines(finished)) print(line);
  print();
  if (page !== undefined) print(`${styled('dim', 'page')}   ${relative(process.cwd(), page)}`);
  const rowsFile = page === undefined ? folder : join(folder, 'rows.csv');
  print(`${styled('dim', 'rows')}   ${relative(process.cwd(), rowsFile)}`);
  if (odds !== undefined) print(`${styled('dim', 'best')}   ${flagsOf(ranked[0].parameters, plan.axes)}`);
}

function headLines({ plan, rows, resumed, milliseconds, ranked, isComplete }: FinishedSweep): string[] {
  const { loaded, excluded, refused, refusal, request } = plan;
  const stopped = rows.filter((row) => row.stopped).length;
  const rate = (rows.length - resumed) / (milliseconds / 1000);
  const isShort = isComplete && request.method !== 'grid' && request.shard.count === 1 && rows.length < request.runs;
  const left = [
    ...(isShort ? [`${count(request.runs)} were asked for, and no other points were found`] : []),
    ...(excluded > 0 ? [`${count(excluded)} excluded by conditions`] : []),
    ...(refused > 0 ? [`${count(refused)} refused by the strategy`] : []),
    ...(resumed > 0
      ? [`${count(resumed)} known from ${request.shard.count === 1 ? 'before' : 'before and other parts'}`]
      : []),
    ...(stopped > 0 ? [`${count(stopped)} stopped early`] : []),
    ...(ranked.length + stopped < rows.length
      ? [`${count(rows.length - stopped - ranked.length)} without what is required`]
      : []),
  ];
  const shard = request.shard.count === 1 ? '' : `  part ${request.shard.index + 1} of ${request.shard.count}`;
  return [
    `${styled('bold', loaded.strategy.definition.name)}  ${loaded.tape.source}${loaded.tape.simulated ? '  simulated' : ''}${shard}`,
    ...[emptyInWords(plan)].filter((text) => text !== undefined),
    `${count(rows.length)} ${rows.length === 1 ? 'run' : 'runs'} in ${(milliseconds / 1000).toFixed(2)} s, ${count(rate)} a second${left.length === 0 ? '' : `; ${left.join(', ')}`}`,
    ...(refusal === undefined ? [] : [styled('dim', `refused, the first of them: ${refusal}`)]),
  ];
}

function tableLines({ plan, ranked }: FinishedSweep): string[] {
  if (ranked.length === 0) return [];
  const names = plan.axes.map(({ name }) => name);
  const cells = [
    ['', ...names, ...plan.figures],
    ...ranked
      .slice(0, ROWS_SHOWN)
      .map((row, place) => [
        String(place + 1),
        ...names.map((name) => String(row.parameters[name])),
        ...plan.figures.map((id) => shown(row.figures[id])),
      ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  return cells.map((line, i) => {
    const text = line.map((cell, column) => cell.padStart(widths[column])).join('  ');
    return i === 0 ? styled('dim', text) : i === 1 ? styled('bold', text) : text;
  });
}

function oddsLines({ odds, earlier, stoppedEarly, part }: FinishedSweep): string[] {
  const { trials, effectiveTrials, sharpe, expectedMaximumSharpe, years, yearsNeeded, monteCarlo } = odds!;
  const needed = Number.isFinite(yearsNeeded) ? `${yearsNeeded.toFixed(1)} are needed` : 'no length would be enough';
  const before = earlier === undefined ? undefined : earlierText(earlier);
  const attempts = before === undefined ? 'as many worthless strategies' : 'all of these, were they worthless,';
  return [
    styled('bold', 'How likely is the winner luck?'),
    ...(before === undefined
      ? []
      : [`${capital(before)}, worth ${count(earlier!.effectiveTrials)} independent attempts: they count here.`]),
    `${trials === 1 ? '1 trial' : `${count(trials)} trials, worth ${count(effectiveTrials)} independent ones`}: the best of ${attempts}`,
    `would show a Sharpe ratio of ${expectedMaximumSharpe.toFixed(2)}; the winner shows ${sharpe.toFixed(2)} over ${years.toFixed(1)} years, and ${needed}.`,
    ...[stoppedEarly, part].filter((text) => text !== undefined),
    ...odds!.lines.map(oddsLine),
    ...(monteCarlo === undefined
      ? []
      : [
          `Its trades in another order: a drawdown of ${percent(monteCarlo.drawdownMedian)} is typical, one path in twenty falls ${percent(monteCarlo.drawdown95)}.`,
        ]),
    styled(COLOURS[odds!.verdict], odds!.conclusion),
  ];
}

function oddsLine({ title, shown: value, sentence, verdict }: OddsLine): string {
  const mark = styled(COLOURS[verdict], verdict.padEnd(10));
  return `  ${title.padEnd(36)}${value.padStart(8)}  ${mark}  ${styled('dim', sentence)}`;
}

function shown(value: number | undefined): string {
  if (value === undefined) return '–';
  return Number.isInteger(value) ? String(value) : Number(value.toPrecision(5)).toString();
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function percent(value: number): string {
  return `${(Math.abs(value) * 100).toFixed(1)} %`;
}

/** What of the best run is not in the deck. */
function flagsOf(parameters: Readonly<Record<string, unknown>>, axes: readonly { readonly name: string }[]): string {
  return axes.map(({ name }) => `--param ${name}=${String(parameters[name])}`).join(' ');
}
