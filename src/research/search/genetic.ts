/**
 * A genetic search: the best points so far are parents, and their children take each parameter from one of two parents
 * or from between them, and change a little by chance.
 *
 * Parents are the best of everything that was played (fronts and crowding where there are several goals), chosen in
 * pairs by small tournaments; simulated binary crossover and polynomial mutation on numbers, a fresh draw for words.
 * Source: K. Deb and R. B. Agrawal, "Simulated Binary Crossover for Continuous Search Space", Complex Systems 9 (1995);
 * K. Deb et al., IEEE Transactions on Evolutionary Computation 6 (2002).
 */
import type { Random } from '../../base/random.ts';
import { bestFirst, type Goals } from './pareto.ts';
import type { Strategy } from './search.ts';
import { mirrored, type Space } from './space.ts';

/** How closely children resemble their parents: higher is closer. Deb's usual values. */
const CROSSOVER_INDEX = 10;
const MUTATION_INDEX = 15;
const CROSSOVER_SHARE = 0.9;

export class Genetic implements Strategy {
  private readonly space: Space;
  private readonly size: number;
  private parents: Float64Array[] = [];
  private goals: Goals[] = [];

  /** `size` points make a generation. */
  constructor(space: Space, size: number) {
    this.space = space;
    this.size = size;
  }

  draw(random: Random): Float64Array[] {
    const { dimensions } = this.space;
    if (this.parents.length < 2) return latinPlaces(this.size, dimensions, random);
    return Array.from({ length: this.size }, () => this.child(random));
  }

  learn(places: readonly Float64Array[], goals: readonly Goals[]): void {
    const all = [...this.parents, ...places];
    const allGoals = [...this.goals, ...goals];
    // A point stands once among the parents, or the best would soon be all of them.
    const seen = new Set<string>();
    const kept: number[] = [];
    for (const i of bestFirst(allGoals)) {
      const key = this.space.keyOf(this.space.pointAt(all[i]));
      if (seen.has(key) || allGoals[i][0] === -Infinity) continue;
      seen.add(key);
      kept.push(i);
      if (kept.length === this.size) break;
    }
    this.parents = kept.map((i) => all[i]);
    this.goals = kept.map((i) => allGoals[i]);
  }

  private child(random: Random): Float64Array {
    const { space } = this;
    const [mother, father] = [this.parent(random), this.parent(random)];
    const crosses = random.uniform() < CROSSOVER_SHARE;
    return Float64Array.from({ length: space.dimensions }, (_, k) => {
      const [a, b] = random.uniform() < 0.5 ? [mother[k], father[k]] : [father[k], mother[k]];
      let place = crosses && space.isOrdered(k) ? crossed(a, b, random) : a;
      if (random.uniform() < 1 / space.dimensions)
        place = space.isOrdered(k) ? mutated(place, random) : random.uniform();
      return mirrored(place);
    });
  }

  /** The better of two: parents stand in the order of their quality. */
  private parent(random: Random): Float64Array {
    return this.parents[Math.min(random.below(this.parents.length), random.below(this.parents.length))];
  }
}

/** One place in each of `count` equal parts of every axis, in random order. */
function latinPlaces(count: number, dimensions: number, random: Random): Float64Array[] {
  const columns = Array.from({ length: dimensions }, () => {
    const parts = random.shuffle(Array.from({ length: count }, (_, i) => i));
    return parts.map((part) => (part + random.uniform()) / count);
  });
  return Array.from({ length: count }, (_, i) => Float64Array.from(columns, (column) => column[i]));
}

function crossed(a: number, b: number, random: Random): number {
  const u = random.uniform();
  const spread = (u <= 0.5 ? 2 * u : 1 / (2 * (1 - u))) ** (1 / (CROSSOVER_INDEX + 1));
  return 0.5 * ((1 + spread) * a + (1 - spread) * b);
}

function mutated(place: number, random: Random): number {
  const u = random.uniform();
  const power = 1 / (MUTATION_INDEX + 1);
  return place + (u < 0.5 ? (2 * u) ** power - 1 : 1 - (2 * (1 - u)) ** power);
}
