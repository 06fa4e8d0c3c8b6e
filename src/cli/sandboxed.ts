/**
 * `tradedeck backtest` of a deck whose strategy is to run in a process of its own: the whole run is played within the same
 * walls. What it prints is shown as data, and what it leaves is taken out of the one folder that it could write to.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Fault } from '../base/fault.ts';
import { recordTrialsIn } from '../desk/experiments/trials.ts';
import { recordFolder, recordFolders } from '../desk/experiments/record.ts';
import { isWithinSandbox } from '../desk/run/deck-strategy.ts';
import { dataPaths } from '../desk/sandbox/data-paths.ts';
import { SandboxedRun } from '../desk/sandbox/sandboxed-run.ts';
import { processOf } from '../desk/sandbox/settings.ts';
import { writeFiles } from '../desk/whole-files.ts';
import type { BacktestFlags } from './backtest.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { ChosenDeck } from './run-options.ts';
import { print, tell } from './terminal.ts';

/** Plays it there; undefined where the deck asks for no such thing, or this is the sandbox. */
export async function playSandboxed(
  { config, folder }: ChosenDeck,
  target: string,
  flags: BacktestFlags,
): Promise<ExitCode | undefined> {
  const settings = processOf(config.strategy.process);
  if (settings === undefined || isWithinSandbox()) return undefined;
  refuseOther(flags, config);
  const runs = resolve(flags.runs ?? config.output?.folder ?? 'runs');
  mkdirSync(dirname(runs), { recursive: true });
  // What lies in folders and in no log would be forgotten in there.
  for (const found of recordFolders(runs)) await recordTrialsIn(found);
  const { file } = config.strategy;
  const run = new SandboxedRun(settings, {
    main: fileURLToPath(new URL('./inside.ts', import.meta.url)),
    args: process.argv.slice(2),
    strategyFile: file === undefined ? undefined : resolve(folder, file),
    reads: [...(/\.ya?ml$/.test(target) ? [resolve(target)] : []), ...dataPaths(config, folder)],
    runs,
  });
  const stop = (): void => run.end();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const real = (line: string): string => line.replaceAll(basename(run.staging), basename(runs));
    const { code, signal } = await run.play(
      (line) => print(real(line)),
      (line) => tell(real(line)),
    );
    const named = flags.runs ?? config.output?.folder ?? 'runs';
    for (const folderOfRun of run.takeOut()) {
      const deck = join(folderOfRun, 'deck.yaml');
      // The run was told another folder than was typed.
      if (existsSync(deck)) {
        writeFiles(folderOfRun, { 'deck.yaml': readFileSync(deck, 'utf8').replaceAll(run.staging, named) });
      }
      const found = recordFolder(folderOfRun);
      if (found !== undefined) await recordTrialsIn(found);
    }
    if (signal !== null) throw new Fault('sandbox.failed', `the sandbox of the run was ended by ${signal}`);
    return (code ?? EXIT.problem) as ExitCode; // That of the same command.
  } finally {
    run.close();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Places outside the run's folder cannot be written to from there. */
function refuseOther({ output, report }: BacktestFlags, config: ChosenDeck['config']): void {
  const asked = [
    [output, '--output'],
    [typeof report === 'string' ? report : undefined, '--report'],
    [config.output?.trades, 'output.trades'],
    [config.state?.save, 'state.save'],
  ] as const;
  for (const [value, field] of asked) {
    if (value === undefined) continue;
    const rule = 'a run in a sandbox leaves nothing outside its own folder';
    throw new Fault('sandbox.outside', rule, { field }, 'the run folder has it, or say strategy.process: none');
  }
}
