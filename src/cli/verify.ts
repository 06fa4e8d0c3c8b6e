/**
 * `tradedeck verify`: proves that a session decided what its journal says, or shows the first record that differs, both
 * sides.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../base/fault.ts';
import type { Divergence } from '../engine/live/index.ts';
import { deckFolderOf, JOURNAL_FOLDER } from '../desk/session/journal-folder.ts';
import { verifyStored } from '../desk/session/verify.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { oneLine, print, styled } from './terminal.ts';

export interface VerifyFlags {
  readonly deck?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Verifies the session in a run folder. */
export async function verifySessionCommand(path: string, flags: VerifyFlags): Promise<ExitCode> {
  const folder = existsSync(join(path, JOURNAL_FOLDER)) ? join(path, JOURNAL_FOLDER) : path;
  if (!existsSync(folder)) throw new Fault('file.unreadable', 'there is no session', { file: path });
  if (folder === path && existsSync(join(path, 'journal.jsonl'))) {
    const hint = `its chain: tradedeck journal verify ${path}; the same run once more: tradedeck backtest ${join(path, 'deck.yaml')}`;
    throw new Fault('session.none', 'this is the run of a backtest, and no session', { file: path }, hint);
  }
  const played = deckFolderOf(path) ?? deckFolderOf(dirname(resolve(path))) ?? process.cwd();
  const deckFolder = flags.deck === undefined ? played : dirname(resolve(flags.deck));
  const found = await verifyStored(folder, deckFolder, flags.force === true);
  const { records, entries, divergence, backtest, why, head, torn, isOver, strategy } = found;
  const difference = divergence ?? backtest?.difference;
  const isVerified = difference === undefined && strategy?.difference === undefined;
  if (flags.json === true) {
    const { recorded, replayed, record } = difference ?? {};
    print(
      JSON.stringify(
        {
          mode: head.mode,
          verified: isVerified,
          records,
          entries,
          torn,
          over: isOver,
          strategy:
            strategy === undefined
              ? null
              : { told: strategy.told, answers: strategy.answers, difference: strategy.difference ?? null },
          backtest: backtest === undefined ? null : { entries: backtest.entries },
          ...(backtest === undefined && why !== undefined ? { why } : {}),
          difference: difference === undefined ? null : { record, recorded, replayed },
        },
        undefined,
        2,
      ),
    );
    return isVerified ? EXIT.ok : EXIT.problem;
  }
  if (torn > 0) print(styled('yellow', `the last ${torn} bytes are a torn tail and no record`));
  if (divergence !== undefined) return differs('replayed', divergence);
  print(
    `${styled('green', 'same')}  ${records} records, taken again, led to the same ${entries} entries, byte for byte`,
  );
  if (backtest?.difference !== undefined) return differs('backtest', backtest.difference);
  if (backtest !== undefined) {
    print(`${styled('green', 'same')}  its tape, played as a backtest, gave the same ${backtest.entries} entries`);
  } else if (why !== undefined) print(styled('dim', `not played as a backtest: ${why}`));
  if (strategy?.difference !== undefined) {
    print(
      `${styled('red', 'differs')}  the strategy, told the same in its own process: ${oneLine(strategy.difference)}`,
    );
    return EXIT.problem;
  }
  if (strategy !== undefined) {
    const { told, answers } = strategy;
    print(
      `${styled('green', 'same')}  the strategy, told the same ${told} inputs in its own process, gave the same ${answers} answers`,
    );
  }
  if (!isOver) print(styled('dim', 'the session is not over'));
  return EXIT.ok;
}

function differs(by: string, { record, recorded, replayed }: Divergence): ExitCode {
  print(`${styled('red', 'differs')}  at record ${record}`);
  print(`  recorded  ${cut(recorded)}`);
  print(`  ${by.padEnd(8)}  ${cut(replayed)}`);
  return EXIT.problem;
}

function cut(text: string): string {
  return text.length > 600 ? `${text.slice(0, 600)} …` : text;
}
