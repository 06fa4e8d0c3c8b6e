/**
 * The commands that look at what was played before, with their flags: `tradedeck runs` and `tradedeck journal`.
 */
import type { Command } from '@commander-js/extra-typings';
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';
import * as flags from './flags.ts';
import type { ExitCode } from './exit-codes.ts';

/** `tradedeck journal …` */
export function addJournal(program: Command, finish: (work: Promise<ExitCode>) => Promise<void>): void {
  const journal = program.command('journal').description('prove, show and export the journal of a run');
  const run = ['<run>', 'folder of a run or session, id or the beginning of it, or a journal.jsonl'] as const;
  const home = ['--runs <folder>', 'where the runs are (default: runs)'] as const;
  const json = ['--json', 'print as JSON'] as const;
  const filtered = (command: Command) =>
    command
      .argument(...run)
      .option(...home)
      .option('--kind <kinds>', 'only these, with commas: submitted, filled, refused, cash …', flags.list)
      .option('--symbol <symbols>', 'only of these, with commas', flags.list)
      .option('--order <id>', 'only of this order', flags.whole)
      .option('--start <date>', 'first day, YYYY-MM-DD', flags.date)
      .option('--end <date>', 'last day, YYYY-MM-DD', flags.date);
  journal
    .command('verify', { isDefault: true })
    .description('prove that it is whole and unchanged, or name the first line that is not')
    .argument(...run)
    .option(...home)
    .option('--anchor <file>', 'anchors that were kept elsewhere: that it is the journal of then')
    .option('--public-key <file>', 'whose signatures these are, a PEM file')
    .option('--told <records:hash>', 'how a message of that day told that it stood')
    .option(...json)
    // What comes here by default may be a command that there is not.
    .allowExcessArguments()
    .action((name, options, { args }) => {
      if (args.length > 1) throw unknownCommand(name, journal);
      return finish(import('./journal.ts').then(({ verify }) => verify(name, options)));
    });
  journal
    .command('anchor')
    .description('sign how the journal of a session stands, to prove later that it was not written anew')
    .argument('[session]', 'run folder of a session, or the beginning of its name')
    .requiredOption('--key <file>', 'an Ed25519 private key, a PEM file; keep it off the desk')
    .option('--all <folder>', 'instead, every journal below it that has grown since its newest anchor: runs, or copies')
    .option('--every <seconds>', 'with --all, again and again until Ctrl-C', flags.positive)
    .option('--output <file>', 'append it there; standard output by default')
    .option(...home)
    .action((name, options) => finish(import('./journal.ts').then(({ anchor }) => anchor(name, options))));
  journal
    .command('copy')
    .description('bring a copy of the journal of a session up to date, also while it runs, and read it back')
    .argument('<session>', 'run folder of a session, or the beginning of its name')
    .requiredOption('--to <folder>', 'where copies are: another disk, or what another machine shares')
    .option('--every <seconds>', 'again and again, until Ctrl-C', flags.positive)
    .option(
      '--seal-for <file>',
      'encrypted: only who has the private key of this X25519 public key, a PEM file, can read it',
    )
    .option(...home)
    .option(...json)
    .action((name, options) => finish(import('./keep-journals.ts').then(({ copy }) => copy(name, options))));
  journal
    .command('restore')
    .description('open a sealed copy of a journal, and read it back')
    .argument('<copy>', 'folder of the copy')
    .requiredOption('--key <file>', 'the X25519 private key, a PEM file')
    .requiredOption('--to <folder>', 'where the journal goes: a folder that has nothing')
    .option(...json)
    .action((copied, options) => finish(import('./keep-journals.ts').then(({ restore }) => restore(copied, options))));
  journal
    .command('prune')
    .description('take away journals of sessions that need not be kept any more; the others are refused')
    .option('--before <date>', 'those that ended before this day, YYYY-MM-DD (default: all that may go)', flags.date)
    .option('--dry-run', 'only show what would go')
    .option(...home)
    .option(...json)
    .action((options) => finish(import('./keep-journals.ts').then(({ prune }) => prune(options))));
  journal
    .command('hold')
    .description('keep the journal of a session however old it is, until it is let go')
    .argument('<session>', 'run folder of a session, or the beginning of its name')
    .requiredOption('--reason <text>', 'why: it is written down')
    .option('--release', 'let it go')
    .option(...home)
    .action((name, options) => finish(import('./keep-journals.ts').then(({ hold }) => hold(name, options))));
  journal
    .command('memoranda')
    .description('write a memorandum of each order of a session: who, when, on which market, what became of it')
    .argument('<session>', 'run folder of a session, or the beginning of its name')
    .option(
      '--format <format>',
      'json, with all of it, or csv, a row each (default: as the file is called, json)',
      flags.oneOf(['csv', 'json']),
    )
    .option('--output <file>', 'where to; standard output by default')
    .option(...home)
    .action((name, options) => finish(import('./journal.ts').then(({ memoranda }) => memoranda(name, options))));
  filtered(journal.command('show').description('print its entries'))
    .option('--limit <number>', 'at most so many, from the first on', flags.whole)
    .option(...json)
    .action((name, options) => finish(import('./journal.ts').then(({ show }) => show(name, options))));
  filtered(journal.command('tail').description('print its last entries'))
    .option('--lines <number>', 'how many (default: 20)', flags.whole)
    .option(...json)
    .action((name, options) => finish(import('./journal.ts').then(({ tail }) => tail(name, options))));
  filtered(journal.command('export').description('write its entries as CSV or JSON, with names instead of numbers'))
    .option('--format <format>', 'csv or json (default: csv, or as the file is called)', flags.oneOf(['csv', 'json']))
    .option('--output <file>', 'where to; standard output by default')
    .action((name, options) =>
      finish(import('./journal.ts').then(({ exportJournal }) => exportJournal(name, options))),
    );
}

function unknownCommand(name: string, { commands }: Pick<Command, 'commands'>): Fault {
  const known = commands.map((each) => each.name());
  const hint = didYouMean(name, known) ?? `these are: ${known.join(', ')}`;
  return new Fault(
    'config.value',
    `tradedeck journal has no command ${show(name)}, and verifies one run at a time`,
    {},
    hint,
  );
}

/** `tradedeck runs …` */
export function addRuns(program: Command, finish: (work: Promise<ExitCode>) => Promise<void>): void {
  const runs = program.command('runs').description('list, show, compare and delete what was played before');
  const home = ['--runs <folder>', 'where the runs are (default: runs)'] as const;
  const named = 'folder or id of a run or sweep, or as much of its beginning as no other has';
  runs
    .command('ls')
    .description('list runs and sweeps, the newest first')
    .option(...home)
    .option('--strategy <name>', 'only those of this strategy')
    .option('--kind <kind>', 'only runs, or only sweeps: run or sweep', flags.oneOf(['run', 'sweep']))
    .option('--data <fingerprint>', 'only those on these data, by the beginning of their fingerprint')
    .option('--since <date>', 'only those recorded on or after this day, YYYY-MM-DD', flags.date)
    .option('--where <condition>', 'on figures and parameters, as in "sharpe > 1" (again for more)', flags.repeated)
    .option('--sort <name>', 'a figure, a parameter, recorded, trials …; a minus turns it round (default: -recorded)')
    .option('--limit <number>', 'at most so many', flags.whole)
    .option('--json', 'print as JSON')
    .action((options) => finish(import('./runs.ts').then(({ list }) => list(options))));
  runs
    .command('show')
    .description('show what a run was made of, and its figures')
    .argument('<run>', named)
    .option(...home)
    .option('--json', 'print as JSON')
    .action((run, options) => finish(import('./runs.ts').then(({ show }) => show(run, options))));
  runs
    .command('compare')
    .description('put runs side by side: figures, where their set-ups differ, and a page with their curves')
    .argument('<runs...>', named)
    .option(...home)
    .option('--all', 'every figure, not only those one looks at first')
    .option('--output <file>', 'where the page goes (default: compare-<ids>.html beside the runs)')
    .option('--no-page', 'write no page')
    .option('--json', 'print as JSON')
    .action((names, options) => finish(import('./runs.ts').then(({ compare }) => compare(names, options))));
  runs
    .command('rm')
    .description('delete runs and sweeps; that they were tried stays on record')
    .argument('<runs...>', named)
    .option(...home)
    .option('--json', 'print as JSON')
    .action((names, options) => finish(import('./runs.ts').then(({ remove }) => remove(names, options))));
}
