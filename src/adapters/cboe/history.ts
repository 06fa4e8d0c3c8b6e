/**
 * The daily history of an index of Cboe (VIX, VIX3M, VIX9D, SKEW …) as a tape.
 */
import { Fault } from '../../base/fault.ts';
import type { RecordedTape } from '../../market/tape.ts';
import { tapeOf } from '../files/tape.ts';
import { type CboeOptions, getCboe } from './http.ts';

export interface CboeHistoryRequest extends CboeOptions {
  readonly timeFrame?: string;
}

/** Fetches all daily prices of an index; it has no other bars. */
export async function fetchCboeHistory(symbol: string, request: CboeHistoryRequest = {}): Promise<RecordedTape> {
  const plain = symbol.replace(/^[\^_$]/, '').toUpperCase();
  const { timeFrame = '1d' } = request;
  if (timeFrame !== '1d') throw new Fault('cboe.time-frame', `the history is daily (1d), was ${timeFrame}`);
  const path = `/api/global/us_indices/daily_prices/${encodeURIComponent(plain)}_History.csv`;
  const text = await getCboe(path, request);
  // Some indices have a date and one column with their own name.
  const [head = ''] = text.replace(/^\uFEFF/, '').split('\n', 1);
  const names = head.trim().split(',');
  const columns = names.length === 2 ? { columns: { date: names[0], close: names[1] } } : {};
  return tapeOf([{ file: `${plain}_History.csv`, bytes: new TextEncoder().encode(text) }], {
    symbol: plain,
    dateFormat: 'month-day-year',
    timeFrame,
    instrument: { kind: 'index' },
    source: `${plain} of Cboe, daily`,
    ...columns,
  });
}
