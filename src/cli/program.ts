/**
 * The commands and their flags. What a command does is loaded when it is called, so that help comes at once.
 */
import process from 'node:process';
import { Argument, Command, Option } from '@commander-js/extra-typings';
import {
  ADDRESS_FLAG,
  ADDRESS_HELP,
  CONVENTION_NAMES,
  SOURCE_HELP,
  SWEEP_ENGINES,
  SWEEP_METHODS,
} from '../desk/config/sources.ts';
import { FAKE_BROKERS } from '../desk/wiring/fake-brokers.ts';
import { groupCommands } from './command-groups.ts';
import { addData } from './data-commands.ts';
import * as flags from './flags.ts';
import { addKillAll } from './kill-all.ts';
import { addLive } from './live-commands.ts';
import { addMonitor } from './monitor-commands.ts';
import { addSessions } from './sessions.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { addJournal, addRuns } from './record-commands.ts';

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
    .description('Write a trading strategy once; play it against the past, on paper against today, or for real.')
    .exitOverride()
    .showSuggestionAfterError()
    .commandsGroup('Begin:')
    .helpCommand(true)
    .option('-V, --version', 'print the version')
    .configureHelp({ showGlobalOptions: false })
    .on('option:version', () => {
      outcome.code = EXIT.ok;
      process.stdout.write(`${version()}\n`);
      throw new Finished();
    });

  program
    .command('demo')
    .description('play a strategy on twenty years of the S&P 500, offline, and write a report')
    .option('--runs <folder>', 'where the run folder goes (default: runs)')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print nothing but errors')
    .action((options) => finish(import('./demo.ts').then(({ demo }) => demo(options))));

  withRunFlags(
    program.command('backtest').description('play a deck (.yaml), a strategy file (.ts) or a shipped strategy'),
  )
    .argument('<target>', 'deck, strategy file, or name of a shipped strategy')
    .option('--runs <folder>', 'where the run folder goes (default: runs)')
    .option('--output <file>', 'also write the trades there, as .csv or .json', flags.tableFile)
    .option('--report <file>', 'also write the report there')
    .option('--no-report', 'write no report')
    .option('--no-save', 'write nothing at all, only print: not even that it was tried')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print nothing but errors')
    .action((target, options) => finish(import('./backtest.ts').then(({ backtest }) => backtest(target, options))));

  withRunFlags(
    program.command('scan').description('show which options a deck would sell on a day, and why not the others'),
  )
    .argument('<target>', 'deck that sells options, as decks/csp.yaml')
    .option('--date <date>', 'the day, YYYY-MM-DD (default: the last of the tape)', flags.date)
    .option('--fresh', 'as if nothing were held: plays only the history that the rules need')
    .option('--now', 'this moment, by the free delayed quotes of Cboe, as if nothing were held')
    .option('--base-url <url>', 'with --now: another server than the usual ones')
    .option('--json', 'print every rule with its value and bounds as JSON')
    .action((target, options) => finish(import('./scan.ts').then(({ scan }) => scan(target, options))));

  withRunFlags(
    program.command('paper').description('play a deck as if it happened now, with a journal that survives a crash'),
  )
    .argument('<target>', 'deck, strategy file, or name of a shipped strategy')
    .option('--speed <factor>', 'how fast time passes: 60x is a minute per second, max does not wait (default: max)')
    .option('--at <url>', 'with a live tape: where a fake broker listens, as in http://127.0.0.1:8877')
    .option('--wait', 'with a live tape: wait for the next session where today has none')
    .option('--again', 'play it again where it is over')
    .option('--runs <folder>', 'where the run folder goes (default: runs)')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print nothing but errors')
    .action((target, options) => finish(import('./paper.ts').then(({ paper }) => paper(target, options))));

  addLive(program, finish);
  addSessions(program, finish);
  addMonitor(program, finish);
  addKillAll(program, finish);

  withRunFlags(
    program
      .command('sweep')
      .description('play a strategy with many parameters, and say how likely the best is luck')
      .addHelpText('after', '\nA parameter varies by --param fast=2..100, by 0.5..2/0.25 (with a step) or by 1,2,5.'),
  )
    .argument('<target>', 'deck, strategy file, or name of a shipped strategy')
    .option('--where <condition>', 'on parameters, as in "fast < slow" (again for more)', flags.repeated)
    .option('--require <condition>', 'on figures of a run, as in "trades >= 30" (again for more)', flags.repeated)
    .option('--objective <figures>', 'what decides, with commas (default: sharpe)', flags.list)
    .option('--figures <figures>', 'further figures of every row, with commas', flags.list)
    .option(
      '--method <name>',
      'grid, random, latin; tpe, genetic, cma-es learn (default: grid)',
      flags.oneOf(SWEEP_METHODS),
    )
    .option('--tries <number>', 'how many points the other methods than grid try (default: 200)', flags.whole)
    .option('--walk-forward <train/test>', 'choose on a window, judge on what follows: 504/126, 2y/6m')
    .option('--anchored', 'with --walk-forward: choose on everything before')
    .option('--gap <sessions>', 'with --walk-forward: sessions between the two that belong to neither', flags.count)
    .option('--step <sessions>', 'with --walk-forward: from fold to fold (default: as long as the test)')
    .option('--windows <count/length/test>', 'judge on the end of many windows that may overlap: 30/730/180')
    .option('--k-fold <number>', 'judge on each of so many groups, choose on the others', flags.whole)
    .option('--combinatorial <groups/held>', 'judge on every choice of held groups, choose on the others: 6/2')
    .option('--purge <sessions>', 'with groups: left out of the choice before what is judged', flags.count)
    .option('--embargo <sessions>', 'with groups: left out of the choice after it', flags.count)
    .option('--max-runs <number>', 'the most runs that are allowed (default: 1,000,000)', flags.whole)
    .option('--stop-when <rule>', 'stop hopeless runs early: "progress >= 0.3 and totalReturn < -0.2"')
    .option('--budget <list>', 'what the sweep may cost: 1000 runs, 10m, 500mb', flags.list)
    .option('--workers <number>', 'threads that play (default: one per core)', flags.whole)
    .option('--shard <i/n>', 'play only the i-th of n parts')
    .option('--engine <name>', `who plays: ${SWEEP_ENGINES.join(', ')} (default: local)`, flags.oneOf(SWEEP_ENGINES))
    .option(ADDRESS_FLAG, ADDRESS_HELP)
    .option('--again', 'begin anew, even if an earlier attempt left rows')
    .option('--no-parquet', 'do not write the rows as rows.parquet, only as rows.csv')
    .option('--runs <folder>', 'where the folder of the sweep goes (default: runs)')
    .option('--json', 'print the outcome as JSON')
    .option('--quiet', 'print nothing but errors')
    .action((target, options) => finish(import('./sweep.ts').then(({ sweep }) => sweep(target, options))));

  program
    .command('worker')
    .description('play points of sweeps that others conduct, on this machine, until it is stopped')
    .option(ADDRESS_FLAG, ADDRESS_HELP)
    .option('--workers <number>', 'threads that play (default: one per core)', flags.whole)
    .option('--folder <folder>', 'where the paths of decks start here (default: the same path as there)')
    .option('--lease <seconds>', 'silence after which its work is given to others (default: 15)', flags.whole)
    .option('--idle <seconds>', 'end after so long without a sweep (default: never)', flags.whole)
    .option('--quiet', 'print nothing but errors')
    .action((options) => finish(import('./worker.ts').then(({ worker }) => worker(options))));

  program
    .command('init')
    .description('make a folder with a strategy, a deck and prices to begin with')
    .argument('<folder>')
    .action((folder) => finish(import('./init.ts').then(({ init }) => init(folder))));

  program
    .command('report')
    .description('say where the report of a run is')
    .argument('<run>', 'run folder, the beginning of its name, its id, or last')
    .option('--again', 'make it anew by playing the run again')
    .action((run, options) => finish(import('./report.ts').then(({ report }) => report(run, options))));

  program
    .command('why')
    .description('say why a run or a session did, or did not, trade on a day')
    .argument('[run]', 'run folder, the beginning of its name, its id, or last (default: the session that runs)')
    .option('--date <date>', 'the day, YYYY-MM-DD (default: the newest of a session)', flags.date)
    .option('--symbol <symbol>', 'only this instrument')
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print as JSON')
    .action((run, options) => finish(import('./why.ts').then(({ why }) => why(run, options))));

  withRunFlags(
    program
      .command('limits')
      .description('show what the gate of a deck refuses, or how much of each limit a session uses'),
  )
    .argument('[target]', 'deck, strategy file, or name of a shipped strategy; without one the session that runs')
    .addOption(new Option('--as <mode>', 'in which mode').choices(['backtest', 'paper', 'rehearsal', 'live']))
    .option('--json', 'print as JSON')
    .action((target, options) => finish(import('./limits.ts').then(({ limits }) => limits(target, options))));

  withRunFlags(
    program.command('arm').description('sign a deck, as it is, for real money: without it live refuses to begin'),
  )
    .argument('<deck>', 'deck in a file')
    .requiredOption('--key <file>', 'PEM file with a private Ed25519 key, which need not be on the desk')
    .option('--json', 'print as JSON')
    .action((target, options) => finish(import('./arm.ts').then(({ arm }) => arm(target, options))));

  withRunFlags(
    program
      .command('check-lookahead')
      .description('prove that a strategy does not know the future, by playing it on shorter tapes'),
  )
    .argument('<target>', 'deck, strategy file, or name of a shipped strategy')
    .option('--cuts <number>', 'how many shorter tapes to play (default: 100)', flags.whole)
    .option('--json', 'print as JSON')
    .action((target, options) =>
      finish(
        import('./check-lookahead.ts').then(({ checkLookaheadCommand }) => checkLookaheadCommand(target, options)),
      ),
    );

  addRuns(program, finish);
  addData(program, finish);

  program
    .command('strategies')
    .description('list the shipped strategies, or the parameters of one')
    .argument('[name]', 'of a shipped strategy, or a strategy file')
    .option('--json', 'print as JSON')
    .action((name, options) => finish(import('./catalogue.ts').then(({ strategies }) => strategies(name, options))));

  program
    .command('indicators')
    .description('list the indicators, or what one takes')
    .argument('[name]')
    .option('--json', 'print as JSON')
    .action((name, options) => finish(import('./catalogue.ts').then(({ indicators }) => indicators(name, options))));

  addJournal(program, finish);

  program
    .command('schema')
    .description('print the JSON Schema of a deck, for editors')
    .action(() =>
      finish(
        import('../desk/config/schema.ts').then(({ deckJsonSchema }) => {
          process.stdout.write(deckJsonSchema());
          return EXIT.ok;
        }),
      ),
    );

  addFakeBrokers(program, finish);

  program
    .command('doctor')
    .description('say whether this machine has what Tradedeck needs')
    .option('--json', 'print as JSON')
    .action((options) => finish(import('./doctor.ts').then(({ doctor }) => doctor(options))));

  program
    .command('completion')
    .description('print a script with which a shell completes commands')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .action((shell) => finish(import('./completion.ts').then(({ completion }) => completion(program, shell))));

  program
    .command('version')
    .description('print the version')
    .action(() => void process.stdout.write(`${version()}\n`));

  groupCommands(program);
  return program;
}

/** `tradedeck fake-…`, one command for each broker that can be rehearsed with. */
function addFakeBrokers(program: Command, finish: (work: Promise<ExitCode>) => Promise<void>): void {
  for (const broker of FAKE_BROKERS) {
    program
      .command(broker.command)
      .description(broker.description)
      .option('--port <number>', `where it listens; 0 for any free one (default: ${broker.port})`, flags.port)
      .option('--seed <number>', 'of its market, ids, delays and faults (default: 1)', flags.seed)
      .option('--date <date>', 'the session it begins in (default: today’s or the next)', flags.date)
      .option('--time <HH:MM>', 'when on that day, in New York (default: 09:25)')
      .option('--real-time', 'begin now, by the clock on the wall')
      .option('--speed <times>', 'as in 60x, or manual to move time by request (default: 1x)')
      .option('--symbol <symbols>', 'simulated shares, with commas, as in AAPL,XYZ:12.50', flags.list)
      .option('--data <file>', 'play price files instead (again for more)', flags.repeated)
      .option('--cash <money>', 'money at the start (default: 100,000)', flags.positive)
      .option('--live', 'behave like a real account: dividends, text frames')
      .option('--faults <rate>', 'draw a swarm of faults from the seed, each up to this rate, 0 … 1', flags.share)
      .option('--json', 'print the addresses as JSON')
      .action((options) => finish(import('./fake-broker.ts').then(({ fakeBroker }) => fakeBroker(broker, options))));
  }
}

/** Ends the parsing of arguments: everything is done. */
export class Finished extends Error {
  override readonly name = 'Finished';
}

/** The flags that choose or change a run. */
function withRunFlags(command: Command) {
  return command
    .option('--data <source>', SOURCE_HELP, flags.repeated)
    .option('--symbol <symbols>', 'symbols to play, with commas', flags.list)
    .option('--time-frame <frame>', 'of the bars: 1d, 1h, 5m …')
    .option('--start <date>', 'first day, YYYY-MM-DD', flags.date)
    .option('--end <date>', 'last day, YYYY-MM-DD', flags.date)
    .option('--param <name=value>', 'a parameter of the strategy (again for more)', flags.repeated)
    .option('--cash <money>', 'money at the start', flags.positive)
    .option(
      '--conventions <name>',
      `how the simulated venue fills: ${CONVENTION_NAMES.join(', ')}`,
      flags.oneOf(CONVENTION_NAMES),
    )
    .option('--benchmark <symbol>', 'what to hold the result against; none for nothing')
    .option('--seed <number>', 'of all chance in the run', flags.seed)
    .option('--set <path=value>', 'any field of the deck, as in account.type=margin (again for more)', flags.repeated);
}
