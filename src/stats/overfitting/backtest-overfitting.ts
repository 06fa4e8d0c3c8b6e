/**
 * The probability of backtest overfitting: how often the best trial of one half of the data is below the median in
 * the other half.
 *
 * The data is cut into S blocks; every choice of S/2 blocks is once the half to choose on and once the half to check
 * on. Source: D. H. Bailey, J. Borwein, M. López de Prado, Q. J. Zhu, "The Probability of Backtest Overfitting",
 * Journal of Computational Finance 20 (2017).
 */
import { assert } from '../../base/assert.ts';

export interface BacktestOverfitting {
  /** Share of splits in which the winner ended at or below the median outside, 0 … 1. */
  readonly probability: number;
  /** Mean of ln(w/(1−w)), w being the winner's relative rank outside; above 0 is good. */
  readonly meanLogit: number;
  /** Share of splits in which the winner lost outside (Sharpe ratio below 0), 0 … 1. */
  readonly probabilityOfLoss: number;
  /** Slope of the winner's outside Sharpe ratio on its inside one: negative when better looks become worse results. */
  readonly degradation: number;
  readonly splits: number;
  /** Rows that took part: the largest multiple of the blocks, from the beginning of the data. */
  readonly rowsUsed: number;
  readonly logits: Float64Array;
}

/**
 * Collects trials one at a time and keeps only mean and sum of squares per block, so that a sweep of any size costs
 * 16 bytes a block and trial.
 */
export class CrossValidatedTrials {
  readonly blocks: number;
  readonly blockRows: number;
  private readonly rows: number;
  private readonly means: Float64Array[] = [];
  private readonly squares: Float64Array[] = [];

  /** `blocks` must be even and at most `rows` / 2; 16 is usual. */
  constructor(rows: number, blocks = 16) {
    assert(blocks >= 2 && blocks % 2 === 0, () => `blocks must be an even number, was ${blocks}`);
    this.blockRows = Math.floor(rows / blocks);
    assert(this.blockRows >= 2, () => `${rows} rows are too few for ${blocks} blocks of two`);
    this.rows = rows;
    this.blocks = blocks;
  }

  /** Adds one trial's periodic returns, without NaN. */
  add(returns: Float64Array): void {
    assert(returns.length === this.rows, () => `every trial must have ${this.rows} returns, got ${returns.length}`);
    const moments = new Float64Array(2 * this.blocks);
    blockMoments(returns, this.blocks, moments, 0);
    this.addMoments(moments, 0);
  }

  /** Adds one trial by what `blockMoments` wrote at `at`: for trials whose returns are gone. */
  addMoments(moments: Float64Array, at: number): void {
    const { blocks } = this;
    this.means.push(moments.slice(at, at + blocks));
    this.squares.push(moments.slice(at + blocks, at + 2 * blocks));
  }

  /** Returns the odds over all splits; needs at least two trials. Time: splits · trials · blocks. */
  result(): BacktestOverfitting {
    const { blocks, blockRows } = this;
    const trials = this.means.length;
    assert(trials >= 2, () => `two or more trials are needed, got ${trials}`);
    const logits: number[] = [];
    const inside = new Float64Array(trials);
    const outside = new Float64Array(trials);
    const chosen: [inside: number, outside: number][] = [];
    const [within, without] = [new Int32Array(blocks / 2), new Int32Array(blocks / 2)];
    forEachHalf(blocks, (half) => {
      let [a, b] = [0, 0];
      for (let block = 0; block < blocks; block++) {
        if (half[block] === 1) within[a++] = block;
        else without[b++] = block;
      }
      for (let trial = 0; trial < trials; trial++) {
        const means = this.means[trial];
        const squares = this.squares[trial];
        inside[trial] = sharpeOf(means, squares, within, blockRows);
        outside[trial] = sharpeOf(means, squares, without, blockRows);
      }
      let winner = 0;
      for (let trial = 1; trial < trials; trial++) if (inside[trial] > inside[winner]) winner = trial;
      let rank = 1;
      let ties = 0;
      for (let trial = 0; trial < trials; trial++) {
        if (outside[trial] < outside[winner]) rank++;
        else if (outside[trial] === outside[winner] && trial !== winner) ties++;
      }
      const share = (rank + ties / 2) / (trials + 1);
      logits.push(Math.log(share / (1 - share)));
      chosen.push([inside[winner], outside[winner]]);
    });
    const splits = logits.length;
    return {
      probability: logits.filter((logit) => logit <= 0).length / splits,
      meanLogit: logits.reduce((total, logit) => total + logit, 0) / splits,
      probabilityOfLoss: chosen.filter(([, after]) => after < 0).length / splits,
      degradation: slope(chosen),
      splits,
      rowsUsed: blocks * blockRows,
      logits: Float64Array.from(logits),
    };
  }
}

/**
 * Writes the mean of each block of `returns` to `into[at …]`, and its sum of squares around that mean `blocks` places
 * later. Rows beyond the last whole block are left out.
 */
export function blockMoments(returns: Float64Array, blocks: number, into: Float64Array, at: number): void {
  const rows = Math.floor(returns.length / blocks);
  let block = 0;
  // Four at a time: each sum waits for its last addition, and four of them wait together.
  for (; block + 4 <= blocks; block += 4) {
    const [a, b, c, d] = [block * rows, (block + 1) * rows, (block + 2) * rows, (block + 3) * rows];
    let [totalA, totalB, totalC, totalD] = [0, 0, 0, 0];
    for (let i = 0; i < rows; i++) {
      totalA += returns[a + i];
      totalB += returns[b + i];
      totalC += returns[c + i];
      totalD += returns[d + i];
    }
    const [meanA, meanB, meanC, meanD] = [totalA / rows, totalB / rows, totalC / rows, totalD / rows];
    let [squareA, squareB, squareC, squareD] = [0, 0, 0, 0];
    for (let i = 0; i < rows; i++) {
      squareA += (returns[a + i] - meanA) ** 2;
      squareB += (returns[b + i] - meanB) ** 2;
      squareC += (returns[c + i] - meanC) ** 2;
      squareD += (returns[d + i] - meanD) ** 2;
    }
    into.set([meanA, meanB, meanC, meanD], at + block);
    into.set([squareA, squareB, squareC, squareD], at + blocks + block);
  }
  for (; block < blocks; block++) {
    const from = block * rows;
    let total = 0;
    for (let i = from; i < from + rows; i++) total += returns[i];
    const mean = total / rows;
    let square = 0;
    for (let i = from; i < from + rows; i++) square += (returns[i] - mean) ** 2;
    into[at + block] = mean;
    into[at + blocks + block] = square;
  }
}

/** Sharpe ratio (ddof 1) of a trial over the blocks that are chosen. */
function sharpeOf(means: Float64Array, squares: Float64Array, chosen: Int32Array, blockRows: number): number {
  const { length } = chosen;
  let total = 0;
  for (let k = 0; k < length; k++) total += means[chosen[k]];
  const mean = total / length;
  let square = 0;
  for (let k = 0; k < length; k++) {
    const distance = means[chosen[k]] - mean;
    square += squares[chosen[k]] + blockRows * distance * distance;
  }
  const spread = Math.sqrt(square / (length * blockRows - 1));
  // A trial that never traded has no Sharpe ratio; it neither wins nor loses.
  return spread === 0 ? 0 : mean / spread;
}

/** Calls `visit` with every choice of half of the blocks, marked 1; the array is reused. */
function forEachHalf(blocks: number, visit: (half: Uint8Array) => void): void {
  const half = new Uint8Array(blocks);
  const choose = (from: number, left: number): void => {
    if (left === 0) {
      visit(half);
      return;
    }
    for (let block = from; block <= blocks - left; block++) {
      half[block] = 1;
      choose(block + 1, left - 1);
      half[block] = 0;
    }
  };
  choose(0, blocks / 2);
}

function slope(points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  const meanX = points.reduce((total, [x]) => total + x, 0) / n;
  const meanY = points.reduce((total, [, y]) => total + y, 0) / n;
  let cross = 0;
  let square = 0;
  for (const [x, y] of points) {
    cross += (x - meanX) * (y - meanY);
    square += (x - meanX) ** 2;
  }
  return cross / square;
}
