/**
 * What a broker closes when an account no longer backs what it holds: as little as needed, what lost most first, at the
 * prices and costs of the venue, and no more at a time than the venue's volume model lets any order take. What is left is
 * looked at again with the next bar.
 */
import { wholeLots } from '../../market/instrument.ts';
import type { Deck } from '../deck.ts';
import { ENTRY } from '../journal/journal.ts';
import type { Position } from './position.ts';

/**
 * Closes positions until equity is what must be kept, or nothing is left that can be closed now: what is out of session
 * waits, and so does what nobody quotes.
 */
export function liquidate(deck: Deck, at: number): void {
  const { ledger, journal, conventions, venue } = deck;
  // A broker does this itself.
  if (venue.forcedOrders === undefined) return;
  const closable = ledger.openPositions().filter(({ instrument }) => isInSession(deck, instrument, at));
  if (closable.length === 0) return;
  const kept = conventions.margin.maintenance(ledger);
  journal.write(ENTRY.marginCall, at, 0, -1, 0, 0, Number.NaN, ledger.equity(), kept, 'margin.call');
  for (const position of inOrder(deck, closable)) {
    // The first guess knows the costs only roughly, and a quote may show less: what is still missing is closed at once.
    for (let tries = 0; tries < 4 && position.quantityUnits !== 0; tries++) {
      const missing = conventions.margin.maintenance(ledger) - ledger.equity();
      if (missing <= 0) return;
      if (!closePart(deck, position, missing, at)) break;
    }
  }
}

/** Whether an instrument trades at the end of this step; a bar that holds a close counts until its end. */
function isInSession({ hours, feeds }: Deck, instrument: number, at: number): boolean {
  const own = hours[instrument];
  // What ends at the open was made before it; what ends at the close was made in session.
  if (own.isOpen(at - 1)) return true;
  const feed = feeds.find((candidate) => candidate.market.index === instrument && candidate.executes);
  return feed !== undefined && own.closeAfter(feed.view.now.openTime + 1) <= at;
}

/** Sold options first, because without them what covers them is free; then what lost most. */
function inOrder({ ledger }: Deck, positions: readonly Position[]): Position[] {
  const profitOf = ({ instrument, averagePrice, quantity, units }: Position): number =>
    (ledger.marks[instrument] - averagePrice) *
    quantity *
    units.multiplier *
    ledger.rates[ledger.currencyOf[instrument]];
  const rank = ({ instrument, quantityUnits }: Position): number =>
    ledger.instruments[instrument].option !== undefined && quantityUnits < 0 ? 0 : 1;
  return [...positions].sort((a, b) => rank(a) - rank(b) || profitOf(a) - profitOf(b));
}

/** Closes enough of a position to find `missing` money, or all of it; false when it cannot be closed now. */
function closePart(deck: Deck, position: Position, missing: number, at: number): boolean {
  const { ledger, conventions, markets, venue, orders } = deck;
  const { instrument: index, strategy, quantity, units } = position;
  const market = markets[index];
  const { instrument } = market;
  const side = quantity > 0 ? -1 : 1;
  const forced = venue.forcedOrders;
  const held = Math.abs(quantity);
  const room = Math.min(held, forced!.room(market, side));
  const price = forced!.price(market, side, held);
  if (price !== price || room === 0) return false;
  const mark = ledger.marks[index];
  const keptEach = conventions.margin.keptPerUnit?.(instrument, -side, mark) ?? Number.NaN;
  const lost = Math.abs(mark - price) * units.multiplier + forced!.fee(market, side, held, price) / held;
  const rate = ledger.rates[ledger.currencyOf[index]];
  const wanted = missing / ((keptEach - lost) * rate);
  // Where a unit frees less than it costs, or nobody can say, everything goes.
  const all = !(keptEach > lost) || !(wanted < held);
  const lots = wholeLots(wanted, instrument.lot);
  const size = all ? room : Math.min(room, (lots * instrument.lot < wanted ? lots + 1 : lots) * instrument.lot);
  venue.clear(market, 'margin call', strategy);
  const now = size === held ? price : forced!.price(market, side, size);
  orders.force(strategy, index, side, size, now, 'margin call', at);
  forced!.took(market, side, size);
  return true;
}
