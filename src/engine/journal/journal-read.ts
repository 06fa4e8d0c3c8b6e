/**
 * Reads a journal's text back into the entries that it was written from.
 */
import { ENTRY, type Entry } from './journal.ts';
import type { JournalHead } from './journal-text.ts';
import { Fault, show } from '../../base/fault.ts';

export interface ReadJournal {
  readonly head: JournalHead;
  readonly entries: readonly Entry[];
}

/**
 * Returns head and entries of whole lines, as `journalText` writes them; whether they are unchanged, `verifyJournal`
 * tells. A line that is no entry is a `Fault` with its number.
 */
export function readJournal(text: string, file = 'journal.jsonl'): ReadJournal {
  const [first, ...lines] = text.split('\n').filter((line) => line !== '');
  const head = objectOf(first ?? '', file, 1);
  if (head['journal'] !== 'tradedeck') {
    throw new Fault('journal.broken', 'the first line says that this is no journal', { file, line: 1 });
  }
  return {
    // The line says whose it is.
    head: head as unknown as JournalHead,
    entries: lines.map((line, i) => entryOf(objectOf(line, file, i + 2), file, i + 2)),
  };
}

/** Returns the entry that a line says, as an object; one of a kind that is not known is a `Fault`. */
export function entryOf(data: Readonly<Record<string, unknown>>, file: string, line: number): Entry {
  const { kind, text } = data;
  if (typeof kind !== 'string' || !(kind in ENTRY)) {
    throw new Fault('journal.broken', `there is no entry of the kind ${show(kind)}`, { file, line });
  }
  // What an entry does not have is not written.
  const number = (field: string, absent: number): number => (field in data ? Number(data[field]) : absent);
  return {
    sequence: number('sequence', Number.NaN),
    kind: kind as Entry['kind'],
    at: number('at', Number.NaN),
    order: number('order', 0),
    instrument: number('instrument', -1),
    strategy: number('strategy', 0),
    quantity: number('quantity', 0),
    price: number('price', Number.NaN),
    amount: number('amount', 0),
    balance: number('balance', 0),
    text: typeof text === 'string' ? text : '',
  };
}

function objectOf(text: string, file: string, line: number): Readonly<Record<string, unknown>> {
  const broken = (reason: string): Fault =>
    new Fault('journal.broken', `the line is not an entry${reason}`, { file, line });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw broken(error instanceof Error ? `: ${error.message}` : '');
  }
  if (typeof data !== 'object' || data === null) throw broken('');
  return data as Record<string, unknown>;
}
