/**
 * Rows that a source answered, as a tape: stamped, checked and accounted by the reader that files go through.
 */
import { Fault } from '../../base/fault.ts';
import type { Finding, RecordedTape } from '../../market/tape.ts';
import { DAY, formatDate, formatInstant, instant } from '../../time/instant.ts';
import { tapeOf } from '../files/tape.ts';
import { withoutUnfinished } from '../files/unfinished.ts';
import type { PriceRequest, SourceTerms } from './source.ts';

export interface PriceRow {
  /** For bars of a day its midnight as if the day were one of UTC; else the instant when the bar begins. */
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Money per share that went ex on this day, and shares that one became. */
  readonly dividend?: number;
  readonly split?: number;
}

/** Returns the time frame of a request, one that the source has. */
export function timeFrameOf({ title, code, timeFrames }: SourceTerms, { timeFrame = '1d' }: PriceRequest): string {
  if (timeFrames.includes(timeFrame)) return timeFrame;
  const rule = `${title} has no ${timeFrame} bars`;
  throw new Fault(`${code}.time-frame`, rule, { field: 'timeFrame' }, `known: ${timeFrames.join(', ')}`);
}

/** The days of a request, `YYYY-MM-DD`, the last one included; `undefined` where it is open. */
export function daysOf({ from, to }: PriceRequest): { first: string | undefined; last: string | undefined } {
  return {
    first: from === undefined ? undefined : formatDate(from),
    last: to === undefined ? undefined : formatDate(to - 1),
  };
}

/** Makes a tape of rows; none in the span that was asked for is a `Fault`. */
export function tapeOfRows(
  terms: SourceTerms,
  symbol: string,
  rows: readonly PriceRow[],
  request: PriceRequest,
): RecordedTape {
  const { from = -Infinity, to = Infinity, now = Date.now() * 1000 } = request;
  const timeFrame = request.timeFrame ?? '1d';
  const wanted = rows.filter(({ at }) => at >= from && at < to);
  if (wanted.length === 0) {
    throw new Fault(`${terms.code}.no-data`, `${terms.title} has no prices for ${symbol} in this period`, {
      field: symbol,
    });
  }
  const isDaily = timeFrame === '1d';
  const hasActions = wanted.some(({ dividend, split }) => dividend !== undefined || split !== undefined);
  const lines = [`${isDaily ? 'date' : 'time'},open,high,low,close,volume${hasActions ? ',dividend,split' : ''}`];
  for (const { at, open, high, low, close, volume, dividend = 0, split = 1 } of wanted) {
    const time = isDaily ? formatDate(at) : formatInstant(instant(at));
    const cells = [time, open, high, low, close, volume, ...(hasActions ? [dividend, split] : [])];
    lines.push(cells.join(','));
  }
  const file = `${terms.code}:${symbol}`;
  const tape = tapeOf([{ file, bytes: new TextEncoder().encode(`${lines.join('\n')}\n`) }], {
    symbol,
    timeFrame,
    instrument: { kind: 'equity', currency: 'USD', calendar: 'XNYS', ...request.instrument },
    source: `${symbol} ${timeFrame}, ${terms.title}, ${terms.adjustment}`,
  });
  const labelled = terms.adjustment === 'raw' ? tape : { ...tape, adjustment: terms.adjustment };
  return withoutUnfinished(labelled, file, now);
}

/** Says of a row that the source has, but without a price, that it was left out. */
export function leftOut(terms: SourceTerms, symbol: string, line: number, day: number, value: string): Finding {
  const message = `${terms.title} has no price for this day; it was left out`;
  const place = { file: `${terms.code}:${symbol}`, row: line, symbol, at: day * DAY };
  return { rule: 'gap', severity: 'note', ...place, value, message };
}
