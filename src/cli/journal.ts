/**
 * `tradedeck journal`: proves that the journal of a run is whole and unchanged, shows it, and writes it as a table.
 */
import type { KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import { checkJournal, journalFile, journalRows, ROW_FIELDS, type JournalRow } from '../desk/run/journal-rows.ts';
import type { RowFilter } from '../desk/run/journal-rows.ts';
import { anchorAll, anchorOf, checkAnchors, checkTold, type Anchor, type Looked } from '../desk/session/anchor.ts';
import { keyIn } from '../desk/session/key-file.ts';
import { readSession } from '../adapters/session-files/index.ts';
import { appendSynced } from '../desk/session/synced.ts';
import { MEMORANDUM_FIELDS, memorandumRows } from '../desk/session/memorandum-rows.ts';
import { memorandaOf } from '../desk/session/memoranda.ts';
import { readStored, sessionFolder } from '../desk/session/stored-journal.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { tableText } from './table.ts';
import { stoppedBySignals } from './stopping.ts';
import { print, styled, tell } from './terminal.ts';

interface Common {
  readonly runs?: string;
  readonly json?: boolean;
}

interface VerifyFlags extends Common {
  readonly anchor?: string;
  readonly publicKey?: string;
  readonly told?: string;
}

export interface JournalFlags extends Common, RowFilter {}

/** `tradedeck journal verify <run>` */
export function verify(name: string, flags: VerifyFlags): ExitCode {
  const { anchor, publicKey } = flags;
  if ((anchor === undefined) !== (publicKey === undefined)) {
    throw new Fault('config.value', '--anchor and --public-key belong together', { field: '--anchor' });
  }
  const { entries, hash } = checkJournal(fileOf(name, flags));
  const folder = sessionFolder(name, resolve(flags.runs ?? 'runs'));
  const stored = folder === undefined ? undefined : readStored(folder);
  const anchors =
    anchor === undefined || publicKey === undefined
      ? undefined
      : checkAnchors(stored ?? noSession(name), textOf(anchor), keyIn(publicKey, 'verify'), anchor);
  if (flags.told !== undefined) checkTold(stored ?? noSession(name), flags.told);
  if (flags.json === true) {
    const session = stored === undefined ? {} : { records: stored.hashes.length, torn: stored.torn };
    const agreed = anchors === undefined ? {} : { anchors: anchors.agreeing, anchoredAt: anchors.newest.at };
    print(JSON.stringify({ whole: true, entries, hash, ...session, ...agreed }, undefined, 2));
    return EXIT.ok;
  }
  print(`whole: ${entries} entries, hash ${hash}`);
  if (stored !== undefined) {
    const torn = stored.torn > 0 ? `; ${stored.torn} bytes at its end are no record` : '';
    print(`whole: ${stored.hashes.length} records of the session, hash ${stored.hashes.at(-1)}${torn}`);
  }
  if (anchors !== undefined) {
    const { agreeing, newest } = anchors;
    print(
      `agrees with ${agreeing} anchor${agreeing === 1 ? '' : 's'}, the newest of ${newest.at} at record ${newest.records}`,
    );
  }
  return EXIT.ok;
}

/** `tradedeck journal anchor <session>`: signs how the journal of a session stands, or how all below a folder do. */
export async function anchor(
  name: string | undefined,
  flags: Common & { readonly key: string; readonly output?: string; readonly all?: string; readonly every?: number },
): Promise<ExitCode> {
  const { all, every, output } = flags;
  if ((name === undefined) === (all === undefined)) {
    throw new Fault('config.value', 'name one session, or all below a folder with --all', { field: '--all' });
  }
  if (every !== undefined && (all === undefined || output === undefined)) {
    throw new Fault('config.value', 'is for --all with --output', { field: '--every' });
  }
  const key = keyIn(flags.key, 'sign');
  using stopping = stoppedBySignals();
  for (let isRight = true; ;) {
    const at = new Date().toISOString();
    const before = output !== undefined && existsSync(output) ? textOf(output) : '';
    const looked = all === undefined ? [anchorOfOne(name!, flags, key, at)] : anchorAll(resolve(all), before, key, at);
    for (const { folder, wrong } of looked) {
      if (wrong === undefined) continue;
      tell(styled('red', `${relative(process.cwd(), folder)}: ${wrong}`));
      isRight = false;
    }
    keepAnchors(
      looked.flatMap((each) => each.anchor ?? []),
      output,
    );
    if (every === undefined) return isRight ? EXIT.ok : EXIT.problem;
    if (await stopping.waited(every * 1000)) return isRight ? EXIT.interrupted : EXIT.problem;
  }
}

function anchorOfOne(name: string, { runs }: Common, key: KeyObject, at: string): Looked {
  const folder = sessionFolder(name, resolve(runs ?? 'runs')) ?? noSession(name);
  return { folder, anchor: anchorOf(readStored(folder), key, at) };
}

function keepAnchors(anchors: readonly Anchor[], output: string | undefined): void {
  const text = anchors.map((each) => `${JSON.stringify(each)}\n`).join('');
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  if (text === '') return;
  write(output, 'anchor', () => appendSynced(output, text));
  const count = anchors.length === 1 ? '' : `${anchors.length} `;
  tell(`${count}anchored in ${relative(process.cwd(), resolve(output))}: keep it where the desk cannot write`);
}

function noSession(name: string): never {
  throw new Fault('journal.no-session', 'only the journal of a session is anchored, and there is none', { file: name });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('file.unreadable', `the anchors cannot be read: ${reason}`, { file });
  }
}

function write(file: string, what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('output.unwritable', `the ${what} cannot be written: ${reason}`, { file });
  }
}

/** `tradedeck journal show <run>`: all entries, or the first so many. */
export function show(name: string, flags: JournalFlags & { readonly limit?: number }): ExitCode {
  return list(name, flags, (rows) => rows.slice(0, flags.limit ?? rows.length));
}

const TAIL_LINES = 20;

/** `tradedeck journal tail <run>`: the last entries. */
export function tail(name: string, flags: JournalFlags & { readonly lines?: number }): ExitCode {
  return list(name, flags, (rows) => rows.slice(-(flags.lines ?? TAIL_LINES)));
}

/** `tradedeck journal export <run>` */
export function exportJournal(
  name: string,
  flags: JournalFlags & { readonly format?: string; readonly output?: string },
): ExitCode {
  const { format = flags.output?.endsWith('.json') === true ? 'json' : 'csv', output } = flags;
  const rows = journalRows(checked(fileOf(name, flags)), flags);
  const text = format === 'json' ? `${JSON.stringify(rows, undefined, 2)}\n` : csvOf(rows, ROW_FIELDS);
  if (output === undefined) {
    process.stdout.write(text);
    return EXIT.ok;
  }
  write(output, 'journal', () => writeFileSync(output, text));
  tell(`${rows.length} entries in ${relative(process.cwd(), resolve(output))}`);
  return EXIT.ok;
}

/** `tradedeck journal memoranda <session>`: a memorandum of each order, as CSV with a row each, or as JSON with all of it. */
export function memoranda(
  name: string,
  flags: Common & { readonly format?: string; readonly output?: string },
): ExitCode {
  const folder = sessionFolder(name, resolve(flags.runs ?? 'runs')) ?? noSession(name);
  const { format = flags.output?.endsWith('.csv') === true ? 'csv' : 'json', output } = flags;
  const found = memorandaOf(readSession(folder).texts, folder);
  const rows = memorandumRows(found);
  const text = format === 'json' ? `${JSON.stringify(found, undefined, 2)}\n` : csvOf(rows, MEMORANDUM_FIELDS);
  if (output === undefined) {
    process.stdout.write(text);
    return EXIT.ok;
  }
  write(output, 'memoranda', () => writeFileSync(output, text));
  tell(`${rows.length} orders in ${relative(process.cwd(), resolve(output))}`);
  return EXIT.ok;
}

function list(name: string, flags: JournalFlags, choose: (rows: JournalRow[]) => JournalRow[]): ExitCode {
  const all = journalRows(checked(fileOf(name, flags)), flags);
  const rows = choose(all);
  if (flags.json === true) {
    print(JSON.stringify(rows, undefined, 2));
    return EXIT.ok;
  }
  // A column of nothing, or of the one strategy that there is, is not worth its place.
  const isWorth = (field: keyof JournalRow): boolean =>
    field === 'strategy'
      ? new Set(rows.map(({ strategy }) => strategy)).size > 1
      : rows.some((row) => row[field] !== null && row[field] !== '');
  const fields = ROW_FIELDS.filter(isWorth);
  const texts: readonly (keyof JournalRow)[] = ['time', 'kind', 'strategy', 'symbol', 'text'];
  const numeric = new Set(fields.flatMap((field, i) => (texts.includes(field) ? [] : [i])));
  const cells = rows.map((row) => fields.map((field) => String(row[field] ?? '')));
  for (const line of tableText([[...fields], ...cells], Infinity, numeric)) print(line);
  if (rows.length < all.length) tell(`${rows.length} of ${all.length} entries`);
  return EXIT.ok;
}

/** A journal that was changed is not shown as if it had not been. */
function checked(file: string): string {
  checkJournal(file);
  return file;
}

function fileOf(name: string, { runs }: Common): string {
  return journalFile(name, resolve(runs ?? 'runs'), process.cwd());
}

function csvOf<Row extends object>(rows: readonly Row[], fields: readonly (keyof Row & string)[]): string {
  const cell = (value: unknown): string => {
    const text = String(value ?? '');
    // A spreadsheet would run a text that begins like a formula.
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `${[fields.join(','), ...rows.map((row) => fields.map((field) => cell(row[field])).join(','))].join('\n')}\n`;
}
