/**
 * Is this data fit to trade on? Each stream is held against the same rules, and every breach has a row and a value.
 *
 * | rule           | severity            | broken when |
 * |----------------|---------------------|-------------|
 * | not-finite     | fatal (volume: warning) | a price is missing or infinite; a side of a quote bar is half there |
 * | not-positive   | fatal (futures: warning) | a price is 0 or less |
 * | high-below-low | fatal               | the high is below the low |
 * | duplicate, out-of-order | fatal here | a row is not after the one before; readers of files sort and say so (`check/order.ts`) |
 * | outside-range  | warning             | open or close is not between low and high |
 * | jump           | warning             | the close moves over 20 % and over 8 robust sigmas, and no split explains it |
 * | stale          | warning             | 5 daily (60 shorter) bars in a row repeat their prices |
 * | gap            | warning             | sessions of the calendar have no row; over half of a session's bars are missing (fewer: note) |
 * | off-session    | warning             | a row lies in no session (found where rows are stamped) |
 * | crossed-quote  | warning             | a bid is above its ask |
 * | zero-volume    | note                | bars without volume, trades without size |
 *
 * A fatal finding stops a run unless it is explicitly allowed; all are counted on the first page of a report.
 */
import type { Calendar } from '../time/calendar.ts';
import type { CorporateAction } from './actions.ts';
import { checkMissingBars, checkMissingSessions } from './check/gaps.ts';
import type { RowPlace } from './check/order.ts';
import { checkBarPrices, checkQuoteBarPrices, checkQuotePrices, checkTradePrices } from './check/prices.ts';
import { FindingList } from './check/report.ts';
import { checkJumps, checkOrder, checkStale, checkVolume, STALE_BARS, STALE_BARS_INTRADAY } from './check/series.ts';
import { suspicionOf } from './check/suspicion.ts';
import type { InstrumentKind } from './instrument.ts';
import type { Finding, StreamSlice } from './tape.ts';

export interface CheckContext extends RowPlace {
  readonly kind: InstrumentKind;
  /** Left out, nothing is said about gaps. */
  readonly calendar?: Calendar;
  /** Length of intraday bars in microseconds; left out for daily and longer bars. */
  readonly frame?: number;
  /** Whether rows come once a session (`1d`), so that a session without one is a gap. */
  readonly daily?: boolean;
  /** Splits explain jumps. */
  readonly actions?: readonly CorporateAction[];
  /** Whether the source has a volume at all. */
  readonly hasVolume?: boolean;
}

/** Returns what is wrong with a stream, rule by rule; an empty list for a clean one. */
export function checkStream(stream: StreamSlice, context: CheckContext): Finding[] {
  const list = new FindingList(context, stream.columns.time);
  const mayBeNegative = context.kind === 'future';
  checkOrder(stream.columns.time, list);
  switch (stream.kind) {
    case 'bars': {
      const leastStale = context.frame === undefined ? STALE_BARS : STALE_BARS_INTRADAY;
      const suspected = suspicionOf(stream.columns, leastStale);
      if (suspected.prices) checkBarPrices(stream.columns, mayBeNegative, list);
      // The price of an option moves by multiples and rests for days: both are its nature.
      if (context.kind !== 'option') {
        if (suspected.jumps) checkJumps(stream.columns, explainedBy(context.actions ?? [], stream.symbol), list);
        if (suspected.stale) checkStale(stream.columns, leastStale, list);
        checkGaps(stream.columns.time, stream.columns.openTime, context, list);
      }
      const traded = context.kind !== 'index' && context.kind !== 'fx';
      if (traded && context.hasVolume !== false && suspected.volume) checkVolume(stream.columns, list);
      break;
    }
    case 'quote-bars':
      checkQuoteBarPrices(stream.columns, list);
      if (context.kind !== 'option') checkGaps(stream.columns.time, undefined, context, list);
      break;
    case 'quotes':
      checkQuotePrices(stream.columns, list);
      break;
    case 'trades':
      checkTradePrices(stream.columns, mayBeNegative, list);
  }
  return list.finish();
}

function checkGaps(
  time: Float64Array,
  openTime: Float64Array | undefined,
  context: CheckContext,
  list: FindingList,
): void {
  const { calendar, frame, daily } = context;
  if (calendar === undefined || (frame === undefined && daily !== true)) return;
  checkMissingSessions(time, calendar, list);
  if (frame !== undefined && openTime !== undefined) checkMissingBars(openTime, frame, calendar, list);
}

function explainedBy(actions: readonly CorporateAction[], symbol: string): (from: number, to: number) => boolean {
  const splits = actions.filter((action) => action.kind === 'split' && action.symbol === symbol);
  return (from, to) => splits.some(({ at }) => at > from && at <= to);
}
