/**
 * Faults that stand until they have fired as often as they should: the same for every fake broker, whatever its wire is
 * like. What fired is counted, because a fault that never fired has proved nothing.
 */
import type { Random } from '../../../base/random.ts';

export interface RuleOptions {
  /** How often the rule may fire; once unless told. */
  readonly times?: number;
  /** Chance that it fires where it matches; 1 unless told. */
  readonly probability?: number;
  /** Matches that are let through first. */
  readonly skip?: number;
}

/** A rule: where it matches is the business of the wire it is for. */
export interface StandingRule extends RuleOptions {
  readonly fault: { readonly kind: string };
}

interface Standing<R> {
  readonly id: number;
  readonly rule: R;
  left: number;
  skip: number;
}

export class StandingFaults<R extends StandingRule> {
  /** How often each kind of fault has fired. */
  readonly fired = new Map<string, number>();
  private standing: Standing<R>[] = [];
  private readonly random: Random;
  private count = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** Adds a rule; returns its number. */
  add(rule: R): number {
    const id = ++this.count;
    this.standing.push({ id, rule, left: rule.times ?? 1, skip: rule.skip ?? 0 });
    return id;
  }

  /** Takes away one rule, or all; returns how many there were. */
  clear(id?: number): number {
    const before = this.standing.length;
    this.standing = id === undefined ? [] : this.standing.filter((one) => one.id !== id);
    return before - this.standing.length;
  }

  list(): { readonly id: number; readonly rule: R; readonly left: number }[] {
    return this.standing.map(({ id, rule, left }) => ({ id, rule, left }));
  }

  /** The first rule that matches and fires; one that is used up goes. */
  protected meet<M extends R>(matches: (rule: R) => rule is M): M['fault'] | undefined {
    for (const one of this.standing) {
      const { rule } = one;
      if (matches(rule) && this.fires(one)) return rule.fault;
    }
    return undefined;
  }

  private fires(one: Standing<R>): boolean {
    if (one.skip > 0) {
      one.skip--;
      return false;
    }
    const { probability = 1, fault } = one.rule;
    if (probability < 1 && this.random.uniform() >= probability) return false;
    one.left--;
    if (one.left <= 0) this.standing = this.standing.filter((other) => other !== one);
    this.fired.set(fault.kind, (this.fired.get(fault.kind) ?? 0) + 1);
    return true;
  }
}

/**
 * Draws a swarm of faults: each kind is switched on or off by a coin, and those that are on get a rate of up to `rate`, so
 * that some runs have one kind of fault often and others many kinds now and then.
 */
export function drawSwarm<R extends StandingRule>(random: Random, rate: number, kinds: readonly (() => R)[]): R[] {
  return kinds.flatMap((make) => {
    const isOn = random.uniform() < 0.5;
    const probability = random.uniform() * rate;
    const rule = make();
    return isOn ? [{ ...rule, probability }] : [];
  });
}
