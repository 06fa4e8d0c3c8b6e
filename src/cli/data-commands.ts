/**
 * The commands around prices, with their flags: `tradedeck data`.
 */
import { Argument, Option, type Command } from '@commander-js/extra-typings';
import { FETCHED } from '../desk/config/sources.ts';
import type { ExitCode } from './exit-codes.ts';
import * as flags from './flags.ts';

/** `tradedeck data …` */
export function addData(program: Command, finish: (work: Promise<ExitCode>) => Promise<void>): void {
  const data = program
    .command('data')
    .description('list, import, fetch, check, compare and export prices; look at option chains');
  const catalog = ['--catalog <folder>', 'folder of the catalog (default: data/catalog)'] as const;
  data
    .command('ls')
    .description('list what the catalog holds')
    .option(...catalog)
    .option('--symbol <symbols>', 'only these, with commas')
    .option('--json', 'print as JSON')
    .action((options) => finish(import('./data.ts').then(({ ls }) => ls(options))));
  data
    .command('import')
    .description('import CSV, TSV, JSON or Parquet files into the catalog')
    .argument('<files...>')
    .option(...catalog)
    .option('--origin <name>', 'where the prices come from (default: files)')
    .option('--symbol <symbol>', 'of a file that does not say')
    .option('--map <key=value>', 'what a column or the file is, as close=Last or zone=UTC; repeatable', flags.repeated)
    .option('--mapping <file>', 'the same from a YAML file')
    .option('--actions <file>', 'splits and dividends; repeatable', flags.repeated)
    .option('--time-frame <frame>', 'of the bars: 1d, 1h, 5m …')
    .option('--replace', 'allow a shorter file to replace a longer one')
    .option('--json', 'print as JSON')
    .action((files, options) => finish(import('./data.ts').then(({ importCommand }) => importCommand(files, options))));
  data
    .command('fetch')
    .description('fetch prices over the network into the catalog')
    .addArgument(new Argument('<source>').choices(FETCHED))
    .argument('<symbols...>')
    .option(...catalog)
    .option('--start <date>', 'first day, YYYY-MM-DD', flags.date)
    .option('--end <date>', 'last day, YYYY-MM-DD', flags.date)
    .option('--time-frame <frame>', 'of the bars: 1d, 1h, 5m …')
    .option('--base-url <url>', 'another server of the same kind')
    .option('--replace', 'allow a shorter history to replace a longer one')
    .option('--json', 'print as JSON')
    .action((source, symbols, options) =>
      finish(import('./data.ts').then(({ fetchCommand }) => fetchCommand(source, symbols, options))),
    );
  data
    .command('check')
    .description('check files, or the whole catalog, for gaps, duplicates and impossible prices')
    .argument('[files...]')
    .option(...catalog)
    .option('--symbol <symbol>', 'of a file that does not say')
    .option('--time-frame <frame>', 'of the bars: 1d, 1h, 5m …')
    .option('--map <key=value>', 'what a column or the file is, as close=Last or zone=UTC; repeatable', flags.repeated)
    .option('--mapping <file>', 'the same from a YAML file')
    .option('--actions <file>', 'splits and dividends; repeatable', flags.repeated)
    .option('--json', 'print as JSON')
    .action((files, options) => finish(import('./data.ts').then(({ check }) => check(files, options))));
  data
    .command('chain')
    .description('look at an option chain: expiries, or contracts with vols and greeks from their quotes')
    .argument('<sources...>', 'files of quotes, a deck.yaml, or cboe:SYMBOL')
    .option('--underlying <symbol>', 'where there are several')
    .option('--at <time>', 'a session as YYYY-MM-DD, or YYYY-MM-DDTHH:MM on the market’s clock (default: the last)')
    .option('--expiry <date>', 'contracts of one expiry', flags.date)
    .addOption(new Option('--right <right>', 'only calls, or only puts').choices(['call', 'put']))
    .option('--days <range>', 'days to expiry, as 1-10', flags.range)
    .option('--delta <range>', 'absolute delta, as 0.15-0.4', flags.range)
    .option('--strikes <range>', 'in money, as 700-800', flags.range)
    .option('--spread <range>', '(ask − bid) ÷ middle, as -0.1', flags.range)
    .option('--volume <range>', 'contracts traded, as 10-', flags.range)
    .option('--open-interest <range>', 'contracts open, as 100-', flags.range)
    .option('--rate <rate>', 'riskless rate per year (default: 0.04)', flags.rate)
    .option('--dividend-yield <rate>', 'per year (default: what put–call parity implies)', flags.rate)
    .option('--why', 'also list what was left out, with rule and value')
    .option('--map <key=value>', 'what a column or the file is, as spot=Last or zone=UTC; repeatable', flags.repeated)
    .option('--mapping <file>', 'the same from a YAML file')
    .option('--save <file>', 'also write the quotes there, as CSV that can be read again')
    .option('--base-url <url>', 'another server of the same kind')
    .option('--json', 'print as JSON')
    .action((sources, options) => finish(import('./chain.ts').then(({ chain }) => chain(sources, options))));
  data
    .command('compare')
    .description('compare the closes of two files, or of two sources in the catalog, bar by bar')
    .argument('<a>', 'file, or source:SYMBOL for what the catalog has of a source')
    .argument('<b>')
    .option(...catalog)
    .option('--time-frame <frame>', 'of the bars in the catalog')
    .option('--tolerance <share>', 'relative difference of closes that does not count (default: 0.000001)', flags.share)
    .option('--json', 'print as JSON')
    .action((a, b, options) => finish(import('./data.ts').then(({ compare }) => compare(a, b, options))));
  data
    .command('export')
    .description('write one symbol of the catalog as CSV')
    .argument('<symbol>')
    .option(...catalog)
    .option('--origin <name>', 'where its prices come from, if there are several')
    .option('--time-frame <frame>', 'of the bars')
    .option('--output <file>', 'where to; standard output by default')
    .action((symbol, options) =>
      finish(import('./data.ts').then(({ exportCommand }) => exportCommand(symbol, options))),
    );
}
