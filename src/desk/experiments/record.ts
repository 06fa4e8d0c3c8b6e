/**
 * The record that each run and each sweep leaves in its folder. The folders are the truth: whoever moves, copies or
 * deletes one by hand has moved, copied or deleted the run.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TrialRecord } from './trials.ts';

/** A folder that holds a run or a sweep, as its name tells. */
export interface RecordFolder {
  readonly folder: string;
  readonly kind: 'run' | 'sweep';
  /** What the folder's name says; the record inside has the last word. */
  readonly id: string;
}

const RECORDS = { run: 'run.json', sweep: 'sweep.json' } as const;

/** Returns what a folder holds, or `undefined` when it is neither a run nor a sweep. */
export function recordFolder(folder: string): RecordFolder | undefined {
  const kind = (['run', 'sweep'] as const).find((each) => existsSync(join(folder, RECORDS[each])));
  if (kind === undefined) return undefined;
  const id = /-([0-9a-f]{12}|[0-9a-f]{16})(?:-stopped)?$/.exec(basename(folder))?.[1] ?? basename(folder);
  return { folder, kind, id };
}

/** Returns all runs and sweeps below a folder, by name. */
export function recordFolders(runsFolder: string): RecordFolder[] {
  if (!existsSync(runsFolder)) return [];
  return readdirSync(runsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => recordFolder(join(runsFolder, entry.name)))
    .filter((found) => found !== undefined)
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** Reads the record of a folder; `undefined` when it is not there or no record. */
export function readRecord({ folder, kind }: RecordFolder): Readonly<Record<string, unknown>> | undefined {
  return readJson(join(folder, RECORDS[kind]));
}

/** The attempt that a record tells of, if it does. */
export function trialOf(record: Readonly<Record<string, unknown>> | undefined): TrialRecord | undefined {
  const trial = record?.['trial'];
  const isTrial = typeof trial === 'object' && trial !== null && 'trial' in trial && 'trials' in trial;
  return isTrial ? (trial as TrialRecord) : undefined;
}

/** Returns the files with the rows of a sweep, of all its parts, by name. */
export function rowFilesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^results(-\d+-of-\d+)?\.jsonl$/.test(name));
  return names.sort().map((name) => join(folder, name));
}

/** Size of all rows of a sweep. */
export function rowBytesIn(folder: string): number {
  const sizes = rowFilesIn(folder).map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Reads a JSON object; `undefined` for a file that is not there, or is none. */
export function readJson(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const data: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** When the record was written, in milliseconds since 1970. */
export function recordedAt({ folder, kind }: RecordFolder): number {
  return statSync(join(folder, RECORDS[kind])).mtimeMs;
}
