/**
 * A bar meets the orders that rest in its market, and is told whether it opens or closes a session.
 */
import type { Deck } from '../deck.ts';
import type { BarFeed } from '../feeds/feed.ts';
import { auctionHours, isOffHours } from '../feeds/hours.ts';
import type { MarketHours } from '../ports.ts';

/** A bar meets the orders that rest in its market. */
export function meet({ venue, hours }: Deck, feed: BarFeed, row: number): void {
  const { market } = feed;
  const { time, openTime, open, high, low, close, volume } = feed.columns;
  const openAt = openTime[row];
  const at = time[row];
  const auctions = market.eager > 0;
  venue.onBar(
    market,
    openAt,
    at,
    open[row],
    high[row],
    low[row],
    close[row],
    volume[row],
    !auctions || isFirst(auctionHours(hours[market.index]), feed, row),
    !auctions || isLast(auctionHours(hours[market.index]), openAt, at),
  );
}

/** Whether the bar is the first of its session: what comes before the open belongs to none. */
function isFirst(hours: MarketHours, feed: BarFeed, row: number): boolean {
  const { openTime, time } = feed.columns;
  if (isOffHours(hours, openTime[row], time[row])) return false;
  if (row === 0 || isOffHours(hours, openTime[row - 1], time[row - 1])) return true;
  return hours.closeAfter(openTime[row] + 1) > hours.closeAfter(openTime[row - 1] + 1);
}

/** Whether the bar is the last of its session. */
function isLast(hours: MarketHours, openAt: number, at: number): boolean {
  return at >= hours.closeAfter(openAt + 1);
}
