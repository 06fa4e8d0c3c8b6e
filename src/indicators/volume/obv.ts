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
  checks: true,
  kernel: ([close, volume], length, [out]) => {
    let before = close[0];
    let total = volume[0];
    out[0] = total;
    let rest = before - before;
    for (let i = 1; i < length; i++) {
      const price = close[i];
      // Up or down is a coin toss that the processor would guess; as numbers, it need not.
      total += volume[i] * (Number(price > before) - Number(price < before));
      before = price;
      out[i] = total;
      rest += price - price;
    }
    // A volume that is no number stays in the sum.
    return rest === 0 && Number.isFinite(total);
  },
});
