/** Under which heading the help shows a command: forty names in one list are read by nobody. */
import type { Command, CommandUnknownOpts } from '@commander-js/extra-typings';
import { FAKE_BROKERS } from '../desk/wiring/fake-brokers.ts';

/** Headings in the order in which they are shown, each with its commands in theirs. */
export const COMMAND_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Begin:': ['demo', 'init', 'doctor', 'completion', 'version'],
  'Play a strategy:': ['backtest', 'paper', 'rehearse', 'live'],
  'Before it is played:': [
    'check-lookahead',
    'scan',
    'limits',
    'calendar',
    'check-broker',
    'shadow',
    'arm',
    'second-factor',
  ],
  'While it runs:': [
    'watch',
    'status',
    'orders',
    'positions',
    'pnl',
    'trades',
    'risk',
    'logs',
    'why',
    'alerts',
    'health',
    'metrics',
    'pause',
    'resume',
    'reduce',
    'halt',
    'kill',
    'clear',
    'limit',
  ],
  'While it runs, by hand:': ['cancel', 'flatten', 'freeze', 'unfreeze', 'reconcile', 'exercise', 'do-not-exercise'],
  'When everything else is dead:': ['killall', 'watchdog', 'drill'],
  'After it was played:': ['report', 'runs', 'journal', 'verify'],
  'Find what is good, and how likely it is luck:': ['sweep', 'worker'],
  'Prices and parts:': ['data', 'strategies', 'indicators', 'schema'],
  'Brokers on your own machine:': FAKE_BROKERS.map((broker) => broker.command),
};

/** Puts every command of the program below its heading. One without a heading comes last, below «Begin». */
export function groupCommands(program: Command): void {
  const byName = new Map(program.commands.map((command) => [command.name(), command]));
  const ordered: CommandUnknownOpts[] = Object.entries(COMMAND_GROUPS).flatMap(([heading, names]) =>
    names.flatMap((name) => byName.get(name)?.helpGroup(heading) ?? []),
  );
  const rest = program.commands.filter((command) => !ordered.includes(command));
  (program.commands as CommandUnknownOpts[]).splice(0, Infinity, ...ordered, ...rest);
  // The one they would take over is the program's own, with its heading.
  for (const command of ordered) {
    if (command.commands.length > 0) command.helpCommand('help [command]', 'display help for command');
  }
}
