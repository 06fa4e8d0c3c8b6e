/** Reads the bars that both sides are given: a CSV file of time, open, high, low, close, volume. */
import { readFileSync } from 'node:fs';
import { allocateBars, type BarColumns } from '../../../src/market/columns.ts';

/** `length` is that of a bar, in microseconds; the times in the file are its ends. */
export function readBars(path: string, length: number): BarColumns {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
  const columns = allocateBars(lines.length);
  for (const [i, line] of lines.entries()) {
    const values = line.split(',').map(Number);
    columns.openTime[i] = values[0] - length;
    columns.time[i] = values[0]!;
    columns.open[i] = values[1]!;
    columns.high[i] = values[2]!;
    columns.low[i] = values[3]!;
    columns.close[i] = values[4]!;
    columns.volume[i] = values[5]!;
  }
  return columns;
}
