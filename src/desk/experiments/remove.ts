/**
 * Deletes a run or a sweep: what Tradedeck wrote there, and nothing that somebody else put beside it.
 */
import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { RecordFolder } from './record.ts';
import { recordTrialsIn } from './trials.ts';

/** What runs and sweeps leave behind: each name, and each again while it is being written. */
const OURS = new RegExp(
  `^\\.?(${[
    'deck\\.yaml',
    'equity\\.csv',
    // Of a run.
    '(run|metrics|state|restored|timings|trades)\\.json',
    '(trades|round-trips)\\.csv',
    'journal\\.jsonl',
    'report\\.html',
    // Of a sweep.
    'sweep\\.(json|html)',
    'rows\\.(csv|parquet)',
    'out-of-sample\\.csv',
    '(results|results-\\d+-of-\\d+|fold-\\d+|group-\\d+)\\.jsonl',
  ].join('|')})((\\.[0-9a-f]{8})?\\.part)?$`,
);

/**
 * Deletes the files of an experiment and, when nothing is left in it, its folder; returns the names of what stays. That
 * it was tried is logged first.
 */
export async function removeExperiment(found: RecordFolder): Promise<string[]> {
  const { folder, kind } = found;
  await recordTrialsIn(found);
  try {
    const names = readdirSync(folder);
    const record = kind === 'run' ? 'run.json' : 'sweep.json';
    const others = names.filter((name) => !OURS.test(name));
    // The record goes last: a deletion that is cut off can be repeated.
    const files = names.filter((name) => OURS.test(name) && name !== record);
    for (const name of [...files, record]) rmSync(join(folder, name), { force: true });
    if (others.length === 0) rmdirSync(folder);
    return others;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('output.unwritable', `it cannot be deleted: ${reason}`, { file: folder });
  }
}
