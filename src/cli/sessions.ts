/**
 * The commands that play sessions, look at them, command and verify them.
 */
import type { Command as Program } from '@commander-js/extra-typings';
import { Fault } from '../base/fault.ts';
import type { ChangeableLimit } from '../engine/limits/changing.ts';
import type { Command } from '../engine/live/index.ts';

import * as flags from './flags.ts';
import type { ExitCode } from './exit-codes.ts';

type Finish = (work: Promise<ExitCode>) => Promise<void>;

const NAMED = 'folder of the session, or the beginning of its name (default: the only one that runs)';

/** Adds `verify` and what is asked of and told to a session that runs. */
export function addSessions(program: Program, finish: Finish): void {
  program
    .command('verify')
    .description('prove that a session decided what its journal says, and that a backtest gives the same')
    .argument('<session>', 'run folder of the session')
    .option('--deck <file>', 'the deck it was played with: where its paths start (default: here)')
    .option('--force', 'take code that has changed since, and show what it decides otherwise')
    .option('--json', 'print as JSON')
    .action((path, options) =>
      finish(import('./verify.ts').then(({ verifySessionCommand }) => verifySessionCommand(path, options))),
    );
  const views = [
    ['status', 'show how a session stands: state, positions, orders, what was decided last'],
    ['orders', 'list the orders of a session that work'],
    ['positions', 'list what a session holds'],
  ] as const;
  for (const [view, description] of views) {
    program
      .command(view)
      .description(description)
      .argument('[session]', NAMED)
      .option('--runs <folder>', 'where sessions are (default: runs)')
      .option('--watch', 'again every half second')
      .option('--json', 'print as JSON')
      .action((name, options) => finish(import('./session-commands.ts').then(({ ask }) => ask(view, name, options))));
  }
  program
    .command('watch')
    .description('show a session on the whole screen while it runs, with keys for pause, halt, cancel and kill')
    .argument('[session]', NAMED)
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .action((name, options) => finish(import('./watch/watch.ts').then(({ watch }) => watch(name, options))));
  tell(program, 'pause', 'send no new orders of the strategy').action((session, options) => {
    const command: Command = { do: 'pause', strategy: 0 };
    return finish(import('./session-commands.ts').then((commands) => commands.command(command, session, options)));
  });
  const stops = [
    ['reduce', 'send only orders that close', 'reducing', { do: 'reduce' }],
    ['halt', 'send no new orders at all', 'halted', { do: 'halt' }],
    ['kill', 'send no new orders, and cancel all that work', 'killed', { do: 'kill' }],
  ] as const;
  for (const [name, description, state, command] of stops) {
    tell(program, name, description)
      .option('--everywhere', 'every session of yours on this machine, those that begin later too')
      .action((session, options) =>
        finish(
          options.everywhere === true
            ? import('./everywhere.ts').then(({ stopEverywhere }) => stopEverywhere(state, session, options))
            : import('./session-commands.ts').then((commands) => commands.command(command, session, options)),
        ),
      );
  }
  tell(program, 'reconcile', "compare the books of a session with the broker's, now").action((session, options) =>
    finish(import('./session-commands.ts').then((commands) => commands.reconcile(session, options))),
  );
  tell(program, 'cancel', 'cancel an order, or all that work')
    .requiredOption('--order <id>', 'its number, or all', orderOf)
    .action((session, options) => {
      const command: Command = { do: 'cancel', order: options.order };
      return finish(import('./session-commands.ts').then((commands) => commands.command(command, session, options)));
    });
  tell(program, 'flatten', 'close what is held of a symbol, or everything, at the market')
    .requiredOption('--symbol <symbol>', 'the symbol, or all')
    .option('--dry-run', 'only show what would be closed')
    .option('--from-halt', 'though the account is halted or killed, and it stays so; signed as a clear is')
    .option(...KEY)
    .option(...CODE)
    .option('--despite-differences', 'with --from-halt: though books differ from the broker’s')
    .option('--yes', 'with real money: do not ask')
    .action((session, options) =>
      finish(import('./session-commands.ts').then(({ flatten }) => flatten(options.symbol, session, options))),
    );
  addLoosening(program, finish);
  addSymbols(program, finish);
  addAlerts(program, finish);
}

const KEY = ['--key <file>', 'PEM file with the private Ed25519 key that signs it, where that is needed'] as const;
const CODE = ['--code <digits>', 'the code that your authenticator shows now, where that is needed'] as const;

/** Commands that may let more happen than before. */
function addLoosening(program: Program, finish: Finish): void {
  tell(program, 'clear', 'make the session active again after a halt, a kill or a loss, once you know why it stopped')
    .option(...KEY)
    .option(...CODE)
    .option('--everywhere', 'lift the stop of all sessions; each stays stopped until it is cleared itself')
    .option('--despite-differences', 'though books differ or outcomes are unknown; symbols that differ stay frozen')
    .action((session, options) => {
      if (options.reason === undefined) {
        throw new Fault('config.missing', 'say why it may go on: it is written down', { field: '--reason' });
      }
      if (options.everywhere === true) {
        const lifted = { ...options, reason: options.reason };
        return finish(import('./everywhere.ts').then(({ liftEverywhere }) => liftEverywhere(session, lifted)));
      }
      const command: Command = { do: 'clear' };
      return finish(import('./session-commands.ts').then((commands) => commands.command(command, session, options)));
    });
  tell(program, 'resume', 'let the strategy send orders again, after you have looked why it was stopped')
    .option(...KEY)
    .option(...CODE)
    .action((session, options) => {
      const command: Command = { do: 'resume', strategy: 0 };
      return finish(import('./session-commands.ts').then((commands) => commands.command(command, session, options)));
    });
  tell(program, 'unfreeze', 'let orders in a symbol go again, after you have looked why they were stopped')
    .requiredOption('--symbol <symbol>', 'the symbol')
    .option(...KEY)
    .option(...CODE)
    .action((session, options) => {
      const command: Command = { do: 'unfreeze', symbol: options.symbol };
      return finish(import('./session-commands.ts').then((commands) => commands.command(command, session, options)));
    });
  tell(
    program,
    'limit',
    'change a limit while the session runs: stricter by anybody, looser by signature with real money',
  )
    .requiredOption('--set <limit=value>', 'as in orderShare=0.03; tradedeck limits shows them', limitOf)
    .option('--everywhere', 'of all sessions on this machine together, in money: dayLoss or gross')
    .option(...KEY)
    .option(...CODE)
    .action((session, options) => {
      if (options.reason === undefined) {
        throw new Fault('config.missing', 'say why: it is written down', { field: '--reason' });
      }
      if (options.everywhere === true) {
        const said = { ...options, reason: options.reason };
        return finish(import('./everywhere.ts').then(({ limitEverywhere }) => limitEverywhere(session, said)));
      }
      const command: Command = { do: 'limit', ...options.set };
      return finish(import('./session-commands.ts').then((commands) => commands.command(command, session, options)));
    });
}

/** The session says which limits it has. */
function limitOf(text: string): { readonly limit: ChangeableLimit; readonly value: number } {
  const [limit = '', value = ''] = text.split('=', 2);
  if (value.trim() === '' || !Number.isFinite(Number(value))) {
    throw new Fault('config.value', `must be a limit and a number, as in orderShare=0.03, was ${text}`, {
      field: '--set',
    });
  }
  // What is none is refused by the session, with what was probably meant.
  return { limit: limit as ChangeableLimit, value: Number(value) };
}

/** `tradedeck alerts …` */
function addAlerts(program: Program, finish: Finish): void {
  const alerts = program.command('alerts').description('what a session raised, who has taken note, and who is told');
  alerts
    .command('ls', { isDefault: true })
    .description('list the alerts of a session that runs, open ones first, and how the channels do')
    .argument('[session]', NAMED)
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print as JSON')
    .action((name, options) => finish(import('./alerts.ts').then(({ listAlerts }) => listAlerts(name, options))));
  alerts
    .command('ack')
    .description('take note of an alert, so that it is not said again')
    .argument('[session]', NAMED)
    .requiredOption('--alert <number>', 'its number, or all', orderOf)
    .option('--reason <text>', 'what you do about it: it is written down with your name')
    .option('--request-id <id>', 'names the request: asked again under it, the session does nothing twice')
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print how it stands then as JSON')
    .action((name, options) => finish(import('./alerts.ts').then(({ acknowledge }) => acknowledge(name, options))));
  alerts
    .command('test')
    .description('send a message through every channel of a deck, and say which took it')
    .argument('<deck>')
    .option('--set <path=value>', 'any field of the deck (again for more)', flags.repeated)
    .option('--json', 'print as JSON')
    .action((deck, options) => finish(import('./alerts.ts').then(({ testAlerts }) => testAlerts(deck, options))));
}

/** Commands that a single symbol is told. */
function addSymbols(program: Program, finish: Finish): void {
  for (const [word, description] of [
    ['freeze', 'send no new orders in a symbol'],
    ['exercise', 'exercise contracts that are held, all of one symbol; the broker delivers in its night'],
    ['do-not-exercise', 'take an exercise back, or keep contracts from being exercised at their expiry'],
  ] as const) {
    tell(program, word, description)
      .requiredOption('--symbol <symbol>', 'the symbol')
      .action((session, options) => {
        const command: Command = { do: word, symbol: options.symbol };
        return finish(import('./session-commands.ts').then((commands) => commands.command(command, session, options)));
      });
  }
}

function tell(program: Program, name: string, description: string) {
  return program
    .command(name)
    .description(description)
    .argument('[session]', NAMED)
    .option('--reason <text>', 'why: it is written down with who did it')
    .option('--request-id <id>', 'names the request: asked again under it, the session does nothing twice')
    .option('--runs <folder>', 'where sessions are (default: runs)')
    .option('--json', 'print how it stands then as JSON');
}

function orderOf(text: string): number | 'all' {
  return text === 'all' ? 'all' : flags.whole(text);
}
