/**
 * The same trades in another order: how lucky was the path, and how deep could it have gone?
 *
 * `shuffle` keeps every trade and changes the order, so only the path varies; `bootstrap` draws trades with
 * replacement, in blocks when they follow each other, so the end varies too.
 */
import { assert } from '../../base/assert.ts';
import type { Random } from '../../base/random.ts';
import { quantile, quantileInPlace } from '../quantile.ts';
import { shuffle, stationaryBootstrap } from './bootstrap.ts';

export interface MonteCarloOptions {
  readonly method?: 'shuffle' | 'bootstrap';
  /** Mean block length of the bootstrap; 1 (independent trades) unless given. */
  readonly meanBlock?: number;
  /** Number of paths; 1000 unless given. */
  readonly paths?: number;
  /** The drawdown at which trading would be given up, a fraction below 0; −0.5 unless given. */
  readonly ruin?: number;
}

export interface Band {
  /** The quantile, 0 … 1. */
  readonly probability: number;
  /** Wealth of 1 after each trade. */
  readonly wealth: Float64Array;
}

export interface MonteCarlo {
  readonly paths: number;
  /** Bands at 5, 25, 50, 75 and 95 %. */
  readonly bands: readonly Band[];
  /** Deepest drawdown of each path, sorted from the deepest. */
  readonly drawdowns: Float64Array;
  /** The drawdown that one path in twenty exceeds, and the median one; fractions. */
  readonly drawdown95: number;
  readonly drawdownMedian: number;
  /** The drawdown of the trades as they came, and the share of paths that went deeper, 0 … 1. */
  readonly drawdownActual: number;
  readonly shareDeeper: number;
  /** Shares of paths that ended below the start, and that touched the ruin level. */
  readonly probabilityOfLoss: number;
  readonly probabilityOfRuin: number;
}

/** Orders of the same trades that end equally deep differ by rounding only. */
const DUST = 1e-12;
const BANDS = [0.05, 0.25, 0.5, 0.75, 0.95];

/**
 * Replays trade returns (fractions of equity, in their real order, at least one) along random paths. The same seed
 * gives the same paths. Keeps paths · trades numbers while it works.
 */
export function monteCarlo(returns: Float64Array, random: Random, options: MonteCarloOptions = {}): MonteCarlo {
  const { method = 'shuffle', meanBlock = 1, paths = 1000, ruin = -0.5 } = options;
  const trades = returns.length;
  assert(trades >= 1 && paths >= 1, () => `one or more trades and paths are needed: ${trades} and ${paths}`);
  const order = new Int32Array(trades);
  const wealth = Array.from({ length: trades }, () => new Float64Array(paths));
  const depths = new Float64Array(paths);
  let lost = 0;
  for (let path = 0; path < paths; path++) {
    if (method === 'shuffle') shuffle(order, random);
    else stationaryBootstrap(order, trades, meanBlock, random);
    depths[path] = walk(returns, order, (trade, value) => (wealth[trade][path] = value));
    if (wealth[trades - 1][path] < 1) lost++;
  }
  for (let i = 0; i < trades; i++) order[i] = i;
  const drawdownActual = walk(returns, order, () => undefined);
  const bands = BANDS.map((probability) => {
    return { probability, wealth: Float64Array.from(wealth, (column) => quantileInPlace(column, probability)) };
  });
  return {
    paths,
    bands,
    drawdowns: depths.slice().sort(),
    drawdown95: quantile(depths, 0.05),
    drawdownMedian: quantile(depths, 0.5),
    drawdownActual,
    shareDeeper: depths.filter((depth) => depth < drawdownActual - DUST).length / paths,
    probabilityOfLoss: lost / paths,
    probabilityOfRuin: depths.filter((depth) => depth <= ruin).length / paths,
  };
}

/** Compounds along one order and returns the deepest drawdown; wealth stops at 0. */
function walk(returns: Float64Array, order: Int32Array, visit: (trade: number, wealth: number) => void): number {
  let value = 1;
  let peak = 1;
  let deepest = 0;
  for (let i = 0; i < order.length; i++) {
    value = Math.max(0, value * (1 + returns[order[i]]));
    if (value > peak) peak = value;
    deepest = Math.min(deepest, value / peak - 1);
    visit(i, value);
  }
  return deepest;
}
