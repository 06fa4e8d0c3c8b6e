/**
 * Plays a run again, to its end or to a day in it: how `why` and `report` know what happened without having kept it all.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { DeckConfig } from '../config/schema.ts';

/** A run folder that was found, with its deck. */
export interface StoredRun {
  readonly folder: string;
  readonly config: DeckConfig;
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
    data: { fingerprint: string };
    journal: { hash: string };
  };
  return {
    folder,
    config: readDeck(text, join(name, 'deck.yaml')),
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

function locate(name: string, base: string): string {
  const direct = resolve(base, name);
  if (isRun(direct)) return direct;
  const home = resolve(base, 'runs');
  const all = existsSync(home) ? readdirSync(home).filter((each) => isRun(join(home, each))) : [];
  if (name === 'last' && all.length > 0) {
    const newest = all
      .map((each) => ({ each, at: statSync(join(home, each, 'run.json')).mtimeMs }))
      .sort((a, b) => b.at - a.at);
    return join(home, newest[0]!.each);
  }
  const meant = all.filter((each) => each.startsWith(name) || each.split('-').includes(name));
  if (meant.length === 1) return join(home, meant[0]!);
  if (meant.length > 1) {
    throw new Fault('run.ambiguous', `several runs begin so: ${meant.join(', ')}`, { file: name });
  }
  const hint =
    didYouMean(basename(name), [...all, 'last']) ??
    (all.length === 0 ? 'there are no runs here' : `there are ${all.slice(0, 8).join(', ')}`);
  throw new Fault('run.unknown', 'there is no such run', { file: name }, hint);
}

function isRun(folder: string): boolean {
  return existsSync(join(folder, 'run.json')) && existsSync(join(folder, 'deck.yaml'));
}
