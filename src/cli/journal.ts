/**
 * `tradedeck journal`: proves that the journal of a run is whole and unchanged, shows it, and writes it as a table.
 */
import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import { checkJournal, journalFile, journalRows, ROW_FIELDS, type JournalRow } from '../desk/run/journal-rows.ts';
import type { RowFilter } from '../desk/run/journal-rows.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { tableText } from './table.ts';
import { print, tell } from './terminal.ts';

interface Common {
  readonly runs?: string;
  readonly json?: boolean;
}

export interface JournalFlags extends Common, RowFilter {}

/** `tradedeck journal verify <run>` */
export function verify(name: string, flags: Common): ExitCode {
  const { entries, hash } = checkJournal(fileOf(name, flags));
  if (flags.json === true) print(JSON.stringify({ whole: true, entries, hash }, undefined, 2));
  else print(`whole: ${entries} entries, hash ${hash}`);
  return EXIT.ok;
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
  const text = format === 'json' ? `${JSON.stringify(rows, undefined, 2)}\n` : csvOf(rows);
  if (output === undefined) {
    process.stdout.write(text);
    return EXIT.ok;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('output.unwritable', `the journal cannot be written: ${reason}`, { file: output });
  }
  tell(`${rows.length} entries in ${relative(process.cwd(), resolve(output))}`);
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

function csvOf(rows: readonly JournalRow[]): string {
  const cell = (value: string | number | null): string => {
    const text = String(value ?? '');
    // A spreadsheet would run a text that begins like a formula.
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `${[ROW_FIELDS.join(','), ...rows.map((row) => ROW_FIELDS.map((field) => cell(row[field])).join(','))].join('\n')}\n`;
}
