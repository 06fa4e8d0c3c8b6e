/**
 * Sales at a loss whose shares were bought again within thirty days before or after: losses that the United States may not
 * let count (Internal Revenue Code § 1091). It is a hint of what to look at and no computation of a tax: purchases of options
 * on the same thing, other accounts, spouses and retirement accounts, splits and short sales are not looked at.
 *
 * A loss counts in the proportion in which its shares were replaced; each share that was bought replaces one, the earliest
 * purchase first. What was sold no later than the loss replaces nothing.
 */
import type { RunResult } from '../engine/result.ts';
import { DAY } from '../time/instant.ts';

/** Days before and after a sale in which a purchase counts. */
const WINDOW_DAYS = 30;
const ROWS_MAX = 40;

export interface WashSale {
  readonly symbol: string;
  readonly soldAt: number;
  /** Units that were sold, and how many of them were bought again. */
  readonly quantity: number;
  readonly replaced: number;
  /** When the first of those was bought. */
  readonly boughtAt: number;
  /** What was lost, and the part of it that may not count; in base currency, above nought. */
  readonly loss: number;
  readonly disallowed: number;
}

export interface WashSales {
  readonly count: number;
  readonly disallowed: number;
  /** The largest first. */
  readonly rows: readonly WashSale[];
}

/** Units bought at one time, and until when they were held; Infinity where they still are. */
interface Lot {
  readonly boughtAt: number;
  readonly soldAt: number;
  left: number;
}

interface Loss {
  readonly soldAt: number;
  readonly quantity: number;
  readonly loss: number;
}

/** Returns what was found; null where there is nothing of the kind, or the account is not one in dollars. */
export function washSalesOf(result: Pick<RunResult, 'trades' | 'fills' | 'currency'>): WashSales | null {
  if (result.currency !== 'USD') return null;
  const rows: WashSale[] = [];
  for (const [symbol, { lots, losses }] of bySymbol(result)) {
    if (losses.length > 0) rows.push(...matched(symbol, losses, lots));
  }
  if (rows.length === 0) return null;
  rows.sort((a, b) => b.disallowed - a.disallowed || a.soldAt - b.soldAt);
  return {
    count: rows.length,
    disallowed: rows.reduce((sum, { disallowed }) => sum + disallowed, 0),
    rows: rows.slice(0, ROWS_MAX),
  };
}

interface OfSymbol {
  readonly lots: Lot[];
  readonly losses: Loss[];
}

function bySymbol({ trades, fills }: Pick<RunResult, 'trades' | 'fills'>): Map<string, OfSymbol> {
  const found = new Map<string, OfSymbol>();
  const of = (symbol: string): OfSymbol => {
    const known = found.get(symbol) ?? { lots: [], losses: [] };
    found.set(symbol, known);
    return known;
  };
  // What an order bought and no closed trade accounts for is held still.
  const bought = new Map<number, { symbol: string; boughtAt: number; left: number }>();
  for (const { order, symbol, at, quantity } of fills) {
    if (quantity <= 0) continue;
    const known = bought.get(order);
    if (known === undefined) bought.set(order, { symbol, boughtAt: at, left: quantity });
    else known.left += quantity;
  }
  for (const { symbol, quantity, entryAt, exitAt, entryOrder, exitOrder, profitInBase } of trades) {
    const order = bought.get(quantity > 0 ? entryOrder : exitOrder);
    if (order !== undefined) order.left -= Math.abs(quantity);
    if (quantity <= 0) continue;
    const { lots, losses } = of(symbol);
    lots.push({ boughtAt: entryAt, soldAt: exitAt, left: quantity });
    if (profitInBase < 0) losses.push({ soldAt: exitAt, quantity, loss: -profitInBase });
  }
  for (const { symbol, boughtAt, left } of bought.values()) {
    if (left > 1e-9) of(symbol).lots.push({ boughtAt, soldAt: Infinity, left });
  }
  return found;
}

/** Takes the losses of a symbol in the order of their sales, and for each the earliest purchases that are left. */
function* matched(symbol: string, losses: Loss[], lots: Lot[]): Generator<WashSale> {
  losses.sort((a, b) => a.soldAt - b.soldAt);
  lots.sort((a, b) => a.boughtAt - b.boughtAt);
  let next = 0;
  let before: Lot[] = [];
  let firstAfter = 0;
  for (const { soldAt, quantity, loss } of losses) {
    // Bought before the sale and held beyond it.
    while (next < lots.length && lots[next].boughtAt < soldAt) before.push(lots[next++]);
    before = before.filter(
      (lot) => lot.left > 0 && lot.soldAt > soldAt && daysBetween(lot.boughtAt, soldAt) <= WINDOW_DAYS,
    );
    firstAfter = Math.max(firstAfter, next);
    let open = quantity;
    let boughtAt = Number.NaN;
    for (const lot of before) {
      const units = replacedBy(lot, open);
      if (units > 0 && boughtAt !== boughtAt) boughtAt = lot.boughtAt;
      open -= units;
    }
    for (; open > 0 && firstAfter < lots.length; firstAfter++) {
      const lot = lots[firstAfter];
      if (daysBetween(soldAt, lot.boughtAt) > WINDOW_DAYS) break;
      const units = replacedBy(lot, open);
      if (units > 0 && boughtAt !== boughtAt) boughtAt = lot.boughtAt;
      open -= units;
      // What is left of it may replace what another sale lost.
      if (lot.left > 0) break;
    }
    const replaced = quantity - open;
    if (replaced > 0)
      yield { symbol, soldAt, quantity, replaced, boughtAt, loss, disallowed: (loss * replaced) / quantity };
  }
}

/** Takes of a lot what replaces so many units; returns how many it does. */
function replacedBy(lot: Lot, wanted: number): number {
  const units = Math.min(wanted, lot.left);
  lot.left -= units;
  return units;
}

/** Calendar days between two instants, UTC. */
function daysBetween(a: number, b: number): number {
  return Math.floor(b / DAY) - Math.floor(a / DAY);
}
