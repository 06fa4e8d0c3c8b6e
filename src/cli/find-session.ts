/**
 * Which session is meant: the one that runs, the one whose folder begins so, or one that is over or dead. What was killed
 * left its door behind, so whose process is gone does not count as running, and is told by what goes on with it.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { isAlive } from '../adapters/processes/index.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';
import { CONTROL_FILE } from '../desk/session/control.ts';
import { JOURNAL_FOLDER } from '../desk/session/journal-folder.ts';
import { styledError, tell } from './terminal.ts';

/** Finds the running session that is meant: the only one, or the one whose folder begins so. */
export function runningFolder(name: string | undefined, runs = 'runs'): string {
  const home = resolve(runs);
  const { running, dead } = sessionsIn(home);
  if (name !== undefined && existsSync(join(name, CONTROL_FILE))) {
    if (doorIsOpen(resolve(name))) return resolve(name);
    throw died(resolve(name));
  }
  const isMeant = (entry: string): boolean => name === undefined || entry.startsWith(name);
  const meant = running.filter(isMeant);
  if (meant.length === 1) return join(home, meant[0]);
  if (meant.length > 1) {
    throw new Fault('session.ambiguous', `several sessions run: ${meant.join(', ')}`, {}, 'name one of them');
  }
  const gone = dead.filter(isMeant);
  if (gone.length === 1) throw died(join(home, gone[0]));
  const over = name === undefined ? undefined : storedFolder(name, runs);
  if (over !== undefined) {
    const hint = 'tradedeck journal tail shows what it did last, tradedeck verify proves it';
    throw new Fault('session.not-running', 'this session is over, or was stopped', { file: shown(over) }, hint);
  }
  const hint = name === undefined ? undefined : didYouMean(name, running);
  const rule = name === undefined ? 'no session runs' : `no session ${show(name)} runs`;
  throw new Fault('session.not-running', rule, { file: shown(home) }, hint);
}

/** Folders of all sessions in `runs` that run. */
export function runningFolders(runs = 'runs'): readonly string[] {
  const home = resolve(runs);
  return sessionsIn(home).running.map((entry) => join(home, entry));
}

/** The folder with the journal of a session that runs, is over or died: named, or by the beginning of its name. */
export function storedFolder(name: string, runs = 'runs'): string | undefined {
  if (existsSync(join(name, JOURNAL_FOLDER))) return resolve(name);
  const home = resolve(runs);
  const meant = entriesOf(home).filter(
    (entry) => entry.startsWith(name) && existsSync(join(home, entry, JOURNAL_FOLDER)),
  );
  return meant.length === 1 ? join(home, meant[0]) : undefined;
}

function sessionsIn(home: string): { readonly running: readonly string[]; readonly dead: readonly string[] } {
  const doors = entriesOf(home).filter((entry) => existsSync(join(home, entry, CONTROL_FILE)));
  const running = doors.filter((entry) => doorIsOpen(join(home, entry)));
  return { running, dead: doors.filter((entry) => !running.includes(entry)) };
}

function entriesOf(home: string): readonly string[] {
  return existsSync(home) ? readdirSync(home) : [];
}

/** Whether the process that opened the door of a session is there. */
function doorIsOpen(folder: string): boolean {
  try {
    const { pid } = JSON.parse(readFileSync(join(folder, CONTROL_FILE), 'utf8')) as { pid?: number };
    return typeof pid !== 'number' || isAlive(pid);
  } catch {
    // It went away, or was half written: who asks there is told.
    return true;
  }
}

function died(folder: string): Fault {
  const hint = 'the command that began it goes on with it; tradedeck journal tail shows what it did last';
  return new Fault(
    'session.died',
    'the process of this session is gone, and it is not over',
    { file: shown(folder) },
    hint,
  );
}

function shown(folder: string): string {
  return relative(process.cwd(), folder) || folder;
}

/**
 * The session that is named, whether it runs or not; without a name the one that runs. A deck that is played every day has many
 * whose names begin alike: the newest is meant, which is said.
 */
export function meantFolder(name: string | undefined, runs = 'runs'): string {
  if (name === undefined) {
    const { running } = sessionsIn(resolve(runs));
    const stored = entriesOf(resolve(runs)).filter((entry) => existsSync(join(resolve(runs), entry, JOURNAL_FOLDER)));
    if (running.length !== 0 || stored.length === 0) return runningFolder(undefined, runs);
    if (stored.length === 1) return join(resolve(runs), stored[0]);
    const hint = `name one of those that are over: ${stored.join(', ')}`;
    throw new Fault('session.not-running', 'no session runs', { file: shown(resolve(runs)) }, hint);
  }
  const found = storedFolder(name, runs);
  if (found !== undefined) return found;
  const home = resolve(runs);
  const alike = entriesOf(home)
    .filter((entry) => entry.startsWith(name) && existsSync(join(home, entry, JOURNAL_FOLDER)))
    .map((entry) => ({ entry, at: statSync(join(home, entry, JOURNAL_FOLDER)).birthtimeMs }))
    .toSorted((a, b) => b.at - a.at);
  if (alike.length < 2) return runningFolder(name, runs);
  tell(styledError('dim', `${alike[0].entry}, the newest of ${alike.length} that begin so`));
  return join(home, alike[0].entry);
}
