/**
 * Minimising a function of a few variables without derivatives, where a likelihood has corners.
 *
 * The simplex method of J. A. Nelder and R. Mead, The Computer Journal 7 (1965), with reflection 1, expansion 2,
 * contraction ½ and shrinking ½. The first simplex moves each coordinate by 5 % (0.00025 where it is 0).
 */

export interface Minimum {
  readonly point: readonly number[];
  readonly value: number;
  /** Whether both tolerances were met within the allowed number of steps. */
  readonly converged: boolean;
}

export interface SimplexOptions {
  /** The simplex is small enough when no coordinate differs by more; default 1e-4. */
  readonly pointTolerance?: number;
  /** … and no value by more; default 1e-4. */
  readonly valueTolerance?: number;
  /** Most iterations and most evaluations; default 200 for each coordinate. */
  readonly stepsMax?: number;
}

interface Vertex {
  readonly point: number[];
  readonly value: number;
}

/** Returns where `f` is smallest near `start`. Deterministic. */
export function minimize(
  f: (point: readonly number[]) => number,
  start: readonly number[],
  options: SimplexOptions = {},
): Minimum {
  const { pointTolerance = 1e-4, valueTolerance = 1e-4, stepsMax = 200 * start.length } = options;
  let calls = 0;
  const at = (point: number[]): Vertex => {
    calls++;
    return { point, value: f(point) };
  };
  const n = start.length;
  const vertices = [at([...start])];
  for (let k = 0; k < n; k++) {
    const point = [...start];
    point[k] = point[k] !== 0 ? 1.05 * point[k] : 0.00025;
    vertices.push(at(point));
  }
  const order = (): Vertex[] => vertices.sort((a, b) => a.value - b.value);
  order();
  let converged = false;
  for (let steps = 1; steps < stepsMax; steps++) {
    if (calls >= stepsMax) break;
    converged = isSmall(vertices, pointTolerance, valueTolerance);
    if (converged) break;
    const worst = vertices[n];
    const centre = start.map((_, j) => vertices.slice(0, n).reduce((total, v) => total + v.point[j], 0) / n);
    /** The point at centre + t·(centre − worst). */
    const along = (t: number): Vertex => at(centre.map((c, j) => (1 + t) * c - t * worst.point[j]));
    const reflected = along(1);
    let accepted: Vertex | undefined;
    if (reflected.value < vertices[0].value) {
      const expanded = along(2);
      accepted = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < vertices[n - 1].value) {
      accepted = reflected;
    } else if (reflected.value < worst.value) {
      const outside = along(0.5);
      if (outside.value <= reflected.value) accepted = outside;
    } else {
      const inside = along(-0.5);
      if (inside.value < worst.value) accepted = inside;
    }
    if (accepted !== undefined) vertices[n] = accepted;
    else {
      const best = vertices[0].point;
      for (let k = 1; k <= n; k++) vertices[k] = at(vertices[k].point.map((x, j) => best[j] + 0.5 * (x - best[j])));
    }
    order();
  }
  return { point: vertices[0].point, value: vertices[0].value, converged };
}

function isSmall(vertices: readonly Vertex[], pointTolerance: number, valueTolerance: number): boolean {
  const best = vertices[0];
  return vertices.every(
    (vertex) =>
      Math.abs(vertex.value - best.value) <= valueTolerance &&
      vertex.point.every((x, j) => Math.abs(x - best.point[j]) <= pointTolerance),
  );
}
