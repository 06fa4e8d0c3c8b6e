/**
 * `tradedeck check-broker`: shows whether a broker is ready for a deck, row by row.
 */
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import { checkBroker, type CheckRow } from '../desk/session/check-broker.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { fakeAddress } from './live.ts';
import { chooseDeck } from './run-options.ts';
import { print, styled } from './terminal.ts';

export interface CheckBrokerFlags {
  readonly at?: string;
  readonly set?: readonly string[];
  readonly orders?: boolean;
  readonly trades?: boolean;
  readonly free?: boolean;
  readonly live?: boolean;
  readonly json?: boolean;
}

/** Checks the broker of a deck. */
export async function checkBrokerCommand(target: string, flags: CheckBrokerFlags): Promise<ExitCode> {
  const chosen = await chooseDeck(target, flags.set === undefined ? {} : { set: flags.set });
  const mode = flags.live === true ? 'live' : 'rehearsal';
  for (const flag of ['orders', 'trades', 'free'] as const) {
    if (mode === 'live' && flags[flag] === true) {
      throw new Fault('mode.orders', 'orders are only tried at the test account', { field: `--${flag}` });
    }
  }
  try {
    const rows = await checkBroker(chosen.config, {
      mode,
      folder: chosen.folder,
      environment: process.env,
      fakeUrl: fakeAddress(mode, flags.at),
      mayOrder: flags.orders === true,
      mayTrade: flags.trades === true,
      mayFree: flags.free === true,
      onRow: (row) => {
        if (flags.json !== true) print(lineOf(row));
      },
    });
    const isReady = rows.every(({ outcome }) => outcome !== 'failed');
    if (flags.json === true) print(JSON.stringify({ ready: isReady, mode, rows }, undefined, 2));
    return isReady ? EXIT.ok : EXIT.problem;
  } catch (error) {
    throw error instanceof Fault ? await chosen.locate(error) : error;
  }
}

function lineOf({ check, outcome, detail }: CheckRow): string {
  const mark = outcome === 'ok' ? styled('green', '✓') : outcome === 'failed' ? styled('red', '✗') : styled('dim', '–');
  return `${mark} ${check.padEnd(36)} ${outcome === 'skipped' ? styled('dim', detail) : detail}`;
}
