/** Small columns for tests of aggregation, and bars as lines of text. */
import { BarBuffer } from '../../src/market/bar-buffer.ts';
import { allocateTrades, type BarColumns, type TradeColumns } from '../../src/market/columns.ts';
import type { TimeBarOptions } from '../../src/market/aggregate.ts';
import { formatInstant, instantFromMillis, MINUTE } from '../../src/time/instant.ts';

export const utc = (text: string): number => instantFromMillis(Date.parse(`${text}Z`));

/** Bars of `step` from `from` to `until`; the close of bar i is i + 1, its open i, its volume 10. */
export function bars(from: string, until: string, step = MINUTE): BarColumns {
  const buffer = new BarBuffer();
  for (let at = utc(from), i = 0; at < utc(until); at += step, i++) {
    buffer.add(at + step, at, i, i + 1.5, i - 0.5, i + 1, 10);
  }
  return buffer.view();
}

export function trades(rows: readonly (readonly [time: string, price: number, size: number])[]): TradeColumns {
  const columns = allocateTrades(rows.length);
  for (const [i, [time, price, size]] of rows.entries()) {
    columns.time[i] = utc(time);
    columns.price[i] = price;
    columns.size[i] = size;
  }
  return columns;
}

/** `HH:MM open high low close volume` of each bar. */
export function lines({ length, time, open, high, low, close, volume }: BarColumns): string[] {
  return Array.from({ length }, (_, i) =>
    [formatInstant(time[i]).slice(11, 16), open[i], high[i], low[i], close[i], volume[i]].join(' '),
  );
}

export const times = ({ length, time }: BarColumns): string[] =>
  Array.from({ length }, (_, i) => formatInstant(time[i]).slice(5, 16));

export const XNYS_5M: TimeBarOptions = { timeFrame: '5m', calendar: 'XNYS' };
