/**
 * Several recorded tapes of different instruments as one, for sources that give one symbol at a time.
 */
import { Fault } from '../../base/fault.ts';
import { fingerprintOf } from '../../adapters/files/fingerprint.ts';
import { eachOnce } from '../../market/adjust.ts';
import type { RecordedTape } from '../../market/tape.ts';

/** Joins tapes; one symbol with the same kind of rows on two of them is a `Fault`. The least raw adjustment wins. */
export function joined(tapes: readonly RecordedTape[]): RecordedTape {
  const [first] = tapes as [RecordedTape];
  if (tapes.length === 1) return first;
  const streams = tapes.flatMap((tape) => tape.slice.streams);
  const seen = new Set<string>();
  for (const { symbol, kind, timeFrame } of streams) {
    const key = [symbol, kind, timeFrame].join(' ');
    if (seen.has(key)) throw new Fault('tape.twice', `${key} is in more than one file`, { field: 'tape' });
    seen.add(key);
  }
  const actions = eachOnce(tapes.flatMap((tape) => tape.actions));
  const notes = tapes.flatMap((tape) => tape.notes ?? []);
  const listings = tapes.flatMap((tape) => tape.listings ?? []);
  return {
    ...first,
    source: tapes.map(({ source }) => source).join('; '),
    simulated: tapes.some((tape) => tape.simulated),
    instruments: [...new Map(tapes.flatMap((tape) => tape.instruments).map((one) => [one.symbol, one])).values()],
    actions,
    findings: tapes.flatMap((tape) => tape.findings),
    adjustment: ADJUSTMENTS.find((adjustment) => tapes.some((tape) => tape.adjustment === adjustment)) ?? 'raw',
    ...(notes.length === 0 ? {} : { notes }),
    ...(listings.length === 0 ? {} : { listings: listings.sort((a, b) => a.knownAt - b.knownAt) }),
    fingerprint: fingerprintOf(streams, actions),
    slice: { streams },
  };
}

const ADJUSTMENTS = ['fully-adjusted', 'split-adjusted', 'raw'] as const;
