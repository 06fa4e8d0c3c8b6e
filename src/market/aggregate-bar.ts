/**
 * The bar that is being made: rows go in, and when it is complete it goes to a sink.
 */

/**
 * Takes a completed bar. `time` is its end, the instant from which it may be known; `openTime` is when its first price
 * was made. A partial bar is one that was asked for before its end: its `time` is that of its last row.
 */
export type BarSink = (
  time: number,
  openTime: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  isPartial: boolean,
) => void;

export class FormingBar {
  rows = 0;
  /** When the last row was known. */
  lastTime = Number.NEGATIVE_INFINITY;
  volume = 0;
  /** Money: close times volume, summed over the rows. */
  value = 0;
  private openTime = 0;
  private open = 0;
  private high = 0;
  private low = 0;
  private close = 0;

  add(time: number, openTime: number, open: number, high: number, low: number, close: number, volume: number): void {
    if (this.rows === 0) {
      this.openTime = openTime;
      this.open = open;
      this.high = high;
      this.low = low;
      this.volume = 0;
      this.value = 0;
    } else {
      if (high > this.high) this.high = high;
      if (low < this.low) this.low = low;
    }
    this.close = close;
    this.volume += volume;
    this.value += close * volume;
    this.lastTime = time;
    this.rows++;
  }

  /** A split comes after the last row: what is in the bar is told in the shares of now. Money stays what it was. */
  split(ratio: number): void {
    this.open /= ratio;
    this.high /= ratio;
    this.low /= ratio;
    this.close /= ratio;
    this.volume *= ratio;
  }

  /** Hands the bar to `sink` and starts an empty one. */
  emit(sink: BarSink, time: number, isPartial: boolean): void {
    this.rows = 0;
    sink(time, this.openTime, this.open, this.high, this.low, this.close, this.volume, isPartial);
  }
}
