/**
 * A regression tree small enough to read: which single question about the features explains most of the target?
 *
 * Source: L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and Regression Trees (1984).
 */

export interface TreeNode {
  /** Mean of the target over the rows of the node. */
  readonly value: number;
  readonly rows: number;
  /** Absent in a leaf: rows with feature ≤ threshold go left. */
  readonly split?: {
    readonly feature: number;
    readonly threshold: number;
    readonly left: TreeNode;
    readonly right: TreeNode;
  };
}

/** Grows a tree of at most `depth` questions by the largest fall of squared error; thresholds lie midway. */
export function regressionTree(columns: readonly Float64Array[], y: Float64Array, depth: number): TreeNode {
  return grow(columns, y, Array.from(y.keys()), depth);
}

/** Returns the tree's value for one row of features. */
export function treeValue(node: TreeNode, row: readonly number[]): number {
  if (node.split === undefined) return node.value;
  return treeValue(row[node.split.feature] <= node.split.threshold ? node.split.left : node.split.right, row);
}

function grow(columns: readonly Float64Array[], y: Float64Array, rows: readonly number[], depth: number): TreeNode {
  const total = rows.reduce((sum, row) => sum + y[row], 0);
  const value = total / rows.length;
  const leaf = { value, rows: rows.length };
  if (depth === 0 || rows.length < 2) return leaf;
  // Around the node's mean the gain is Σ²·(1/left + 1/right): small targets keep their digits.
  let best = { gain: 1e-300, feature: -1, threshold: Number.NaN };
  columns.forEach((column, feature) => {
    const order = [...rows].sort((a, b) => column[a] - column[b]);
    let left = 0;
    for (let i = 0; i + 1 < order.length; i++) {
      left += y[order[i]] - value;
      const [here, next] = [column[order[i]], column[order[i + 1]]];
      if (here === next) continue;
      const gain = left * left * (1 / (i + 1) + 1 / (order.length - i - 1));
      if (gain > best.gain) best = { gain, feature, threshold: here + (next - here) / 2 };
    }
  });
  const { feature, threshold } = best;
  if (feature < 0) return leaf;
  const left = rows.filter((row) => columns[feature][row] <= threshold);
  const right = rows.filter((row) => columns[feature][row] > threshold);
  return {
    ...leaf,
    split: {
      feature,
      threshold,
      left: grow(columns, y, left, depth - 1),
      right: grow(columns, y, right, depth - 1),
    },
  };
}
