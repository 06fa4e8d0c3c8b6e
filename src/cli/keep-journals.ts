/**
 * `tradedeck journal copy`, `restore`, `prune` and `hold`: journals on another disk, and how long they stay.
 */
import { userInfo } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import { copyJournal } from '../desk/session/copy-journal.ts';
import { keyIn } from '../desk/session/key-file.ts';
import { holdJournal, journalsIn, pruneJournal } from '../desk/session/retention.ts';
import { openCopy, sealCopy } from '../desk/session/sealed-copy.ts';
import { sessionFolder } from '../desk/session/stored-journal.ts';
import { formatInstant, instantFromMillis } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { stoppedBySignals } from './stopping.ts';
import { print, styled, tell } from './terminal.ts';

interface Common {
  readonly runs?: string;
  readonly json?: boolean;
}

/** Copies the journal of a session once, or again and again until Ctrl-C. */
export async function copy(
  name: string,
  {
    runs,
    json,
    to,
    every,
    sealFor,
  }: Common & { readonly to: string; readonly every?: number; readonly sealFor?: string },
): Promise<ExitCode> {
  const from = journalOf(name, runs);
  const key = sealFor === undefined ? undefined : keyIn(sealFor, 'seal');
  const target = join(resolve(to), basename(dirname(from)));
  using stopping = stoppedBySignals();
  for (;;) {
    const { records, hash, added, isSameDisk } =
      key === undefined ? copyJournal(from, target) : sealCopy(from, target, key);
    if (json === true) print(JSON.stringify({ folder: target, records, hash, added, sameDisk: isSameDisk }));
    else if (added > 0 || every === undefined) {
      print(`${records} records in ${relative(process.cwd(), target)}, ${added} bytes added, hash ${hash}`);
      if (isSameDisk) tell(styled('yellow', 'the copy lies on the same disk, and is lost with it'));
    }
    if (every === undefined) return EXIT.ok;
    if (await stopping.waited(every * 1000)) return EXIT.interrupted;
  }
}

/** Opens a sealed copy where whoever has the private key wants it; what comes out is a journal like any other. */
export function restore(
  copied: string,
  { json, to, key }: Common & { readonly to: string; readonly key: string },
): ExitCode {
  const { records, hash } = openCopy(resolve(copied), resolve(to), keyIn(key, 'open'));
  if (json === true) print(JSON.stringify({ folder: resolve(to), records, hash }));
  else print(`${records} records in ${relative(process.cwd(), resolve(to))}, hash ${hash}`);
  return EXIT.ok;
}

/** Takes away what need not be kept any more; exit code 1 where something of what was asked for must stay. */
export function prune({
  runs,
  json,
  before,
  dryRun,
}: Common & { readonly before?: string; readonly dryRun?: boolean }): ExitCode {
  const home = resolve(runs ?? 'runs');
  const nowMs = Date.now();
  const all = journalsIn(home, instantFromMillis(nowMs));
  const day = before === undefined ? undefined : instantFromMillis(Date.parse(`${before}T00:00:00Z`));
  const asked = all.filter(({ mustStay, endedAt }) => (day === undefined ? mustStay === '' : !(endedAt >= day)));
  const about = { by: userInfo().username, at: new Date(nowMs).toISOString() };
  const rows = asked.map((kept) => {
    if (kept.mustStay === '' && dryRun !== true) pruneJournal(kept, home, about);
    return {
      session: basename(kept.folder),
      endedAt: textOf(kept.endedAt),
      removed: kept.mustStay === '',
      why: kept.mustStay,
    };
  });
  if (json === true)
    print(JSON.stringify({ dryRun: dryRun === true, kept: all.length - rows.length, sessions: rows }, undefined, 2));
  else {
    for (const { session, removed, why } of rows) {
      print(
        removed
          ? `${session}  ${dryRun === true ? 'would be removed' : 'removed'}`
          : `${session}  ${styled('yellow', `stays: ${why}`)}`,
      );
    }
    if (rows.length === 0) print(`nothing may go: ${all.length} journals are kept`);
  }
  return rows.every(({ removed }) => removed) ? EXIT.ok : EXIT.problem;
}

/** Holds a journal, or lets it go. */
export function hold(
  name: string,
  { runs, reason, release }: Common & { readonly reason: string; readonly release?: boolean },
): ExitCode {
  const folder = dirname(journalOf(name, runs));
  const about = { by: userInfo().username, at: new Date().toISOString(), reason };
  holdJournal(folder, dirname(folder), about, release !== true);
  print(`${basename(folder)} ${release === true ? 'may go when it is old enough' : 'stays until it is let go'}`);
  return EXIT.ok;
}

function journalOf(name: string, runs: string | undefined): string {
  const folder = sessionFolder(name, resolve(runs ?? 'runs'));
  if (folder !== undefined) return resolve(folder);
  throw new Fault('journal.no-session', 'there is no journal of a session', { file: name });
}

function textOf(at: number): string | null {
  return Number.isFinite(at) ? formatInstant(at) : null;
}
