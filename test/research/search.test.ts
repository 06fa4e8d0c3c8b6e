/** Searches: they climb, they repeat themselves exactly, and they play nothing twice. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { choice, real, whole } from '../../src/engine/strategy/parameters.ts';
import { LEARNING_METHODS, makeSearch, type LearningMethod } from '../../src/research/search/make-search.ts';
import { bestFirst, dominates, frontsOf, paretoFront } from '../../src/research/search/pareto.ts';
import { readAxis, type Axis } from '../../src/research/sweep/axis.ts';
import { latinPoints } from '../../src/research/sweep/latin.ts';
import { randomPoints, readWhere, type Admission, type Parameters } from '../../src/research/sweep/points.ts';
import { readObjective } from '../../src/research/sweep/ranking.ts';
import type { SweepRow } from '../../src/research/sweep/run.ts';

const specs = {
  fast: whole(5, { max: 100 }),
  slow: whole(50, { max: 200 }),
  share: real(0.5, { min: 0, max: 2 }),
  kind: choice('a', ['a', 'b', 'c']),
};
const free: Admission = { fixed: {}, where: [], refuses: () => undefined };
const axis = (name: keyof typeof specs, text: string): Axis => readAxis(name, text, specs, '');

interface Hill {
  readonly axes: readonly Axis[];
  readonly admission?: Admission;
  readonly height: (point: Parameters) => number;
  readonly second?: (point: Parameters) => number;
}

/** Plays a search on a hill until it has `runs` rows or finds nothing new. */
function climb(method: LearningMethod, hill: Hill, runs: number, seed = 1, given: SweepRow[] = []): SweepRow[] {
  const { axes, admission = free, height, second } = hill;
  const random = new Random(seed).fork('sweep');
  const objectives = [readObjective('sharpe', ''), ...(second === undefined ? [] : [readObjective('calmar', '')])];
  const first = latinPoints(axes, admission, Math.min(runs, 10), random).points;
  const points: Parameters[] = method === 'tpe' ? Array.from({ length: first.count }, (_, i) => first.at(i)) : [];
  const propose = makeSearch({ method, axes, admission, objectives, required: [], runs, random });
  const rows: SweepRow[] = [];
  for (;;) {
    for (const parameters of points.slice(rows.length)) {
      const before = given[rows.length];
      if (before !== undefined) expect(before.parameters).toEqual(parameters);
      const figures = { sharpe: height(parameters), ...(second === undefined ? {} : { calmar: second(parameters) }) };
      const { length: index } = rows;
      rows.push({ index, parameters, figures, finalEquity: 1, trades: 1, ruined: false, stopped: false });
    }
    if (rows.length >= runs) return rows;
    const more = propose(rows).slice(0, runs - rows.length);
    if (more.length === 0) return rows;
    points.push(...more);
  }
}

const best = (rows: readonly SweepRow[]): number => Math.max(...rows.map(({ figures }) => figures.sharpe!));

/** A narrow ridge: fast and slow must change together. */
const ridge: Hill = {
  axes: [axis('fast', '1..100'), axis('slow', '1..200'), axis('share', '0..2')],
  height: (point) => {
    const [x, y, z] = [Number(point['fast']) / 100, Number(point['slow']) / 200, Number(point['share']) / 2];
    return -(40 * (y - x) ** 2 + (x - 0.7) ** 2 + (z - 0.3) ** 2);
  },
};

describe.each(LEARNING_METHODS)('%s', (method) => {
  test('comes closer to the top of a ridge than as many draws by chance', () => {
    const { axes, height } = ridge;
    const chance = [1, 2, 3].map((seed) => {
      const { points } = randomPoints(axes, free, 200, new Random(seed));
      return Math.max(...Array.from({ length: 200 }, (_, i) => height(points.at(i))));
    });
    const found = [1, 2, 3].map((seed) => best(climb(method, ridge, 200, seed)));
    expect(median(found)).toBeGreaterThan(median(chance));
  });

  test('proposes the same points for the same seed, and others for another', () => {
    const once = climb(method, ridge, 60);
    climb(method, ridge, 60, 1, once);
    expect(climb(method, ridge, 60, 2).map(({ parameters }) => parameters)).not.toEqual(
      once.map(({ parameters }) => parameters),
    );
  });

  test('plays no point twice, words and whole numbers included, and ends when all of them are played', () => {
    const small: Hill = {
      axes: [axis('fast', '1..4'), axis('kind', 'a,b,c')],
      height: (point) => Number(point['fast']) + (point['kind'] === 'b' ? 1 : 0),
    };
    const rows = climb(method, small, 12);
    const different = new Set(rows.map(({ parameters }) => JSON.stringify(parameters))).size;
    expect(different).toBe(rows.length);
    expect(rows.length).toBeGreaterThanOrEqual(10);
    expect(climb(method, small, 500).length).toBeLessThanOrEqual(12);
    expect(best(rows)).toBe(5);
  });

  test('proposes only what conditions admit', () => {
    const where = readWhere(['fast < slow'], { fast: whole(1), slow: whole(1) }, 'where');
    const rows = climb(method, { ...ridge, admission: { ...free, where } }, 80);
    expect(rows.length).toBe(80);
    expect(rows.every(({ parameters }) => Number(parameters['fast']) < Number(parameters['slow']))).toBe(true);
  });

  test('with two goals that conflict finds points between their tops', () => {
    const both: Hill = {
      axes: [axis('fast', '1..100'), axis('share', '0..2')],
      height: (point) => -((Number(point['fast']) / 100 - 0.2) ** 2) - (Number(point['share']) - 1) ** 2,
      second: (point) => -((Number(point['fast']) / 100 - 0.8) ** 2) - (Number(point['share']) - 1) ** 2,
    };
    const rows = climb(method, both, 120);
    const front = paretoFront(rows.map(({ figures }) => [figures.sharpe!, figures.calmar!])).map((i) => rows[i]);
    const places = front.map(({ parameters }) => Number(parameters['fast']));
    expect(front.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...places) - Math.min(...places)).toBeGreaterThan(15);
  });
});

test('CMA-ES finds the top of a smooth hill of real numbers to three digits', () => {
  const hill: Hill = {
    axes: [axis('share', '0..2'), { ...axis('share', '0..2'), name: 'other' }],
    height: (point) =>
      -((Number(point['share']) - 1.234) ** 2) - 100 * (Number(point['other']) - Number(point['share']) / 2) ** 2,
  };
  expect(best(climb('cma-es', hill, 300))).toBeGreaterThan(-1e-5);
});

describe('of points with several goals', () => {
  const points = [
    [1, 5],
    [3, 3],
    [2, 4],
    [2, 2],
    [5, 1],
    [1, 1],
    [3, 3],
  ];

  test('one dominates another when it is better in one goal and worse in none', () => {
    expect(dominates([2, 2], [2, 1])).toBe(true);
    expect(dominates([2, 2], [2, 2])).toBe(false);
    expect(dominates([2, 2], [1, 3])).toBe(false);
  });

  // By hand: (1,5) (3,3) (2,4) (5,1) (3,3) are dominated by none; (2,2) by (3,3); (1,1) by (2,2) too.
  test('fronts are those found by hand', () => {
    expect([...frontsOf(points)]).toEqual([0, 0, 0, 1, 0, 2, 0]);
    expect(paretoFront(points)).toEqual([0, 1, 2, 4, 6]);
    expect(bestFirst(points).slice(-2)).toEqual([3, 5]);
  });

  test('with one goal the front is the highest value', () => {
    expect(paretoFront([[1], [3], [2], [3]])).toEqual([1, 3]);
    expect(bestFirst([[1], [3], [2], [3]])).toEqual([1, 3, 2, 0]);
  });
});

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
