/**
 * What a worker is told of a sweep: the deck, and hashes of all that must be the same for the rows to be the same bits.
 *
 * The strategy's source travels along. Data do not: a worker reads the same files, by their paths from a folder of its
 * own, and refuses the sweep when their fingerprint is another.
 */
import { hash } from 'node:crypto';
import { basename, isAbsolute, relative } from 'node:path';
import process from 'node:process';
import { Fault } from '../../base/fault.ts';
import type { DeckConfig } from '../config/schema.ts';
import { programHash } from '../run/engine-hash.ts';
import { canonical } from '../run/identity.ts';
import { ownVersion } from '../run/package.ts';
import type { LoadedRun } from '../run/run.ts';
import { codeFiles } from '../run/code-files.ts';
import type { ThreadStart } from '../sweep/messages.ts';

const FORMAT = 1;

export interface Announcement extends Omit<ThreadStart, 'tape'> {
  readonly format: typeof FORMAT;
  readonly key: string;
  readonly program: ProgramCard;
  /** Source of the strategy by file name, its own first; none for a strategy that comes with Tradedeck. */
  readonly source: readonly (readonly [name: string, text: string])[];
  /** Fingerprints of the tape and of the dated members. */
  readonly data: string;
  readonly universe: string;
  readonly points: number;
}

/** Which code a process runs. */
export interface ProgramCard {
  readonly hash: string;
  readonly version: string;
  readonly node: string;
}

/** What a worker shows of itself. */
export interface WorkerCard {
  readonly host: string;
  readonly threads: number;
  readonly program: ProgramCard;
}

export function ownProgram(): ProgramCard {
  return { hash: programHash(), version: ownVersion(), node: process.versions.node };
}

/** The name of a sweep at an exchange: the same sweep by other code is another one. */
export function exchangeKey(planKey: string): string {
  return `${planKey}-${programHash().slice(0, 8)}`;
}

/** Makes the announcement of a loaded deck. */
export function announcementOf(loaded: LoadedRun, start: ThreadStart, key: string, points: number): Announcement {
  const { tape: _tape, folder, config, ...rest } = start;
  const { file } = loaded.strategy;
  return {
    ...rest,
    format: FORMAT,
    key,
    folder,
    config: relativeDeck(config, folder),
    program: ownProgram(),
    source: file === undefined ? [] : [...codeFiles(file)],
    data: loaded.tape.fingerprint,
    universe: universeHash(loaded),
    points,
  };
}

/** Reads an announcement. One of another form was made by a version that this one cannot work for. */
export function readAnnouncement(text: string): Announcement {
  const data: unknown = JSON.parse(text);
  const isKnown = typeof data === 'object' && data !== null && 'format' in data && data.format === FORMAT;
  if (isKnown) return data as Announcement;
  throw new Fault('worker.code', 'the sweep was announced by another version of Tradedeck');
}

/** Refuses code that is not the one of the sweep, with both named. */
export function checkProgram(own: ProgramCard, { hash: wanted, version, node }: ProgramCard): void {
  if (own.hash === wanted) return;
  const shown = (card: ProgramCard): string =>
    `${card.hash.slice(0, 12)} (Tradedeck ${card.version}, Node ${card.node})`;
  const rule = `this worker runs the code ${shown(own)}, the sweep needs ${shown({ hash: wanted, version, node })}`;
  throw new Fault('worker.code', rule, {}, 'install the same version on both');
}

/** Refuses data that are not those of the sweep, with both fingerprints. */
export function checkLoaded(loaded: LoadedRun, { data, universe }: Announcement): void {
  const differs = (what: string, own: string, wanted: string): Fault => {
    const rule = `${what} differ here: the fingerprint is ${own.slice(0, 12)}…, that of the sweep is ${wanted.slice(0, 12)}…`;
    return new Fault('data.changed', rule, { field: 'tape' }, 'copy the files of the sweep to this machine');
  };
  if (loaded.tape.fingerprint !== data) throw differs('the data', loaded.tape.fingerprint, data);
  if (universeHash(loaded) !== universe) throw differs('the dated members', universeHash(loaded), universe);
}

function universeHash({ universe }: LoadedRun): string {
  return hash('sha256', canonical(universe ?? null));
}

/** A deck whose files are named from its folder, so that another folder can take the place of it. */
function relativeDeck(config: DeckConfig, folder: string): DeckConfig {
  const named = (path: string): string => (isAbsolute(path) ? relative(folder, path) : path);
  const { strategy, tape, universe } = config;
  return {
    ...config,
    strategy: strategy.file === undefined ? strategy : { ...strategy, file: basename(strategy.file) },
    tape:
      tape.source === 'files'
        ? { ...tape, files: typeof tape.files === 'string' ? named(tape.files) : tape.files.map(named) }
        : tape,
    ...(typeof universe === 'string' ? { universe: named(universe) } : {}),
  };
}
