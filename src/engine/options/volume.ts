/**
 * What is traded in a contract during a session, from the bars or trades on the tape: a filter by volume may only know
 * what anybody had seen by then.
 */
import type { MarketHours } from '../ports.ts';
import type { Market } from '../sim/market.ts';

/** Counts a bar that ended, or a trade that happened, at `at`. Where there are bars, trades are in them already. */
export function countVolume(market: Market, hours: MarketHours, at: number, size: number, isTrade: boolean): void {
  if (isTrade && market.bar !== undefined) return;
  const { dayVolumeAt } = market;
  // Not the same close also where there was none before.
  if (!(dayVolumeAt > 0) || hours.closeAfter(dayVolumeAt) !== hours.closeAfter(at)) market.dayVolume = 0;
  market.dayVolumeAt = at;
  if (size > 0) market.dayVolume += size;
}

/** Contracts traded since `from`, the open of a session; `undefined` where the tape has neither bars nor trades. */
export function volumeSince(market: Market, from: number): number | undefined {
  if (!market.countsVolume) return undefined;
  return market.dayVolumeAt > from ? market.dayVolume : 0;
}
