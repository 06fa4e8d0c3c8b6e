/**
 * The commands that read how a session does: its profit, trades, limits, log and health, its measures for a monitor, and the
 * days of its market.
 */
import type { Command as Program } from '@commander-js/extra-typings';
import type { ExitCode } from './exit-codes.ts';
import * as flags from './flags.ts';

type Finish = (work: Promise<ExitCode>) => Promise<void>;

const ANY = 'folder of a session, or the beginning of its name (default: the one that runs)';
const RUNNING = 'folder of the session, or the beginning of its name (default: the only one that runs)';

/** Adds `pnl`, `trades`, `risk`, `logs`, `health`, `metrics` and `calendar`. */
export function addMonitor(program: Program, finish: Finish): void {
  program
    .command('pnl')
    .description('show what a session earned by day, week or month, while it runs and after')
    .argument('[session]', ANY)
    .option('--by <period>', 'day, week or month (default: day)', flags.oneOf(['day', 'week', 'month']))
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print as JSON')
    .action((name, options) => finish(import('./profits.ts').then(({ pnl }) => pnl(name, options))));
  program
    .command('trades')
    .description('list what a session closed, with what each brought, while it runs and after')
    .argument('[session]', ANY)
    .option('--lines <number>', 'how many of the newest (default: 20)', flags.whole)
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print all of them as JSON')
    .action((name, options) => finish(import('./profits.ts').then(({ trades }) => trades(name, options))));
  program
    .command('risk')
    .description('show how much of each limit a session uses at worst, the fullest first')
    .argument('[session]', RUNNING)
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print as JSON')
    .action((name, options) => finish(import('./limits.ts').then(({ used }) => used(name, options))));
  program
    .command('logs')
    .description('show what a session did and raised last, from its journal')
    .argument('[session]', ANY)
    .option('--lines <number>', 'how many entries (default: 20)', flags.whole)
    .option('--kind <kinds>', 'only these kinds, with commas, as in filled,refused,alert', flags.list)
    .option('--follow', 'go on with each entry as it is written, until the session is over or Ctrl-C')
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print as JSON; with --follow an entry a line')
    .action((name, options) =>
      finish(
        Promise.all([import('./journal.ts'), import('./follow-journal.ts'), import('./find-session.ts')]).then(
          ([{ tail }, { follow }, { meantFolder }]) => {
            const folder = meantFolder(name, options.runs);
            return options.follow === true ? follow(folder, options) : tail(folder, options);
          },
        ),
      ),
    );
  program
    .command('health')
    .description('say whether a session does well: exit code 1 where something needs a look')
    .argument('[session]', RUNNING)
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print as JSON')
    .action((name, options) => finish(import('./monitor.ts').then(({ health }) => health(name, options))));
  program
    .command('metrics')
    .description('print the measures of sessions that run, in the text format of Prometheus, or serve them')
    .argument('[session]', 'only this one (default: all that run)')
    .option('--listen <port>', 'serve them at /metrics of this machine’s own address; 0 for any free port', flags.port)
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print what is not in the status as JSON')
    .action((name, options) => finish(import('./monitor.ts').then(({ metrics }) => metrics(name, options))));
  program
    .command('calendar')
    .description('show when the next sessions of a market open and close, early closes and holidays')
    .argument('[market]', 'its calendar, as XNYS, CMES or 24-7 (default: XNYS)')
    .option('--date <date>', 'first day, YYYY-MM-DD (default: today)', flags.date)
    .option('--days <number>', 'how many days to look at (default: 10)', flags.whole)
    .option('--json', 'print as JSON')
    .action((name, options) => finish(import('./calendar.ts').then(({ showCalendar }) => showCalendar(name, options))));
}
