/**
 * The command `tradedeck`: reads arguments, runs a command, and turns whatever happened into an exit code.
 */
import process from 'node:process';
import { CommanderError } from '@commander-js/extra-typings';
import { ownVersion } from '../desk/run/package.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Finished, makeProgram, type Outcome } from './program.ts';

/**
 * Runs the command with these arguments (without node and script) and returns the exit code. A command is over when its
 * promise is: the launcher then ends the process, whatever timers or servers are left.
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  // Whoever reads our output may stop reading: `tradedeck strategies | head -1` is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  const outcome: Outcome = { code: EXIT.ok };
  const program = makeProgram(ownVersion, outcome);
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (error instanceof Finished) return outcome.code;
    if (error instanceof CommanderError) {
      if (error.code === 'commander.unknownCommand') await suggestBacktest(args[0]);
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    const { reportError } = await import('./errors.ts');
    return reportError(error, args.includes('--json'));
  }
}

/** A deck or a strategy in the place of a command is meant to be played. */
async function suggestBacktest(word: string): Promise<void> {
  const { strategyNames } = await import('../strategies/index.ts');
  if (!/\.(ya?ml|[cm]?[jt]s)$/.test(word) && !strategyNames.includes(word)) return;
  const { tell } = await import('./terminal.ts');
  tell(`(To play it: tradedeck backtest ${word})`);
}
