/**
 * How far and how long a strategy was below its best: the numbers people live through.
 *
 * The starting capital is the first peak, so a loss on the first day is a drawdown. Depths are fractions at or below
 * 0 (−0.25 is a quarter below the peak). Positions are indices into the series that was given; −1 is the start.
 */

/** The depth below the highest wealth so far, after each return: 0 at a peak, −1 when all is lost. */
export function drawdownSeries(returns: Float64Array): Float64Array {
  const depths = new Float64Array(returns.length);
  let wealth = 1;
  let peak = 1;
  for (let i = 0; i < returns.length; i++) {
    if (returns[i] === returns[i]) wealth *= 1 + returns[i];
    if (wealth > peak) peak = wealth;
    depths[i] = wealth / peak - 1;
  }
  return depths;
}

/**
 * The same for an equity curve. `initialCapital` is the first peak; without it the first equity is.
 * NaN values keep the depth before them.
 */
export function equityDrawdownSeries(equity: Float64Array, initialCapital = equity[0] ?? Number.NaN): Float64Array {
  const depths = new Float64Array(equity.length);
  let peak = initialCapital;
  let depth = 0;
  for (let i = 0; i < equity.length; i++) {
    if (equity[i] === equity[i]) {
      if (equity[i] > peak || peak !== peak) peak = equity[i];
      depth = equity[i] / peak - 1;
    }
    depths[i] = depth;
  }
  return depths;
}

/** Returns the deepest drawdown of a series of returns, −1 … 0; NaN for an empty series. One pass, no copy. */
export function maxDrawdown(returns: Float64Array): number {
  if (returns.length === 0) return Number.NaN;
  let wealth = 1;
  let peak = 1;
  let deepest = 0;
  for (let i = 0; i < returns.length; i++) {
    if (returns[i] !== returns[i]) continue;
    wealth *= 1 + returns[i];
    if (wealth > peak) peak = wealth;
    else if (wealth < peak * (1 + deepest)) deepest = Math.min(deepest, (wealth - peak) / peak);
  }
  return deepest;
}

/** One stretch below a peak, as positions in the series of depths. */
export interface Drawdown {
  /** Where the peak was: the last position at a high before; −1 when that was the starting capital. */
  readonly peak: number;
  /** The first position below the peak. */
  readonly start: number;
  /** The first position at the deepest point. */
  readonly valley: number;
  /** The last position below the peak. */
  readonly last: number;
  /** Where the peak was reached again, or `undefined` while it is not. */
  readonly recovery: number | undefined;
  /** Fraction at or below 0. */
  readonly depth: number;
}

/** Returns every drawdown in a series of depths (see `drawdownSeries`), in time order. */
export function drawdowns(depths: Float64Array): Drawdown[] {
  const found: Drawdown[] = [];
  let start = -1;
  let valley = -1;
  for (let i = 0; i <= depths.length; i++) {
    const below = i < depths.length && depths[i] < 0;
    if (below && start < 0) start = valley = i;
    if (below && depths[i] < depths[valley]) valley = i;
    if (!below && start >= 0) {
      const recovery = i < depths.length ? i : undefined;
      found.push({ peak: start - 1, start, valley, last: i - 1, recovery, depth: depths[valley] });
      start = -1;
    }
  }
  return found;
}

/** Returns the `limit` deepest of `list`, the deepest first; equal depths keep their order in time. */
export function worstDrawdowns(list: readonly Drawdown[], limit = 5): Drawdown[] {
  return [...list].sort((a, b) => a.depth - b.depth || a.start - b.start).slice(0, limit);
}

/** Returns the mean depth of all drawdowns, at or below 0; NaN when there is none. */
export function averageDrawdown(depths: Float64Array): number {
  const list = drawdowns(depths);
  return list.reduce((total, each) => total + each.depth, 0) / list.length;
}

/**
 * Returns the Ulcer index, a fraction: √(Σ depth² / (n − ddof)). `ddof` is 0 in Martin's book and 1 in quantstats.
 * Source: P. G. Martin and B. B. McCann, The Investor's Guide to Fidelity Funds (1989).
 */
export function ulcerIndex(depths: Float64Array, ddof = 0): number {
  let square = 0;
  for (let i = 0; i < depths.length; i++) square += depths[i] * depths[i];
  return Math.sqrt(square / (depths.length - ddof));
}

/** Returns the pain index: the mean depth as a positive fraction (Zephyr Associates). */
export function painIndex(depths: Float64Array): number {
  let total = 0;
  for (let i = 0; i < depths.length; i++) total -= depths[i];
  return total / depths.length;
}

/** Returns the share of periods spent below a peak, 0 … 1. */
export function timeUnderWater(depths: Float64Array): number {
  let below = 0;
  for (let i = 0; i < depths.length; i++) if (depths[i] < 0) below++;
  return below / depths.length;
}

/** Returns the longest unbroken stretch below a peak, in periods. */
export function longestUnderWater(depths: Float64Array): number {
  let longest = 0;
  let current = 0;
  for (let i = 0; i < depths.length; i++) {
    current = depths[i] < 0 ? current + 1 : 0;
    if (current > longest) longest = current;
  }
  return longest;
}
