/**
 * The attempts of a sweep that are in its folder, whether or not it came to its end: who was killed has tried, too.
 */
import { trialSpread } from '../../research/sweep/trial-sums.ts';
import { Gathered } from '../sweep/gather.ts';
import { headOfResults, readResults } from '../sweep/results-file.ts';
import { groupOf } from './attempt.ts';
import { rowBytesIn, rowFilesIn, type RecordFolder } from './record.ts';
import type { TrialRecord } from './trials.ts';

/** Returns the attempts of a sweep by its record, or by its rows where more of them were played since. */
export function playedAttempt({ folder }: RecordFolder, record: TrialRecord): TrialRecord {
  // Measured first: what is written meanwhile will make a difference the next time.
  const rowBytes = rowBytesIn(folder);
  if (rowBytes === record.rowBytes) return record;
  let gathered: Gathered | undefined;
  for (const file of rowFilesIn(folder)) {
    const head = headOfResults(file);
    if (head?.key !== record.id) continue;
    gathered ??= new Gathered(head.periods, head.blocks, [], () => ({}));
    for (const batch of readResults(file, head)) gathered.add(batch);
  }
  if (gathered === undefined || gathered.size < record.trials) return record;
  return { ...record, ...groupOf(trialSpread(gathered.sums, gathered.moments())), rowBytes };
}
