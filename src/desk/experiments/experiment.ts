/**
 * A run or a sweep as people list and compare them, read from its folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ParameterValue } from '../../engine/strategy/parameters.ts';
import { playedAttempt } from './played-rows.ts';
import { readJson, readRecord, recordedAt, trialOf, type RecordFolder } from './record.ts';

export interface Experiment {
  readonly kind: 'run' | 'sweep';
  /** Id of a run, key of a sweep. */
  readonly id: string;
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Name of its folder. */
  readonly name: string;
  readonly complete: boolean;
  readonly strategy: string;
  /** Of a sweep, those of the best row. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly source: string;
  readonly simulated: boolean;
  /** Instants. */
  readonly startAt: number | undefined;
  readonly endAt: number | undefined;
  /** Fingerprint of what was played. */
  readonly data: string;
  readonly seed: number | undefined;
  readonly codeHash: string;
  readonly engineHash: string;
  readonly version: string;
  readonly conventions: string;
  /** How many points were played: 1 for a run. */
  readonly trials: number;
  /** Figures by the id of their metric; of a sweep, those of the best row. */
  readonly figures: Readonly<Record<string, number>>;
  /** When its record was written, in milliseconds since 1970. */
  readonly recordedAt: number;
}

/** Reads the experiment in a folder; `undefined` when its record is damaged. */
export function readExperiment(found: RecordFolder): Experiment | undefined {
  const record = readRecord(found);
  if (record === undefined) return undefined;
  return found.kind === 'run' ? runIn(found, record) : sweepIn(found, record);
}

type Data = Readonly<Record<string, unknown>>;

function runIn(found: RecordFolder, record: Data): Experiment | undefined {
  const { folder } = found;
  const [strategy, data, versions] = [inner(record, 'strategy'), inner(record, 'data'), inner(record, 'versions')];
  if (typeof record['id'] !== 'string') return undefined;
  const metrics = Object.entries(readJson(join(folder, 'metrics.json')) ?? {});
  return {
    ...commonOf(found, record),
    id: record['id'],
    strategy: text(strategy['name']),
    parameters: inner(strategy, 'parameters') as Experiment['parameters'],
    source: text(data['source']),
    simulated: data['simulated'] === true,
    startAt: number(data['startAt']),
    endAt: number(data['endAt']),
    data: text(data['fingerprint']),
    codeHash: text(strategy['codeHash']),
    engineHash: text(versions['engineHash']),
    version: text(versions['tradedeck']),
    conventions: text(record['conventions']),
    trials: 1,
    figures: numbersOf(metrics.map(([name, metric]) => [name, (metric as Data)['value']])),
  };
}

function sweepIn(found: RecordFolder, record: Data): Experiment | undefined {
  if (typeof record['key'] !== 'string') return undefined;
  const versions = inner(record, 'versions');
  const trial = trialOf(record);
  const best = Array.isArray(record['best']) ? ((record['best'][0] ?? {}) as Data) : {};
  return {
    ...commonOf(found, record),
    id: record['key'],
    strategy: text(record['strategy']),
    parameters: inner(best, 'parameters') as Experiment['parameters'],
    source: text(record['source']),
    simulated: record['simulated'] === true,
    startAt: number(record['startAt']),
    endAt: number(record['endAt']),
    data: text(record['data']),
    codeHash: text(record['codeHash']),
    engineHash: text(versions['engineHash']),
    version: text(versions['tradedeck']),
    conventions: '',
    trials: (trial === undefined ? undefined : playedAttempt(found, trial).trials) ?? number(record['played']) ?? 0,
    figures: numbersOf(Object.entries(inner(best, 'figures'))),
  };
}

function commonOf(found: RecordFolder, record: Data) {
  return {
    kind: found.kind,
    folder: found.folder,
    name: basename(found.folder),
    complete: record['complete'] === true,
    seed: number(record['seed']),
    recordedAt: recordedAt(found),
  };
}

/** An equity curve: milliseconds since 1970, and money. */
export interface StoredEquity {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Reads the equity of an experiment; `undefined` where its deck kept none. */
export function readEquity({ folder }: Experiment): StoredEquity | undefined {
  const file = join(folder, 'equity.csv');
  if (!existsSync(file)) return undefined;
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split(',', 2));
  return {
    times: Float64Array.from(rows, ([time]) => Date.parse(time)),
    values: Float64Array.from(rows, ([, value]) => Number(value)),
  };
}

function inner(data: Data, field: string): Data {
  const value = data[field];
  return typeof value === 'object' && value !== null ? (value as Data) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function numbersOf(entries: readonly (readonly [string, unknown])[]): Record<string, number> {
  const known = entries.filter((entry): entry is [string, number] => number(entry[1]) !== undefined);
  return Object.fromEntries(known);
}
