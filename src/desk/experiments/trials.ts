/**
 * How often the same data were tried before: the log of all attempts that are made below a folder of runs.
 *
 * The best of many attempts looks good by luck, and it does not matter in which session they were made. So each run and
 * each sweep adds a line to `trials.jsonl` beside the run folders. Lines are only ever added: to delete a run does not
 * undo that it was tried. A run folder that came from elsewhere and is not in the log counts, too, and so do the rows of
 * a sweep that was killed: they are in the log from the next attempt or deletion on.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { pooledTrials, type TrialGroup } from '../../stats/overfitting/pooled-trials.ts';
import { checkedLine, endsOpen, textOfLine } from '../checked-line.ts';
import { readRecord, recordFolders, rowBytesIn, trialOf, type RecordFolder } from './record.ts';

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
  /** Of a sweep, the size of the files of rows that it was reckoned from: with another, more was played since. */
  readonly rowBytes?: number;
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

/** Adds an attempt to the log of a folder of runs, and with it those that are only in their folders yet. */
export async function recordTrial(runsFolder: string, record: TrialRecord): Promise<void> {
  const file = join(runsFolder, LOG_NAME);
  const logged = readLog(file);
  for (const one of [...(await unlogged(recordFolders(runsFolder), logged)), record]) logTrial(file, logged, one);
}

/** Adds what a folder tells of attempts to the log, so that it outlives the folder. */
export async function recordTrialsIn(found: RecordFolder): Promise<void> {
  const file = join(dirname(found.folder), LOG_NAME);
  const logged = readLog(file);
  for (const one of await unlogged([found], logged)) logTrial(file, logged, one);
}

/** Returns how often the data of a query were tried before, by runs and sweeps below the same folder. */
export async function earlierTrials(runsFolder: string, query: TrialQuery): Promise<EarlierTrials> {
  const logged = readLog(join(runsFolder, LOG_NAME));
  const largest = new Map<string, TrialRecord>();
  for (const record of [...logged, ...(await unlogged(recordFolders(runsFolder), logged))]) {
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

/** What folders tell of attempts and the log does not: of runs from elsewhere, and of sweeps that were cut off. */
async function unlogged(folders: readonly RecordFolder[], logged: readonly TrialRecord[]): Promise<TrialRecord[]> {
  const last = new Map(logged.map((record) => [record.id, record]));
  const attempts: TrialRecord[] = [];
  for (const found of folders) {
    const known = last.get(found.id);
    if (known !== undefined && (found.kind === 'run' || known.rowBytes === rowBytesIn(found.folder))) continue;
    const trial = trialOf(readRecord(found));
    if (trial === undefined) continue;
    // What reads rows is loaded where there are some to be read.
    attempts.push(found.kind === 'run' ? trial : (await import('./played-rows.ts')).playedAttempt(found, trial));
  }
  return attempts;
}

function logTrial(file: string, logged: TrialRecord[], record: TrialRecord): void {
  const known = logged.findLast(({ trial }) => trial === record.trial);
  if ((known?.trials ?? 0) >= record.trials) return;
  logged.push(record);
  try {
    mkdirSync(dirname(file), { recursive: true });
    // A line that was cut off must not take the next one with it.
    const start = endsOpen(file) ? '\n' : '';
    const line = JSON.stringify({ ...record, recordedAt: new Date().toISOString() });
    appendFileSync(file, `${start}${checkedLine(line)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('output.unwritable', `the log of attempts cannot be written: ${reason}`, { file });
  }
}
