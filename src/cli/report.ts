/**
 * `tradedeck report`: where the report of a run is; with `--again`, made anew by playing the run again.
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { checkSameData, checkSameJournal, findRun } from '../desk/run/replay.ts';
import { loadRun, runDeck } from '../desk/run/run.ts';
import { writeReport } from '../desk/run/folder.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { print, progressOutput } from './terminal.ts';

/** Runs the command. */
export async function report(name: string, { again }: { readonly again?: boolean }): Promise<ExitCode> {
  const stored = await findRun(name, process.cwd());
  const path = join(stored.folder, 'report.html');
  if (again === true || !existsSync(path)) {
    checkSameData(stored, (await loadRun(stored.config, stored.folder)).tape.fingerprint);
    const run = await runDeck(stored.config, {
      folder: stored.folder,
      output: progressOutput,
      stop: { isStopped: false },
      now: () => performance.now(),
    });
    // A run that was stopped is played to its end, which goes further than its journal.
    if (!stored.folder.endsWith('-stopped')) checkSameJournal(stored, run.deck.journal);
    await writeReport(run, stored.folder, stored.journalHash);
  }
  print(relative(process.cwd(), path));
  return EXIT.ok;
}
