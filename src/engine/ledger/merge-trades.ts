/**
 * Closed trades as people count them: what one order opened and one order closed is one trade, however many pieces the
 * market filled them in. The ledger keeps the pieces; nothing of them is lost or rounded here.
 */
import type { MutableTrade, Trade, TradeLog } from './trade-log.ts';

export interface MergedTrades {
  /** In the order in which the first piece of each was closed. */
  readonly trades: readonly Trade[];
  /** The trade that each piece of the log belongs to. */
  readonly of: Int32Array;
}

/** Returns the trades of a log: quantities, profits and fees are sums, prices and rates are averages by quantity. */
export function mergeTrades(log: TradeLog): MergedTrades {
  const { of, count } = groupsOf(log);
  const trades: MutableTrade[] = [];
  if (count === of.length) {
    for (let piece = 0; piece < count; piece++) trades.push(log.at(piece));
    return { trades, of };
  }
  const pieces = new Int32Array(count);
  const piece = log.at(0);
  for (let i = 0; i < of.length; i++) {
    const trade = of[i];
    // Numbers of trades rise with their first pieces.
    if (pieces[trade]++ === 0) trades.push(log.at(i));
    else add(trades[trade], log.read(i, piece), pieces[trade]);
  }
  for (let trade = 0; trade < count; trade++) {
    if (pieces[trade] === 1) continue;
    const merged = trades[trade];
    merged.entryRate /= merged.quantity;
    merged.exitRate /= merged.quantity;
    if (!log.isForeign) merged.profitInBase = merged.judgedProfit - merged.fees;
    merged.entryPrice /= merged.quantity;
    merged.exitPrice /= merged.quantity;
  }
  return { trades, of };
}

/** Returns how many trades a log has. */
export function countTrades(log: TradeLog): number {
  const { length } = log;
  let count = 0;
  let begun = 0;
  let highest = -Infinity;
  for (let i = 0; i < length; i++) {
    const exit = log.exitOrder(i);
    if (exit < highest) return groupsByTable(log).count;
    if (exit !== highest) begun = i;
    highest = exit;
    if (earlierPiece(log, begun, i) < begun) count++;
  }
  return count;
}

/** Adds a piece to a trade; from its second on, prices are sums by quantity until all pieces are there. */
function add(trade: MutableTrade, piece: Trade, pieces: number): void {
  if (pieces === 2) {
    // Sums begin at nothing, which makes 0 of the −0 that a short piece without profit has.
    trade.entryPrice = 0 + trade.entryPrice * trade.quantity;
    trade.exitPrice = 0 + trade.exitPrice * trade.quantity;
    trade.entryRate *= trade.quantity;
    trade.exitRate *= trade.quantity;
    trade.grossProfit = 0 + trade.grossProfit;
    trade.judgedProfit = 0 + trade.judgedProfit;
    trade.fees = 0 + trade.fees;
  }
  trade.entryPrice += piece.entryPrice * piece.quantity;
  trade.exitPrice += piece.exitPrice * piece.quantity;
  trade.entryRate += piece.entryRate * piece.quantity;
  trade.exitRate += piece.exitRate * piece.quantity;
  trade.quantity += piece.quantity;
  if (piece.entryAt < trade.entryAt) trade.entryAt = piece.entryAt;
  if (piece.exitAt > trade.exitAt) trade.exitAt = piece.exitAt;
  trade.grossProfit += piece.grossProfit;
  trade.judgedProfit += piece.judgedProfit;
  trade.profitInBase += piece.profitInBase;
  trade.fees += piece.fees;
}

/** The trade of each piece. Pieces of one trade mostly follow each other, so most are found without a table. */
function groupsOf(log: TradeLog): { of: Int32Array; count: number } {
  const { length } = log;
  const of = new Int32Array(length);
  let count = 0;
  /** The first piece closed by the present exit order, and the highest such order so far. */
  let begun = 0;
  let highest = -Infinity;
  for (let i = 0; i < length; i++) {
    const exit = log.exitOrder(i);
    if (exit !== highest) {
      // An exit order that comes again after a later one: its pieces are apart, which only a table finds.
      if (exit < highest) return groupsByTable(log);
      highest = exit;
      begun = i;
      of[i] = count++;
      continue;
    }
    const same = earlierPiece(log, begun, i);
    of[i] = same >= begun ? of[same] : count++;
  }
  return { of, count };
}

/** The newest piece before `piece`, from `begun` on, that has the same entry order; below `begun` when there is none. */
function earlierPiece(log: TradeLog, begun: number, piece: number): number {
  const entry = log.entryOrder(piece);
  let same = piece - 1;
  while (same >= begun && log.entryOrder(same) !== entry) same--;
  return same;
}

function groupsByTable(log: TradeLog): { of: Int32Array; count: number } {
  const of = new Int32Array(log.length);
  const found = new Map<string, number>();
  for (let i = 0; i < of.length; i++) {
    const key = `${log.entryOrder(i)}/${log.exitOrder(i)}`;
    let trade = found.get(key);
    if (trade === undefined) found.set(key, (trade = found.size));
    of[i] = trade;
  }
  return { of, count: found.size };
}
