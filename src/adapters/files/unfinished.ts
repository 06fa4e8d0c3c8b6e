/**
 * The bar that is still being made: sources that answer at any time have one, and a tape must not.
 */
import type { Finding, RecordedTape } from '../../market/tape.ts';
import { formatInstant } from '../../time/instant.ts';
import { fingerprintOf } from './fingerprint.ts';

/** Leaves out the last bar of a tape of one instrument when it ends after `now`, and says so. */
export function withoutUnfinished(tape: RecordedTape, file: string, now: number): RecordedTape {
  const [stream] = tape.slice.streams;
  if (stream?.kind !== 'bars') return tape;
  const { columns, symbol } = stream;
  const last = columns.length - 1;
  if (last < 0 || columns.time[last] <= now) return tape;
  const { length: _, ...fields } = columns;
  const cut = Object.fromEntries(Object.entries(fields).map(([name, column]) => [name, column.subarray(0, last)]));
  const at = columns.openTime[last];
  const message = 'the bar is not complete yet and was left out';
  const place = { file, row: last + 1, symbol, at };
  const finding: Finding = { rule: 'gap', severity: 'note', ...place, value: formatInstant(at), message };
  const streams = [{ ...stream, columns: { ...columns, ...cut, length: last } }];
  return {
    ...tape,
    findings: [...tape.findings, finding],
    fingerprint: fingerprintOf(streams, tape.actions),
    slice: { streams },
  };
}
