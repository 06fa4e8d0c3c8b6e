/**
 * The commands that play a deck at the present time at a broker, and that check one.
 */
import type { Command as Program } from '@commander-js/extra-typings';
import type { ExitCode } from './exit-codes.ts';
import * as flags from './flags.ts';

type Finish = (work: Promise<ExitCode>) => Promise<void>;

const MODES = [
  ['rehearse', 'rehearsal', "play today's session of a deck with orders to the broker's test account, or to a fake"],
  ['live', 'live', "play today's session of a deck with REAL MONEY; asks before it begins"],
] as const;

/** Adds `rehearse`, `live`, `check-broker`, `shadow` and `second-factor`. */
export function addLive(program: Program, finish: Finish): void {
  for (const [name, mode, description] of MODES) {
    program
      .command(name)
      .description(description)
      .argument('<deck>', 'a deck whose tape is a live one')
      .option('--param <name=value>', 'a parameter of the strategy (again for more)', flags.repeated)
      .option('--cash <money>', 'what the deck is given of the account', flags.positive)
      .option('--set <path=value>', 'any field of the deck, as in session.atEnd=keep (again for more)', flags.repeated)
      .option('--at <url>', 'where a fake broker listens, as in http://127.0.0.1:8877; only to rehearse')
      .option('--code <digits>', 'live: what your authenticator shows, for the first session of a signature')
      .option('--wait', 'wait for the next session where today has none, or it is over')
      .option('--again', "play today's session again where it is over")
      .option('--runs <folder>', 'where the run folder goes (default: runs)')
      .option('--json', "print the day's summary as JSON")
      .option('--quiet', 'print nothing but errors and alerts')
      .action((deck, options) => finish(import('./live.ts').then(({ live }) => live(mode, deck, options))));
  }
  program
    .command('check-broker')
    .description('show whether a broker is ready for a deck: keys, account, permissions, clock, prices, orders')
    .argument('<deck>', 'a deck whose tape is a live one')
    .option('--orders', 'agree to test orders: placed far from the price and canceled; only at the test account')
    .option('--trades', 'agree to test trades: one unit in and out, which costs the spread; only at the test account')
    .option(
      '--free',
      'agree that all orders there are canceled and all positions closed first; only at the test account',
    )
    .option('--live', 'check the real account; nothing is sent to it')
    .option('--at <url>', 'where a fake broker listens, as in http://127.0.0.1:8877')
    .option('--set <path=value>', 'any field of the deck (again for more)', flags.repeated)
    .option('--json', 'print as JSON')
    .action((deck, options) =>
      finish(import('./check-broker.ts').then(({ checkBrokerCommand }) => checkBrokerCommand(deck, options))),
    );
  program
    .command('shadow')
    .description(
      'look at an account with questions alone, and say what nothing explains; exit code 1 where there is any',
    )
    .argument('<deck>', 'a deck that names the broker')
    .option('--live', 'look at the real account; nothing is sent to it')
    .option('--every <seconds>', 'seconds between two readings (default: 3600)', flags.positive)
    .option('--readings <count>', 'how many (default: until it is stopped)', flags.whole)
    .option('--session <folder>', 'hold the account against the journal of this session too')
    .option('--at <url>', 'where a fake broker listens, as in http://127.0.0.1:8877')
    .option('--set <path=value>', 'any field of the deck (again for more)', flags.repeated)
    .option('--json', 'print each reading as a line of JSON')
    .action((deck, options) => finish(import('./shadow.ts').then(({ shadowCommand }) => shadowCommand(deck, options))));
  program
    .command('second-factor')
    .description(
      'make the secret by which an authenticator shows codes; what lets more happen with real money asks for one',
    )
    .option('--approver <name>', 'of a person who may approve (default: of the key that arms decks)')
    .option('--phone', 'make a key for the telephone instead: with it and a code a watchdog takes a kill')
    .action((options) =>
      finish(
        import('./second-factor.ts').then(({ phoneKey, secondFactor }) =>
          options.phone === true ? phoneKey(options.approver) : secondFactor(options.approver),
        ),
      ),
    );
}
