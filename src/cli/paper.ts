/**
 * `tradedeck paper`: plays a deck as if it happened now, at any speed, with a journal that survives anything.
 */
import { relative } from 'node:path';
import process from 'node:process';
import { Fault, show } from '../base/fault.ts';
import { queryOfRun } from '../desk/experiments/attempt.ts';
import { earlierTrials } from '../desk/experiments/trials.ts';
import { composeRun, writeRun } from '../desk/run/folder.ts';
import { LIVE_TAPES } from '../desk/config/sources.ts';
import { playPaper, type SessionWorld } from '../desk/session/play.ts';
import { dirname } from 'node:path';
import { formatInstant } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type RunFlags } from './run-options.ts';
import { alertLine } from './session-lines.ts';
import { summary } from './summary.ts';
import { stoppedBySignals } from './stopping.ts';
import { NO_PROGRESS, print, progressOutput, styled, tell } from './terminal.ts';

export interface PaperFlags extends RunFlags {
  readonly speed?: string;
  readonly at?: string;
  readonly wait?: boolean;
  readonly again?: boolean;
  readonly runs?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function paper(target: string, flags: PaperFlags): Promise<ExitCode> {
  const chosen = await chooseDeck(target, flags);
  // A live tape passes as fast as time does.
  if (LIVE_TAPES.some((source) => source === chosen.config.tape.source)) {
    const { live } = await import('./live.ts');
    return live('paper', target, flags);
  }
  const speed = speedOf(flags.speed);
  using stopping = stoppedBySignals();
  const { stop } = stopping;
  const isSilent = flags.quiet === true || flags.json === true;
  const config =
    flags.runs === undefined
      ? chosen.config
      : { ...chosen.config, output: { ...chosen.config.output, folder: flags.runs } };
  try {
    const world: SessionWorld = {
      deckFolder: chosen.folder,
      base: process.cwd(),
      output: isSilent ? NO_PROGRESS : progressOutput,
      stop,
      now: () => performance.now(),
      speed,
      isAgain: flags.again === true,
      onOutcome: ({ alerts }) => {
        for (const alert of alerts) tell(alertLine(alert));
      },
      onReady: ({ session }, recovered, folder) => {
        if (isSilent) return;
        tell(styled('bold', 'PAPER') + '  orders go to the simulated venue; no broker is connected');
        if (recovered > 0) tell(`goes on from ${formatInstant(session.at)}: ${recovered} records were replayed`);
        tell(styled('dim', `tradedeck status ${relative(process.cwd(), folder)}   looks at it while it plays`));
      },
    };
    const { run, folder, isComplete, gone, records } = await playPaper(config, world);
    if (!isComplete) {
      const at = formatInstant(run.deck.at);
      if (flags.json === true) print(JSON.stringify({ folder, complete: false, at, records }));
      else if (flags.quiet !== true) tell(`stopped at ${at}; the same command goes on from there`);
      return EXIT.interrupted;
    }
    const composed = composeRun(run, process.cwd());
    await writeRun(composed, process.cwd(), chosen.folder);
    if (flags.json === true) {
      const { finalEquity, trades, currency } = run.result;
      const lacking = gone === undefined ? {} : { gone };
      print(
        JSON.stringify({ folder, complete: true, ...lacking, records, currency, finalEquity, trades: trades.length }),
      );
    } else if (flags.quiet !== true) {
      const earlier = await earlierTrials(dirname(composed.folder), queryOfRun(run));
      for (const line of summary(run, await composed.presentation.data(), earlier)) print(line);
      const place = relative(process.cwd(), folder);
      print();
      print(`${styled('dim', 'session')}  ${place}  ${styled('dim', `${records} records; tradedeck verify ${place}`)}`);
    }
    if (gone !== undefined)
      tell(`in the end the strategy had no process: ${gone}; strategy.log in the folder says more`);
    return run.result.ruinedAt === undefined && gone === undefined ? EXIT.ok : EXIT.problem;
  } catch (error) {
    throw error instanceof Fault ? await chosen.locate(error) : error;
  }
}

/** `60x` is a minute per second; `max` is as fast as it goes. */
function speedOf(text = 'max'): number {
  if (text === 'max') return Infinity;
  const speed = Number(/^(\d+(?:\.\d+)?)x?$/.exec(text)?.[1] ?? Number.NaN);
  if (speed > 0) return speed;
  throw new Fault('config.value', `must be a number with x, as in 60x, or max, was ${show(text)}`, {
    field: '--speed',
  });
}
