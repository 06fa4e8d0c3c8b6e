/**
 * The commands and their flags. What a command does is loaded when it is called, so that help comes at once.
 */
import { Command, Option } from '@commander-js/extra-typings';
import * as flags from './flags.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** Where a command puts its exit code. */
export interface Outcome {
  code: ExitCode;
}

/** Returns the program; whichever command runs leaves its exit code in `outcome`. */
export function makeProgram(version: () => string, outcome: Outcome) {
  const finish = async (work: Promise<ExitCode>): Promise<void> => {
    outcome.code = await work;
  };
  const program = new Command('tradedeck')
    .description('Write a trading strategy once; play it against the past.')
    .exitOverride()
    .showSuggestionAfterError()
    .helpCommand(true)
    .option('-V, --version', 'print the version')
    .configureHelp({ showGlobalOptions: false })
    .on('option:version', () => {
      outcome.code = EXIT.ok;
      process.stdout.write(`${version()}\n`);
      throw new Finished();
    });

  withRunFlags(
    program.command('backtest').description('play a deck (.yaml), a strategy file (.ts) or a shipped strategy'),
  )
    .argument('<target>', 'deck, strategy file, or name of a shipped strategy')
    .addOption(new Option('--runs <folder>', 'where the run folder goes').default(undefined, 'runs'))
    .option('--output <file>', 'also write the trades there, as .csv or .json')
    .option('--report <file>', 'also write the report there')
    .option('--no-report', 'write no report')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print nothing but errors')
    .action((target, options) => finish(import('./backtest.ts').then(({ backtest }) => backtest(target, options))));

  return program;
}

/** Ends the parsing of arguments: everything is done. */
export class Finished extends Error {
  override readonly name = 'Finished';
}

/** The flags that choose or change a run. */
function withRunFlags(command: Command) {
  return command
    .option('--data <source>', 'CSV, TSV or JSON file (again for more), sp500, or simulated:AAA,BBB', flags.repeated)
    .option('--symbol <symbols>', 'symbols to play, with commas', flags.list)
    .option('--time-frame <frame>', 'of the bars: 1d, 1h, 5m …')
    .option('--start <date>', 'first day, YYYY-MM-DD', flags.date)
    .option('--end <date>', 'last day, YYYY-MM-DD', flags.date)
    .option('--param <name=value>', 'a parameter of the strategy (again for more)', flags.repeated)
    .option('--cash <money>', 'money at the start', flags.positive)
    .addOption(
      new Option('--conventions <name>', 'how the simulated venue fills').choices([
        'honest',
        'lean',
        'backtrader',
        'backtestingPy',
        'bt',
      ]),
    )
    .option('--benchmark <symbol>', 'what to hold the result against; none for nothing')
    .option('--seed <number>', 'of all chance in the run', flags.seed)
    .option('--set <path=value>', 'any field of the deck, as in account.type=margin (again for more)', flags.repeated);
}
