/**
 * Spans of an equity curve: rows during which neither cash nor quantity changed, as four numbers side by side.
 *
 * There is one for each fill of a run, so they lie in memory that runs hand on to each other.
 */
import { giveColumn, takeColumn } from '../feeds/column-pool.ts';

/** First row, row after the last, base and slope: values are base + slope · price. */
export const SPAN = 4;

const NOTHING: Float64Array = new Float64Array(0);

export class Spans {
  /** The spans; what comes after `length` is nobody's. */
  numbers = NOTHING;
  /** How many numbers, not spans. */
  length = 0;

  push(from: number, to: number, base: number, slope: number): void {
    if (this.length === this.numbers.length) this.grow();
    const { numbers, length } = this;
    numbers[length] = from;
    numbers[length + 1] = to;
    numbers[length + 2] = base;
    numbers[length + 3] = slope;
    this.length = length + SPAN;
  }

  /** Row after the last of the newest span. */
  get end(): number {
    return this.numbers[this.length - 3];
  }
  set end(row: number) {
    this.numbers[this.length - 3] = row;
  }

  /** Gives its memory back and is empty from here on. */
  release(): void {
    giveColumn(this.numbers);
    this.numbers = NOTHING;
    this.length = 0;
  }

  private grow(): void {
    const larger = takeColumn(Math.max(1024, 2 * this.length));
    larger.set(this.numbers);
    giveColumn(this.numbers);
    this.numbers = larger;
  }
}
