/**
 * When what is asked for was decided: mostly now, but what a strategy in a process of its own wants was decided when it was
 * told what it answers, and ages from then on.
 */
export class Decision {
  /** When it was, where that was before; NaN where it is decided now. */
  before = Number.NaN;

  /** When what is asked for at `at` was decided, an Instant. */
  at(at: number): number {
    return this.before === this.before ? this.before : at;
  }
}
