/**
 * A run's journal as people and tables read it: names instead of numbers, quantities in the instrument's own units.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { ENTRY, type Entry } from '../../engine/journal/journal.ts';
import { readJournal } from '../../engine/journal/journal-read.ts';
import { verifyJournal, type JournalCheck } from '../../engine/journal/journal-text.ts';
import type { SessionHead } from '../../engine/live/index.ts';
import { ORDER_TYPES, TIMES_IN_FORCE } from '../../engine/orders/order.ts';
import { formatInstant } from '../../time/instant.ts';
import { findRecord } from '../experiments/find.ts';
import { readJson, type RecordFolder } from '../experiments/record.ts';
import { readStored, sessionFolder } from '../session/stored-journal.ts';
import { digest } from './folder.ts';

/** One entry; what it does not have is null. */
export interface JournalRow {
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly kind: string;
  readonly strategy: string;
  readonly symbol: string | null;
  readonly order: number | null;
  readonly quantity: number | null;
  readonly price: number | null;
  /** Fee of a fill, or money that moved. */
  readonly amount: number | null;
  /** Position after a fill, or money after a movement of cash. */
  readonly balance: number | null;
  readonly text: string;
}

export const ROW_FIELDS = [
  'sequence',
  'time',
  'kind',
  'strategy',
  'symbol',
  'order',
  'quantity',
  'price',
  'amount',
  'balance',
  'text',
] as const satisfies readonly (keyof JournalRow)[];

export interface RowFilter {
  readonly kind?: readonly string[] | undefined;
  readonly symbol?: readonly string[] | undefined;
  readonly order?: number | undefined;
  /** First and last day, `YYYY-MM-DD`, UTC, both included. */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/** Finds a journal: a file, a run folder, a run by its id, or the folder of a session that is not over. */
export function journalFile(name: string, runsFolder: string, base: string): string {
  if (existsSync(name) && statSync(name).isFile()) return name;
  const isFolder = existsSync(join(name, 'journal.jsonl'));
  // A session that is not over has no run's journal yet: its own is read.
  const session = isFolder ? undefined : sessionFolder(name, runsFolder);
  if (session !== undefined && !existsSync(join(dirname(session), 'journal.jsonl'))) return session;
  const folder = isFolder ? name : findRecord(name, runsFolder, base, hasJournal).folder;
  const file = join(folder, 'journal.jsonl');
  if (!existsSync(file)) throw new Fault('file.unreadable', 'there is no journal', { file });
  return isFolder ? file : relative(process.cwd(), file);
}

function hasJournal({ folder }: RecordFolder): boolean {
  return existsSync(join(folder, 'journal.jsonl'));
}

/** Proves that a journal is whole and unchanged, and returns its length and last hash; else a `Fault` names the line. */
export function checkJournal(file: string): JournalCheck {
  if (statSync(file).isDirectory()) {
    const { entries, hashes } = readStored(file);
    return { entries: entries.length, hash: hashes[hashes.length - 1] };
  }
  return verifyJournal(readFileSync(file, 'utf8'), digest, file);
}

/** Reads the rows of a journal that a filter lets through. Kinds and symbols that it does not know are a `Fault`. */
export function journalRows(file: string, filter: RowFilter = {}): JournalRow[] {
  return chosen(statSync(file).isDirectory() ? ofSession(file) : ofRun(file), filter);
}

/** The same of some entries of a session. */
export function sessionRows(head: SessionHead, entries: readonly Entry[], filter: RowFilter = {}): JournalRow[] {
  return chosen(readOf(head, entries), filter);
}

function chosen({ instruments, strategies, entries, scales }: Read, filter: RowFilter): JournalRow[] {
  checkNames('--kind', filter.kind, Object.keys(ENTRY));
  checkNames('--symbol', filter.symbol, instruments);
  const from = filter.start === undefined ? -Infinity : Date.parse(`${filter.start}T00:00:00Z`) * 1000;
  const to = filter.end === undefined ? Infinity : Date.parse(`${filter.end}T24:00:00Z`) * 1000;
  return entries
    .filter(({ at, order }) => at >= from && at < to && (filter.order === undefined || order === filter.order))
    .map((entry) => rowOf(entry, instruments, strategies, scales))
    .filter(({ kind }) => filter.kind?.includes(kind) ?? true)
    .filter(({ symbol }) => filter.symbol === undefined || (symbol !== null && filter.symbol.includes(symbol)));
}

/** What rows are made of. */
interface Read {
  readonly instruments: readonly string[];
  readonly strategies: readonly { readonly name: string }[];
  readonly entries: readonly Entry[];
  /** Smallest units per unit, by instrument. */
  readonly scales: readonly number[];
}

function ofRun(file: string): Read {
  const { head, entries } = readJournal(readFileSync(file, 'utf8'), file);
  const { instruments, strategies } = head;
  return { instruments, strategies, entries, scales: scalesOf(dirname(file), instruments) };
}

function ofSession(folder: string): Read {
  const { head, entries } = readStored(folder);
  return readOf(head, entries);
}

function readOf({ tape: { instruments }, strategies }: SessionHead, entries: readonly Entry[]): Read {
  return {
    instruments: instruments.map(({ symbol }) => symbol),
    strategies,
    entries,
    scales: instruments.map(({ quantityDecimals }) => 10 ** quantityDecimals),
  };
}

function rowOf(
  entry: Entry,
  symbols: readonly string[],
  strategies: readonly { readonly name: string }[],
  scales: readonly number[],
): JournalRow {
  const { sequence, at, kind, instrument, order, quantity, price, amount, balance, text } = entry;
  const scale = scales[instrument] ?? 1;
  const isSubmitted = kind === 'submitted';
  // Of a submitted order these two are its type and its time in force.
  const said = isSubmitted ? [`${ORDER_TYPES[amount]} ${TIMES_IN_FORCE[balance]}`, text] : [text];
  return {
    sequence,
    time: formatInstant(at),
    kind,
    strategy: strategies[entry.strategy]?.name ?? String(entry.strategy),
    symbol: symbols[instrument] ?? null,
    order: order === 0 ? null : order,
    quantity: quantity === 0 ? null : quantity / scale,
    price: Number.isNaN(price) ? null : price,
    amount: isSubmitted || amount === 0 ? null : amount,
    balance: kind === 'filled' ? balance / scale : isSubmitted || balance === 0 ? null : balance,
    text: said.filter((part) => part !== '').join(': '),
  };
}

/** Journals count in the smallest units of an instrument; the run's record beside it says how many make one. */
function scalesOf(folder: string, symbols: readonly string[]): number[] {
  const data = readJson(join(folder, 'run.json'))?.['data'] as { readonly instruments?: unknown } | undefined;
  const instruments = Array.isArray(data?.instruments)
    ? (data.instruments as { readonly symbol: string; readonly quantityDecimals?: number }[])
    : [];
  return symbols.map((symbol) => {
    const decimals = instruments.find((one) => one.symbol === symbol)?.quantityDecimals ?? 0;
    return 10 ** decimals;
  });
}

function checkNames(flag: string, given: readonly string[] | undefined, known: readonly string[]): void {
  for (const name of given ?? []) {
    if (known.includes(name)) continue;
    const hint = didYouMean(name, known) ?? `there are ${known.join(', ')}`;
    throw new Fault('config.value', `nothing in a journal is called ${show(name)}`, { field: flag }, hint);
  }
}
