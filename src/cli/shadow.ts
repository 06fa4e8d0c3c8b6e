/**
 * `tradedeck shadow`: looks at an account with questions alone, and says what nothing explains.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import { deckFolderOf, JOURNAL_FOLDER } from '../desk/session/journal-folder.ts';
import type { Unexplained } from '../desk/session/shadow.ts';
import { shadow, type ShadowReading } from '../desk/session/shadowing.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { fakeAddress } from './live.ts';
import { chooseDeck } from './run-options.ts';
import { stoppedBySignals } from './stopping.ts';
import { print, styled } from './terminal.ts';

export interface ShadowFlags {
  readonly at?: string;
  readonly set?: readonly string[];
  readonly live?: boolean;
  readonly every?: number;
  readonly readings?: number;
  readonly session?: string;
  readonly json?: boolean;
}

const HOUR_SECONDS = 3600;

/** Looks on; exit code 0 where every reading could be made and explained. */
export async function shadowCommand(target: string, flags: ShadowFlags): Promise<ExitCode> {
  const chosen = await chooseDeck(target, flags.set === undefined ? {} : { set: flags.set });
  const mode = flags.live === true ? 'live' : 'rehearsal';
  using stopping = stoppedBySignals();
  try {
    const readings = await shadow(chosen.config, {
      mode,
      folder: chosen.folder,
      environment: process.env,
      fakeUrl: fakeAddress(mode, flags.at),
      everySeconds: flags.every ?? HOUR_SECONDS,
      ...(flags.readings === undefined ? {} : { readings: flags.readings }),
      ...(flags.session === undefined ? {} : { journal: journalOf(flags.session) }),
      stop: stopping.stop,
      onReading: (reading) => {
        if (flags.json === true) print(JSON.stringify(reading));
        else for (const line of linesOf(reading)) print(line);
      },
    });
    const isClean = readings.every(({ unexplained, failed }) => unexplained.length === 0 && failed === undefined);
    return isClean && readings.length > 0 ? EXIT.ok : EXIT.problem;
  } catch (error) {
    throw error instanceof Fault ? await chosen.locate(error) : error;
  }
}

function journalOf(session: string): { readonly folder: string; readonly deckFolder: string } {
  const folder = join(session, JOURNAL_FOLDER);
  if (!existsSync(folder)) throw new Fault('file.unreadable', 'there is no session', { file: session });
  return { folder, deckFolder: deckFolderOf(session) ?? dirname(resolve(session)) };
}

function linesOf({ at, account, isFirst, positions, fills, bookings, unexplained, failed }: ShadowReading): string[] {
  if (failed !== undefined) return [`${styled('red', '✗')} ${account} could not be read: ${failed}`];
  const since = isFirst ? 'the first reading' : `${fills} fills and ${bookings} bookings since the one before`;
  const mark = unexplained.length === 0 ? styled('green', '✓') : styled('red', '✗');
  const found = unexplained.length === 0 ? '' : `; ${unexplained.length} that nothing explains`;
  return [`${mark} ${at}  ${account}, ${positions} positions, ${since}${found}`, ...unexplained.map(lineOf)];
}

function lineOf({ what, about, expected, found }: Unexplained): string {
  return `    ${[what, about].filter(Boolean).join(' ')}: expected ${expected}, found ${found}`;
}
