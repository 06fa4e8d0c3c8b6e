/**
 * `tradedeck killall`: stops an account at its broker when nothing else works any more. It needs only the keys, or a
 * workstation that is logged in. And `tradedeck drill`, which rehearses this and every other way to stop.
 */
import type { Command as Program } from '@commander-js/extra-typings';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import { isRealAddress, KILL_SWITCHES, keysOf, type KillSwitch } from '../desk/wiring/kill-switches.ts';
import type { AccountLook, KillReport } from '../engine/live/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import * as flags from './flags.ts';
import { print, styled, tell } from './terminal.ts';

interface KillFlags {
  readonly broker: string;
  readonly paper?: true;
  readonly live?: true;
  readonly baseUrl?: string;
  readonly account?: string;
  readonly flatten?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly for: number;
  readonly json?: true;
}

const SECONDS = 60;

/** Adds `killall`, `watchdog` and `drill`. */
export function addKillAll(program: Program, finish: (work: Promise<ExitCode>) => Promise<void>): void {
  const brokers = KILL_SWITCHES.map(({ broker }) => broker);
  program
    .command('killall')
    .description('stop an account with everything else dead: block new orders at the broker, cancel all that work')
    .option('--broker <name>', `whose account: ${brokers.join(', ')}`, flags.oneOf(brokers), brokers[0])
    .option('--paper', 'the test account')
    .option('--live', 'the account with real money')
    .option('--base-url <url>', 'another server of the same kind, instead of --paper or --live')
    .option('--account <number>', 'the account that is meant, where a login has several')
    .option('--flatten', 'close positions at the market once no order works; with real money the word is typed')
    .option('--dry-run', 'only show what works and what is held; nothing is stopped')
    .option('--yes', 'with --flatten: ask nobody')
    .option('--for <seconds>', 'how long to try', flags.positive, SECONDS)
    .option('--json', 'print what was confirmed, and what was not, as JSON')
    .addHelpText(
      'after',
      `\n${KILL_SWITCHES.map(({ broker, note }) => `${broker}: ${note}`).join('\n')}\nPositions stay unless you say --flatten. Exit code 0 only when all of it was confirmed.`,
    )
    .action((options) => finish(killAll(options)));
  program
    .command('watchdog')
    .description('on another host: stop the account of a session that is silent, and take the kill of a telephone')
    .argument('<setup>', 'a YAML file: where it listens, the secret of heartbeats, accounts and their keys')
    .option('--state <folder>', 'where it keeps what it knows (default: watchdog in the desk’s home)')
    .option('--json', 'print where it listens as JSON')
    .action((setup, options) => finish(import('./watchdog.ts').then(({ watchdog }) => watchdog(setup, options))));
  program
    .command('drill')
    .description('rehearse every level of a stop, timed: at a fake broker, or in a session without real money')
    .argument('[session]', 'a rehearsal or paper session that runs (default: one of its own, at a fake broker)')
    .option(
      '--if-older <days>',
      'only where the last one that was confirmed is older, as a scheduler wants it',
      flags.positive,
    )
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      '\nExit code 0 only when all was confirmed. The report is kept in drills/ of the desk’s home.',
    )
    .action((session, options) =>
      finish(import('./drill.ts').then(({ drillCommand }) => drillCommand(session, options))),
    );
}

async function killAll(given: KillFlags): Promise<ExitCode> {
  const found = KILL_SWITCHES.find(({ broker }) => broker === given.broker)!; // The flag takes no other.
  const chosen = [given.paper, given.live, given.baseUrl].filter((each) => each !== undefined);
  if (chosen.length !== 1) {
    throw new Fault('config.value', 'say which account: one of --paper, --live and --base-url', { field: 'killall' });
  }
  const url = (given.baseUrl ?? found.addresses[given.live === true ? 'live' : 'paper']).replace(/\/+$/, '');
  const keys = keysOf(found, process.env);
  const show = given.json === true ? () => undefined : (line: string) => tell(line);
  const { account } = given;
  const isFlattened = given.flatten === true;
  if (given.dryRun === true) return look(found, { keys, url, account }, given.json === true);
  if (isFlattened) await confirmFlatten(found, { keys, url, account }, given);
  show(`stopping the account at ${url}`);
  const report = await found.kill({ keys, url, account, flatten: isFlattened, forMs: given.for * 1000, tell: show });
  const isFlat = !isFlattened || report.positions?.length === 0;
  const isDone = report.isSuspended !== false && report.isEmpty && isFlat;
  if (given.json === true) print(JSON.stringify({ done: isDone, url, ...report }, undefined, 2));
  else for (const line of linesOf(report)) print(line);
  return isDone ? EXIT.ok : EXIT.problem;
}

/** Shows what would be stopped and closed; exit code 0 only where both could be read. */
async function look(found: KillSwitch, at: Parameters<KillSwitch['look']>[0], isJson: boolean): Promise<ExitCode> {
  const seen = await found.look(at);
  if (isJson) print(JSON.stringify({ url: at.url, ...seen }, undefined, 2));
  else for (const line of lookLines(seen)) print(line);
  return seen.orders === undefined || seen.positions === undefined ? EXIT.problem : EXIT.ok;
}

function lookLines({ orders, positions, failures }: AccountLook): string[] {
  return [
    orders === undefined ? 'what works could not be read' : `${orders} orders work`,
    positions === undefined ? 'what is held could not be read' : `${positions.length} positions are held`,
    ...(positions ?? []).map(({ symbol, quantity }) => `  ${quantity} ${symbol}`),
    ...failures.map((each) => styled('yellow', `  ${each}`)),
  ];
}

/** Shows what will be closed, and with real money has the word typed. */
async function confirmFlatten(
  found: KillSwitch,
  at: Parameters<KillSwitch['look']>[0],
  { yes, json, live }: KillFlags,
): Promise<void> {
  if (yes === true) return;
  const isReal = live === true || isRealAddress(at.url);
  // Programs that close at a test account are shown nothing, and wait for nobody.
  if (json !== true || isReal) for (const line of lookLines(await found.look(at))) tell(line);
  if (!isReal) return;
  const { isTyped } = await import('./typed-word.ts');
  if (await isTyped('flatten', 'cancel all and close this with REAL MONEY')) return;
  const hint = '--yes confirms it unasked; without --flatten nobody is asked';
  throw new Fault('mode.unconfirmed', 'it was not confirmed, so nothing was stopped or closed', {}, hint);
}

const ENDS = {
  canceled: 'canceled',
  filled: 'filled before it could be canceled',
  rejected: 'refused by the broker',
  unknown: 'gone, and the broker does not say how',
} as const;

function linesOf(report: KillReport) {
  const { isSuspended, isEmpty, asked, ended, instructions = [], open, closing = [], positions, failures } = report;
  const yes = (text: string): string => `${styled('green', 'confirmed')}      ${text}`;
  const no = (text: string): string => `${styled('red', 'not confirmed')}  ${text}`;
  return [
    isSuspended === undefined
      ? no('this broker cannot block new orders: end the programs that send them')
      : isSuspended
        ? yes('new orders are blocked at the broker')
        : no('new orders are not known to be blocked'),
    isEmpty ? yes('no order works') : no('orders may still work'),
    `${asked} orders were asked to end`,
    ...(ended ?? []).map(
      ({ id, symbol, side, quantity, filled, how }) =>
        `  ${ENDS[how]}: ${side} ${quantity} ${symbol} ${id}${filled > 0 && how !== 'filled' ? `, of which ${filled} had filled` : ''}`,
    ),
    ...instructions.map(
      ({ id, symbol, what, quantity }) =>
        `  left: the instruction ${what === 'lapse' ? 'not to exercise' : 'to exercise'} ${quantity} ${symbol} ${id}`,
    ),
    ...open.map(({ id, symbol, status }) => styled('red', `  ${symbol} ${id} was ${status}`)),
    ...closing.map(({ symbol, quantity }) => `  asked to be closed: ${quantity} ${symbol}`),
    ...(positions === undefined || positions.length > 0 ? [] : [yes('nothing is held')]),
    ...(positions ?? []).map(({ symbol, quantity }) => `  ${quantity} ${symbol} held`),
    ...failures.map((each) => styled('yellow', `  ${each}`)),
  ];
}
