/**
 * Sales at a loss that were bought back within thirty days before or after: losses that the United States may not let count
 * (Internal Revenue Code § 1091). It is a hint of what to look at and no computation of a tax: other accounts, those of a spouse
 * and retirement accounts, splits and short sales are not looked at.
 *
 * Bought back is what was lost, and of shares also a contract to buy them: a call that was bought, a hundred shares each, and
 * a put that was sold deep in the money (Rev. Rul. 85-87), its strike a tenth or more above what the shares were sold for. A loss
 * counts in the proportion in which it was replaced; each share that was bought replaces one, the earliest purchase first. What
 * was sold no later than the loss replaces nothing. Options on broad indices are marked to the market at the end of a year
 * and stand outside the rule (§ 1256(f)(5)).
 */
import { parseOcc } from '../options/occ.ts';
import { isSection1256, underlyingOf } from './section-1256.ts';
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
  /** When the first of those was bought, and what it was: the same symbol, or a contract on it. */
  readonly boughtAt: number;
  readonly boughtSymbol: string;
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

/** Units bought at one time, or of a put sold, and until when they were held; Infinity where they still are. */
interface Lot {
  readonly symbol: string;
  readonly boughtAt: number;
  readonly soldAt: number;
  left: number;
}

/** A lot as it replaces shares: how many each of its units stands for, and what they cost at least where that decides. */
interface Replacement {
  readonly lot: Lot;
  readonly shares: number;
  /** A put counts only where it is deep in the money; of all else nought. */
  readonly strike: number | undefined;
}

interface Loss {
  readonly soldAt: number;
  readonly quantity: number;
  readonly price: number;
  readonly loss: number;
}

/** Shares of a contract. One that was adjusted hands over something else, and is left out. */
const SHARES = 100;
/** How far above the price the strike of a put lies that was all but a purchase. */
const DEEP = 1.1;

/** Returns what was found; null where there is nothing of the kind, or the account is not one in dollars. */
export function washSalesOf(result: Pick<RunResult, 'trades' | 'fills' | 'currency'>): WashSales | null {
  if (result.currency !== 'USD') return null;
  const rows: WashSale[] = [];
  const all = bySymbol(result);
  const contracts = Map.groupBy(all.keys(), (symbol) => underlyingOf(symbol));
  for (const [symbol, { lots, losses }] of all) {
    if (losses.length === 0 || isSection1256(symbol)) continue;
    const own = lots.map((lot) => ({ lot, shares: 1, strike: undefined }));
    const others = (contracts.get(symbol) ?? []).flatMap((name) => contractsOf(name, all.get(name)));
    rows.push(...matched(symbol, losses, [...own, ...others]));
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
  /** What was sold first; only of puts anybody asks. */
  readonly sold: Lot[];
}

function bySymbol({ trades, fills }: Pick<RunResult, 'trades' | 'fills'>): Map<string, OfSymbol> {
  const found = new Map<string, OfSymbol>();
  const of = (symbol: string): OfSymbol => {
    const known = found.get(symbol) ?? { lots: [], losses: [], sold: [] };
    found.set(symbol, known);
    return known;
  };
  // What an order bought, or sold, and no closed trade accounts for is held still.
  const ordered = new Map<number, { symbol: string; side: number; boughtAt: number; left: number }>();
  for (const { order, symbol, at, quantity } of fills) {
    const known = ordered.get(order);
    if (known === undefined)
      ordered.set(order, { symbol, side: Math.sign(quantity), boughtAt: at, left: Math.abs(quantity) });
    else known.left += Math.abs(quantity);
  }
  for (const { symbol, quantity, entryAt, exitAt, exitPrice, entryOrder, exitOrder, profitInBase } of trades) {
    for (const id of [entryOrder, exitOrder]) {
      const order = ordered.get(id);
      if (order !== undefined) order.left -= Math.abs(quantity);
    }
    const { lots, losses, sold } = of(symbol);
    const lot = { symbol, boughtAt: entryAt, soldAt: exitAt, left: Math.abs(quantity) };
    (quantity > 0 ? lots : sold).push(lot);
    if (quantity > 0 && profitInBase < 0) {
      losses.push({ soldAt: exitAt, quantity, price: exitPrice, loss: -profitInBase });
    }
  }
  for (const { symbol, side, boughtAt, left } of ordered.values()) {
    if (left <= 1e-9) continue;
    const { lots, sold } = of(symbol);
    (side > 0 ? lots : sold).push({ symbol, boughtAt, soldAt: Infinity, left });
  }
  return found;
}

/** Contracts by which their shares were bought: calls that were bought, and puts that were sold. */
function contractsOf(symbol: string, of: OfSymbol | undefined): Replacement[] {
  const terms = parseOcc(symbol);
  if (of === undefined || !terms.ok || terms.adjusted) return [];
  const isCall = terms.right === 'call';
  return (isCall ? of.lots : of.sold).map((lot) => ({
    lot,
    shares: SHARES,
    strike: isCall ? undefined : terms.strike,
  }));
}

/** Takes the losses of a symbol in the order of their sales, and for each the earliest purchases that are left. */
function* matched(symbol: string, losses: Loss[], replacements: Replacement[]): Generator<WashSale> {
  losses.sort((a, b) => a.soldAt - b.soldAt);
  replacements.sort((a, b) => a.lot.boughtAt - b.lot.boughtAt);
  let first = 0;
  for (const { soldAt, quantity, price, loss } of losses) {
    const isTooOld = ({ lot }: Replacement): boolean =>
      lot.boughtAt < soldAt && (lot.left <= 0 || daysBetween(lot.boughtAt, soldAt) > WINDOW_DAYS);
    while (first < replacements.length && isTooOld(replacements[first])) first++;
    let open = quantity;
    let earliest: Lot | undefined;
    for (let i = first; open > 1e-9 && i < replacements.length; i++) {
      const { lot, shares, strike = Infinity } = replacements[i];
      if (daysBetween(soldAt, lot.boughtAt) > WINDOW_DAYS) break;
      const isThis = lot.boughtAt < soldAt && lot.soldAt <= soldAt;
      if (lot.left <= 0 || isThis || daysBetween(lot.boughtAt, soldAt) > WINDOW_DAYS || strike < DEEP * price - 1e-9)
        continue;
      const units = Math.min(open, lot.left * shares);
      lot.left -= units / shares;
      open -= units;
      earliest ??= lot;
    }
    if (earliest === undefined) continue;
    const replaced = quantity - open;
    const { boughtAt, symbol: boughtSymbol } = earliest;
    yield {
      symbol,
      soldAt,
      quantity,
      replaced,
      boughtAt,
      boughtSymbol,
      loss,
      disallowed: (loss * replaced) / quantity,
    };
  }
}

/** Calendar days between two instants, UTC. */
function daysBetween(a: number, b: number): number {
  return Math.floor(b / DAY) - Math.floor(a / DAY);
}
