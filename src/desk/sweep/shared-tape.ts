/**
 * A tape in memory that threads share: its columns are copied once, whatever the number of threads.
 */
import type { RecordedTape, StreamSlice } from '../../market/tape.ts';

/** Returns the tape with columns that can be sent to threads without being copied. */
export function shareTape(tape: RecordedTape): RecordedTape {
  return { ...tape, slice: { streams: tape.slice.streams.map(shareStream) } };
}

function shareStream(stream: StreamSlice): StreamSlice {
  const columns = Object.entries(stream.columns as unknown as Record<string, Float64Array | number>).map(
    ([name, column]) => [name, typeof column === 'number' ? column : shared(column)],
  );
  // Every field is what it was; only the memory is another.
  return { ...stream, columns: Object.fromEntries(columns) };
}

function shared(column: Float64Array): Float64Array {
  if (column.buffer instanceof SharedArrayBuffer) return column;
  const copy = new Float64Array(new SharedArrayBuffer(column.byteLength));
  copy.set(column);
  return copy;
}
