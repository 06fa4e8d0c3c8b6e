/**
 * The journal as text: one line of canonical JSON per entry, each with the hash of itself and of all before it.
 *
 * Whoever holds the last hash can prove that no line was changed, dropped or put in between. Same runs give the same
 * bytes: keys are in a fixed order, numbers are written as JavaScript writes them, and nothing depends on a clock.
 */
import { sha256 } from '../../base/sha256.ts';
import { Fault } from '../../base/fault.ts';
import type { Entry, Journal } from './journal.ts';

/** What a journal is about: the first line. */
export interface JournalHead {
  readonly strategies: readonly { readonly name: string; readonly parameters: Readonly<Record<string, unknown>> }[];
  /** Symbols by the index that entries name. */
  readonly instruments: readonly string[];
  /** Fingerprint of the tape. */
  readonly data: string;
  readonly conventions: string;
  readonly seed: number;
}

/** SHA-256 of a text in hexadecimal; where a faster one than the pure one is at hand, it can be given. */
export type Digest = (text: string) => string;

export const JOURNAL_VERSION = 1;

const START = '0'.repeat(64);
const HASH = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/;

/** Returns the journal as lines; each ends with a line feed. The hash of a line is that of the hash before it and its text. */
export function journalText(head: JournalHead, journal: Journal, digest: Digest = sha256): string {
  const lines: string[] = [];
  let hash = START;
  const add = (text: string): void => {
    hash = digest(hash + text);
    lines.push(`${text.slice(0, -1)},"hash":"${hash}"}\n`);
  };
  add(JSON.stringify({ journal: 'tradedeck', version: JOURNAL_VERSION, ...head }));
  for (const entry of journal.entries()) add(entryText(entry));
  return lines.join('');
}

/** What was found in a journal's text. */
export interface JournalCheck {
  readonly entries: number;
  /** The hash of the last line: of everything. */
  readonly hash: string;
}

/** Checks the chain of hashes and the sequence; the first line that does not follow from those before it is a `Fault`. */
export function verifyJournal(text: string, digest: Digest = sha256, file = 'journal.jsonl'): JournalCheck {
  const lines = text.split('\n');
  const broken = (line: number, rule: string): Fault => new Fault('journal.broken', rule, { file, line });
  if (lines.pop() !== '') throw broken(lines.length + 1, 'the last line is not complete');
  if (lines.length === 0) throw broken(1, 'the journal is empty');
  let hash = START;
  for (const [index, line] of lines.entries()) {
    const match = HASH.exec(line);
    if (match === null) throw broken(index + 1, 'the line is not an entry with a hash');
    const body = `${match[1]}}`;
    hash = digest(hash + body);
    if (hash !== match[2]) {
      throw broken(index + 1, 'the hash does not follow: this line was changed, or one before it is missing');
    }
    if (index > 0 && !body.startsWith(`{"sequence":${index - 1},`)) {
      throw broken(index + 1, `the entry should have the sequence number ${index - 1}`);
    }
  }
  return { entries: lines.length - 1, hash };
}

/** Returns the hash of the last line of a journal that was just written: of everything in it. */
export function lastHash(text: string): string {
  return text.slice(-'0"}\n'.length - 63, -'"}\n'.length);
}

/** An entry without what it does not have: zero orders, absent prices and empty texts are left out. */
export function entryText(entry: Entry): string {
  let text = `{"sequence":${entry.sequence},"kind":"${entry.kind}","at":${entry.at}`;
  if (entry.order !== 0) text += `,"order":${entry.order}`;
  if (entry.instrument >= 0) text += `,"instrument":${entry.instrument}`;
  text += `,"strategy":${entry.strategy}`;
  if (entry.quantity !== 0) text += `,"quantity":${number(entry.quantity)}`;
  if (entry.price === entry.price) text += `,"price":${number(entry.price)}`;
  if (entry.amount !== 0) text += `,"amount":${number(entry.amount)}`;
  if (entry.balance !== 0) text += `,"balance":${number(entry.balance)}`;
  if (entry.text !== '') text += `,"text":${JSON.stringify(entry.text)}`;
  return `${text}}`;
}

/** JSON has no infinities and no NaN; a journal says them as text. */
function number(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${String(value)}"`;
}
