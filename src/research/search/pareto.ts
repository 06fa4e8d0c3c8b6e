/**
 * Which of many points with several goals are best: those that no other beats in one goal without losing in another.
 *
 * Source: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II",
 * IEEE Transactions on Evolutionary Computation 6 (2002): fronts and crowding distance.
 */

/** Goals of one point; of each, more is better. */
export type Goals = readonly number[];

/** Whether `a` is at least as good as `b` in every goal and better in one. */
export function dominates(a: Goals, b: Goals): boolean {
  let better = false;
  for (let k = 0; k < a.length; k++) {
    if (a[k] < b[k]) return false;
    if (a[k] > b[k]) better = true;
  }
  return better;
}

/**
 * Returns the number of each point's front, 0 for those that no other dominates. With one goal it is the rank among the
 * different values. O(n²) for several goals.
 */
export function frontsOf(points: readonly Goals[]): Int32Array {
  const fronts = new Int32Array(points.length);
  if ((points[0]?.length ?? 1) === 1) {
    const values = [...new Set(points.map(([value]) => value))].sort((a, b) => b - a);
    const rank = new Map(values.map((value, i) => [value, i]));
    points.forEach(([value], i) => (fronts[i] = rank.get(value)!));
    return fronts;
  }
  // In the order of the first goals nothing that comes later dominates what came before.
  const order = points.map((_, i) => i).sort((a, b) => compare(points[a], points[b]));
  const members: number[][] = [];
  for (const i of order) {
    let front = 0;
    while (front < members.length && members[front].some((j) => dominates(points[j], points[i]))) front++;
    fronts[i] = front;
    (members[front] ??= []).push(i);
  }
  return fronts;
}

/** Returns the positions of the points that no other dominates, in the order given. */
export function paretoFront(points: readonly Goals[]): number[] {
  const front: number[] = [];
  for (const i of points.map((_, k) => k).sort((a, b) => compare(points[a], points[b]))) {
    if (!front.some((j) => dominates(points[j], points[i]))) front.push(i);
  }
  return front.sort((a, b) => a - b);
}

/** Returns the positions from best to worst: by front, and inside a front those in empty surroundings first. */
export function bestFirst(points: readonly Goals[]): number[] {
  const fronts = frontsOf(points);
  const crowding = crowdingOf(points, fronts);
  return points.map((_, i) => i).sort((a, b) => fronts[a] - fronts[b] || crowding[b] - crowding[a] || a - b);
}

/** The crowding distance of each point in its front: infinite at the ends, small where others are near. */
function crowdingOf(points: readonly Goals[], fronts: Int32Array): Float64Array {
  const crowding = new Float64Array(points.length);
  const goals = points[0]?.length ?? 0;
  if (goals < 2) return crowding;
  const byFront = Map.groupBy(
    points.map((_, i) => i),
    (i) => fronts[i],
  );
  for (const members of byFront.values()) {
    for (let k = 0; k < goals; k++) {
      const sorted = members.toSorted((a, b) => points[a][k] - points[b][k] || a - b);
      const width = points[sorted.at(-1)!][k] - points[sorted[0]][k];
      crowding[sorted[0]] = crowding[sorted.at(-1)!] = Infinity;
      if (!(width > 0) || width === Infinity) continue;
      for (let i = 1; i < sorted.length - 1; i++) {
        crowding[sorted[i]] += (points[sorted[i + 1]][k] - points[sorted[i - 1]][k]) / width;
      }
    }
  }
  return crowding;
}

function compare(a: Goals, b: Goals): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return b[k] - a[k];
  return 0;
}
