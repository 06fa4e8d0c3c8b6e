/**
 * How often the same data were tried before: the log of all attempts that are made below a folder of runs.
 *
 * The best of many attempts looks good by luck, and it does not matter in which session they were made. So each run and
 * each sweep adds a line to `trials.jsonl` beside the run folders. Lines are only ever added: to delete a run does not
 * undo that it was tried. A run folder that came from elsewhere and is not in the log counts, too.
 */
import { appendFileSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { pooledTrials, type TrialGroup } from '../../stats/overfitting/pooled-trials.ts';
import { checkedLine, textOfLine } from '../checked-line.ts';
import { readRecord, recordFolders } from './record.ts';

/** One attempt, or the attempts of one sweep. */
export interface TrialRecord extends TrialGroup {
  /** Names what was tried without the version of Tradedeck: played again by a newer one, it is the same attempt. */
  readonly trial: string;
  readonly kind: 'run' | 'sweep';
  /** Id of the run, key of the sweep. */
  readonly id: string;
  readonly strategy: string;
  /** Fingerprint of the data before a span was cut out of them. */
  readonly data: string;
  /** First and last instant that was played. */
  readonly startAt: number;
  readonly endAt: number;
}

/** Which attempts are looked for. */
export interface TrialQuery {
  readonly data: string;
  readonly startAt: number;
  readonly endAt: number;
  /** The attempt that is being judged: it is not earlier than itself. */
  readonly trial: string;
}

/** What was tried before, on the same data and in an overlapping span. */
export interface EarlierTrials extends TrialGroup {
  readonly runs: number;
  readonly sweeps: number;
}

const LOG_NAME = 'trials.jsonl';

/** Adds an attempt to the log of a folder of runs. */
export function recordTrial(runsFolder: string, record: TrialRecord): void {
  const file = join(runsFolder, LOG_NAME);
  const { trial } = record;
  const known = readLog(file).findLast((one) => one.trial === trial);
  if (known !== undefined && known.trials >= record.trials) return;
  try {
    mkdirSync(runsFolder, { recursive: true });
    // A line that was cut off must not take the next one with it.
    const start = endsOpen(file) ? '\n' : '';
    const line = JSON.stringify({ ...record, recordedAt: new Date().toISOString() });
    appendFileSync(file, `${start}${checkedLine(line)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('output.unwritable', `the log of attempts cannot be written: ${reason}`, { file });
  }
}

/** Returns how often the data of a query were tried before, by runs and sweeps below the same folder. */
export function earlierTrials(runsFolder: string, query: TrialQuery): EarlierTrials {
  const logged = readLog(join(runsFolder, LOG_NAME));
  const ids = new Set(logged.map(({ id }) => id));
  const unlogged = recordFolders(runsFolder)
    .filter((folder) => !ids.has(folder.id))
    .flatMap((folder) => trialOf(readRecord(folder)) ?? []);
  const largest = new Map<string, TrialRecord>();
  for (const record of [...logged, ...unlogged]) {
    if (record.data !== query.data || record.trial === query.trial) continue;
    if (record.startAt > query.endAt || record.endAt < query.startAt) continue;
    if ((largest.get(record.trial)?.trials ?? 0) < record.trials) largest.set(record.trial, record);
  }
  const found = [...largest.values()];
  const count = (kind: TrialRecord['kind']): number => found.filter((record) => record.kind === kind).length;
  return { ...pooledTrials(found), runs: count('run'), sweeps: count('sweep') };
}

/** Says what was tried before; `undefined` when nothing was. */
export function earlierText({ trials, runs, sweeps }: EarlierTrials): string | undefined {
  if (trials === 0) return undefined;
  const parts = [
    ...(sweeps > 0 ? [`${sweeps} ${sweeps === 1 ? 'sweep' : 'sweeps'}`] : []),
    ...(runs > 0 ? [`${runs} ${runs === 1 ? 'run' : 'runs'}`] : []),
  ];
  const times = trials === 1 ? 'once' : `${trials.toLocaleString('en-US')} times`;
  return `these data have been tried ${times} before, in ${parts.join(' and ')}`;
}

function readLog(file: string): TrialRecord[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const text = textOfLine(line);
      // The hash says that it is what `recordTrial` wrote.
      return text === undefined ? [] : [JSON.parse(text) as TrialRecord];
    });
}

/** The attempt that the record of a folder tells of, if it does. */
function trialOf(record: Readonly<Record<string, unknown>> | undefined): TrialRecord | undefined {
  const trial = record?.['trial'];
  const isTrial = typeof trial === 'object' && trial !== null && 'trial' in trial && 'trials' in trial;
  return isTrial ? (trial as TrialRecord) : undefined;
}

function endsOpen(file: string): boolean {
  if (!existsSync(file)) return false;
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
  } finally {
    closeSync(descriptor);
  }
}
