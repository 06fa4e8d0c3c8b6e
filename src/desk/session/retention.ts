/**
 * How long journals of sessions are kept: as many years after the last record, or after it was written where that is later, as the deck says, seven where it says nothing,
 * and longer while somebody holds them. Nothing else takes them away, and what took one away is written down first.
 *
 * Seven is more than the six that ledgers must be kept in the United States by a broker (17 CFR 240.17a-4), and the five of
 * others; a private desk is bound by tax rules, which ask for less.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { inputOf } from '../../engine/live/index.ts';
import { readSession } from '../../adapters/session-files/index.ts';
import { DAY, instantFromMillis } from '../../time/instant.ts';
import { CONTROL_FILE } from './control.ts';
import { JOURNAL_FOLDER } from './journal-folder.ts';
import { readStored } from './stored-journal.ts';
import { appendSynced } from './synced.ts';

export const RETENTION_YEARS = 7;
const YEAR_DAYS = 365.25;
/** In the folder of a run whose journal somebody holds. */
const HOLD = 'hold.json';
/** Beside the runs: what was taken away, by whom and when. */
const PRUNED = 'pruned.jsonl';

/** A session by its age, and why it must stay; empty where it may go. */
export interface KeptJournal {
  /** Folder of its run. */
  readonly folder: string;
  /** Instant of its last record, or when it was written, whichever is later. */
  readonly endedAt: number;
  readonly years: number;
  readonly mustStay: string;
  readonly records: number;
  /** Hash of its last record, hexadecimal. */
  readonly hash: string;
}

/** Looks at every session below `runs`; `now` is an Instant. A journal that is damaged is a `Fault`: nothing is removed. */
export function journalsIn(runs: string, now: number): readonly KeptJournal[] {
  if (!existsSync(runs)) return [];
  const folders = readdirSync(runs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(runs, entry.name, JOURNAL_FOLDER, '000001.jnl')))
    .map(({ name }) => join(runs, name));
  return folders.map((folder) => {
    const journal = join(folder, JOURNAL_FOLDER);
    const { head, hashes } = readStored(journal);
    const last = readSession(journal).texts.at(-1);
    // A journal that is only a head began when it was written: its age is not known, and it stays.
    // A tape of long ago may have been played yesterday: the later of what its last record and its file say.
    const endedAt = hashes.length > 1 ? Math.max(inputOf(last!).at, writtenAt(journal)) : Number.NaN;
    const years = yearsOf(head.deck);
    return {
      folder,
      endedAt,
      years,
      mustStay: reasonOf(folder, endedAt, years, now),
      records: hashes.length,
      hash: hashes.at(-1)!,
    };
  });
}

/** Takes the journal of a session away, and nothing else of its folder; a `Fault` where it must stay. */
export function pruneJournal(
  kept: KeptJournal,
  runs: string,
  { by, at }: { readonly by: string; readonly at: string },
): void {
  const { folder, mustStay, endedAt, years, records, hash } = kept;
  if (mustStay !== '') throw new Fault('journal.retained', mustStay, { file: folder });
  const session = basename(folder);
  // What is taken away is on record before it is.
  appendSynced(join(runs, PRUNED), `${JSON.stringify({ pruned: session, at, by, endedAt, years, records, hash })}\n`);
  rmSync(join(folder, JOURNAL_FOLDER), { recursive: true });
}

/** Keeps a journal until it is let go, however old it is; or lets it go. Either is written down beside the runs. */
export function holdJournal(
  folder: string,
  runs: string,
  about: { readonly by: string; readonly at: string; readonly reason: string },
  isHeld: boolean,
): void {
  const file = join(folder, HOLD);
  if (!isHeld && !existsSync(file)) throw new Fault('journal.not-held', 'nobody holds this journal', { file: folder });
  const what = { [isHeld ? 'held' : 'released']: basename(folder), ...about };
  appendSynced(join(runs, PRUNED), `${JSON.stringify(what)}\n`);
  if (isHeld) writeFileSync(file, `${JSON.stringify(about)}\n`);
  else rmSync(file);
}

function reasonOf(folder: string, endedAt: number, years: number, now: number): string {
  const hold = join(folder, HOLD);
  if (existsSync(hold)) return `it is held: ${readFileSync(hold, 'utf8').trim()}`;
  if (existsSync(join(folder, CONTROL_FILE))) return 'it runs';
  const age = (now - endedAt) / DAY / YEAR_DAYS;
  if (age >= years) return '';
  return age !== age
    ? 'it has no record that says how old it is'
    : `it must be kept for ${years} years, and is ${age.toFixed(2)} years old`;
}

/** When the newest segment was written last, an Instant. */
function writtenAt(journal: string): number {
  const newest = readdirSync(journal)
    .filter((name) => name.endsWith('.jnl'))
    .toSorted()
    .at(-1)!; // Some were just read.
  return instantFromMillis(statSync(join(journal, newest)).mtimeMs);
}

/** What the deck of a head says; it was checked when the session began. */
function yearsOf(deck: unknown): number {
  const { session } = deck as { readonly session?: { readonly retentionYears?: number } };
  return session?.retentionYears ?? RETENTION_YEARS;
}
