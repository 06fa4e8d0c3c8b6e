/**
 * The journal of a session as it lies on the disk, read without the session: its entries, and the hash after each record.
 *
 * A session that runs may be read at any time: what is being written at its end is no record yet.
 */
import { Buffer } from 'node:buffer';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDigests, readSession } from '../../adapters/session-files/index.ts';
import type { Entry } from '../../engine/journal/journal.ts';
import { entryOf } from '../../engine/journal/journal-read.ts';
import { GENESIS, headOf, type SessionHead } from '../../engine/live/index.ts';
import { JOURNAL_FOLDER } from './journal-folder.ts';

export interface StoredJournal {
  readonly head: SessionHead;
  readonly entries: readonly Entry[];
  /** Hash after each record, hexadecimal; the head is the first. */
  readonly hashes: readonly string[];
  /** Bytes at the end that are no record. */
  readonly torn: number;
}

/**
 * Finds the journal of a session: its folder, the run folder around it, or the only run that begins so and has one;
 * `undefined` when there is none.
 */
export function sessionFolder(name: string, runs: string): string | undefined {
  if (isFolder(name)) return inside(name);
  const found = isFolder(runs)
    ? readdirSync(runs).filter((entry) => entry.startsWith(name) || entry.includes(`-${name}`))
    : [];
  const folders = found.flatMap((entry) => inside(join(runs, entry)) ?? []);
  return folders.length === 1 ? folders[0] : undefined;
}

/** Folders of the journals in run folders, or in folders of copies, below one. */
export function journalFolders(below: string): readonly string[] {
  return isFolder(below)
    ? readdirSync(below)
        .toSorted()
        .flatMap((entry) => inside(join(below, entry)) ?? [])
    : [];
}

/** Reads and checks all of it; damage is a `Fault` that names segment, record and byte. */
export function readStored(folder: string): StoredJournal {
  const { texts, torn } = readSession(folder);
  const head = headOf(texts[0], folder);
  let hash = GENESIS;
  const hashes: string[] = [];
  for (const text of texts) {
    hash = nodeDigests.chain(hash, Buffer.from(text, 'latin1'));
    hashes.push(Buffer.from(hash).toString('hex'));
  }
  return { head, entries: entriesOf(texts, folder), hashes, torn };
}

/** The entries of records whose hashes were checked; the first of these is number `from`. */
export function entriesOf(texts: readonly string[], folder: string, from = 0): Entry[] {
  return texts.flatMap((text, index) => {
    // A record whose hash fits was written by this version: its shape is known.
    const { out = [] } = JSON.parse(text) as { out?: readonly Readonly<Record<string, unknown>>[] };
    return out.map((entry) => entryOf(entry, folder, from + index));
  });
}

function inside(folder: string): string | undefined {
  if (hasSegments(folder)) return folder;
  const within = join(folder, JOURNAL_FOLDER);
  return hasSegments(within) ? within : undefined;
}

function hasSegments(folder: string): boolean {
  return existsSync(join(folder, '000001.jnl'));
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
