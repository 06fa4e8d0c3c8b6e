/**
 * A search proposes points, is told how good they were, and proposes better ones.
 *
 * It works in generations. A generation is drawn whole, from what the generations before it showed and a generator of
 * its own; points that are known are not played again but count with what is known of them. So what is proposed depends
 * on seed and results alone, not on threads, and a search that was cut off goes on by being told what is known.
 */
import type { Random } from '../../base/random.ts';
import type { Parameters } from '../sweep/points.ts';
import type { Goals } from './pareto.ts';
import type { Space } from './space.ts';

/** One way to draw generations. */
export interface Strategy {
  /** Draws the places of a generation. */
  draw(random: Random): Float64Array[];
  /** Learns how good the places of that generation were; of each goal more is better. */
  learn(places: readonly Float64Array[], goals: readonly Goals[]): void;
}

/** How often a place whose point is not admitted is drawn anew before it counts as the worst. */
const ATTEMPTS = 30;
/** Generations without a new point after which there is nothing left to find. */
const IDLE_MAX = 50;

export class Search {
  private readonly space: Space;
  private readonly strategy: Strategy;
  private readonly random: Random;
  private generation = 0;
  private drawn: Float64Array[] | undefined;
  private readonly worst: Goals;

  /** `goals` is how many goals a point has. */
  constructor(space: Space, strategy: Strategy, random: Random, goals: number) {
    this.space = space;
    this.strategy = strategy;
    this.random = random;
    this.worst = Array.from({ length: goals }, () => -Infinity);
  }

  /**
   * Returns the points that must be played before the search can go on, none of which `known` knows; none at all when
   * it finds nothing new. Call it again when they are known.
   */
  next(known: (key: string) => Goals | undefined): Parameters[] {
    for (let idle = 0; idle < IDLE_MAX; idle++) {
      this.drawn ??= this.drawGeneration();
      const unknown = new Map<string, Parameters>();
      const goals = this.drawn.map((places) => {
        const point = this.space.pointAt(places);
        const key = this.space.keyOf(point);
        const found = known(key);
        if (found === undefined && this.space.admits(point)) unknown.set(key, point);
        return found ?? this.worst;
      });
      if (unknown.size > 0) return [...unknown.values()];
      this.strategy.learn(this.drawn, goals);
      this.drawn = undefined;
      this.generation++;
    }
    return [];
  }

  private drawGeneration(): Float64Array[] {
    const random = this.random.fork(`generation ${this.generation}`);
    let places = this.strategy.draw(random);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const bad = places.flatMap((each, i) => (this.space.admits(this.space.pointAt(each)) ? [] : [i]));
      if (bad.length === 0) break;
      const others = this.strategy.draw(random);
      const next = places.slice();
      for (const i of bad) next[i] = others[i];
      places = next;
    }
    return places;
  }
}
