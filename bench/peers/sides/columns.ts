/** The columns that all sides of the indicator comparison read: open, high, low, close, volume, as raw floats. */
import { readFileSync } from 'node:fs';

export interface Columns {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export function readColumns(path: string): Columns {
  const bytes = readFileSync(path);
  const all = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  const rows = all.length / 5;
  const [open, high, low, close, volume] = Array.from({ length: 5 }, (_, i) => all.slice(i * rows, (i + 1) * rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return { open, high, low, close, volume };
}
