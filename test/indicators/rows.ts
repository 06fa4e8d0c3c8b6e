/**
 * Rows to feed any indicator: random bars in ticks with ties and gaps, by a seed.
 */
import { Random } from '../../src/base/random.ts';
import type { AnyIndicator } from '../../src/indicators/index.ts';

export type Rows = Record<'series' | 'other' | 'time' | 'open' | 'high' | 'low' | 'close' | 'volume', Float64Array>;

/** Returns `length` bars of a random walk in cents; about one bar in four repeats the close before it. */
export function randomRows(length: number, seed: number): Rows {
  const random = new Random(seed);
  const column = (): Float64Array => new Float64Array(length);
  const rows: Rows = {
    series: column(),
    other: column(),
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let price = 10_000;
  let other = 5_000;
  for (let i = 0; i < length; i++) {
    const open = price + (random.below(3) === 0 ? random.below(41) - 20 : 0);
    if (random.below(4) !== 0) price = Math.max(500, open + random.below(201) - 100);
    const high = Math.max(open, price) + random.below(60) * random.below(2);
    const low = Math.min(open, price) - random.below(60) * random.below(2);
    other = Math.max(500, other + random.below(101) - 50 + ((price - open) >> 1));
    rows.time[i] = (i + 1) * 86_400_000_000;
    rows.open[i] = open / 100;
    rows.high[i] = high / 100;
    rows.low[i] = low / 100;
    rows.close[i] = price / 100;
    rows.volume[i] = 100 * (1 + random.below(5000));
    rows.series[i] = price / 100;
    rows.other[i] = other / 100;
  }
  return rows;
}

/** The columns an indicator takes, in its order. */
export function columnsOf(indicator: AnyIndicator, rows: Rows): Float64Array[] {
  return indicator.inputs.map((name) => rows[name]);
}

/** Runs an indicator over whole columns, into new ones. */
export function runBatch(
  indicator: AnyIndicator,
  columns: Float64Array[],
  args: readonly (number | object)[],
): Float64Array[] {
  const length = columns[0].length;
  const out = indicator.outputs.map(() => new Float64Array(length));
  indicator.run(columns, length, args, out);
  return out;
}

/** Runs an indicator's stream over the same columns. */
export function runRows(
  indicator: AnyIndicator,
  columns: Float64Array[],
  args: readonly (number | object)[],
): Float64Array[] {
  const length = columns[0].length;
  const out = indicator.outputs.map(() => new Float64Array(length));
  const stream = indicator.stream(...args);
  for (let i = 0; i < length; i++) {
    const row = columns.map((column) => column[i]);
    const first = stream.update(...(row as [number]));
    if (!Object.is(first, stream.out[0])) throw new Error(`${indicator.name}: out[0] is not what update returned`);
    stream.out.forEach((value, k) => (out[k][i] = value));
  }
  return out;
}

/** Returns the first place where two sets of columns differ in a bit, in words, or `undefined`. */
export function firstDifference(a: readonly Float64Array[], b: readonly Float64Array[]): string | undefined {
  for (const [k, column] of a.entries()) {
    for (let i = 0; i < column.length; i++) {
      if (!Object.is(column[i], b[k][i])) return `output ${k}, row ${i}: ${column[i]} and ${b[k][i]}`;
    }
  }
  return undefined;
}
