/**
 * Closed trades as people count them: what one order opened and one order closed is one trade, however many pieces the
 * market filled them in. The ledger keeps the pieces; nothing of them is lost or rounded here.
 */
import type { Trade, TradeLog } from './trade-log.ts';

export interface MergedTrades {
  /** In the order in which the first piece of each was closed. */
  readonly trades: readonly Trade[];
  /** The trade that each piece of the log belongs to. */
  readonly of: Int32Array;
}

/** Returns the trades of a log: quantities, profits and fees are sums, prices are averages by quantity. */
export function mergeTrades(log: TradeLog): MergedTrades {
  const { of, count } = groupsOf(log);
  const pieces = Array.from({ length: log.length }, (_, i) => log.at(i));
  if (count === pieces.length) return { trades: pieces, of };
  const grouped: Trade[][] = Array.from({ length: count }, () => []);
  for (const [i, piece] of pieces.entries()) grouped[of[i]].push(piece);
  return { trades: grouped.map(merged), of };
}

/** Returns how many trades a log has. */
export function countTrades(log: TradeLog): number {
  return groupsOf(log).count;
}

function merged(pieces: readonly Trade[]): Trade {
  const [first] = pieces;
  if (pieces.length === 1) return first;
  const sum = (of: (piece: Trade) => number): number => pieces.reduce((total, piece) => total + of(piece), 0);
  const quantity = sum((piece) => piece.quantity);
  const average = (of: (piece: Trade) => number): number => sum((piece) => of(piece) * piece.quantity) / quantity;
  return {
    ...first,
    quantity,
    entryAt: Math.min(...pieces.map((piece) => piece.entryAt)),
    exitAt: Math.max(...pieces.map((piece) => piece.exitAt)),
    entryPrice: average((piece) => piece.entryPrice),
    exitPrice: average((piece) => piece.exitPrice),
    grossProfit: sum((piece) => piece.grossProfit),
    judgedProfit: sum((piece) => piece.judgedProfit),
    fees: sum((piece) => piece.fees),
  };
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
    const entry = log.entryOrder(i);
    let same = i - 1;
    while (same >= begun && log.entryOrder(same) !== entry) same--;
    of[i] = same >= begun ? of[same] : count++;
  }
  return { of, count };
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
