/**
 * What was told and taken is otherwise: a bar with trades that came late, a trade that was corrected or taken back.
 *
 * No decision that was made changes, and no order meets the market again. What comes after sees what is: lines and indicators
 * from that bar on, longer bars made of it, and the price at which positions are valued, where that was the amended one.
 */
import { formatInstant } from '../../time/instant.ts';
import type { Deck } from '../deck.ts';
import { DerivedFeed } from '../feeds/derived-feed.ts';
import type { Figures } from '../feeds/remaking.ts';
import { ENTRY } from '../journal/journal.ts';
import type { Market } from '../sim/market.ts';
import { instrumentOf } from './commands.ts';
import type { AmendInput, BarRow, CorrectionRow } from './inputs.ts';

/** Takes what was told anew; what changes nothing leaves no entry. Returns whether the newest price of the market is another. */
export function amend({ row, at }: AmendInput, deck: Deck): boolean {
  const instrument = instrumentOf(deck, row[1]);
  if (instrument < 0) return false;
  const market = deck.markets[instrument];
  const before = market.last;
  const text = row[0] === 'bar' ? amendBar(row, market, deck) : correctTrade(row, market, deck);
  if (text !== undefined) deck.journal.write(ENTRY.note, at, 0, instrument, 0, 0, Number.NaN, 0, 0, `amended: ${text}`);
  return market.last !== before;
}

function amendBar(row: BarRow, market: Market, deck: Deck): string | undefined {
  const [, symbol, timeFrame, openTime, open, high, low, close, volume] = row;
  const figures: Figures = { open, high, low, close, volume };
  // What is no price amends nothing.
  if (!(Math.min(open, high, low, close) > 0 && Math.max(open, high, low, close) < Infinity && volume >= 0)) {
    return `${symbol} ${timeFrame} of ${formatInstant(openTime)} is left as it was: a price of the new one is none`;
  }
  const feed = deck.feeds.find((each) => each.market === market && each.timeFrame === timeFrame && !each.isDerived);
  const before = feed?.amend(openTime, figures);
  if (feed === undefined || before === undefined) return undefined;
  for (const each of deck.feeds) if (each instanceof DerivedFeed && each.isFrom(feed)) each.remake(openTime);
  const newest = feed.cursor.index;
  if (feed.executes && feed.columns.openTime[newest] === openTime && market.lastAt === feed.time[newest]) {
    mark(market, close, deck);
  }
  const was = `${before.open} ${before.high} ${before.low} ${before.close} ${before.volume}`;
  return `${symbol} ${timeFrame} of ${formatInstant(openTime)} is ${open} ${high} ${low} ${close} ${volume}, was ${was}`;
}

/** A trade is corrected where the market has its price still; what was made of it besides stays as it was seen. */
function correctTrade(row: CorrectionRow, market: Market, deck: Deck): string {
  const [, symbol, price, size, newPrice, newSize] = row;
  const instead = newPrice ?? market.printBefore;
  if (market.printed && market.last === price && instead > 0) mark(market, instead, deck);
  const what = newPrice === null ? 'was taken back' : `is ${newSize} at ${newPrice}`;
  return `the trade of ${size} ${symbol} at ${price} ${what}`;
}

function mark(market: Market, price: number, deck: Deck): void {
  deck.ledger.marks[market.index] = price;
  market.last = price;
}
