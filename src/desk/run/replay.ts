/**
 * Plays a run again, to its end or to a day in it: how `why` and `report` know what happened without having kept it all.
 */
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Journal } from '../../engine/journal/journal.ts';
import { journalText, lastHash, type JournalHead } from '../../engine/journal/journal-text.ts';
import type { DeckConfig } from '../config/schema.ts';
import { findRecord } from '../experiments/find.ts';

/** A run folder that was found, with its deck. */
export interface StoredRun {
  readonly folder: string;
  readonly config: DeckConfig;
  /** Whether the whole tape was played. */
  readonly isComplete: boolean;
  /** Fingerprint of the data and hash of the journal, as they were recorded. */
  readonly fingerprint: string;
  readonly journalHash: string;
}

/** Finds a run by its folder, by the beginning of its name or id, or the newest with `last`. */
export async function findRun(name: string, base: string): Promise<StoredRun> {
  const folder = locate(name, base);
  const text = readFileSync(join(folder, 'deck.yaml'), 'utf8');
  const { readDeck } = await import('../config/read.ts');
  const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
    complete: boolean;
    data: { fingerprint: string };
    journal: { hash: string };
  };
  return {
    folder,
    config: readDeck(text, join(name, 'deck.yaml')),
    isComplete: record.complete,
    fingerprint: record.data.fingerprint,
    journalHash: record.journal.hash,
  };
}

/** Refuses to explain a run with data that are not the ones it was made of. */
export function checkSameData(stored: StoredRun, fingerprint: string): void {
  if (stored.fingerprint === fingerprint) return;
  throw new Fault(
    'data.changed',
    `the data have changed since this run: their fingerprint was ${stored.fingerprint.slice(0, 12)}…, is ${fingerprint.slice(0, 12)}…`,
    { file: stored.folder },
    'play the run again',
  );
}

/**
 * Refuses to explain a run by a replay that went another way: what was played up to a day must be how the journal begins.
 * A strategy that was changed since, or that uses chance or a clock of its own, would be explained by what it never did.
 */
export function checkSameJournal(stored: StoredRun, replayed: Journal): void {
  const text = readFileSync(join(stored.folder, 'journal.jsonl'), 'utf8');
  // The first line is one that this program wrote: what the journal is about, and its hash.
  const first = JSON.parse(text.slice(0, text.indexOf('\n'))) as JournalHead & Record<string, unknown>;
  const { journal: _journal, version: _version, hash: _hash, ...head } = first;
  const last = lastHash(journalText(head, replayed, (line) => hash('sha256', line)));
  if (text.includes(`"hash":"${last}"`)) return;
  throw new Fault(
    'journal.differs',
    'played again, this run does something else: its strategy (or Tradedeck) was changed since, or it uses chance or a clock of its own',
    { file: stored.folder },
    'play the run again; `tradedeck check-lookahead` tells whether it repeats itself',
  );
}

function locate(name: string, base: string): string {
  const home = resolve(base, 'runs');
  const { folder } = findRecord(name, home, base, (found) => isRun(found.folder));
  if (isRun(folder)) return folder;
  throw new Fault('run.unknown', 'this is a sweep; a single run is needed', { file: basename(folder) });
}

function isRun(folder: string): boolean {
  return existsSync(join(folder, 'run.json')) && existsSync(join(folder, 'deck.yaml'));
}
