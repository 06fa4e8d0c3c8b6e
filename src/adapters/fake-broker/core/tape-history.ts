/**
 * What a recorded tape has from before the broker begins: its bars and trades become the past that the data endpoints
 * show.
 */
import type { BarColumns } from '../../../market/columns.ts';
import type { TapeSlice } from '../../../market/tape.ts';
import { DAY } from '../../../time/instant.ts';
import { parseTimeFrame } from '../../../time/time-frame.ts';
import { DOLLAR } from './amounts.ts';
import type { Broker } from './broker.ts';
import { gather, type BarRow } from './history.ts';
import { localDay, localInstant } from './random-ids.ts';

/** Gives the broker the bars of a tape that were complete by `until`, of each symbol the finest and the daily ones. */
export function loadHistory(broker: Broker, slice: TapeSlice, until: number): void {
  const spans = new Map<string, number>();
  for (const { kind, symbol, timeFrame, columns } of slice.streams) {
    if (kind !== 'bars') continue;
    const span = parseTimeFrame(timeFrame ?? '1d').micros ?? DAY;
    const rows = rowsOf(columns, until, span >= DAY);
    if (span >= DAY) broker.addDailyBars(symbol, rows);
    else if (span < (spans.get(symbol) ?? DAY)) {
      spans.set(symbol, span);
      broker.addMinuteBars(symbol, rows);
      const hasDays = slice.streams.some(
        (other) => other.kind === 'bars' && other.symbol === symbol && other.timeFrame === '1d',
      );
      if (!hasDays)
        broker.addDailyBars(
          symbol,
          gather(rows, (at) => localInstant(localDay(at), 0)),
        );
    }
  }
}

function rowsOf(columns: BarColumns, until: number, isDaily: boolean): BarRow[] {
  const { time, openTime, open, high, low, close, volume } = columns;
  const rows: BarRow[] = [];
  const price = (value: number): number => Math.round(value * DOLLAR);
  for (let i = 0; i < time.length && time[i] <= until; i++) {
    const start = Number.isNaN(openTime[i]) ? time[i] : openTime[i];
    const size = Math.round(volume[i]);
    rows.push({
      at: isDaily ? localInstant(localDay(start), 0) : start,
      open: price(open[i]),
      high: price(high[i]),
      low: price(low[i]),
      close: price(close[i]),
      volume: size,
      trades: Math.max(1, Math.round(size / 100)),
      turnover: price((high[i] + low[i] + close[i]) / 3) * size,
    });
  }
  return rows;
}
