/**
 * The highest and lowest of a window.
 */
import { period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Highest, Lowest, runHighest, runLowest } from '../windows.ts';

/** The highest of the last `period` values. */
export const highest = defineIndicator({
  name: 'highest',
  title: 'Highest value',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['highest'],
  parameters: [period('period', 20, 'rows looked at')],
  aliases: ['max', 'maximum'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Highest(rows),
  kernel: ([series], length, [out], rows) => runHighest(series, length, rows, out),
});

/** The lowest of the last `period` values. */
export const lowest = defineIndicator({
  name: 'lowest',
  title: 'Lowest value',
  family: 'statistics',
  inputs: ['series'],
  outputs: ['lowest'],
  parameters: [period('period', 20, 'rows looked at')],
  aliases: ['min', 'minimum'],
  warmUp: (rows) => rows - 1,
  create: (rows: number) => new Lowest(rows),
  kernel: ([series], length, [out], rows) => runLowest(series, length, rows, out),
});
