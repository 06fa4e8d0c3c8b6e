/**
 * On-balance volume: the running sum of volume, signed by the direction of the close.
 */
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';

class Obv extends Stream {
  private before = Number.NaN;
  private total = 0;

  next(close: number, volume: number): number {
    const { before } = this;
    this.before = close;
    if (before !== before) return (this.total = volume);
    if (close > before) this.total += volume;
    else if (close < before) this.total -= volume;
    return this.total;
  }
}

/** On-balance volume; it starts with the volume of the first row. */
export const obv = defineIndicator({
  name: 'obv',
  title: 'On-balance volume',
  family: 'volume',
  inputs: ['close', 'volume'],
  outputs: ['obv'],
  parameters: [],
  warmUp: () => 0,
  create: () => new Obv(),
  kernel: ([close, volume], length, [out]) => {
    const stream = new Obv();
    for (let i = 0; i < length; i++) out![i] = stream.next(close![i]!, volume![i]!);
  },
});
